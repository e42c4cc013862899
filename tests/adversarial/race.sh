#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# An attacker changes files all the time while signet-enforce run starts them, and while
# signet-enforce open hands them on, over and over, on each file system, as what keeps writers out
# differs: what is started are signed bytes, or nothing. Without a gate that is done by a wrapper
# that reads what is at a path and then starts what is there; the same attackers get through it.
# shellcheck source=tests/common/adversarial.sh
. "${0%/*}/../common/adversarial.sh"
rounds=${ADVERSARIAL_ROUNDS:-20}
careless_rounds=1500
stores=${ADVERSARIAL_STORES:-tmpfs overlay}
if [ "${ADVERSARIAL_SPACE-}" != own ]; then
    plan 1
    skip 'races' 'only root can mount file systems'
    exit
fi
# shellcheck disable=SC2086
plan $(($(set -- $stores && echo $#) * places * 23))

# make_stores: $world/fs/NAME, each a file system of its own.
make_stores()
{
    mkdir -p "$world/fs/tmpfs" "$world/fs/ext4" "$world/fs/xfs" "$world/fs/overlay" "$world/layers"
    truncate -s 64M "$world/ext4.image" && truncate -s 320M "$world/xfs.image" &&
        mkfs.ext4 -q "$world/ext4.image" && mkfs.xfs -q "$world/xfs.image" &&
        mount -o loop "$world/ext4.image" "$world/fs/ext4" &&
        mount -o loop "$world/xfs.image" "$world/fs/xfs" &&
        mount -t tmpfs -o mode=755 tmpfs "$world/fs/tmpfs" &&
        mount -t tmpfs -o mode=755 tmpfs "$world/layers" &&
        mkdir "$world/layers/lower" "$world/layers/upper" "$world/layers/work" &&
        mount -t overlay overlay "$world/fs/overlay" \
            -o "lowerdir=$world/layers/lower,upperdir=$world/layers/upper,workdir=$world/layers/work"
}

# attack WAY FILE...: has the attacker begin; attack_ends has it end.
attack()
{
    $nobody "$world/bin/flip" "$@" >"$tap_dir/ready" &
    attacker=$!
    for attack_wait in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        grep -q ready "$tap_dir/ready" && break
        sleep 0.05
    done
    : "$attack_wait"
}

attack_ends()
{
    kill "$attacker" && wait "$attacker"
} 2>/dev/null

# race ROW CHECKED PROG ARGS: while the attacker is at it. Without a gate, a careless wrapper that
# looks for the bytes of $signed at the path CHECKED.
race()
{
    race_row=$1 race_checked=$2 tap_name="$1: $store" tap_problem=
    shift 2
    if [ "$mode" = none ]; then
        repeat="$world/bin/rounds -1 $careless_rounds"
        set -- "$world/bin/careless" "$signed" "$race_checked" "$@"
    else
        repeat="$world/bin/rounds $rounds"
    fi
    # shellcheck disable=SC2086 # none, or one word
    observe start ${race_options-} -- "$@"
    repeat=
    attack_ends
    race_tally=$(grep '^rounds=' "$tap_out")
    race_good=0 race_silent=0 race_hung=0
    eval "$(printf '%s' "$race_tally" | tr ' ' '\n' | sed 's/^/race_/')"
    good_rounds=$((good_rounds + race_good))
    [ -n "$race_tally" ] || tap_problem='nothing was counted'
}

# no_round_is_evil, open_round_in_pin: what must have come of the last race.
no_round_is_evil()
{
    if [ "$mode" = none ]; then
        [ "${race_evil:-0}" -gt 0 ] || [ "${race_fires:-yes}" = no ] || tap_problem='the attacker did not get through: this proves nothing'
    elif [ "${race_evil:-1}" -ne 0 ] || [ "$race_silent" -ne 0 ] || [ "$race_hung" -ne 0 ] || ! no_evil; then
        tap_problem='bytes that nobody signed were executed'
    fi
    told "$race_tally"
}

open_round_in_pin()
{
    [ "$mode" = pin ] || { no_round_is_evil && return; }
    doctor_lists "$race_row" pin || tap_problem="expected doctor to list $race_row as open with pin"
    tap_name="$tap_name: documented as open"
    told "$race_tally"
}

# fresh: a folder for one race, $here, which belongs to the attacker, as what lies there does.
fresh()
{
    rm -rf "${here-}"
    race_number=$((race_number + 1))
    here=$world/fs/$store/$person-$mode-$race_number
    mkdir "$here" "$here/a" "$here/b" "$here/lib"
}
given()
{
    chown -R 65534:65534 "$here"
}

row_of()
{
    case $1 in
    link) echo 03-link ;;
    exchange) echo 05-exchange ;;
    write | wait) echo "06-$1" ;;
    map) echo 07-map ;;
    keep) [ "$store" = overlay ] && echo 08-keep || echo 10-keep ;;
    stamp) echo 09-stamp ;;
    grow | cut) echo "34-$1" ;;
    esac
}

