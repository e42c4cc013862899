#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The folders of evidence that a policy names: signature files in them are found by what they claim
# to be about, and count as if they stood beside the artifact, except that one about something else
# refuses nothing. Each pass has twins that differ in one thing.
# shellcheck source=tests/common/tap.sh
. "${0%/*}/../common/tap.sh"
# shellcheck source=tests/common/trust.sh
. "$SIGNET_SOURCE/tests/common/trust.sh"
plan 99

for name in r1 pol a b c stranger; do
    signet-key generate -q --no-passphrase -o $name >/dev/null
done
keys="$(key r1),$(key pol),$(key a),$(key b),$(key c)"
roles="$(role root 1 r1),$(role policy 1 pol),$(role release 2 a b),$(role ci 1 c)"
times='"issued":"2026-01-01T00:00:00Z","expires":"2199-01-01T00:00:00Z"'
root="{\"schema\":\"signet-root/1\",\"version\":1,$times,\"keys\":{$keys},\"roles\":{$roles}}"
here=$(pwd -P)
rules='"rules":[
  {"id":"tools","actions":["verify"],"match":{"paths":["'$here'/dist/**"]},
   "signed_by":[{"role":"release","threshold":2}]},
  {"id":"models","actions":["verify"],"match":{"kinds":["bundle"]},
   "signed_by":[{"role":"ci","threshold":1}]},
  {"id":"documents","actions":["verify"],"match":{"kinds":["file"]},
   "signed_by":[{"role":"ci","threshold":1}]}]'

# policy FOLDER MORE: with that folder of evidence, and other members.
policy()
{
    printf '{"schema":"signet-policy/1","name":"acme","version":1,%s,"evidence":["%s"],%s%s}' \
        "$times" "$1" "$rules" "$2"
}
sign_root root "$root" r1
sign_policy policy "$(policy "$here/evidence" '')" pol
sign_policy policy-missing "$(policy "$here/missing" '')" pol
sign_policy policy-link "$(policy "$here/link" '')" pol
sign_policy policy-below "$(policy "$here/link/below" '')" pol
sign_policy policy-file "$(policy "$here/root" '')" pol
mkdir evidence evidence/below dist srv && ln -s evidence link
echo hello >dist/app
echo other >dist/other
for name in a b stranger; do
    signet-sign -q -k $name.key -o $name.app dist/app
    signet-sign -q -k $name.key -o $name.other dist/other
done
signet-sign -q -k a.key --format dsse -o a.dsse dist/app

# with NAME...: the folder of evidence holds these files alone.
with()
{
    rm -rf evidence && mkdir evidence
    for with_name in "$@"; do
        cp "$with_name" evidence/
    done
}

# lines FILE...: one text on each line.
lines()
{
    for lines_name in "$@"; do
        cat "$lines_name"
        echo
    done
}

by_policy() { signet-verify --insecure-no-state --policy policy --root root "$@"; }

# refused NAME STATUS TEXT ARGUMENT...: of by_policy.
refused()
{
    refused_name=$1 refused_status=$2 refused_text=$3
    shift 3
    check_exit "$refused_name" "$refused_status" out~REFUSED by_policy "$@"
    also "$refused_name: the text" "err~$refused_text"
}

# ---- a file ----

with a.app b.app
check_exit 'two in single files' 0 \
    'out=verified: dist/app: file, 6 bytes, signed by 2 keys as rule tools of policy acme, version 1, demands' \
    by_policy dist/app
check_exit 'the report' 0 'out~"result":"pass"' by_policy --json dist/app
is 'both are listed' "$(jq -c '[.artifacts[0].signatures[]|[.owner,.valid,.trusted]]' "$tap_out")" \
    '[["a",true,true],["b",true,true]]'
refused 'nothing for another' 4 'no signature' dist/other
refused 'another file of the same name' 4 'no signature' evidence/../dist/other
with a.app
refused 'one of two' 1 'asks for 2 keys of role release over one statement, found 1' dist/app
cp b.app dist/app.b.sigstore.json
check_exit 'one there, one beside it' 0 'out~signed by 2 keys' by_policy dist/app
check_exit 'one there, one named' 0 'out~signed by 2 keys' by_policy -s b.app dist/app
rm dist/app.b.sigstore.json
with a.app a.dsse
refused 'one key in two files' 1 'found 1' dist/app
with a.app b.other
refused 'one about another' 1 'found 1' dist/app
with
lines a.other a.app stranger.app b.app b.other >evidence/all.jsonl
check_exit 'two on lines among others' 0 'out~signed by 2 keys' by_policy dist/app
is 'and nothing is said' "$(grep -c evidence "$tap_err")" 0
lines b.other a.other >evidence/all.jsonl
refused 'lines about another' 4 'no signature' dist/app
check_exit 'which they are about' 0 'out~signed by 2 keys' by_policy dist/other
with
lines a.app >evidence/1.jsonl
cp b.app evidence/2
check_exit 'one on a line, one in a file' 0 'out~signed by 2 keys' by_policy dist/app

