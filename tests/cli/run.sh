#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# signet-enforce run: what is started, with what, and what is not. Attacks on what it starts are in
# tests/adversarial.
# shellcheck disable=SC2016 # $1 and $0 are of the programs that are started
# shellcheck source=tests/common/tap.sh
. "${0%/*}/../common/tap.sh"
# shellcheck source=tests/common/trust.sh
. "$SIGNET_SOURCE/tests/common/trust.sh"
plan 86

for name in r pol sys stranger; do
    signet-key generate -q --no-passphrase -o $name >/dev/null
done
times='"issued":"2026-01-01T00:00:00Z","expires":"2199-01-01T00:00:00Z"'
root="{\"schema\":\"signet-root/1\",\"version\":3,$times,\"keys\":{$(key r),$(key pol),$(key sys)},
  \"roles\":{$(role root 1 r),$(role policy 1 pol),$(role system 1 sys)}}"
mkdir evidence
policy="{\"schema\":\"signet-policy/1\",\"name\":\"acme\",\"version\":7,$times,
  \"evidence\":[\"$PWD/evidence\"],
  \"rules\":[{\"id\":\"run\",\"actions\":[\"execute\",\"load\"],\"match\":{\"kinds\":[\"file\"]},
   \"signed_by\":[{\"role\":\"system\",\"threshold\":1}]}]}"
sign_root root "$root" r
sign_policy policy "$policy" pol

# sign KEY FILE...: one list of these files and all that they load.
sign()
{
    sign_key=$1
    shift
    {
        printf '%s\n' "$@"
        for sign_file in "$@"; do
            ldd "$sign_file" 2>/dev/null | grep -o '/[^ ]*'
        done
    } | sort -u | xargs -n1 readlink -f >"$tap_dir/files"
    # shellcheck disable=SC2046 # names of system files have no spaces
    signet-sign -q -k "$sign_key.key" --force -o evidence/system.json --system $(cat "$tap_dir/files")
}

{
    echo '#!/bin/bash'
    cat <<'SH'
printf '%s\n' "$#" "$@" "$SET" "${LD_X-none}" "${PYTHONPATH-none}"
[ -z "$READ" ] || cat
exit 7
SH
} >script
chmod 755 script
sign sys /bin/true /bin/false /bin/bash /bin/cat /usr/bin/env "$PWD/script"

run() { signet-enforce run --insecure-no-state --policy policy --root root "$@"; }

# ---- what is started ----

for tier in pin sandbox; do
    check_exit "$tier: a program" 0 out= run --tier $tier -- true
    also "$tier: which is said" "err~true: ok, 3 files, tier $tier"
    check_exit "$tier: its exit status" 1 out= run --tier $tier -q -- /bin/false
    also "$tier: quietly" err=
    check_exit "$tier: a signal" 143 out= run -q --tier $tier -- bash -c 'kill -TERM $$'
    check_exit "$tier: a script" 7 out~6 \
        env SET=kept LD_X=1 PYTHONPATH=/tmp signet-enforce run -q --insecure-no-state --policy policy \
        --root root --tier $tier -- ./script 'a b' '' -v -- '*' "$(printf 'x\ny')"
    is "$tier: its arguments and environment" "$(tail -n +2 "$tap_out" | tr '\n' '|')" \
        'a b||-v|--|*|x|y|kept|none|none|'
    check_exit "$tier: a variable that is kept" 0 out=/srv \
        env PYTHONPATH=/srv LD_X=1 signet-enforce run -q --insecure-no-state --policy policy --root root \
        --tier $tier --env PYTHONPATH -- bash -c 'echo "$PYTHONPATH$LD_X"'
    check_exit "$tier: standard input" 0 out=in sh -c 'echo in | signet-enforce run -q --insecure-no-state \
        --policy policy --root root --tier '$tier' -- cat'
    check_exit "$tier: another program of the closure" 0 out=in sh -c 'echo in | signet-enforce run -q \
        --insecure-no-state --policy policy --root root --tier '$tier' --also /bin/cat -- bash -c cat'
    check_exit "$tier: and one that is not" 126 err~denied run -q --tier $tier -- bash -c cat
    check_exit "$tier: writing below --rw" 0 out= run -q --tier $tier --rw . -- bash -c 'echo x >written'
    is "$tier: what was written" "$(cat written)" x
    rm -f written
    check_exit "$tier: writing elsewhere" 1 err~denied run -q --tier $tier -- bash -c 'echo x >written'
    none "$tier: nothing was written" "$(cat written 2>/dev/null)"
    check_exit "$tier: to nowhere" 0 out= run -q --tier $tier -- bash -c 'echo x >/dev/null'
