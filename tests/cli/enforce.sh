#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# signet-enforce check: what a policy lets be executed, loaded and opened. Each pass has twins that
# differ in one thing, and each refusal has its word.
# shellcheck disable=SC2016 # $0 is of the programs that would run
# shellcheck source=tests/common/tap.sh
. "${0%/*}/../common/tap.sh"
# shellcheck source=tests/common/trust.sh
. "$SIGNET_SOURCE/tests/common/trust.sh"
plan 129

for name in r pol a b stranger; do
    signet-key generate -q --no-passphrase -o $name >/dev/null
done
times='"issued":"2026-01-01T00:00:00Z","expires":"2199-01-01T00:00:00Z"'
root="{\"schema\":\"signet-root/1\",\"version\":3,$times,
  \"keys\":{$(key r),$(key pol),$(key a),$(key b)},
  \"roles\":{$(role root 1 r),$(role policy 1 pol),$(role tools 1 a),$(role models 1 b)}}"
rules='"rules":[
  {"id":"run","actions":["execute","load"],"match":{"kinds":["file"]},
   "signed_by":[{"role":"tools","threshold":1}]},
  {"id":"models","actions":["open"],"match":{"kinds":["file","bundle"]},
   "signed_by":[{"role":"models","threshold":1}]}]'
policy="{\"schema\":\"signet-policy/1\",\"name\":\"acme\",\"version\":7,$times,$rules}"
sign_root root "$root" r
sign_policy policy "$policy" pol

# program NAME: a program that leaves a trace if it runs.
program()
{
    printf '#!/bin/sh\necho "$0 ran" >>"%s"\n' "$tap_dir/ran" >"$1"
    chmod 755 "$1"
}
program app
release a app.dsse.json app tools@1.4.0 '"usage":"program"'
mkdir model && echo weights >model/w
signet-sign -q -k b.key model

# check ARGUMENT...: with root and policy, and no state.
check() { signet-enforce check --insecure-no-state --policy policy --root root "$@"; }

# refused NAME STATUS WORD TEXT PATH ARGUMENT...: of check, with that word and that reason.
refused()
{
    refused_name=$1 refused_text=$4 refused_path=$5
    check_exit "$1" "$2" "out=REFUSED: $5: $3" check "$5" ${6+"$6"} ${7+"$7"} ${8+"$8"} ${9+"$9"}
    also "$refused_name: the text" "err~$refused_path: $refused_text"
}

# ---- what is decided ----

check_exit 'a program' 0 \
    "out=verified: app: file, $(stat -c %s app) bytes, tools 1.4.0, signed by 1 key as rule run of policy acme, version 7, demands: ok" \
    check app
check_exit 'and when it is said' 0 'out~rule run of policy acme' check --action execute app
check_exit 'a model' 0 'out~rule models of policy acme, version 7, demands: ok' check --action open model
refused 'a program that is to be opened' 1 unknown-digest \
    'rule models asks for 1 keys of role models' app --action open
refused 'a program that is to be loaded' 1 wrong-usage 'rule run is to execute or load' app --action load
refused 'a model that is to be executed' 3 not-regular 'expected a regular file to execute, found a directory' \
    model
refused 'a model that is to be loaded' 1 policy-error 'no rule of policy acme' model --action load
signet-sign -q -k stranger.key -o app.s.json app
refused 'a program by a stranger' 5 unknown-digest app.s.json app -s app.s.json
release b app.b.json app tools@1.4.0 '"usage":"program"'
refused 'a program by another role' 1 unknown-digest 'rule run asks for 1 keys of role tools' app -s app.b.json
program plain
refused 'a program that nobody signed' 4 unknown-digest 'no signature file found' plain

sign_policy p-path "${policy%%\"rules\"*}"'"rules":[{"id":"here","actions":["execute","open"],
  "match":{"paths":["'"$(pwd -P)"'/**"]},"signed_by":[{"role":"tools","threshold":1}]}]}' pol
chmod 777 .
check_exit 'a path that others can change' 1 out~REFUSED \
    signet-enforce check --insecure-no-state --policy p-path --root root app
also 'others can change it: the text' 'err~so it is refused: others than root and the caller can change'
check_exit 'to open it that does not matter' 0 out~verified \
    signet-enforce check --insecure-no-state --policy p-path --root root --action open app
chmod 755 .

# ---- what it was signed for ----

# used_as ACTION USAGE: signs app with that usage alone, and asks.
used_as()
{
    release a used.json app tools@1.4.0 "\"usage\":\"$2\""
    check --action "$1" -s used.json app
}
for usage in program interp script; do
    check_exit "execute: $usage" 0 out~ok used_as execute $usage
