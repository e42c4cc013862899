#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# signet-key root: a trust root from its first draft to its successor, signed by one person after the
# other. What was signed is told by openssl, what a root is good for by signet-verify.
# shellcheck source=tests/common/tap.sh
. "${0%/*}/../common/tap.sh"
plan 109

for name in alice bob carol dave ci; do
    signet-key generate -q --no-passphrase -o $name >/dev/null
done

# id NAME: the fingerprint of a key.
id() { signet-key show "$1.pub"; }

# root VERB...: signet-key root.
root() { signet-key root "$@"; }

# refused NAME STATUS TEXT ARGUMENT...: of signet-key root, which prints nothing.
refused()
{
    refused_name=$1 refused_status=$2 refused_text=$3
    shift 3
    check_exit "$refused_name" "$refused_status" out= signet-key root "$@"
    also "$refused_name: the text" "err~$refused_text"
}

# by_openssl NAME FILE INDEX KEY: that signature is one of KEY over the DSSE encoding of the payload.
by_openssl()
{
    jq -r .payload "$2" | base64 -d >../payload
    jq -r ".signatures[$3].sig" "$2" | base64 -d >../sig
    {
        printf 'DSSEv1 32 application/vnd.signet.root+json %d ' "$(wc -c <../payload)"
        cat ../payload
    } >../message
    is "$1" "$(openssl pkeyutl -verify -pubin -inkey "$4.pub" -rawin -in ../message \
        -sigfile ../sig 2>&1)" 'Signature Verified Successfully'
}

# ---- a draft ----

check_exit 'the first draft' 0 'err~1.root.json: root 1, a draft that 1 must sign' \
    root init -k root:alice.pub -k root:bob.pub -k policy:carol.pub
also 'it prints nothing' out=
is 'its members' "$(jq -c keys 1.root.json)" \
    '["expires","issued","keys","roles","schema","version"]'
is 'its schema and version' "$(jq -c '[.schema, .version]' 1.root.json)" '["signet-root/1",1]'
is 'it lasts a year' "$(jq '(.expires | fromdate) - (.issued | fromdate)' 1.root.json)" 31536000
is 'it was issued now' "$(jq '(now - (.issued | fromdate)) | . >= 0 and . < 600' 1.root.json)" true
is 'its keys' "$(jq -c '[.keys[].owner] | sort' 1.root.json)" '["alice","bob","carol"]'
is 'the public key of one' "$(jq -r ".keys[\"$(id alice)\"].public" 1.root.json)" \
    "$(openssl pkey -pubin -in alice.pub -outform der | base64 -w 0)"
is 'its roles' "$(jq -c '.roles | map_values([(.keys | length), .threshold])' 1.root.json)" \
    '{"policy":[1,1],"root":[2,1]}'
check_exit 'elsewhere, until a day' 0 err~o: \
    root init -k root:alice.pub -k policy:alice.pub -o o --expires 2199-01-01T00:00:00Z
is 'that day' "$(jq -r .expires o)" 2199-01-01T00:00:00Z
check_exit 'for ten days' 0 err~o: \
    root init -k root:alice.pub -k policy:alice.pub -o o --force --expires P10D
is 'ten days' "$(jq '(.expires | fromdate) - (.issued | fromdate)' o)" 864000
refused 'over another' 3 'o: exists' init -k root:alice.pub -k policy:alice.pub -o o
rm o
refused 'without a role that must be' 3 'no root: /roles/policy: expected this member' \
    init -k root:alice.pub -o x
refused 'without keys' 2 'option --key: expected ROLE:PUB' init -o x
refused 'a key without a role' 2 'option --key: expected ROLE:PUB' init -k alice.pub -o x
refused 'a secret key' 3 'alice.key: ' init -k root:alice.key -k policy:carol.pub -o x
refused 'an expiry that is no time' 2 'found "tomorrow"' \
    init -k root:alice.pub -k policy:carol.pub --expires tomorrow -o x
refused 'an expiry in the past' 3 '/expires: expected' \
    init -k root:alice.pub -k policy:carol.pub --expires 2020-01-01T00:00:00Z -o x

# ---- edits ----

