#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# signet-sign --kind and --append: policies and roots in DSSE files, signed by one person after the
# other; what each signature is over is told by openssl.
# shellcheck source=tests/common/tap.sh
. "${0%/*}/../common/tap.sh"
plan 80

for name in alice bob carol; do
    signet-key generate -q --no-passphrase -o $name >/dev/null
done
alice=$(signet-key show alice.pub --as fingerprint)
times='"issued":"2026-01-01T00:00:00Z","expires":"2199-01-01T00:00:00Z"'
printf '{ "schema": "signet-root/1",\r\n  "version": 1, %s, "keys":{"%s":{"algorithm":"ed25519",
  "public":"%s","owner":"\\u00e9","status":"active"}},"roles":{"root":{"keys":["%s"],"threshold":1},
  "policy":{"keys":["%s"],"threshold":1}} }\n' "$times" "$alice" \
    "$(sed '/-----/d' alice.pub | tr -d '\n')" "$alice" "$alice" >root.json
printf '{"schema":"signet-policy/1","name":"p","version":1,%s,"rules":[{"id":"r",
  "actions":["verify"],"match":{"kinds":["file"]},"signed_by":[{"role":"a","threshold":1}]}]}' \
    "$times" >policy.json
root_type=application/vnd.signet.root+json
policy_type=application/vnd.signet.policy+json

# by_openssl NAME FILE INDEX KEY PAYLOAD TYPE: that signature is one of KEY over the encoding of
# PAYLOAD by TYPE (DSSE v1.0.2, protocol.md).
by_openssl()
{
    jq -r ".signatures[$3].sig" "$2" | base64 -d >../sig
    {
        printf 'DSSEv1 %d %s %d ' ${#6} "$6" "$(wc -c <"$5")"
        cat "$5"
    } >../message
    is "$1" "$(openssl pkeyutl -verify -pubin -inkey "$4.pub" -rawin -in ../message \
        -sigfile ../sig 2>&1)" 'Signature Verified Successfully'
}

# refused NAME STATUS TEXT ARGUMENT...: of signet-sign -k alice.key, which prints nothing.
refused()
{
    refused_name=$1 refused_status=$2 refused_text=$3
    shift 3
    check_exit "$refused_name" "$refused_status" out= signet-sign -k alice.key "$@"
    also "$refused_name: the text" "err~$refused_text"
}

# ---- one signature ----

check_exit 'a root' 0 'out=root.json.dsse.json: covers the bytes of the root' \
    signet-sign -k alice.key --kind root root.json
also 'nothing else is said' err=
is 'the members' "$(jq -c 'keys' root.json.dsse.json)" '["payload","payloadType","signatures"]'
is 'the payload type' "$(jq -r .payloadType root.json.dsse.json)" "$root_type"
jq -r .payload root.json.dsse.json | base64 -d >../payload
same_bytes 'the payload is the file' ../payload root.json
is 'the key id is the fingerprint' "$(jq -c '[.signatures[].keyid]' root.json.dsse.json)" \
    "[\"$(signet-key show alice.pub --as fingerprint)\"]"
by_openssl 'openssl accepts it' root.json.dsse.json 0 alice root.json $root_type
check_exit 'a policy, elsewhere' 0 'out=o: covers the bytes of the policy' \
    signet-sign -k alice.key --kind policy -o o policy.json
by_openssl 'openssl accepts it too' o 0 alice policy.json $policy_type
is 'its type' "$(jq -r .payloadType o)" "$policy_type"
check_exit 'on standard output' 0 "out=$(cat o)" sh -c 'signet-sign -k alice.key --kind policy \
    -o - policy.json && echo'
check_exit '--dry-run prints what would be signed' 0 err= \
    signet-sign --kind root --dry-run root.json
same_bytes '--dry-run: the file' "$tap_out" root.json
check_exit '--force over another' 0 'out~o: covers the bytes of the root' \
    signet-sign -k alice.key --kind root --force -o o root.json
same_bytes '--force: as without' o root.json.dsse.json
rm o

# ---- two people ----

cp root.json.dsse.json one
check_exit 'a second signature, elsewhere' 0 'out=two: covers the bytes of the root' \
    signet-sign -k bob.key --kind root --append -o two one
also 'the others are not vouched for' 'err~1 signature is there already, which nobody checked here'
same_bytes 'what it was added to stays' one root.json.dsse.json
chmod 0640 root.json.dsse.json
check_exit 'the same in its place' 0 'out=root.json.dsse.json: covers the bytes of the root' \
    signet-sign -k bob.key --kind root --append --force root.json.dsse.json
same_bytes 'is the same' root.json.dsse.json two
is 'it keeps its mode' "$(stat -c %a root.json.dsse.json)" 640
check_exit 'its name said' 0 out~one signet-sign -k bob.key --kind root --append --force -o one one
same_bytes 'is the same too' one two
by_openssl 'the first, by openssl' two 0 alice root.json $root_type
by_openssl 'the second' two 1 bob root.json $root_type
is 'there are two' "$(jq '.signatures | length' two)" 2
jq . two >pretty
check_exit 'a third, behind two laid out anew' 0 'out~three: ' \
    signet-sign -k carol.key --kind root --append -o three pretty
also 'two are there' 'err~2 signatures are there already'
by_openssl 'the third' three 2 carol root.json $root_type
python3 - pretty three <<'PY' >../difference
import json, sys
old, new = (open(name, 'rb').read() for name in sys.argv[1:])
last = json.dumps(json.loads(new)['signatures'][2], separators=(',', ':')).encode()
at = new.index(b',' + last)
print(new[:at] + new[at + 1 + len(last):] == old)
PY
is 'every byte of the file stays' "$(cat ../difference)" True
check_exit '--append --dry-run prints the payload' 0 'err~2 signatures are there' \
    signet-sign --kind root --append --dry-run two
same_bytes '--append --dry-run: the payload' "$tap_out" root.json
check_exit '--json' 0 'err~1 signature is there' signet-sign --json -k bob.key --kind root --append \
    -o four "$(jq 'del(.signatures[1])' two >single && echo single)"
is '--json: what was made' "$(jq -c '[.schema, .result, .artifacts[0].path, .artifacts[0].signed_by,
    (.artifacts[0].signatures | length), (.artifacts[0].signatures[1] | .file, .format, .key, .covers,
    .valid), .artifacts[0].signatures[0].valid]' "$tap_out")" \
    "[\"signet-report/1\",\"pass\",\"single\",1,2,\"four\",\"dsse\",\"$(signet-key show bob.pub \
        --as fingerprint)\",\"root\",true,false]"