done
for usage in lib model data; do
    release a used.json app tools@1.4.0 "\"usage\":\"$usage\""
    refused "execute: $usage" 1 wrong-usage 'rule run is to execute or load' app -s used.json
done
for usage in lib interp script; do
    check_exit "load: $usage" 0 out~ok used_as load $usage
done
for usage in program model data; do
    release a used.json app tools@1.4.0 "\"usage\":\"$usage\""
    refused "load: $usage" 1 wrong-usage 'rule run is to execute or load' app --action load -s used.json
done
release a used.json app tools@1.4.0
refused 'execute: no usage' 1 wrong-usage 'rule run is to execute or load' app -s used.json
signet-sign -q -k a.key -o used.json --force app
refused 'execute: no release' 1 wrong-usage 'rule run is to execute or load' app -s used.json
none 'nothing of all that ran' "$(cat "$tap_dir/ran" 2>/dev/null)"

# ---- known, and changed ----

cp -p app changed && cp app.dsse.json changed.dsse.json && echo >>changed
refused 'another name, other bytes' 1 unknown-digest 'content differs' changed
mkdir there && cp -p changed there/app && cp app.dsse.json there/
release a sized.json changed tools@1.4.0 '"usage":"program"' '"size":5'
cp -p app resized
refused 'another name, another size' 1 size-mismatch 'content differs' resized -s sized.json
refused 'a signed name, other bytes' 1 known-name-modified 'content differs' there/app
cp -p app there/app
check_exit 'a signed name, the signed bytes' 0 'out~demands: ok' check there/app
cp -p app other && cp app.dsse.json other.dsse.json
check_exit 'another name, the signed bytes' 0 'out~demands: ok' check other
echo more >>model/w
refused 'a changed model' 1 known-name-modified 'content differs' model --action open
echo weights >model/w
check_exit 'the model as it was' 0 'out~demands: ok' check --action open model
touch model/new
refused 'a model with one file more' 1 known-name-modified '' model --action open
rm model/new

# ---- an archive: by its bytes, and not by what it holds ----

tar -cf packed.tar model
signet-sign -q -k b.key --contents packed.tar
check_exit 'what it holds' 0 'out~verified: packed.tar: bundle of 1 file' \
    signet-verify -k b.pub packed.tar
refused 'what it holds is opened' 1 policy-error 'rule models is for the bytes of a file' packed.tar --action open
signet-sign -q -k b.key -o packed.tar.b.sigstore.json packed.tar
check_exit 'its bytes are opened' 0 'out~verified: packed.tar: file, ' check --action open packed.tar

# ---- denied ----

denied='"revoked":[{"file":"sha256:'$(sha256sum app | cut -d' ' -f1)'","reason":"stolen"}]'
sign_policy p "${policy%\}},$denied}" pol
check_exit 'on the deny list' 1 'out=REFUSED: app: revoked' \
    signet-enforce check --insecure-no-state --policy p --root root app
also 'on the deny list: the text' 'err~app is on the deny list: stolen'
check_exit 'another that is not' 0 out~ok \
    signet-enforce check --insecure-no-state --policy p --root root --action open model

# ---- what the system says ----

if signet-enforce check --insecure-no-state --policy policy --root root -v app 2>&1 | grep -q 'cannot be asked'; then
    note 'this system has no AT_EXECVE_CHECK'
    for name in 1 2 3 4 5 6 7; do
        ok "without it: $name"
    done
else
    chmod 644 app
    refused 'nobody may execute it' 1 policy-error 'the system refuses to execute it: Permission denied' app
    also 'and what to do' 'err~chmod +x'
    chmod 755 app
    check_exit 'whoever may' 0 out~ok check app
    check_exit 'open for writing' 1 'out=REFUSED: app: writer-present' \
        sh -c 'exec 9>>app && exec signet-enforce check --insecure-no-state --policy policy --root root app'
    also 'open for writing: the text' 'err~Text file busy'
    check_exit 'no more' 0 out~ok check app
fi
chmod 644 there/app
signet-sign -q -k b.key --force there/app
check_exit 'what is to be opened need not be executable' 0 out~ok check --action open there/app
none 'asking executes nothing' "$(cat "$tap_dir/ran" 2>/dev/null)"

# ---- regular files alone, and no waiting ----

mkfifo fifo
check_exit 'a FIFO' 3 'out=REFUSED: fifo: not-regular' timeout 20 signet-enforce check \
    --insecure-no-state --policy policy --root root fifo
also 'a FIFO: the text' 'err~found a FIFO'
refused 'a device' 3 not-regular 'expected a regular file or a directory' /dev/null
refused 'nothing there' 3 io-error 'cannot open' none
program sided && mkfifo sided.sigstore.json
check_exit 'a FIFO where a signature would be' 3 out~REFUSED timeout 20 signet-enforce check \
    --insecure-no-state --policy policy --root root sided
