#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# What is signed runs as if there were no gate: programs, scripts and tools of every kind, with what
# they were given, and their status.
# shellcheck disable=SC2016,SC3045 # $ORIGIN is of the dynamic linker; dash has ulimit -n
# shellcheck source=tests/common/adversarial.sh
. "${0%/*}/../common/adversarial.sh"
plan $((18 * places + 14 * gated))

# text NAME STATUS EXPECTED [OPTION...] -- PROG ARGS: standard output and status.
text()
{
    tap_name=$1 text_status=$2 text_expected=$3 tap_problem=
    shift 3
    observe start "$@"
    [ "$tap_found" -eq "$text_status" ] && [ "$(cat "$tap_out")" = "$text_expected" ] ||
        tap_problem="expected status $text_status and: $text_expected"
    told "$@"
}

# What report.c says without a gate it says with one.
untouched()
{
    compile "$own/report" report.c
    vouch "$own/report" program
    hand_over
    printf 'a line\nand more' >"$own/input"
    tap_in=$own/input
    export REPORT_A='a  b' REPORT_B='ü=?'
    (
        cd "$own" && umask 027 && ulimit -n 200 && trap '' HUP && observe start -- ./report 7 '' ' x ' '*' 'ü'
        echo "$tap_found" >"$tap_dir/status"
    )
    unset REPORT_A REPORT_B
    tap_in=
    # Of variables these; what may be removed of others is not for this.
    grep -aE '^[^v]|^variable (REPORT_|PATH=|HOME=)' "$tap_out" |
        LC_ALL=C sed "s,/$person-$mode,/HERE,g" >"$tap_dir/report.$mode"
    is "$person, $mode: what a program is given" "$(cat "$tap_dir/report.$mode")" "$(cat "$tap_dir/report.none")"
    is "$person, $mode: its status" "$(cat "$tap_dir/status")" 7
    is "$person, $mode: standard error" "$(grep -c 'on standard error' "$tap_err")" 1
    for signal in 9 15 13; do
        text_status=$( (as_is "$own/report" 0 kill $signal) 2>/dev/null; echo $?)
        is "$person, $mode: ended by signal $signal" "$text_status" $((128 + signal))
    done
}

# as_is PROG ARGS: as "start", without a limit of time, whose status would take the place of a signal.
as_is()
{
    repeat='env --'
    start -- "$@" >/dev/null 2>&1 </dev/null
    as_is_status=$?
    repeat=
    return $as_is_status
}

# A program that is root's, and says so: it is not with a gate.
set_id()
{
    cp /usr/bin/id "$own/id"
    chmod 4755 "$own/id"
    vouch_all "$own/id"
    if [ "$person" = user ] && [ "$mode" = none ] && [ -n "$nobody" ]; then
        text 'a set-id program' 0 0 -- "$own/id" -u
    else
        text 'a set-id program' 0 "$(as_person id -u)" -- "$own/id" -u
    fi
    [ "$mode" = none ] && return
    is "$person, $mode: and that is said" "$(grep -ciE 'set-?(user-?)?(id|uid)' "$tap_err")" 1
}

