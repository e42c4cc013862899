#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# signet-sign --add-to: one more signer over the very bytes that another one signed; what does not
# add up, and what is not signed again.
# shellcheck source=tests/common/tap.sh
. "${0%/*}/../common/tap.sh"
plan 31

for key in a b c; do
    signet-key generate -q --no-passphrase -o $key >/dev/null
done
printf 'hello\n' >f
mkdir -p m/w
printf 'weights\n' >m/w/0.bin
printf '{}' >m/config.json

# id KEY: the first 8 digits of the SHA-256 of its public half as SPKI, by OpenSSL.
id()
{
    openssl pkey -in "$1.key" -pubout -outform DER | sha256sum | cut -c1-8
}

# payload FILE: the statement in a signature file.
payload()
{
    jq -r '(.dsseEnvelope // .).payload' "$1"
}
b=$(id b)

# ---- files ----

signet-sign -q -k a.key f
check_exit 'a second signer' 0 \
    "out=f.$b.sigstore.json: covers what that signature covers, as one more signer" \
    signet-sign -k b.key --add-to f.sigstore.json f
is 'of the same bytes' "$(payload f."$b".sigstore.json)" "$(payload f.sigstore.json)"
check_exit 'two of two' 0 'out~verified: f' signet-verify -k a.pub -k b.pub --threshold 2 f
check_exit 'a third key signed nothing' 1 'err~1 did' \
    signet-verify -k a.pub -k c.pub --threshold 2 f
check_exit 'over it only with --force' 3 'err~exists' \
    signet-sign -k b.key --add-to f.sigstore.json f
check_exit '--force' 0 "out~f.$b.sigstore.json" \
    signet-sign -k b.key --force --add-to f.sigstore.json f
check_exit 'not over the other signature' 3 'err~is the signature to add to' \
    signet-sign -k b.key --force -o f.sigstore.json --add-to f.sigstore.json f
rm f."$b".sigstore.json
SOURCE_DATE_EPOCH=1 signet-sign -q -k b.key --release a@1.0.0 -o "f.$b.sigstore.json" f
check_exit 'two over different statements do not add up' 1 'err~one and the same statement, 1 did' \
    signet-verify -k a.pub -k b.pub --threshold 2 f
rm f."$b".sigstore.json
printf 'hallo\n' >f
check_exit 'a changed file' 1 'err~content differs' signet-sign -k b.key --add-to f.sigstore.json f
printf 'hello\n' >f
check_exit 'another file' 1 'err~content differs' \
    signet-sign -k b.key --add-to f.sigstore.json a.pub
check_exit 'a folder' 1 'err~over a file, not over this directory' \
    signet-sign -k b.key --add-to f.sigstore.json m

# ---- bundles ----

signet-sign -q -k a.key --release acme/model@2.0.0 m
check_exit 'the list of a bundle' 0 "out~m.$b.sigstore.json: covers" \
    signet-sign -k b.key --add-to m.sig m
is 'of the same bytes' "$(payload m."$b".sigstore.json)" "$(payload m.sig)"
check_exit 'two of two' 0 'out~verified: m' signet-verify -k a.pub -k b.pub --threshold 2 m
check_exit 'and its release' 0 'out~m.b.release.sigstore.json' signet-sign -k b.key \
    --release acme/model@2.0.0 -o m.b.release.sigstore.json --add-to m.release.sigstore.json m
check_exit 'two of two, as that' 0 'out~verified: m' \
    signet-verify -k a.pub -k b.pub --threshold 2 --expect acme/model@2.0.0 m
rm m."$b".sigstore.json m.b.release.sigstore.json
printf 'x' >m/added
check_exit 'a changed bundle' 1 'err~1 unsigned' signet-sign -k b.key --add-to m.sig m
check_exit 'by its release' 1 'err~content differs' \
    signet-sign -k b.key --release acme/model@2.0.0 --add-to m.release.sigstore.json m
rm m/added
for other in acme/model@2.0.1 acme/mode@2.0.0 acme/model@2.0.00 acme/model; do
    check_exit "not as $other" 3 'err~it is the release acme/model@2.0.0' \
        signet-sign -k b.key --release $other --add-to m.release.sigstore.json m
done
check_exit 'a release that is not named' 3 'err~it is the release acme/model@2.0.0: if that is what you' \
    signet-sign -k b.key --add-to m.release.sigstore.json m
check_exit 'no release, and one is named' 3 'err~it is the release of nothing' \
    signet-sign -k b.key --release f@1.0.0 --add-to f.sigstore.json f
python3 - <<'PY'
import base64, json
bundle = json.load(open("f.sigstore.json"))
statement = json.loads(base64.b64decode(bundle["dsseEnvelope"]["payload"]))
statement["subject"].append({"name": "evil", "digest": {"sha256": "00" * 32}})
bundle["dsseEnvelope"]["payload"] = base64.b64encode(json.dumps(statement).encode()).decode()
json.dump(bundle, open("two.json", "w"))
PY
check_exit 'what is about more than that' 3 'err~found one about 2 things' \
    signet-sign -k b.key --add-to two.json f
rm two.json

# ---- what is not signed again ----

printf '{"specVersion":"1.6","bomFormat":"CycloneDX"}' >bom.json
signet-sign -q -k a.key --attest https://cyclonedx.org/bom --predicate bom.json f
check_exit 'an attestation' 3 'err~expected a statement that something is signed' \
    signet-sign -k b.key --add-to f.bom.sigstore.json f
jq '.dsseEnvelope.payloadType = "text/plain"' f.sigstore.json >o
check_exit 'another payload type' 3 'err~payload type: expected application/vnd.in-toto+json' \
    signet-sign -k b.key --add-to o f
check_exit 'no signature file' 3 'err~not a signature file' signet-sign -k b.key --add-to f f
check_exit 'not with --ignore' 2 'err~--ignore' \
    signet-sign -k b.key --ignore w --add-to m.sig m
check_exit 'one operand' 2 'err~--add-to goes with one PATH' signet-sign -k b.key --add-to m.sig m f
is '--dry-run prints it' "$(signet-sign --dry-run --add-to f.sigstore.json f)" \
    "$(payload f.sigstore.json | base64 -d)"
