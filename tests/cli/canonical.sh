#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# signet-sign --canonical: a signature beside a JSON file over what it says. Another layout of it
# verifies, any change of meaning does not, and a signature over bytes takes no other layout.
# shellcheck source=tests/common/tap.sh
. "${0%/*}/../common/tap.sh"
plan 43

signet-key generate -q --no-passphrase -o k >/dev/null
cat >a.json <<'JSON'
{
  "specVersion": "1.6",
  "bomFormat": "CycloneDX",
  "serialNumber": "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79",
  "components": [
    {"type": "library", "name": "\u20ac", "version": "1.0"},
    {"name": "b", "type": "file"}
  ]
}
JSON

# payload FILE: the statement in a signature file.
payload()
{
    jq -r '(.dsseEnvelope // .).payload' "$1" | base64 -d
}

# verify NAME STATUS EXPECTATION FILE: with the signature of a.json.
verify()
{
    check_exit "$1" "$2" "$3" signet-verify -k k.pub -s a.json.sigstore.json "$4"
}

check_exit 'a document' 0 \
    'out=a.json.sigstore.json: covers what the JSON document says, in whatever layout' \
    signet-sign -k k.key --canonical a.json
# jq sorts names as RFC 8785 does as long as they are ASCII, and these numbers are texts.
is 'the statement says so, with the digest of the form' \
    "$(payload a.json.sigstore.json | jq -c '.subject')" \
    "[{\"annotations\":{\"signetForm\":\"rfc8785\"},\"digest\":{\"sha256\":\"$(jq -cSj . a.json |
        sha256sum | cut -d' ' -f1)\"},\"name\":\"a.json\"}]"
is 'the type is that of any signature' "$(payload a.json.sigstore.json | jq -r .predicateType)" \
    https://sigstore.dev/cosign/sign/v1
verify 'as it is' 0 'out~verified: a.json: CycloneDX 1.6, 2 components, serial urn:uuid:3e67' a.json
also 'the verdict says which form' 'out~, its RFC 8785 form signed by SHA256:'
jq -c . a.json >b.json
verify 'in one line' 0 'out~its RFC 8785 form signed by' b.json
jq -S --tab . a.json >b.json
verify 'sorted and indented' 0 'out~its RFC 8785 form signed by' b.json
signet-canon a.json >b.json
verify 'in canonical form' 0 'out~its RFC 8785 form signed by' b.json
printf '\n\n' >>b.json
verify 'with empty lines' 0 'out~its RFC 8785 form signed by' b.json
for change in '.components[0].version = 1' '.components |= reverse' '.version = 1' \
    'del(.serialNumber)' '.components[1].name = "B"' '.components += [.components[1]]' \
    '.components[1] += {"Name": "b"}'; do
    jq "$change" a.json >b.json
    verify "changed: $change" 1 'err~content differs: signed sha256:' b.json
done
sed 's/"b"/"b", "name": "b"/' a.json >b.json
verify 'a name twice' 3 'err~the RFC 8785 form of it is signed: expected each name once' b.json
also 'with its offset' "err~(byte $(grep -abo '"name": "b", "name"' b.json | head -n 1 |
    awk -F: '{ print $1 + 13 }'))"
sed 's/,$/;/' a.json >b.json
verify 'no JSON' 3 'err~the RFC 8785 form of it is signed: ' b.json
printf 'text\n' >b.json
verify 'a text' 3 'err~(byte 0)' b.json
mkdir folder
cp a.json folder/
verify 'a folder of it' 1 'err~over a file, not over this directory' folder
check_exit 'a limit' 3 'err~more than the limit of 100' \
    signet-verify -k k.pub -s a.json.sigstore.json --limit document=100 a.json

# ---- reports ----

signet-verify -k k.pub --json a.json >report
is 'the report says which form' \
    "$(jq -c '.artifacts[0] | .canonical, .signatures[0].covers, .signatures[0].content_matches' report)" \
    "{\"form\":\"rfc8785\",\"digest\":\"sha256:$(signet-canon --digest a.json)\",\"inexact_integer\":null}
\"canonical\"
true"
is 'the identity is of the bytes' "$(jq -r '.artifacts[0].identity.file' report)" \
    "sha256:$(sha256sum a.json | cut -d' ' -f1)"
document='{"type":"CycloneDX","version":"1.6","serial":"urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79","components":2,"inexact_integer":null}'
is 'a BOM is recognised' "$(jq -c '.artifacts[0].document' report)" "$document"
signet-sign -q -k k.key -o raw a.json
is 'and under a signature over its bytes' \
    "$(signet-verify -k k.pub -s raw --json a.json | jq -c '.artifacts[0] | .document, .canonical')" \
    "$document
null"
jq . a.json >b.json
check_exit 'which takes no other layout' 1 'err~content differs' signet-verify -k k.pub -s raw b.json
rm b.json
printf '{"spdxVersion":"SPDX-2.3","packages":[{}]}' >s.json
signet-sign -q -k k.key --canonical s.json
check_exit 'SPDX' 0 'out~verified: s.json: SPDX 2.3, 1 package, ' signet-verify -k k.pub s.json
check_exit '--print-statement' 0 "out~$(payload s.json.sigstore.json)" \
    signet-verify -k k.pub --print-statement s.json
check_exit 'what signing reports' 0 err= \
    signet-sign -k k.key --canonical --force --json s.json
is 'is what verifying does' "$(jq -c '.artifacts[0] | .canonical.digest, .signatures[0].covers' "$tap_out")" \
    "\"sha256:$(signet-canon --digest s.json)\"
\"canonical\""

# ---- what is signed otherwise, or not ----

check_exit 'a list' 0 'out~l.sigstore.json' \
    sh -c 'printf "[1, 2]" >l && signet-sign -k k.key --canonical l'
printf '\n[ 1,2 ]\n' >l
check_exit 'is signed as what it says' 0 'out~verified: l: file' signet-verify -k k.pub l
check_exit '--dry-run' 0 "out~$(payload l.sigstore.json)" signet-sign --canonical --dry-run l
check_exit '--inspect' 0 'out~UNVERIFIED form: rfc8785' signet-verify --inspect l.sigstore.json
is '--inspect --json' "$(signet-verify --json --inspect l.sigstore.json |
    jq -c '.unverified.subjects[0].form')" '"rfc8785"'
check_exit '--format dsse' 0 'out~l.dsse.json: covers what' \
    signet-sign -k k.key --canonical --format dsse l
printf '{"a": 9007199254740993}' >large
check_exit 'an integer that is rounded' 3 'err~write it as a string (byte 6)' \
    signet-sign -k k.key --canonical large
# shellcheck disable=SC2016 # the inner shell expands it
check_exit 'no JSON is signed so' 3 'err~(byte 3)' \
    sh -c 'printf "[1,]" >n; signet-sign -k k.key --canonical n; s=$?; rm n; exit $s'
check_exit 'nor a folder' 2 'err~goes with a JSON file' signet-sign -k k.key --canonical folder
check_exit 'nor with another hash' 2 'err~sha256 alone' \
    signet-sign -k k.key --canonical --hash blake2b --force l
check_exit 'nor inside a document' 2 'err~--canonical does not go with --format jsf' \
    signet-sign -k k.key --canonical --format jsf -o o a.json
check_exit 'nor with --contents' 2 'err~--contents' signet-sign -k k.key --canonical --contents l
