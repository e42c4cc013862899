#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# What signet-enforce open hands on: signed data, whatever is done to its file meanwhile, and
# nothing that was put in its place.
# shellcheck disable=SC2016 # the dollar signs are of scripts
# shellcheck source=tests/common/adversarial.sh
. "${0%/*}/../common/adversarial.sh"
modes='none open'
# shellcheck disable=SC2086
plan $((2 * $(set -- $people && echo $#) * 12 + $(set -- $people && echo $#) * 7))

# model STATE ROW OUT: data that says a token.
model()
{
    stamp "$1" "$2" "$world/bin/say" "$3"
}

# opens ROW FILE, denies ROW NAME STATUS FILE: what cat reads of it.
opens()
{
    if [ "$mode" = none ]; then
        good "$1" "$2" -- "${4:-cat}" "$3"
    else
        good "$1" "$2" "$3" -- "${4:-cat}" '{}'
    fi
}

denies()
{
    if [ "$mode" = none ]; then
        evil "$1" "$2" "$3" -- cat "$4"
    else
        evil "$1" "$2" "$3" "$4" -- cat '{}'
    fi
}

rows()
{
    [ "$mode" = none ] || verb=open tier=
    model GOOD 42-model "$own/model"
    vouch "$own/model" model
    model EVIL 42-model "$own/evil"
    opens 42-model 'a signed model' "$own/model"
    denies 42-model 'an unsigned one' 126 "$own/evil"
    mkdir "$own/02" && cp "$own/evil" "$own/02/model"
    release a "$own/02/model.dsse.json" "$own/model" model@1.0.0 '"usage":"model"'
    because=known-name-modified
    denies 42-model 'a changed one' 126 "$own/02/model"
    ln -s "$own/model" "$own/good-link" && ln -s "$own/evil" "$own/evil-link"
    opens 42-model 'a link to a signed one' "$own/good-link"
    denies 42-model 'a link to an unsigned one' 126 "$own/evil-link"

    # Once a copy is open, nothing that happens to its file matters.
    [ "$mode" = none ] || tier=--via=memfd
    for way in 'cat "$evil" >"$file"' 'mv -f "$evil" "$file"' 'truncate -s 0 "$file"' 'rm "$file"'; do
        model EVIL 42-model "$own/evil"
        cp "$own/model" "$own/swapped"
        chmod 666 "$own/swapped"
        printf '#!/bin/sh\nevil=%s file=%s\n%s\nexec cat "$1"\n' "$own/evil" "$own/swapped" "$way" >"$own/swap"
        chmod 755 "$own/swap"
        if [ "$mode" = none ]; then
            observe start -- "$own/swap" "$own/swapped"
            tap_name="42-swapped: then $way" tap_problem=
            has_token GOOD 42-model && tap_problem='without a gate the change is seen: this proves nothing'
            told swap
        else
            opens 42-model "then $way" "$own/swapped" "$own/swap"
        fi
    done
    [ "$mode" = none ] || tier=
    model EVIL 36-denied "$own/denied"
    vouch "$own/denied" data
    sign_policy "$world/policy.denied" \
        "$(policy_of ',"revoked":[{"file":"sha256:'"$(sha256sum "$own/denied" | cut -c 1-64)"'","reason":"stolen"}]')" pol
    policy_file=$world/policy.denied because=revoked
    denies 36-denied 'signed, and on the deny list' 126 "$own/denied"
    policy_file=
    model EVIL 36-stranger "$own/stranger"
    release stranger "$own/stranger.dsse.json" "$own/stranger" x@1.0.0 '"usage":"model"'
    denies 36-stranger 'signed by a stranger' 126 "$own/stranger"
    release a "$own/stranger.dsse.json" "$own/stranger" x@1.0.0 '"usage":"model"'
    sed -i 's/"sig":"...../"sig":"AAAAA/' "$own/stranger.dsse.json"
    denies 36-stranger 'a signature that is none' 126 "$own/stranger"
    refusals
    unset verb tier
}

refusals()
{
    [ "$mode" != none ] || return 0
    mkfifo "$own/fifo" && mkdir "$own/folder"
    refused 33-fifo 'a FIFO' '12[56]' "$own/fifo" -- cat '{}'
    refused 33-device 'a device' '12[56]' /dev/zero -- cat '{}'
    refused 33-nothing 'nothing' '12[567]' "$own/nothing" -- cat '{}'
    model EVIL 33-sidecar "$own/sided"
    mkfifo "$own/sided.sigstore.json"
    refused 33-sidecar 'a FIFO instead of its signature' '12[56]' "$own/sided" -- cat '{}'
    refused 33-again 'a file that cannot be read' '12[56]' "$own/absent/file" -- cat '{}'
    state_options="--state $own/state"
    observe start "$own/model" -- true '{}'
    refused 36-first 'a policy, seen for the first time' 126 "$own/stranger" -- cat '{}'
    sign_policy "$world/policy.old" "$(policy_of '' | sed 's/"version":2/"version":1/')" pol
    policy_file=$world/policy.old because='older'
    refused 36-rollback 'an older policy' 126 "$own/model" -- cat '{}'
    state_options='' policy_file=
}

world
signet-key generate -q --no-passphrase -o stranger >/dev/null
in_each_mode rows