kinds()
{
    signed 00-static say-static "$own/static"
    good 00-static 'a static program' -- "$own/static"
    said_tier
    signed 00-pie say-pie "$own/static-pie"
    good 00-pie 'a static program at any address' -- "$own/static-pie"
    signed 00-dynamic say "$own/dynamic"
    good 00-dynamic 'a dynamic program' -- "$own/dynamic"
    mkdir "$own/grüße an alle"
    signed 00-name say "$own/grüße an alle/das 'Programm'"
    good 00-name 'a name of many characters' -- "$own/grüße an alle/das 'Programm'"
    script GOOD 00-bash /bin/bash "$own/bash-script"
    vouch "$own/bash-script" script
    good 00-bash 'a script of bash' -- "$own/bash-script"
    script GOOD 00-env '/usr/bin/env sh' "$own/env-script"
    vouch "$own/env-script" script
    good 00-env 'a script by env' --also /bin/sh -- "$own/env-script"
    printf '#!/usr/bin/python3 -I\nimport json\nprint(json.dumps([1, "TOKEN=GOOD:00-python"]))\n' >"$own/tool.py"
    chmod 755 "$own/tool.py" && vouch "$own/tool.py" script
    # shellcheck disable=SC2086 # a list of words
    good 00-python 'a script of python' $python_paths -- "$own/tool.py"
    mkdir -p "$own/app/lib"
    signed 00-origin later.so "$own/app/lib/later.so" lib
    compile "$own/app/speaker" speaker.c "$own/app/lib/later.so" -Wl,-rpath,'$ORIGIN/lib'
    vouch "$own/app/speaker" program
    hand_over
    good 00-origin 'a program with libraries beside it' -- "$own/app/speaker"
    path_before=$PATH PATH=$own:$PATH
    good 00-dynamic 'a program of PATH' -- dynamic
    PATH=$path_before
    good 00-static 'a shell that starts others' --also "$own/static" --also /bin/cat -- \
        /bin/sh -c "'$own/static' | cat"
}

# said_tier: the last one said in which tier.
said_tier()
{
    [ "$mode" = none ] || is "$person, $mode: the tier is said" "$(grep -c ": ok, .* tier $mode" "$tap_err")" 1
}

# Where only root can change it: node looks for what lies beside its script, of which the tier pin
# hands on a copy otherwise.
node_tool()
{
    tool=$world/tool-$person-$mode
    mkdir -p "$tool/bin" "$tool/lib"
    printf '#!/usr/bin/env node\nconst say = require("../lib/say.js");\nsay(process.argv[2]);\n' >"$tool/bin/tool.js"
    printf 'module.exports = (text) => console.log("TOKEN=GOOD:" + text);\n' >"$tool/lib/say.js"
    chmod 755 "$tool/bin/tool.js"
    vouch "$tool/bin/tool.js" script
    vouch "$tool/lib/say.js" script
    good 00-node 'a tool of node' --insecure-allow-jit --ro "$tool" --ro /etc/ssl --also /usr/bin/node \
        --also "$tool/lib/say.js" -- "$tool/bin/tool.js" 00-node
}

# Failures of its own, and what cannot be started.
statuses()
{
    [ "$mode" != none ] || return 0
    refused 00-none 'no such program' 127 -- "$own/none"
    path_before=$PATH PATH=/usr/bin:/bin
    refused 00-none 'none in PATH' 127 -- no-such-program
    PATH=$path_before
    refused 00-usage 'an option that there is not' 125 --none -- "$own/static"
    refused 00-usage 'another tier' 125 --tier other -- "$own/static"
    refused 00-usage 'no program' 125 --
    refused 00-also 'a file that is not there' '12[567]' --also "$own/none" -- "$own/static"
    chmod -x "$own/env-script"
    refused 00-mode 'a script that nobody may execute' 126 -- "$own/env-script"
    echo '{' >"$world/policy.broken"
    policy_file=$world/policy.broken
    refused 00-policy 'a policy that is none' 125 -- "$own/static"
    policy_file=$world/none
    refused 00-policy 'no policy' 125 -- "$own/static"
    policy_file=
    observe start -q -- "$own/static"
    is "$person, $mode: quiet" "$(grep -v insecure "$tap_err")" ''
    observe start --report "$own/../report.$person.$mode" -- "$own/static"
    is "$person, $mode: a report" "$(jq -r .result "$own/../report.$person.$mode")" pass
    is "$person, $mode: its tier" "$(jq -r .tier "$own/../report.$person.$mode")" "$mode"
}

rows()
{
    untouched
    set_id
    kinds
    node_tool
    statuses
}

world
chmod 777 "$world/own"
python_paths='--ro /usr/lib/python3.11 --ro /usr/lib/python3'
compile "$world/bin/say-pie" say.c -static-pie
vouch_all /usr/bin/python3 /usr/bin/node /usr/bin/env /bin/bash /bin/cat
in_each_mode rows
