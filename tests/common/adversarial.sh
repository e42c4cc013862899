# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
#
# What the scripts of tests/adversarial share: a place of their own, programs that say a token when
# they run, what signs them, and who starts them how. A script begins
#
#     . "${0%/*}/../common/adversarial.sh"
#     plan $((N * places))
#     world
#     in_each_mode rows
#
# and then runs the function "rows" in each mode (see below) as root, if it was started so, and as
# an ordinary user. Any token of bytes that nobody signed fails it, whatever the exit status says.

# A mount namespace of its own, so that no mount is left behind, and of processes, so that none is.
if [ "$(id -u)" -eq 0 ] && [ -z "${ADVERSARIAL_SPACE-}" ]; then
    if unshare --mount --pid --fork true 2>/dev/null; then
        ADVERSARIAL_SPACE=own exec unshare --mount --propagation private --pid --fork --kill-child \
            --mount-proc -- "$0" "$@"
    fi
    ADVERSARIAL_SPACE=none
fi

# shellcheck source=tests/common/tap.sh
. "${0%/*}/../common/tap.sh"
# shellcheck source=tests/common/trust.sh
. "$SIGNET_SOURCE/tests/common/trust.sh"
if [ "${ADVERSARIAL_SPACE-}" = none ]; then
    plan 1
    skip 'attacks' 'root has no namespaces of its own here (a container may need --privileged)'
    exit
fi

