#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# What signet-enforce run starts: signed programs and scripts, and nothing that was put in their
# place, whatever leads to it, looks like it or claims it.
# shellcheck source=tests/common/adversarial.sh
. "${0%/*}/../common/adversarial.sh"
plan $((34 * places + 10 * gated))

programs()
{
    for row in static dynamic; do
        base=say
        [ $row = dynamic ] || base=say-static
        unsigned 01-$row $base "$own/evil-$row"
        signed 01-$row $base "$own/$row"
        good 01-$row 'a signed program' -- "$own/$row"
        because='no signature file found'
        evil 01-$row 'an unsigned program' 126 -- "$own/evil-$row"
        evil 01-$row 'an unsigned one, by a signed one' 9 -- "$world/bin/starts" path "$own/evil-$row"
    done
    good 01-static 'a signed one, by a signed one' --also "$own/static" -- "$world/bin/starts" path "$own/static"

    mkdir "$own/02" "$own/03" "$own/04"
    signed 02-flipped say-static "$own/02/flipped"
    good 02-flipped 'as it was signed' -- "$own/02/flipped"
    release a "$own/02/flipped.dsse.json" "$own/02/flipped" app@1.0.0 '"usage":"program"'
    unsigned 02-flipped say-static "$own/02/flipped"
    because='content differs'
    evil 02-flipped 'four bytes changed' 126 -- "$own/02/flipped"

    ln -s "$own/static" "$own/03/good"
    ln -s "$own/evil-static" "$own/03/evil"
    good 01-static 'a link to a signed program' -- "$own/03/good"
    evil 01-static 'a link to an unsigned program' 126 -- "$own/03/evil"

    ln "$own/static" "$own/04/other"
    ln "$own/evil-static" "$own/04/static"
    good 01-static 'a hard link of a signed program elsewhere' -- "$own/04/other"
    evil 01-static 'a hard link of an unsigned one by its name' 126 -- "$own/04/static"
}

# A file that was started already is looked at again, whatever its size and times say.
repeated()
{
    signed 09-times say-static "$own/times"
    touch -d 2026-01-01 "$own/times"
    good 09-times 'started once' -- "$own/times"
    unsigned 09-times say-static "$own/times"
    touch -d 2026-01-01 "$own/times"
    evil 09-times 'other bytes, the same size and time' 126 -- "$own/times"
    signed 45-tick say-static "$own/tick"
    cp "$own/tick" "$own/tick.good"
    unsigned 45-tick say-static "$own/tick.evil"
    for round in 1 2 3; do
        cat "$own/tick.good" >"$own/tick" && touch -d 2020-01-01 "$own/tick"
        good 45-tick "signed bytes by an old time, $round" -- "$own/tick"
        cat "$own/tick.evil" >"$own/tick" && touch -d 2020-01-01 "$own/tick"
        evil 45-tick "others right behind them, $round" 126 -- "$own/tick"
    done
    unsigned 44-later say-static "$own/later"
    sed "s/TOKEN=EVIL/TOKEN=GOOD/" "$own/later" >"$own/later.$person.$mode"
    chmod 755 "$own/later.$person.$mode"
    echo "$person $mode" >>"$own/later.$person.$mode"
    for round in 1 2 3 4 5 6 7 8 9 10; do
        [ $round -lt 10 ] || refused 44-later 'before it is signed' 126 -- "$own/later.$person.$mode"
        [ "$mode" = none ] || start -q -- "$own/later.$person.$mode" >/dev/null 2>&1
    done
    vouch "$own/later.$person.$mode" program
    good 44-later 'and right after' -- "$own/later.$person.$mode"
}

scripts()
{
    unsigned 17-interpreter say-static "$own/interpreter"
    script GOOD 17-interpreter "$own/interpreter" "$own/by-unsigned"
    vouch "$own/by-unsigned" script
    evil 17-interpreter 'a signed script, an unsigned interpreter' 126 -- "$own/by-unsigned"
    script GOOD 17-script /bin/sh "$own/script"
    vouch "$own/script" script
    good 17-script 'a signed script, a signed interpreter' -- "$own/script"
    script EVIL 17-script /bin/sh "$own/evil-script"
    evil 17-script 'an unsigned script' 126 -- "$own/evil-script"
    script EVIL 17-nested /bin/sh "$own/inner"
    script GOOD 17-nested "$own/inner" "$own/outer"
    vouch "$own/outer" script
    evil 17-nested 'a signed script, whose interpreter is an unsigned script' 126 -- "$own/outer"
}

# Sizes are looked at before bytes: hashing these would take longer than a row may.
large()
{
    for size in 3G 1T; do
        unsigned 32-large say-static "$own/large"
        truncate -s $size "$own/large"
        evil 32-large "of $size" '12[56]' -- "$own/large"
        rm "$own/large"
    done
}

irregular()
{
    [ "$mode" != none ] || return 0
    mkfifo "$own/fifo" && mkdir "$own/folder"
    python3 -c 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' "$own/socket"
    refused 33-fifo 'a FIFO' '12[56]' -- "$own/fifo"
    refused 33-folder 'a folder' '12[56]' -- "$own/folder"
    refused 33-socket 'a socket' '12[56]' -- "$own/socket"
    refused 33-device 'a device' '12[56]' -- /dev/null
    refused 33-nothing 'nothing' 127 -- "$own/nothing"
    unsigned 33-sidecar say-static "$own/sided"
    mkfifo "$own/sided.sigstore.json"
    refused 33-sidecar 'a FIFO instead of its signature' '12[56]' -- "$own/sided"
    chmod -x "$own/sided"
    refused 33-mode 'nobody may execute it' '12[56]' -- "$own/sided"
}

decided()
{
    for usage in lib model data; do
        unsigned 37-usage say-static "$own/$usage"
        echo "$usage" >>"$own/$usage"
        vouch "$own/$usage" $usage
        because='is to execute or load'
        evil 37-usage "signed as $usage" 126 -- "$own/$usage"
    done
    unsigned 36-stranger say-static "$own/stranger"
    release stranger "$own/stranger.dsse.json" "$own/stranger" x@1.0.0 '"usage":"program"'
    evil 36-stranger 'signed by a stranger' 126 -- "$own/stranger"
    release a "$own/stranger.dsse.json" "$own/stranger" x@1.0.0 '"usage":"program"'
    sed -i 's/"sig":"...../"sig":"AAAAA/' "$own/stranger.dsse.json"
    evil 36-stranger 'a signature that is none' 126 -- "$own/stranger"
    unsigned 36-denied say-static "$own/denied"
    release a "$own/denied.dsse.json" "$own/denied" x@1.0.0 '"usage":"program"'
    sign_policy "$world/policy.denied" \
        "$(policy_of ',"revoked":[{"file":"sha256:'"$(sha256sum "$own/denied" | cut -c 1-64)"'","reason":"stolen"}]')" pol
    policy_file=$world/policy.denied because='on the deny list'
    evil 36-denied 'signed, and on the deny list' 126 -- "$own/denied"
    policy_file=
    [ "$mode" != none ] || return 0
    state_options="--state $own/state"
    refused 36-rollback 'a policy, seen for the first time' 126 -- "$own/stranger"
    sign_policy "$world/policy.old" "$(policy_of '' | sed 's/"version":2/"version":1/')" pol
    policy_file=$world/policy.old because='older'
    refused 36-rollback 'an older policy' 126 -- "$own/static"
    state_options='' policy_file=
}

rows()
{
    programs
    repeated
    scripts
    large
    irregular
    decided
}

world
signet-key generate -q --no-passphrase -o stranger >/dev/null
in_each_mode rows
