#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# signet-enforce doctor says what others find too: /proc, util-linux, and the kernel asked by Python.
# shellcheck source=tests/common/tap.sh
. "${0%/*}/../common/tap.sh"
plan 37

check_exit 'the text' 0 'out~landlock' signet-enforce doctor
also 'what exists works' 'out~check              works'
also 'what does not exist is not claimed' 'out~not built in this version'
check_exit 'quiet' 0 out= signet-enforce doctor -q
check_exit 'the report' 0 'out~"schema":"signet-report/1"' signet-enforce doctor --json
cp "$tap_out" report

# holds NAME: what the report says of it.
holds() { jq -r --arg name "$1" '.findings[] | select(.name == $name) | .holds' report; }

# expected COMMAND...: true if it succeeds.
expected() { if "$@" >/dev/null 2>&1; then echo true; else echo false; fi; }

# at_least FILE NUMBER
at_least() { [ "$(cat "$1" 2>/dev/null || echo 0)" -ge "$2" ]; }

is 'user namespaces' "$(holds user-namespaces)" "$(expected unshare -Um true)"
is 'memory that is not executed' "$(holds vm.memfd_noexec=2)" "$(expected at_least /proc/sys/vm/memfd_noexec 2)"
is 'tracing' "$(holds yama.ptrace_scope)" "$(expected at_least /proc/sys/kernel/yama/ptrace_scope 1)"

# kernel NAME EXPRESSION: whether the kernel says so to a call made by Python, which has errno as e().
kernel()
{
    is "$1" "$(holds "$1")" "$(python3 -c "
import ctypes, os, platform
c = ctypes.CDLL(None, use_errno=True)
e = ctypes.get_errno
x86 = platform.machine() == 'x86_64'
print('true' if ($2) else 'false')")"
}
kernel landlock 'c.syscall(444, None, 0, 1) > 0'
kernel execve-check 'c.syscall(322 if x86 else 281, -1, b"", None, None, 0x11000) < 0 and e() == 9'
kernel mdwe 'c.prctl(66, 0, 0, 0, 0) >= 0'
kernel mount-setattr 'c.syscall(442, -1, b"", 0, None, 0) < 0 and e() != 38'
kernel fanotify 'c.fanotify_init(5, 0) >= 0'
kernel memory-never-run 'c.memfd_create(b"x", 11) >= 0'
kernel sealed-memory 'c.memfd_create(b"x", 3) >= 0'
is 'a gate lacks what it needs' \
    "$(jq -c '[.gates[] | select(.name == "gate") | .possible]' report)" "[$(holds fanotify)]"
is 'and says what' "$(jq -c '[.gates[] | select(.possible == (.lacks | length > 0))]' report)" '[]'

# What tests/cli/start.sh and tests/adversarial show; the last two depend on the kernel.
is 'what stays open in the sandbox' "$(jq -c '[.attacks[:-2][] | select(.sandbox == "open") | .name]' report)" \
    '["code-in-data","code-in-arguments","inherited","modes","services","same-user"]'
is 'stays open with pin, too' "$(jq -c '[.attacks[] | select(.sandbox == "open" and .pin != "open")]' report)" '[]'
is 'what is open has a reason' \
    "$(jq -c '[.attacks[] | select((.because == null) == (.pin == "open"))]' report)" '[]'
is 'what is stopped in both tiers' "$(jq -c '[.attacks[:-2][] | select(.pin == "stopped") | .name]' report)" \
    '["unsigned","swapped","script-chain","environment","set-id","started","mounts","own-memory"]'
kernel landlock-truncate 'c.syscall(444, None, 0, 1) >= 3'
kernel landlock-scope 'c.syscall(444, None, 0, 1) >= 6'
is 'what is not forbidden yet' \
    "$(jq -c '[.attacks[-2:][] | .pin, .sandbox]' report)" "$(
        jq -nc --argjson empties "$(holds landlock-truncate)" --argjson scope "$(holds landlock-scope)" \
            '[if $empties then "stopped" else "open" end, "stopped", "open", if $scope then "stopped" else "open" end]')"

# The tier that run takes: as many of its parts as there are.
is 'the sandbox is what all its parts allow' "$(holds sandbox)" "$(jq -r '[.findings[] |
    select(.name | IN("landlock-truncate", "seccomp", "mdwe", "mount-setattr", "user-namespaces")) | .holds] | all' report)"
is 'and is taken' "$(jq -r .auto report)" "$([ "$(holds sandbox)" = true ] && echo sandbox || echo pin)"
if unshare -r true 2>/dev/null; then
    # shellcheck disable=SC2016 # for that shell
    check_exit 'without user namespaces' 0 'out~run --tier auto    is --tier pin' \
        unshare -r sh -c 'echo 0 >/proc/sys/user/max_user_namespaces && exec signet-enforce doctor'
    also 'there is no sandbox' 'out~run --tier sandbox impossible here'
    # shellcheck disable=SC2016 # for that shell
    check_exit 'with half of what it takes' 0 'out~run --tier auto    impossible here: ' unshare -rm sh -c '
        mount --bind /proc/sys /proc/sys && mount -o remount,bind,ro /proc/sys && signet-enforce doctor; exit $?'
    also 'it says what is wrong' 'out~the system refuses a limit of user namespaces'
else
    for name in 1 2 3 4; do
        ok "without user namespaces: $name"
    done
fi

# Mounts of our own, in a namespace of our own.
if unshare -rm true 2>/dev/null; then
    cat >mounts.sh <<'SH'
mkdir -p 'with space' not read files &&
    mount -t tmpfs none 'with space' && mount -t tmpfs -o noexec none not &&
    mount -t tmpfs -o ro none read && signet-enforce doctor --json
SH
    check_exit 'mounts' 0 'out~"mounts":' unshare -rm sh mounts.sh
    jq -r '.mounts[].path' "$tap_out" >paths
    is 'where files can be written and executed' "$(grep -c 'with.040space$' paths)" 1
    is 'not where none is executed' "$(grep -c '/not$' paths)" 0
    is 'nor where none is written' "$(grep -c '/read$' paths)" 0
    is 'nor where there are no files' "$(grep -c '^/proc$' paths)" 0
else
    note 'no user namespaces here'
    for name in 1 2 3 4 5; do
        ok "without them: $name"
    done
fi

check_exit 'an operand' 2 'err~doctor takes no operand' signet-enforce doctor x
check_exit 'an option of another verb' 2 'err~does not go with "doctor"' signet-enforce doctor --policy p