check_exit '--report' 0 out~five signet-sign --report r -k alice.key --kind policy -o five policy.json
is '--report: what was made' "$(jq -c '[.result, .artifacts[0].signatures[0].covers]' r)" \
    '["pass","policy"]'
rm r four five single

# ---- what is refused ----

refused 'a policy as a root' 3 \
    'policy.json: no root: "schema": expected "signet-root/1", found "signet-policy/1"' \
    --kind root -o x policy.json
refused 'a root as a policy' 3 \
    'root.json: no policy: "schema": expected "signet-policy/1", found "signet-root/1"' \
    --kind policy -o x root.json
sed 's/"status"/"state"/' root.json >unsound
refused 'a root that nobody would read' 3 'unsound: no root: /keys/SHA256:' --kind root -o x unsound
sed 's/"threshold":1/"threshold":0/' policy.json >unsound
refused 'a policy that nobody would read' 3 \
    'unsound: no policy: /rules/0/signed_by/0/threshold: expected' --kind policy -o x unsound
jq -c --arg payload "$(sed 's/"version": 1/"version": 0/' root.json | base64 -w 0)" \
    '.payload = $payload' two >unsound
refused '--append to a root that nobody would read' 3 'payload: no root: /version: expected' \
    --kind root --append -o x unsound
printf 'schema: signet-root/1\n' >yaml
refused 'what is not JSON' 3 'yaml: no root: ' --kind root yaml
cat root.json root.json >twice
refused 'trailing bytes' 3 'twice: no root: ' --kind root twice
refused 'an output that exists' 3 'two: exists' --kind root -o two root.json
refused 'the file itself' 3 'root.json: is what is to be signed' --kind root --force \
    -o root.json root.json
refused 'a folder' 2 'expected a file, found a folder' --kind root -o x .
refused 'a signature file without --append' 3 'found a signature file, to which --append adds' \
    --kind root -o x two
refused '--append to a document' 3 'no known signature format' --kind root --append -o x root.json
refused '--append of another kind' 3 \
    "payload type: expected \"$policy_type\", found \"$root_type\"" --kind policy --append -o x two
refused '--append in its place without --force' 3 'pretty: exists' --kind root --append pretty
refused '--append by the same key' 3 'by this one, SHA256:' --kind root --append -o x two
sed 's/"sig":"..../"sig":"AAAA/' two >broken
refused '--append beside a broken one of this key' 1 'bad signature: number 1 of 2' \
    --kind root --append -o x broken
refused '--append beyond a limit' 3 'one more would exceed the limit of 2' --kind root --append \
    --limit signatures=2 -o x "$(jq '.signatures |= [.[1], .[1]]' two >full && echo full)"
refused 'a larger file than allowed' 3 'more than the limit of 10' --kind root \
    --limit envelope=10 -o x root.json
refused 'another kind' 2 'expected policy or root, found "bom"' --kind bom root.json
refused '--append alone' 2 'option --append goes with --kind' --append root.json
refused 'two files' 2 'option --kind goes with one PATH' --kind root root.json policy.json

all=$(for option in '--format dsse' --contents '--ignore x' '--hash sha256' '--shard-size 9' \
    '--manifest x' '--reuse x' '--at /x' --multi --chain '--key-id x' --canonical \
    '--attest urn:x' '--predicate x' '--bind x'; do
    # shellcheck disable=SC2086 # an option and its value
    signet-sign -k alice.key --kind root $option root.json >../said 2>&1
    [ $? -eq 2 ] && grep -q "options --kind and ${option%% *} exclude each other" ../said ||
        printf '%s\n' "$option"
done)
none 'no option of another way to sign goes with it' "$all"
none 'nothing is left over' "$(find . -name 'x' -o -name '.*' ! -name .)"
