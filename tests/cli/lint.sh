#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# signet-verify --lint: what the author of a policy did not mean; each finding has a twin without it.
# shellcheck source=tests/common/tap.sh
. "${0%/*}/../common/tap.sh"
plan 38

for name in root pol a b m d; do
    signet-key generate -q --no-passphrase -o $name >/dev/null
done
far=2199-01-01T00:00:00Z
signet-key root init -q -k root:root.pub -k policy:pol.pub -k release:a.pub -k release:b.pub \
    -k ci:m.pub --expires $far -o draft
signet-key root add -q -k bom:d.pub --uses jsf draft

# root NAME COMMAND...: the root of the draft after these edits, signed.
root()
{
    cp draft "$1"
    root_name=$1
    shift
    [ $# -eq 0 ] || signet-key root "$@" "$root_name" 2>../said || cat ../said
    signet-key root sign -q -k root.key "$root_name"
}
root trust

# policy RULE...: the policy of these rules, signed.
policy()
{
    rules=
    for rule in "$@"; do
        rules="$rules${rules:+,}{$rule}"
    done
    printf '{"schema":"signet-policy/1","name":"p","version":1,"issued":"2026-01-01T00:00:00Z",
        "expires":"%s","rules":[%s]}' "${expires:-$far}" "$rules" >policy.json
    signet-sign -q -k pol.key --kind policy --force -o policy policy.json >/dev/null
}

# rule ID MATCH [SIGNED_BY [MORE]]: a rule that two of release sign.
rule()
{
    printf '"id":"%s","actions":["verify"],"match":{%s},"signed_by":[{%s}]%s' "$1" "$2" \
        "${3-\"role\":\"release\",\"threshold\":2}" "${4-}"
}

lint() { signet-verify --insecure-no-state --lint --policy policy --root "${by:-trust}" "$@"; }

# clean NAME; finds NAME TEXT, which lets pass; blocks NAME TEXT.
clean() { check_exit "$1" 0 out= lint -q; }
finds() { check_exit "$1" 0 "out~$2" lint; }
blocks() { check_exit "$1" 1 "out~$2" lint; }

files='"kinds":["file"]' signers='"role":"release","threshold":'
policy "$(rule r "$files")"
clean 'nothing to say'

# ---- rules behind others ----

shadowed='rule second: never passes: rule first before it decides on all that it is for'
for row in '"kinds":["file"]|"kinds":["file"]' '"kinds":["file","bundle"]|"paths":["/a"]' \
    '"paths":["/a/**"]|"paths":["/a/b/*.so","/a"]' '"paths":["/a/*"]|"paths":["/a/b"]' \
    '"paths":["/x","/a/*/c"]|"paths":["/a/*/c"]' '"paths":["/**"]|"kinds":["file"],"paths":["/a*"]'; do
    policy "$(rule first "${row%|*}")" "$(rule second "${row#*|}")"
    blocks "$row" "$shadowed"
done
for row in '"kinds":["file"]|"kinds":["bundle"]' '"kinds":["file"]|"paths":["/a"]' \
    '"paths":["/a/**"]|"paths":["/a/b","/b"]' '"paths":["/a/**"]|"paths":["/ab/*"]' \
    '"paths":["/a/*"]|"paths":["/a/**"]' '"paths":["/a/*/c"]|"paths":["/a/b*/c"]' \
    '"paths":["/a/**"]|"kinds":["file"]' '"names":["a"]|"names":["a"]'; do
    policy "$(rule first "${row%|*}")" "$(rule second "${row#*|}")"
    clean "not for sure: $row"
done
policy "$(rule first "$files")" "$(rule second "$files" | sed 's/"verify"/"verify","open"/')"
clean 'another action'
policy "$(rule first "$files" | sed 's/"verify"/"verify","open"/')" "$(rule second "$files")"
blocks 'fewer actions' "$shadowed"

# ---- roles and keys ----

policy "$(rule r "$files" '"role":"nobody","threshold":1')"
blocks 'a role that is not there' 'rule r: never passes: root 1 has no role nobody'
policy "$(rule r "$files" '"role":"policy","threshold":1')"
blocks 'a role that says nothing' 'rule r: never passes: keys of the role policy say nothing of artifacts'
policy "$(rule r "$files" "${signers}3")"
blocks 'more keys than there are' \
    'rule r: never passes: 3 keys of the role release must sign, and 2 of its 2 can'
policy "$(rule r "$files" '"role":"bom","threshold":1')"
clean 'a key for JSF'
policy "$(rule r "$files" '"role":"bom","threshold":1,"formats":["dsse"]')"
blocks 'in a format that is not its' 'and 0 of its 1 can in the formats that count'
policy "$(rule r '"names":["a"]' '"role":"bom","threshold":1')"
blocks 'for a release' 'and 0 of its 1 can in the formats that count'
policy "$(rule r "$files" "${signers}2" ',"attestations":[{"type":"urn:x","role":"ci"}]')"
clean 'an attestation'
policy "$(rule r "$files" "${signers}2" ',"attestations":[{"type":"urn:x","role":"cd"}]')"
blocks 'an attestation by nobody' 'rule r: never passes: root 1 has no role cd'
policy "$(rule r '"formats":["gguf"]')"
clean 'formats of models'

policy "$(rule r "$files")"
root retired retire -k a.pub
by=retired blocks 'a retired key' 'and 1 of its 2 can'
cp draft timed
signet-key root add -q -k time:m.pub timed 2>/dev/null
signet-key root retire -q -k a.pub timed
signet-key generate -q --no-passphrase -o t >/dev/null
signet-key root add -q -k time:t.pub timed
signet-key root sign -q -k root.key timed
by=timed finds 'one that a trusted time may rescue' \
    'rule r: 2 keys of the role release must sign, and only 1 of its 2 count now'
cp draft later
signet-key root remove -q -k a.pub later
signet-key root add -q -k release:a.pub --not-before P10D later
signet-key root sign -q -k root.key later
by=later finds 'one that counts later' 'and only 1 of its 2 count now'

# ---- what expires ----

cp draft soon
signet-key root remove -q -k a.pub soon
signet-key root add -q -k release:a.pub --not-after P29D soon
signet-key root sign -q -k root.key soon
by=soon finds 'a key' "policy: key $(signet-key show a.pub) of a counts only until "
cp draft long
signet-key root remove -q -k a.pub long
signet-key root add -q -k release:a.pub --not-after P31D long
signet-key root sign -q -k root.key long
by=long clean 'a key of 31 days'
expires=$(date -u -d '+29 days' +%Y-%m-%dT%H:%M:%SZ)
policy "$(rule r "$files")"
finds 'the policy' "policy: it expires at $expires"
expires=$(date -u -d '+31 days' +%Y-%m-%dT%H:%M:%SZ)
policy "$(rule r "$files")"
clean 'a policy of 31 days'

# ---- how it is asked ----

expires=$far
policy "$(rule r "$files" "${signers}3")"
check_exit '--json' 1 'err~a rule of the policy never passes' lint --json
is '--json: what was found' "$(jq -c '[.result, (.findings[] | .rule, .never_passes)]' "$tap_out")" \
    '["fail","r",true]'
check_exit 'a draft' 1 'out~rule r: never passes' \
    signet-verify -q --insecure-no-state --insecure-unsigned-policy --lint --policy policy.json --root trust
check_exit 'with a PATH' 2 'err~option --lint goes with --policy and --root, and no PATH' lint draft
check_exit 'without a root' 2 'err~option --lint goes with' signet-verify --lint --policy policy
