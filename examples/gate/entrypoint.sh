#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# What a container starts: entrypoint.sh DIR WORD... classifies words with what release.sh put into
# DIR, if model, script, interpreter and libraries are signed as the policy says, and not otherwise.
# The program sees the signed files of the model alone, and no code that nobody signed can be loaded
# into it; Python's own modules are read as the system has them. Where it is in earnest, --state FILE
# stands in the place of --insecure-no-state, so that no older policy passes.
set -eu
app=$(cd "$1/app" && pwd -P)
trust=$(cd "$1/trust" && pwd -P)
shift

# gate VERB ARGUMENT...: by this policy and this root.
gate()
{
    gate_verb=$1
    shift
    exec signet-enforce "$gate_verb" -q --insecure-no-state \
        --policy "$trust/policy.dsse.json" --root "$trust/1.root.json" "$@"
}

if [ "${1-}" = --started ]; then # by the second gate: with the model where it can be read
    model=$2
    shift 2
    set -- -- "$app/classify.py" "$model" "$@"
    for modules in /usr/lib/python3*; do
        set -- --ro "$modules" "$@"
    done
    gate run --ro "$model" "$@"
fi
gate open "$app/model" -- "$0" "${app%/app}" --started '{}' "$@"
