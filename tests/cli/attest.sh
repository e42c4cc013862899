#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# signet-sign --attest: what is stated, about which subject, and what is refused; and what
# signet-verify says of it, which is never that the artifact is signed.
# shellcheck source=tests/common/tap.sh
. "${0%/*}/../common/tap.sh"
plan 70

bom=https://cyclonedx.org/bom
slsa=https://slsa.dev/provenance/v1
signet-key generate -q --no-passphrase -o k >/dev/null
signet-key generate -q --no-passphrase -o j >/dev/null
printf 'hello\n' >f
mkdir -p m/w
printf 'weights\n' >m/w/0.bin
printf '{}' >m/config.json
cat >bom.json <<'JSON'
{"specVersion": "1.6", "bomFormat": "CycloneDX", "version": 1.0,
 "components": [{"type": "library", "name": "\u00e9"}]}
JSON
cat >slsa.json <<'JSON'
{"buildDefinition": {"buildType": "https://example.com/b/v1", "externalParameters": {}},
 "runDetails": {"builder": {"id": "https://example.com/builder"}}}
JSON

# payload FILE: the statement in a signature file.
payload()
{
    jq -r '(.dsseEnvelope // .).payload' "$1" | base64 -d
}

# identity FOLDER: its bundle identity, by coreutils.
identity()
{
    (cd "$1" && find . -type f | sed 's,^\./,,' | LC_ALL=C sort | while read -r name; do
        printf '%s  %s\0' "$(sha256sum "$name" | cut -d' ' -f1)" "$name"
    done) | sha256sum | cut -d' ' -f1
}

# refused NAME STATUS TEXT ARGUMENT...: of signet-sign -k k.key.
refused()
{
    refused_name=$1 refused_status=$2 refused_text=$3
    shift 3
    check_exit "$refused_name" "$refused_status" "err~$refused_text" signet-sign -k k.key "$@"
}

# ---- what is stated ----

check_exit 'a BOM about a file and a folder' 0 \
    'out=f.bom.sigstore.json: attestation about the bytes of the file, and no signature
m.bom.sigstore.json: attestation about names and contents, and no signature' \
    signet-sign -k k.key --attest $bom --predicate bom.json f m
is 'the members' "$(payload f.bom.sigstore.json | jq -c 'keys')" \
    '["_type","predicate","predicateType","subject"]'
is 'the types' "$(payload f.bom.sigstore.json | jq -r '._type + " " + .predicateType')" \
    "https://in-toto.io/Statement/v1 $bom"
is 'the subject is the file' "$(payload f.bom.sigstore.json | jq -c '.subject')" \
    "[{\"digest\":{\"sha256\":\"$(sha256sum f | cut -d' ' -f1)\"},\"name\":\"f\"}]"
is 'or the bundle by its identity' "$(payload m.bom.sigstore.json | jq -c '.subject')" \
    "[{\"digest\":{\"signetBundle\":\"$(identity m)\"},\"name\":\"m\"}]"
check_exit '--inspect' 0 "out~UNVERIFIED signetBundle: $(identity m)" \
    signet-verify --inspect m.bom.sigstore.json