done
check_exit 'whichever tier there is' 0 err~tier run -- true
check_exit 'pin: reading' 0 out~root run -q --tier pin -- bash -c 'echo $(<policy.json) root'
echo other >other
check_exit 'sandbox: reading elsewhere' 1 err~denied run -q --tier sandbox -- bash -c 'read -r x <other'
check_exit 'sandbox: reading what may be read' 0 out=other \
    run -q --tier sandbox --ro other -- bash -c 'read -r x <other; echo "$x"'

# ---- the report ----

env -i PATH="$PATH" signet-enforce run -q --insecure-no-state --policy policy --root root --report report --tier pin -- true
is 'a report' $? 0
is 'the tier' "$(jq -r .tier report)" pin
is 'each file' "$(jq -r '[.artifacts[].verdict] | unique | .[]' report)" ok
is 'how many' "$(jq '.artifacts | length' report)" 3
is 'none removed' "$(jq -c .environment_removed report)" '[]'
env -i PATH="$PATH" BASH_ENV=x HOME=/ signet-enforce run -v --insecure-no-state --policy policy --root root \
    --report removed --tier pin -- true 2>said
is 'what was removed' "$(grep -c 'removed from the environment: BASH_ENV$' said)" 1
is 'and in the report' "$(jq -c .environment_removed removed)" '["BASH_ENV"]'

# ---- what is not started ----

# refused NAME STATUS TEXT ARGUMENT...: and nothing ran.
refused()
{
    refused_name=$1 refused_status=$2 refused_text=$3
    shift 3
    check_exit "$refused_name" "$refused_status" "err~$refused_text" run "$@"
    also "$refused_name: nothing runs" out=
}
printf '#!/bin/bash\necho ran\n' >unsigned
chmod 755 unsigned
run --report refused -- ./unsigned >out 2>&1
is 'a report of a refusal' $? 126
is 'has no tier' "$(jq .tier refused)" null
refused 'a script that nobody signed' 126 'no signature file found' -- ./unsigned
refused 'in either tier' 126 'no signature file found' --tier pin -- ./unsigned
cp script changed && echo 'echo more' >>changed
check_exit 'the word for it' 126 'err~./unsigned: unknown-digest, not started' run -- ./unsigned
also 'and what to do' 'err~put its signature file beside it'
refused 'a script that was changed' 126 'no signature file found' -- ./changed
refused 'no program' 127 'No such file' -- ./missing
refused 'none in PATH' 127 missing -- missing
refused 'a folder' 126 'expected a regular file' -- ./evidence
mkfifo fifo
refused 'a FIFO' 126 'expected a regular file' -- ./fifo
refused 'no ELF file' 126 'expected an ELF file' -- ./policy.json
refused 'a further file that nobody signed' 126 'no signature file found' --also ./unsigned -- true
refused 'a further file that is missing' 126 'No such file' --also ./missing -- true
refused 'a tier that there is not' 125 'expected auto, pin or sandbox, found "x"' --tier x -- true
refused 'a path of --ro that is missing' 125 missing --tier sandbox --ro missing -- true
refused 'a file larger than the limit' 126 'true: larger than the limit of 10000 bytes' \
    --limit document=10000 -- true
refused 'no program behind the options' 125 'expected -- PROG ARGS' --tier pin
refused 'a program before --' 125 'expected -- PROG ARGS' true
refused 'an empty program' 125 'expected -- PROG ARGS' -- ''
refused 'a variable of the dynamic linker' 125 'changes which libraries are loaded' --env LD_LIBRARY_PATH -- true
check_exit 'JSON' 125 'err~standard output is for PROG' run --json -- true
check_exit 'an option of another verb' 125 'err~does not go with "run"' run --via memfd -- true
signet-sign -q -k stranger.key --force -o evidence/system.json --system /bin/true
refused 'signed by a stranger' 126 'true: ' -- true
check_exit 'help' 0 'out~run [options]' signet-enforce run --help