chmod 0640 1.root.json
check_exit 'a key in two roles' 0 err~1.root.json: root add -k release:ci.pub -k model:ci.pub \
    --owner 'Build machine' --not-before P1D --not-after 2199-01-01T00:00:00Z --uses dsse,bundle,jsf \
    1.root.json
is 'it keeps its mode' "$(stat -c %a 1.root.json)" 640
is 'the key' "$(jq -c ".keys[\"$(id ci)\"] | [.owner, .not_after, .uses, .status]" 1.root.json)" \
    '["Build machine","2199-01-01T00:00:00Z",["bundle","dsse","jsf"],"active"]'
is 'the roles' "$(jq -c '[.roles.release.keys, .roles.model.keys]' 1.root.json)" \
    "[[\"$(id ci)\"],[\"$(id ci)\"]]"
check_exit 'thresholds' 0 'err~root 1, a draft that 2 must sign' \
    root threshold root:2 release:1 1.root.json
is 'the threshold' "$(jq .roles.root.threshold 1.root.json)" 2
check_exit 'a key out of a role' 0 err~1.root.json: root remove -k model:"$(id ci)" 1.root.json
is 'the role goes with its last key' "$(jq -c '.roles | keys' 1.root.json)" \
    '["policy","release","root"]'
check_exit 'a key of someone else' 0 err~1.root.json: root add -k release:dave.pub 1.root.json
check_exit 'a key out of all' 0 err~1.root.json: root remove -k dave.pub 1.root.json
is 'the key is gone' "$(jq -c ".keys | has(\"$(id dave)\")" 1.root.json)" false
refused 'two owners of one name' 2 '--owner is for one key' \
    add -k a:dave.pub -k a:ci.pub --owner x 1.root.json
refused 'a key that is in the role' 2 'is in the role root already' add -k root:alice.pub 1.root.json
refused 'a key that is described already' 2 'is in the root already' \
    add -k a:alice.pub --uses dsse 1.root.json
refused 'a use that is none' 2 'option --uses: expected some of' \
    add -k a:dave.pub --uses run 1.root.json
refused 'uses that do not go together' 3 '/uses: expected' \
    add -k a:dave.pub --uses jsf,minisign 1.root.json
refused 'a key that is not there' 2 "has no key $(id dave)" remove -k dave.pub 1.root.json
refused 'fewer keys than the threshold' 2 'too few keys would be left for its threshold of 2' \
    remove -k bob.pub 1.root.json
refused 'a threshold of none' 2 'expected a threshold from 1 to 2' threshold root:0 1.root.json
refused 'a threshold above the keys' 2 'expected a threshold from 1 to 2' threshold root:3 1.root.json
refused 'a threshold of no role' 2 'has no role nobody' threshold nobody:1 1.root.json
refused 'no draft' 2 'expected ROLE:N and a DRAFT, found nothing' threshold root:1
refused 'an option of another verb' 2 'option --at does not go with "add"' \
    add -k a:dave.pub --at P1D 1.root.json
refused 'no verb' 2 'expected init, add' --quiet
refused 'standard input' 2 'expected a DRAFT that can be replaced' add -k a:dave.pub -

# ---- signing ----

check_exit 'shown, unsigned' 0 'out~UNVERIFIED not signed; 2 must' root show 1.root.json
also 'the role' 'out~UNVERIFIED role root: 2 of 2'
also 'the owner' "out~UNVERIFIED   $(id ci) Build machine, ed25519, for bundle dsse jsf, from "
cp 1.root.json draft
check_exit 'the first signature' 0 'err~signed by 1 of the 2 keys of its role root that must' \
    root sign -k alice.key 1.root.json
is 'the mode' "$(stat -c %a 1.root.json)" 640
is 'a DSSE file' "$(jq -c '[keys, .payloadType]' 1.root.json)" \
    '[["payload","payloadType","signatures"],"application/vnd.signet.root+json"]'
