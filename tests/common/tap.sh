# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
#
# Helpers for test scripts in POSIX sh. A script begins
#
#     . "${0%/*}/../common/tap.sh"
#     plan 2
#
# and then works in a new, empty folder with the tools first in PATH. Nothing is run without its
# status and its output being compared, and every refusal also proves that it changed no file.

set -u
: "${SIGNET_SOURCE:=$(cd "${0%/*}/../.." && pwd -P)}"
: "${SIGNET_BUILD:=$SIGNET_SOURCE/build/dev}"
: "${SIGNET_BIN:=$SIGNET_BUILD/bin}"
PATH=$SIGNET_BIN:$PATH
tap_dir=$(mktemp -d "${TMPDIR:-/tmp}/tap.XXXXXX") || exit 1
mkdir "$tap_dir/here" && cd "$tap_dir/here" || exit 1
tap_plan=0 tap_run=0 tap_failed=0

# What the last command of check_exit wrote; the files stay until the next one.
tap_out=$tap_dir/out
tap_err=$tap_dir/err

tap_finish()
{
    cd / && chmod -R u+rwX "$tap_dir" && rm -rf "$tap_dir"
    if [ "$tap_run" -ne "$tap_plan" ] || [ "$tap_failed" -gt 0 ]; then
        exit 1
    fi
}
trap tap_finish EXIT

# plan N: how many checks follow.
plan()
{
    tap_plan=$1
    printf '1..%d\n' "$1"
}

# note TEXT: a comment in the output.
note()
{
    printf '%s\n' "$1" | sed 's/^/# /'
}

# ok NAME: a check that held.
ok()
{
    tap_run=$((tap_run + 1))
    printf 'ok %d - %s\n' "$tap_run" "$1"
}

# not_ok NAME TEXT: a check that did not hold, and what was seen.
not_ok()
{
    tap_run=$((tap_run + 1))
    tap_failed=$((tap_failed + 1))
    printf 'not ok %d - %s\n' "$tap_run" "$1"
    note "$(printf '%s\n' "$2" | head -n 100)"
}

# skip NAME WHY: a check that cannot be made here.
skip()
{
    ok "$1 # SKIP $2"
}

# is NAME FOUND EXPECTED: two equal texts.
is()
{
    if [ "$2" = "$3" ]; then
        ok "$1"
    else
        printf '%s\n' "$2" >"$tap_dir/found"
        printf '%s\n' "$3" >"$tap_dir/expected"
        not_ok "$1" "$(cd "$tap_dir" && diff -U 0 --label expected --label found expected found | grep -v '^@@')"
    fi
}

# same_bytes NAME FOUND-FILE EXPECTED-FILE: two equal files.
same_bytes()
{
    if tap_difference=$(cmp -- "$2" "$3" 2>&1); then
        ok "$1"
    else
        not_ok "$1" "$tap_difference"
    fi
}

# none NAME FINDINGS: a search that must have found nothing.
none()
{
    if [ -z "$2" ]; then
        ok "$1"
    else
        not_ok "$1" "$2"
    fi
}

# some NAME FINDINGS: a search over a planted violation, which must be found.
some()
{
    if [ -n "$2" ]; then
        ok "$1"
    else
        not_ok "$1" "the planted violation was not found"
    fi
}

# Every file below the working folder: name, kind, mode, link target and SHA-256.
tap_snapshot()
{
    find . -printf '%P %y %m %l\n' | sort
    find . -type f -exec sha256sum {} + | sort
}

# tap_mismatch EXPECTATION: says how the last output differs from EXPECTATION, one of
# out=TEXT, err=TEXT (the whole output, its last line ended; empty for none), out~TEXT, err~TEXT
# (somewhere in it).
tap_mismatch()
{
    case $1 in
    out[=~]*) tap_stream=$tap_out ;;
    err[=~]*) tap_stream=$tap_err ;;
    *) printf 'not an expectation: %s\n' "$1" && return ;;
    esac
    tap_text=${1#????}
    case $1 in
    ???~) printf 'an empty text is in everything\n' ;;
    ???~*)
        case $(tr -d '\000' <"$tap_stream") in
        *"$tap_text"*) ;;
        *) printf 'expected in %s: %s\n' "${1%%~*}" "$tap_text" ;;
        esac
        ;;
    *)
        printf '%s' "${tap_text:+$tap_text
}" | cmp -s - "$tap_stream" || printf 'expected %s: %s\n' "${1%%=*}" "$tap_text"
        ;;
    esac
}

# check_exit NAME STATUS EXPECTATION COMMAND...: runs COMMAND; its exit status must be STATUS and
# its output as EXPECTATION says (see tap_mismatch). Standard input is tap_in if that names a
# file, else empty. With a STATUS other than 0 no file below the working folder may have changed.
check_exit()
{
    tap_name=$1 tap_status=$2 tap_expectation=$3
    shift 3
    tap_before=$(tap_snapshot)
    "$@" >"$tap_out" 2>"$tap_err" <"${tap_in:-/dev/null}"
    tap_found=$?
    tap_problem=$(tap_mismatch "$tap_expectation")
    if [ "$tap_found" -ne "$tap_status" ]; then
        tap_problem="expected exit status $tap_status, found $tap_found
$tap_problem"
    fi
    if [ "$tap_status" -ne 0 ] && [ "$tap_before" != "$(tap_snapshot)" ]; then
        tap_problem="$tap_problem
a refusal changed files; the folder now holds:
$(tap_snapshot)"
    fi
    tap_verdict "$*"
}

# also NAME EXPECTATION: one more expectation of what the last check_exit ran.
also()
{
    tap_name=$1
    tap_problem=$(tap_mismatch "$2")
    tap_verdict 'the command before'
}

tap_verdict()
{
    if [ -z "$tap_problem" ]; then
        ok "$tap_name"
    else
        not_ok "$tap_name" "$tap_problem
ran: $1
stdout: $(head -c 1000 "$tap_out" | tr -d '\000')
stderr: $(head -c 1000 "$tap_err" | tr -d '\000')"
    fi
}