# ---- statements add up only if they are the same bytes ----

mkdir other && cp dist/app other/renamed
signet-sign -q -k b.key -o b.renamed other/renamed
with a.app b.renamed
refused 'two statements about it' 1 'over one statement, found 1' dist/app

# ---- who signed ----

with a.app stranger.app
refused 'a key outside the root' 1 'found 1' dist/app
check_exit 'which is reported' 1 'out~"result":"fail"' by_policy --json dist/app
is 'as not trusted' "$(jq -c '[.artifacts[0].signatures[]|[.owner,.trusted]]' "$tap_out")" \
    '[["a",true],[null,false]]'
with stranger.app
refused 'a key outside the root alone' 5 'evidence/stranger.app: no key for SHA256' dist/app
with a.app b.app stranger.app
check_exit 'who is a stranger spoils nothing' 0 'out~signed by 2 keys' by_policy dist/app
jq -c '.dsseEnvelope.signatures[0].sig = "AAAA" + .dsseEnvelope.signatures[0].sig[4:]' b.app >bad
with a.app bad
refused 'a signature that is none' 1 'found 1' dist/app
with bad
refused 'that alone' 1 'evidence/bad: bad signature' dist/app

# ---- what else lies there ----

with a.app b.app
ln -s "$here/b.app" evidence/c.app
mkdir evidence/d
printf '{' >evidence/e
mkfifo evidence/f
check_exit 'what does not count' 0 'out~signed by 2 keys' by_policy dist/app
also 'a link is told' \
    "err~evidence that does not count: $here/evidence: c.app: expected a regular file, found a symbolic link"
also 'a folder is told' 'err~evidence: d: expected a regular file, found a directory'
also 'what is malformed is told' "err~$here/evidence/e: "
also 'a pipe is told' 'err~evidence: f: expected a regular file, found a FIFO'
rm evidence/b.app evidence/f
refused 'a link to what would count' 1 'found 1' dist/app
with a.app b.app
mkdir evidence/below && mv evidence/b.app evidence/below
refused 'a file in a folder below' 1 'found 1' dist/app
with a.app
{ cat b.app && printf 'x\n'; } >evidence/b.jsonl
refused 'a line that is malformed' 1 'found 1' dist/app
also 'which is told with its number' "err~$here/evidence/b.jsonl:1: "
with
for name in 1 2 3 4 5 6 7 8 9 10; do
    echo nothing >evidence/$name
done
refused 'many of them' 4 'evidence that does not count: 2 more' dist/app
with a.app
{ cat b.app && printf '%9000s' ''; } >evidence/b.app
check_exit 'up to the limit' 0 'out~signed by 2 keys' by_policy --limit envelope=20000 dist/app
refused 'beyond the limit' 1 'found 1' --limit envelope=9000 dist/app
also 'which is told' "err~evidence that does not count: $here/evidence/b.app: "

# ---- the folder ----

for name in missing link below file; do
    check_exit "$name: no folder of evidence" 4 out~REFUSED \
        signet-verify --insecure-no-state --policy policy-$name --root root dist/app
    also "$name: the text" "err~evidence that does not count: $here/"
done
check_exit 'no policy, no evidence' 4 out~REFUSED signet-verify -k a.pub dist/app

# ---- documents, bundles and archives ----

printf '{ "b": 2, "a": 1 }' >doc
printf '{"a":1,"b":2}' >spelled
printf '{"a":1,"b":3}' >changed
signet-sign -q -k c.key --canonical -o c.doc doc
with c.doc
check_exit 'a document' 0 'out~as rule documents' by_policy doc
check_exit 'in another spelling' 0 'out~as rule documents' by_policy spelled
refused 'a changed one' 4 'no signature' changed
mkdir srv/model srv/model/.git
echo weights >srv/model/w
echo config >srv/model/c
echo ref >srv/model/.git/HEAD
signet-sign -q -k c.key -o c.model srv/model
with c.model
check_exit 'a folder' 0 'out~as rule models' by_policy srv/model
cp -r srv/model srv/renamed && mv srv/renamed/w srv/renamed/x
refused 'the same files under other names' 1 'content differs from what was signed: 0 changed, 1 missing, 1 unsigned' srv/renamed
cp -r srv/model srv/more && echo more >srv/more/more
refused 'one more file' 4 'no signature' srv/more
tar -cf model.tar --exclude .git -C srv model
check_exit 'an archive of it' 0 'out~as rule models' by_policy model.tar
tar -cf more.tar --exclude .git -C srv more
refused 'an archive of another' 4 'no signature' more.tar
refused 'a part of a folder' 1 'rule models asks for the whole' --only w srv/model
with
refused 'a folder without it' 4 'no signature' srv/model