# The ordinary user of this suite, and the attacker, are nobody.
nobody='setpriv --reuid=65534 --regid=65534 --clear-groups'
modes='none pin sandbox'
case $(signet-enforce run 2>&1) in *'not built'*) modes=none ;; esac
people='root user'
[ "$(id -u)" -eq 0 ] || people=user nobody=
# How often a row runs: once for each mode and person.
# shellcheck disable=SC2034,SC2086 # for plan
places=$(set -- $modes && count=$# && set -- $people && echo $((count * $#)))
# shellcheck disable=SC2034,SC2086 # how often with a gate
gated=$(set -- $modes && count=$(($# - 1)) && set -- $people && echo $((count * $#)))
world=$tap_dir/world
linker=$(ldd /bin/sh | sed -n 's,^[^/]*\(/[^ ]*/ld[^ ]*\) .*,\1,p')

# as_person COMMAND...: as root, or as the ordinary user.
as_person()
{
    if [ "$person" = root ]; then
        "$@"
    else
        $nobody "$@"
    fi
}

# compile OUT SOURCE FLAG...: one of the programs here.
compile()
{
    compile_out=$1 compile_source=$SIGNET_SOURCE/tests/adversarial/$2
    shift 2
    "${CC:-cc}" -O1 -Wall -Wextra -Werror -DTOKEN_FILE="\"$world/seen\"" -DLINKER="\"$linker\"" \
        -o "$compile_out" "$compile_source" "$@"
}

# stamp STATE ROW FILE OUT: FILE, with a token that says STATE, GOOD or EVIL, and names ROW.
stamp()
{
    LC_ALL=C sed "s/TOKEN=[A-Z]*:[-a-z0-9.]\{24\}/TOKEN=$1:$(printf '%-24s' "$2" | tr ' ' .)/" "$3" >"$4"
    chmod 755 "$4"
}

# vouch FILE USAGE: an evidence that FILE may be used as that.
vouch()
{
    release a "$world/evidence/$(sha256sum "$1" | cut -c 1-64).$2.dsse.json" "$1" \
        "$(basename "$1" | tr -c 'A-Za-z0-9\n' _)@1.0.0" "\"usage\":\"$2\"" "\"size\":$(stat -Lc %s "$1")"
}

# vouch_all PROGRAM...: programs of the system, what links them and their libraries.
vouch_all()
{
    vouch "$linker" interp
    for vouch_program in "$@"; do
        vouch "$vouch_program" program
        ldd "$vouch_program" | sed -n 's,.*=> \(/[^ ]*\) .*,\1,p'
    done | sort -u | while read -r vouch_library; do
        vouch "$vouch_library" lib
    done
}

# world: the place, the tools, what decides, and the programs that are signed. Whoever is not root
# reads all of it and changes nothing but what is below $world/own.
world()
{
    if [ "${ADVERSARIAL_SPACE-}" = own ]; then
        mount -t tmpfs -o mode=755 tmpfs /mnt && world=/mnt/world || exit 1
    fi
    mkdir -p "$world/bin" "$world/evidence" "$world/own" || exit 1
    : >"$world/seen" && chmod 666 "$world/seen"
    cp "$SIGNET_BIN/signet-enforce" "$world/bin/" || exit 1
    for world_name in r pol a; do
        signet-key generate -q --no-passphrase -o $world_name >/dev/null
    done
    world_times='"issued":"2026-01-01T00:00:00Z","expires":"2199-01-01T00:00:00Z"'
    sign_root "$world/root" "{\"schema\":\"signet-root/1\",\"version\":1,$world_times,
      \"keys\":{$(key r),$(key pol),$(key a)},
      \"roles\":{$(role root 1 r),$(role policy 1 pol),$(role tools 1 a)}}" r
    policy=$(policy_of '')
    sign_policy "$world/policy" "$policy" pol
    for world_name in say starts loads spaces; do
        compile "$world/bin/$world_name" $world_name.c
        vouch "$world/bin/$world_name" program
    done
    compile "$world/bin/say-static" say.c -static
    compile "$world/bin/flip" flip.c
    compile "$world/bin/rounds" rounds.c
    compile "$world/bin/careless" careless.c
    compile "$world/bin/library.so" library.c -shared -fPIC
    compile "$world/bin/later.so" library.c -shared -fPIC -DLATER -Wl,-soname,later.so
    compile "$world/bin/interpreter" interpreter.c -static -nostdlib -ffreestanding \
        -fno-stack-protector
    vouch_all /bin/sh "$world/bin/starts"
}

# policy_of MEMBERS: the policy of this suite, with further members, such as ',"revoked":[...]'.
policy_of()
{
    printf '%s' "{\"schema\":\"signet-policy/1\",\"name\":\"suite\",\"version\":2,$world_times,
      \"evidence\":[\"$world/evidence\"],
      \"rules\":[{\"id\":\"run\",\"actions\":[\"execute\",\"load\",\"open\"],\"match\":{\"kinds\":[\"file\"]},
        \"signed_by\":[{\"role\":\"tools\",\"threshold\":1}]}]$1}"
}

# script STATE ROW INTERPRETER OUT: a script that says a token.
script()
{
    # shellcheck disable=SC2016 # $out is of the script
    printf '#!%s\nfor out in 1 9; do echo TOKEN=%s:%s >&$out; done\necho TOKEN=%s:%s 2>/dev/null >>%s\nexit 0\n' \
        "$3" "$1" "$2" "$1" "$2" "$world/seen" >"$4"
    chmod 755 "$4"
}

# signed ROW BASE OUT [USAGE]: a program or library that may run, and says GOOD.
signed()
{
    stamp GOOD "$1" "$world/bin/$2" "$3"
    vouch "$3" "${4:-program}"
}

# unsigned ROW BASE OUT: one that may not, and says EVIL.
unsigned()
{
    stamp EVIL "$1" "$world/bin/$2" "$3"
}

# hand_over: what is in $own belongs to the attacker, who is the person too if that is not root.
hand_over()
{
    [ -z "$nobody" ] || chown -hR 65534:65534 "$own"
}

# start [OPTION...] -- PROG ARGS: as the mode says: with nothing that could stop it, or by
# signet-enforce run in that tier. Can be replaced: what decides by $policy_file and
# $state_options, the verb and its tier by $verb and $tier, and what limits its time by $repeat.
start()
{
    if [ "$mode" = none ]; then
        while [ "$1" != -- ]; do shift; done
        shift
        # shellcheck disable=SC2086 # a list of words
        as_person ${repeat:-timeout 20} "$@"
    else
        # shellcheck disable=SC2086
        as_person ${repeat:-timeout 20} "$world/bin/signet-enforce" "${verb:-run}" \
            ${tier-"--tier=$mode"} ${state_options:---insecure-no-state} \
            --policy "${policy_file:-$world/policy}" --root "$world/root" "$@"
    fi
}

# observe COMMAND...: runs it, and gathers what it says, its status, and the tokens.
observe()
{
    : >"$world/seen"
    "$@" >"$tap_out" 2>"$tap_err" <"${tap_in:-/dev/null}" 9>>"$world/seen"
    tap_found=$?
    tokens=$(cat "$tap_out" "$tap_err" "$world/seen" | LC_ALL=C grep -ao 'TOKEN=[A-Z]*:[-a-z0-9]*' | sort -u)
}

# has_token STATE ROW
has_token()
{
    case "$tokens
" in
    *"TOKEN=$1:$2
"*) return 0 ;;
    esac
    return 1
}

no_evil()
{
    case $tokens in
    *TOKEN=EVIL*) return 1 ;;
    esac
    return 0
}

# told COMMAND...: the end of a check that tap_problem is about.
told()
{
    tap_name="$person, $mode: $tap_name"
    tap_verdict "$* (status $tap_found, tokens: $(echo "$tokens" | tr '\n' ' '))"
}

# good ROW NAME [OPTION...] -- PROG ARGS: signed bytes run, in every mode, and say so.
good()
{
    good_row=$1 tap_name="$1: $2" tap_problem=
    shift 2
    observe start "$@"
    if [ "$tap_found" -ne 0 ] || ! has_token GOOD "$good_row" || ! no_evil; then
        tap_problem="expected status 0 and the token of $good_row alone"
    fi
    told "$@"
}

# evil ROW NAME STATUS [OPTION...] -- PROG ARGS: without a gate, other bytes run and say so. With
# one they do not, and STATUS, a pattern, says how: 126 if nothing is started. $because is what
# standard error must say then.
evil()
{
    evil_row=$1 tap_name="$1: $2" evil_status=$3 tap_problem=
    shift 3
    observe start "$@"
    if [ "$mode" = none ]; then
        has_token EVIL "$evil_row" || tap_problem='without a gate nothing happened: this proves nothing'
    elif ! no_evil; then
        tap_problem='bytes that nobody signed were executed'
    else
        # shellcheck disable=SC2254 # a pattern
        case $tap_found in
        $evil_status) ;;
        *) tap_problem="expected status $evil_status" ;;
        esac
        [ -z "${because-}" ] || tap_problem=$tap_problem$(tap_mismatch "err~$because")
    fi
    because=
    told "$@"
}

# open_with TIERS ROW NAME STATUS ...: as evil; but these tiers are documented not to stop it, and
# then "signet-enforce doctor" says so.
open_with()
{
    case " $1 " in
    *" $mode "*) ;;
    *)
        shift
        evil "$@"
        return
        ;;
    esac
    open_row=$2 tap_name="$2: $3: documented as open" tap_problem=
    shift 4
    observe start "$@"
    doctor_lists "$open_row" "$mode" || tap_problem="expected doctor to list $open_row as open with $mode"
    told "$@"
}