is '--inspect --json' "$(signet-verify --json --inspect m.bom.sigstore.json |
    jq -c '.unverified.subjects[0]')" \
    "{\"name\":\"m\",\"digest\":{\"signetBundle\":\"$(identity m)\"},\"form\":null}"
is 'the predicate says what the file says' "$(payload m.bom.sigstore.json | jq -S .predicate)" \
    "$(jq -S . bom.json)"
is 'in canonical form' "$(payload m.bom.sigstore.json | signet-canon -)" \
    "$(payload m.bom.sigstore.json)"
hint=$(signet-key show k.pub --as fingerprint)
is 'the key is named by its fingerprint' \
    "$(jq -r '.verificationMaterial.publicKey.hint, .dsseEnvelope.signatures[0].keyid' m.bom.sigstore.json)" \
    "$hint
$hint"
rm -f ./*.sigstore.json

for pair in "$bom/v1.6 bom" "$slsa provenance" 'urn:example:x attestation'; do
    predicate=bom.json
    [ "${pair#* }" != provenance ] || predicate=slsa.json
    check_exit "the name of ${pair% *}" 0 "out~f.${pair#* }.sigstore.json" \
        signet-sign -k k.key --attest "${pair% *}" --predicate $predicate f
    rm "f.${pair#* }.sigstore.json"
done
check_exit 'an unknown type is told' 0 'err~nothing is known of the predicate type urn:x' \
    signet-sign -k k.key --attest urn:x --predicate bom.json -o o f
check_exit 'over it only with --force' 3 'err~--force replaces it' \
    signet-sign -k k.key --attest $bom --predicate bom.json -o o f
check_exit '--force' 0 'out~o: attestation' \
    signet-sign -k k.key --attest $bom --predicate bom.json --force -o o f
is 'nothing else is about it' "$(payload o | jq -r .predicateType)" $bom
check_exit 'a DSSE envelope' 0 'out~o.dsse: attestation' \
    signet-sign -k k.key --attest $bom --predicate bom.json --format dsse -o o.dsse f
is 'holds the same statement' "$(payload o.dsse)" "$(payload o)"
# shellcheck disable=SC2016 # the inner shell expands it
check_exit 'the predicate from standard input' 0 out= \
    sh -c 'signet-sign -q -k k.key --attest "$1" --predicate - -o p f <bom.json' x $bom
is 'is the same' "$(payload p)" "$(payload o)"
check_exit '--dry-run' 0 err= signet-sign --attest $bom --predicate bom.json --dry-run f
is '--dry-run prints the statement' "$(cat "$tap_out")" "$(payload o)"
rm o o.dsse p
tar cf m.tar m
check_exit '--contents' 0 'out~m.tar.bom.sigstore.json: attestation about names' \
    signet-sign -k k.key --attest $bom --predicate bom.json --contents m.tar
is '--contents is about the folder' "$(payload m.tar.bom.sigstore.json | jq -c '.subject')" \
    "[{\"digest\":{\"signetBundle\":\"$(identity m)\"},\"name\":\"m\"}]"
rm m.tar m.tar.bom.sigstore.json
check_exit '--hash blake2b of a file' 0 'out~o' \
    signet-sign -k k.key --attest $bom --predicate bom.json --hash blake2b -o o f
is '--hash blake2b: of coreutils' "$(payload o | jq -r '.subject[0].digest.blake2b')" \
    "$(b2sum f | cut -d' ' -f1)"
rm o
check_exit '--json' 0 err= signet-sign -k k.key --attest $bom --predicate bom.json --json f
is '--json: what was made' "$(jq -c '[.result, .artifacts[0].predicateType, .artifacts[0].signed_by,
    (.artifacts[0].signatures[0] | .covers, .content_matches)]' "$tap_out")" \
    "[\"pass\",\"$bom\",1,\"attestation\",true]"
rm f.bom.sigstore.json

# ---- what is refused ----

refused 'a word for a type' 2 'as an absolute URI' --attest bom --predicate bom.json f
refused 'what says signed' 2 'no attestation may' \
    --attest https://sigstore.dev/cosign/sign/v1 --predicate bom.json f
refused 'what lists a bundle' 2 'no attestation may' \
    --attest https://model_signing/signature/v1.0 --predicate bom.json m
refused 'a release' 2 'no attestation may' \
    --attest https://in-toto.io/attestation/release/v0.1 --predicate bom.json f
refused 'no predicate' 2 'go together' --attest $bom f
refused 'no type' 2 'go together' --predicate bom.json f
refused 'with shards' 2 '--shard-size' --attest $bom --predicate bom.json --shard-size 4 m
refused 'with --canonical' 2 '--canonical' --attest $bom --predicate bom.json --canonical f
refused 'with --reuse' 2 '--reuse' --attest $bom --predicate bom.json --reuse m.sig m
refused 'inside a document' 2 'option --attest does not go with --format jsf' \
    --attest $bom --predicate bom.json --format jsf -o o bom.json
refused 'DSSE without a place' 2 'say where with -o' \
    --attest $bom --predicate bom.json --format dsse f
refused 'a folder by BLAKE2b' 2 'of SHA-256' --attest $bom --predicate bom.json --hash blake2b m
refused 'a missing predicate' 3 'none.json' --attest $bom --predicate none.json f
refused 'a predicate of another kind' 3 'demands a string at buildDefinition.buildType' \
    --attest $slsa --predicate bom.json f
refused 'of another version' 3 'says version 1.5, but the document is of "1.6"' \
    --attest $bom/v1.5 --predicate bom.json f
printf '{"a": 1, "a": 2}' >twice.json
refused 'a name twice' 3 '(byte 9)' --attest urn:x --predicate twice.json f
printf '{"a": 9007199254740993}' >large.json
refused 'an integer that is rounded' 3 'write it as a string (byte 6)' \
    --attest urn:x --predicate large.json f
printf '[]' >list.json
refused 'a list' 3 'expected an object' --attest urn:x --predicate list.json f
signet-sign -q -k k.key f && signet-verify --json -k k.pub f >report.json && rm f.sigstore.json
refused 'a report' 3 'it is a report of a verification' --attest urn:x --predicate report.json f
refused 'one larger than the limit' 3 'more than the limit of 100' \
    --attest $bom --predicate bom.json --limit envelope=100 f
refused 'the predicate as output' 3 'is the predicate, which --force will not replace' \
    --attest $bom --predicate bom.json --force -o bom.json f
printf 'text\n' >f.bom
refused 'the name of a signature of another file' 3 'the signature of f.bom, which exists' \
    --attest $bom --predicate bom.json f
rm f.bom

# ---- what signet-verify says ----

signet-sign -q -k k.key --attest $bom --predicate bom.json f m
signet-sign -q -k k.key --attest $slsa --predicate slsa.json f m
check_exit 'attestations alone are no signature' 4 'out=REFUSED: f' signet-verify -k k.pub f
also 'their types are listed' \
    "err~no signature found, only attestations: $bom about this artifact, $slsa about this artifact"
check_exit 'of a folder too' 4 "err~only attestations: $bom about this artifact" \
    signet-verify -k k.pub m
cp f.bom.sigstore.json g.bom.sigstore.json
printf 'other\n' >g
check_exit 'about something else' 4 "err~only attestations: $bom about something else" \
    signet-verify -k k.pub g
signet-sign -q -k k.key f m g
check_exit 'beside a signature' 0 'out~verified: f: file' signet-verify -v -k k.pub f
also 'it is told' "err~over an attestation of type $slsa about this artifact, which is no signature"
check_exit 'about something else, beside one' 0 'err~about something else, which is no signature' \
    signet-verify -v -k k.pub g
is 'in the report' "$(signet-verify --json -k k.pub f | jq -c '[.artifacts[0].signatures[]
    | select(.covers == "attestation") | [.predicateType, .content_matches, .reason]]')" \
    "[[\"$bom\",true,null],[\"$slsa\",true,null]]"
is 'in the report, about something else' \
    "$(signet-verify --json -k k.pub g | jq -c '.result, (.artifacts[0].signatures[]
    | select(.covers == "attestation") | .content_matches, (.reason | test("content differs")))')" \
    '"pass"
false
true'
check_exit 'by another key it is nothing' 5 'err~no key for SHA256:' \
    signet-verify -k j.pub -s f.bom.sigstore.json f
printf 'more\n' >>m/config.json
check_exit 'a changed folder' 1 'err~content differs' signet-verify -k k.pub m
also 'is something else' "err~of type $bom about something else, which is no signature"
printf '{}' >m/config.json
check_exit 'as it was' 0 "err~of type $bom about this artifact" signet-verify -v -k k.pub m
tar cf t.tar m
cp m.bom.sigstore.json t.tar.bom.sigstore.json
check_exit 'an archive of the folder' 4 "err~$bom about this artifact" signet-verify -k k.pub t.tar
tar cf t.tar m/w
check_exit 'an archive of less' 4 "err~$bom about something else" signet-verify -k k.pub t.tar
rm -f t.tar*
mkdir m/cache
printf 'x\n' >m/cache/x
signet-sign -q -k k.key --force --ignore cache m
check_exit 'what the signature leaves out' 0 "err~$bom about this artifact" \
    signet-verify -v -k k.pub --accept-ignored cache m
rm m.sig
check_exit 'is not left out by itself' 4 "err~$bom about something else" signet-verify -k k.pub m
check_exit '--ignore leaves it out of an identity too' 0 "out~m.bom.sigstore.json" \
    signet-sign -k k.key --attest $bom --predicate bom.json --ignore cache --force m
rm -r m/cache
is '--ignore: the identity' "$(payload m.bom.sigstore.json | jq -r '.subject[0].digest.signetBundle')" \
    "$(identity m)"