programs()
{
    for way in link exchange write wait map keep stamp grow cut; do
        row=$(row_of $way)
        fresh
        signed "$row" say-static "$here/other"
        unsigned "$row" say-static "$here/third"
        cp "$here/other" "$here/prog"
        signed=$world/signed.$row && cp "$here/other" "$signed"
        given
        case $way in
        exchange) attack exchange "$here/prog" "$here/third" ;;
        *) attack $way "$here/prog" "$here/other" "$here/third" ;;
        esac
        race "$row" "$here/prog" "$here/prog"
        # The system executes nothing that is mapped for writing, but on an overlay. And that bytes
        # are executed as somebody writes to them is shown by row 06; here they grow or shrink, too.
        case $row in 10-keep | 34-*) race_fires=no ;; esac
        no_round_is_evil
        race_fires=yes
    done
}

libraries()
{
    for way in write exchange absence; do
        fresh
        signed 11-$way later.so "$here/lib/later.so" lib
        unsigned 11-$way later.so "$here/b/later.so"
        compile "$here/speaker" speaker.c "$here/lib/later.so" -Wl,-rpath,"$here/a:$here/lib"
        vouch "$here/speaker" program
        signed=$here/signed && cp "$here/lib/later.so" "$signed"
        given
        case $way in
        write) attack write "$here/lib/later.so" ;;
        exchange) attack exchange "$here/lib/later.so" "$here/b/later.so" ;;
        absence) attack absence "$here/a/later.so" "$here/b/later.so" ;;
        esac
        race 11-$way "$here/lib/later.so" "$here/speaker"
        open_round_in_pin
    done
}

interpreters()
{
    fresh
    cp "$(realpath "$linker")" "$here/ld.so"
    unsigned 14-exchange interpreter "$here/evil"
    compile "$here/prog" say.c -Wl,--dynamic-linker="$here/ld.so"
    stamp GOOD 14-exchange "$here/prog" "$here/b/prog" && mv "$here/b/prog" "$here/prog"
    vouch "$here/prog" program
    signed=$here/signed && cp "$here/ld.so" "$signed"
    given
    attack exchange "$here/ld.so" "$here/evil"
    race 14-exchange "$here/ld.so" "$here/prog"
    no_round_is_evil
}

scripts()
{
    for way in write exchange; do
        fresh
        script GOOD 43-$way /bin/sh "$here/script"
        script EVIL 43-$way /bin/sh "$here/third"
        vouch "$here/script" script
        signed=$here/signed && cp "$here/script" "$signed"
        given
        attack $way "$here/script" "$here/third"
        race 43-$way "$here/script" "$here/script"
        no_round_is_evil
    done
}

# What signet-enforce open hands on.
data()
{
    for way in link exchange write map keep stamp grow; do
        row=$(row_of $way)
        fresh
        stamp GOOD "$row" "$world/bin/say-static" "$here/other" && echo data >>"$here/other"
        cp "$here/other" "$here/data"
        stamp EVIL "$row" "$here/other" "$here/third"
        vouch "$here/data" data
        signed=$here/signed && cp "$here/data" "$signed"
        given
        case $way in
        exchange) attack exchange "$here/data" "$here/third" ;;
        *) attack $way "$here/data" "$here/other" "$here/third" ;;
        esac
        if [ "$mode" = none ]; then
            race "$row" "$here/data" cat "$here/data"
        else
            verb=open tier='' race_options=$here/data
            race "$row" '' cat '{}'
            verb='' race_options=''
            unset tier
        fi
        tap_name="$tap_name: open"
        no_round_is_evil
    done
}

rows()
{
    for store in $stores; do
        good_rounds=0 race_number=0
        programs
        libraries
        interpreters
        scripts
        data
        if [ "$good_rounds" -gt 0 ]; then
            ok "$person, $mode: $store: signed bytes are started in the end"
        else
            not_ok "$person, $mode: $store: signed bytes are started in the end" 'none were'
        fi
    done
}

world
if ! make_stores; then
    echo 'Bail out! no file systems'
    exit 1
fi
in_each_mode rows