# ---- attestations ----

mkdir att && echo one >att/one && echo two >att/two
printf '{"bomFormat":"CycloneDX","specVersion":"1.6","components":[]}' >sbom.json
for name in one two; do
    signet-sign -q -k c.key -o c.$name att/$name
    signet-sign -q -k c.key --attest https://cyclonedx.org/bom --predicate sbom.json -o c.$name.sbom att/$name
done
signet-sign -q -k stranger.key --attest https://cyclonedx.org/bom --predicate sbom.json -o s.one.sbom att/one
sign_policy attested "$(policy "$here/evidence" '' | jq -c '.rules = [{"id":"sbom","actions":["verify","open"],
    "match":{"paths":["'"$here"'/att/**"],"kinds":["file"]},"signed_by":[{"role":"ci","threshold":1}],
    "attestations":[{"type":"https://cyclonedx.org/bom","role":"ci"}]}]')" pol
attested() { signet-verify --insecure-no-state --policy attested --root root "$@"; }
with
lines c.one c.two c.one.sbom c.two.sbom >evidence/all.jsonl
check_exit 'attested by lines' 0 'out~verified: 2 of 2' attested att/one att/two
lines c.one c.two c.two.sbom >evidence/all.jsonl
check_exit 'attested about another alone' 4 'out~REFUSED: att/one' attested att/one
also 'and told so' 'err~https://cyclonedx.org/bom'
lines c.one c.two.sbom s.one.sbom >evidence/all.jsonl
check_exit 'attested by a stranger' 4 'out~REFUSED: att/one' attested att/one
lines c.two c.one.sbom >evidence/all.jsonl
check_exit 'attested, and not signed' 4 'out~REFUSED: att/one' attested att/one
lines c.one c.one.sbom >evidence/all.jsonl
check_exit 'a policy of what may be opened' 0 'out~att/one' \
    signet-enforce check --insecure-no-state --policy attested --root root --action open att/one
check_exit 'and of what may not' 4 'out~att/two' \
    signet-enforce check --insecure-no-state --policy attested --root root --action open att/two

# ---- trusted times ----

signet-key generate -q --no-passphrase -o t >/dev/null
retired="$(key c | sed 's/"status":"active"/"status":"retired","retired_at":"2190-01-01T00:00:00Z"/')"
timer="$(key t | sed 's/}$/,"uses":["time"]}/')"
sign_root root-time "{\"schema\":\"signet-root/1\",\"version\":1,$times,\"keys\":{$(key r1),$(key pol),$retired,$timer},
    \"roles\":{$(role root 1 r1),$(role policy 1 pol),$(role ci 1 c),$(role time 1 t)}}" r1
timed() { signet-verify --insecure-no-state --policy policy --root root-time "$@"; }
signet-sign -q -k c.key -o c.note att/one
with c.note
check_exit 'a retired key' 5 out~REFUSED timed att/one
signet-sign -q -k t.key --time evidence/c.note c.pub
check_exit 'with a time before that' 0 'out~as rule documents' timed att/one
lines c.note >evidence/all.jsonl
mv evidence/c.note.time evidence/all.jsonl.time && rm evidence/c.note
check_exit 'of a line' 0 'out~as rule documents' timed att/one
mv evidence/all.jsonl.time elsewhere && ln -s "$here/elsewhere" evidence/all.jsonl.time
check_exit 'through a link it is none' 5 out~REFUSED timed att/one

# ---- what is validly signed, and about something else after all ----

oms_root=$(signet-canon --manifest srv/model | sed -n 's/^root  //p')
is 'the root holds no names' "$(signet-canon --manifest srv/renamed | sed -n 's/^root  //p')" "$oms_root"
with c.model
cp c.model srv/renamed.sig
refused 'beside it that refuses' 1 'content differs' srv/renamed
rm srv/renamed.sig
signet-sign -q -k c.key srv/renamed
check_exit 'in a folder of evidence it does not' 0 'out~as rule models' by_policy srv/renamed
check_exit 'and is told' 0 'out~"result":"pass"' by_policy --json srv/renamed
is 'as what it is' "$(jq -c '[.artifacts[0].signatures[]|.trusted]' "$tap_out")" '[true,true]'
sign_policy policy "$(policy "$here/evidence" ',"revoked":[{"file":"sha256:'"$(sha256sum dist/app | cut -c1-64)"'","reason":"stolen"}]')" pol
with a.app b.app
refused 'the deny list' 1 'on the deny list: stolen' dist/app
signet-sign -q -k c.key -o c.tar model.tar
with c.tar
check_exit 'an archive as a file' 0 'out~as rule documents' by_policy model.tar
with c.tar c.model
refused 'what it holds cannot be compared with the list' 1 'has a deny list' model.tar