by_openssl 'by openssl' 1.root.json 0 alice
same_bytes 'the payload is the draft' ../payload draft
signet-sign -q -k alice.key --kind root -o same draft >/dev/null
same_bytes 'what signet-sign makes' same 1.root.json
rm same
refused 'twice by one key' 3 'it signed already' sign -k alice.key 1.root.json
check_exit 'the second' 0 'err~signed by 2 of the 2 keys' root sign -k bob.key 1.root.json
by_openssl 'by openssl too' 1.root.json 1 bob
cp 1.root.json signed
check_exit 'by a stranger' 0 'err~this key is not in its role root' root sign -k ci.key signed
also 'it does not count' 'err~signed by 2 of the 2 keys'
rm signed
printf '{"schema":"signet-root/1","version":1}' >unsound
refused 'what nobody would read' 3 'unsound: /' sign -k alice.key unsound
refused 'two secret keys' 2 'expected one secret key' sign -k alice.key -k bob.key 1.root.json
refused 'an edit of a signed root' 3 'is signed, and a change would void its signatures' \
    add -k a:dave.pub 1.root.json
also 'what to do instead' 'err~signet-key root next'
check_exit '--json' 0 err= root show --json 1.root.json
is '--json: what was found' "$(jq -c '[.schema, .result, (.unverified | .version, .signed, .signers,
    .signers_needed, ([.signatures[].key] | length), ([.roles[].role] | sort))]' "$tap_out")" \
    '["signet-key/1","pass",1,true,2,2,2,["policy","release","root"]]'

# ---- the next one ----

check_exit 'its successor' 0 'err~2.root.json: root 2, a draft that 2 must sign' \
    root next 1.root.json
is 'one version more, the same keys' "$(jq -c 'del(.version, .issued, .expires)' 2.root.json)" \
    "$(jq -c 'del(.version, .issued, .expires)' draft)"
is 'it lasts as long' "$(jq '(.expires | fromdate) - (.issued | fromdate)' 2.root.json)" 31536000
refused 'over its predecessor' 3 '1.root.json: is the root that the new one follows' \
    next 1.root.json --force -o 1.root.json
root add -q -k root:dave.pub 2.root.json
root remove -q -k root:bob.pub 2.root.json
check_exit 'a retired key' 0 err~2.root.json: root retire -k bob.pub --at 2026-01-01T00:00:00Z 2.root.json
is 'since when' "$(jq -c ".keys[\"$(id bob)\"] | [.status, .retired_at]" 2.root.json)" \
    '["retired","2026-01-01T00:00:00Z"]'
refused 'retired again' 2 'is retired already' retire -k bob.pub 2.root.json
check_exit 'a revoked key' 0 err~2.root.json: root revoke -k "$(id ci)" 2.root.json
is 'its status' "$(jq -r ".keys[\"$(id ci)\"].status" 2.root.json)" revoked
check_exit 'shown' 0 'out~, RETIRED at 2026-01-01T00:00:00Z' root show 2.root.json
also 'in no role' 'out~UNVERIFIED in no role:'
for name in alice dave; do
    root sign -q -k $name.key 2.root.json
done
check_exit 'by one of the root before' 0 'err~as many as the root before it demands must, too' \
    root sign -k bob.key 2.root.json
check_exit 'who signed' 0 "out~UNVERIFIED   by $(id dave) dave" root show 2.root.json
also 'and who may not' "out~by no key of its role root that may sign; its key id: $(id bob)"
check_exit 'the successor of a draft' 0 'err~o: root 2' root next -o o draft

# ---- what it is for ----

cat >policy.json <<P
{"schema":"signet-policy/1","name":"acme","version":1,"issued":"2026-01-01T00:00:00Z",
 "expires":"2199-01-01T00:00:00Z","rules":[{"id":"all","actions":["verify"],
 "match":{"kinds":["file"]},"signed_by":[{"role":"release","threshold":1}]}]}
P
signet-sign -q -k carol.key --kind policy -o policy policy.json
root init -q -k root:alice.pub -k policy:carol.pub -k release:dave.pub -o trust
root sign -q -k alice.key trust
echo hello >app
signet-sign -q -k dave.key app
check_exit 'signet-verify takes it' 0 'out~as rule all of policy acme, version 1, demands' \
    signet-verify --insecure-no-state --policy policy --root trust app
jq -c '.signatures = []' trust >none
check_exit 'unsigned it does not' 3 out= \
    signet-verify --insecure-no-state --policy policy --root none app