# doctor_lists ROW TIER: among what stays open with it.
doctor_lists()
{
    case $1 in
    11-* | 13-*) doctor_name=changed-library ;;
    12-* | 16-* | 21-file | 27-*) doctor_name=plug-in ;;
    15-*) doctor_name=loader ;;
    18-data) doctor_name=code-in-data ;;
    18-*) doctor_name=code-in-scripts ;;
    19-*) doctor_name=code-in-arguments ;;
    21-*) doctor_name=memory ;;
    22-*) doctor_name=written-memory ;;
    23-*) doctor_name=inherited ;;
    26-*) doctor_name=namespaces ;;
    *) return 1 ;;
    esac
    "$world/bin/signet-enforce" doctor --json 2>/dev/null |
        jq -e --arg name "$doctor_name" --arg tier "$2" \
            '.attacks[] | select(.name == $name) | .[$tier] == "open"' >/dev/null
}

# refused ROW NAME STATUS [OPTION...] -- PROG ARGS: with a gate nothing at all happens. $because as
# with evil. Without one it is not asked.
refused()
{
    [ "$mode" != none ] || return 0
    refused_status=$3 tap_name="$1: $2" tap_problem=
    shift 3
    observe start "$@"
    # shellcheck disable=SC2254 # a pattern
    case $tap_found in
    $refused_status) ;;
    *) tap_problem="expected status $refused_status" ;;
    esac
    [ -z "$tokens" ] || tap_problem='something ran'
    [ -z "${because-}" ] || tap_problem=$tap_problem$(tap_mismatch "err~$because")
    because=
    told "$@"
}

# in_each_mode FUNCTION: each has a folder of its own, $own, that belongs to the attacker.
in_each_mode()
{
    for person in $people; do
        for mode in $modes; do
            own=$world/own/$person-$mode
            mkdir "$own" || exit 1
            [ -z "$nobody" ] || chown 65534:65534 "$own"
            "$@"
        done
    done
}