rm -f sided.sigstore.json && cp app.dsse.json target && ln -s target sided.sigstore.json
refused 'a link where a signature would be' 3 not-regular '' sided
ln -s app link
check_exit 'a link is what it leads to' 0 out~ok check -s app.dsse.json link
{ cat app.dsse.json && printf '%4000s' ''; } >large.json
refused 'a signature file over the limit' 3 too-large large.json app --limit=envelope=4000 --signature=large.json
check_exit 'and below it' 0 out~ok check --limit envelope=8000 -s large.json app

# ---- several ----

check_exit 'several pass' 0 'out~verified: 2 of 2' check app other
check_exit 'one of several does not' 1 'out~REFUSED: 1 of 2' check app changed
also 'the other does' 'out~verified: app: '
check_exit 'the worst status counts' 3 'out~REFUSED: 2 of 3' check app plain none
check_exit 'quiet' 1 out= check -q changed
check_exit 'signature files are no operands' 0 'err~skipped' check app app.dsse.json

# ---- the report ----

check_exit 'the report' 1 'out~"schema":"signet-report/1"' check --json app changed
is 'result' "$(jq -r .result "$tap_out")" fail
is 'action' "$(jq -r .action "$tap_out")" execute
is 'verdicts' "$(jq -c '[.artifacts[].verdict]' "$tap_out")" '["ok","unknown-digest"]'
is 'what weakens it' "$(jq -c .insecure "$tap_out")" '["--insecure-no-state"]'
check_exit 'the report of none' 3 'out~"verdict":"io-error"' check --json none

# ---- policy, root and state ----

check_exit 'another policy by nobody' 3 out= \
    signet-enforce check --insecure-no-state --policy policy.json --root root app
check_exit 'which nobody need sign' 0 out~ok \
    signet-enforce check --insecure-no-state --insecure-unsigned-policy --policy policy.json --root root app
also 'that is said' 'err~--insecure-unsigned-policy'
sign_policy p6 "$(printf %s "$policy" | sed 's/"version":7/"version":6/')" pol
mkdir roots && cp root roots/3.root.json
check_exit 'a folder of roots' 0 out~ok signet-enforce check --insecure-no-state --policy policy --root roots app
check_exit 'an empty one' 3 out= signet-enforce check --insecure-no-state --policy policy --root there app
check_exit 'a state' 0 'err~first use' signet-enforce check --state ../state --policy policy --root root app
check_exit 'an older policy' 6 out= signet-enforce check --state ../state --policy p6 --root root app
sign_policy old "$(printf %s "$policy" | sed 's/2199-01-01/2026-02-01/')" pol
check_exit 'an expired policy' 6 out= signet-enforce check --insecure-no-state --policy old --root root app

# without_rights COMMAND...: as another user than root.
without_rights()
{
    if [ "$(id -u)" -eq 0 ]; then
        setpriv --reuid 65534 --clear-groups "$@"
    else
        "$@"
    fi
}
chmod 755 .. .
check_exit 'the environment names no state' 2 out= without_rights env XDG_STATE_HOME=/tmp HOME=/tmp \
    "$(command -v signet-enforce)" check --policy policy --root root app
also 'the text' 'err~expected --state FILE'
check_exit 'nor policy and root' 2 out= env SIGNET_POLICY=policy SIGNET_ROOT=root \
    signet-enforce check --insecure-no-state app
also 'policy and root: the text' 'err~expected --policy FILE and --root FILE|DIR'

# ---- the command line ----

# wrong NAME TEXT ARGUMENT...: exit status 2 with that text.
wrong()
{
    wrong_name=$1 wrong_text=$2
    shift 2
    check_exit "$wrong_name" 2 out= signet-enforce "$@"
    also "$wrong_name: the text" "err~$wrong_text"
}
wrong 'no verb' 'expected a verb: check, open, run or doctor'
wrong 'an unknown verb' 'expected the verb check, open, run or doctor, found "look"' look app
for verb in gate mcp; do
    wrong "$verb" "$verb: not built in this version" $verb
done
wrong 'no operand' 'expected a file or folder to check' check --policy policy --root root --insecure-no-state
wrong 'another action' 'expected execute, load or open, found "verify"' check --policy policy \
    --root root --insecure-no-state --action verify app
wrong 'a signature for two' 'signature' check --policy policy --root root --insecure-no-state \
    -s app.dsse.json app other
wrong 'a state and none' 'exclude each other' check --policy policy --root root --insecure-no-state \
    --state s app
wrong 'a way' 'option --via does not go with "check"' check --policy policy --root root \
    --insecure-no-state --via memfd app
wrong 'a key' 'unknown option' check -k a.pub app
