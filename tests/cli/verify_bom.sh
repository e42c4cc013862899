#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# signet-verify --bom and signet-sign --bind: the BOM first, then its model, and nothing of a model
# whose BOM does not pass. BOMs are signed here by openssl over what jq writes with sorted names,
# which is their RFC 8785 form.
# shellcheck source=tests/common/tap.sh
. "${0%/*}/../common/tap.sh"
plan 45

for name in k j; do
    openssl genpkey -algorithm ed25519 -out $name.key 2>/dev/null
    openssl pkey -in $name.key -pubout -out $name.pub
done
mkdir -p m/w
printf '{}' >m/config.json
printf 'weights' >m/w/0.bin
cat >plain.json <<'END'
{"bomFormat": "CycloneDX", "specVersion": "1.6",
 "metadata": {"component": {"type": "machine-learning-model", "name": "m"}}}
END

# sign KEY: the BOM on stdin, signed in place.
sign()
{
    jq -cS '.signature = {algorithm: "Ed25519"}' | tr -d '\n' >covered
    openssl pkeyutl -sign -inkey "$1.key" -rawin -in covered -out value
    jq -c --arg value "$(base64 -w 0 value | tr '+/' '-_' | tr -d '=')" '.signature.value = $value' covered
}

bom()
{
    signet-verify -k k.pub --bom "$@"
}

check_exit 'a BOM is bound' 0 "out~\"w/0.bin\", \"hashes\": [{\"alg\": \"SHA-256\", \"content\": \"$(printf weights | sha256sum | cut -d' ' -f1)\"}]" \
    signet-sign --dry-run --bind plain.json m
cp "$tap_out" bound.json
sign k <bound.json >bom.json
check_exit 'the model passes' 0 "out~verified: m: bundle of 2 files, 9 bytes, listed in bom.json, signed by SHA256:" bom bom.json m
also 'the BOM has a line of its own' 'out~verified: bom.json: CycloneDX 1.6, '
also 'and all a verdict' 'out~verified: 2 of 2'

# ---- the BOM does not pass: of the model, which is not even there, nothing is read ----

check_exit 'no signature' 4 'err~gone: not read, as its BOM bound.json did not pass' bom bound.json gone
sign j <bound.json >other.json
check_exit 'another key' 1 'err~gone: not read, as its BOM other.json did not pass' bom other.json gone
sed 's/9a129038/9a129039/' bom.json >changed.json
check_exit 'a changed BOM' 1 'err~gone: not read, as its BOM changed.json did not pass' bom changed.json gone
check_exit 'no BOM' 3 'err~gone: not read, as its BOM nothing.json did not pass' bom nothing.json gone
printf 'text' >text
signet-sign -q -k k.key text
check_exit 'a signed file that is no BOM' 3 'err~m: expected a CycloneDX document' bom text m
check_exit 'no model' 3 'err~gone: ' bom bom.json gone
also 'while the BOM passes' 'out~verified: bom.json'

# ---- the model differs ----

printf 'weightz' >m/w/0.bin
check_exit 'a changed file' 1 'err~changed: w/0.bin' bom bom.json m
also 'the model alone is refused' 'out~REFUSED: m
REFUSED: 1 of 2'
printf 'weights' >m/w/0.bin
printf 'more' >m/w/1.bin
check_exit 'a file more' 1 'err~unsigned: w/1.bin' bom bom.json m
check_exit 'which may be let in' 0 'out~: PARTIAL: 2 of 3 entries' bom bom.json --insecure-ignore-unsigned m
also 'and is named' 'err~unsigned: w/1.bin'
check_exit 'in the report' 0 'out~"partial":true' bom bom.json --insecure-ignore-unsigned --json m
also 'which names the switch' 'out~"--insecure-ignore-unsigned"'
check_exit 'or be there' 0 'err~left out: w/1.bin' bom bom.json --accept-ignored w/1.bin m
rm m/w/1.bin
mv m/w/0.bin m/w/0.BIN
check_exit 'another name' 1 'err~missing: w/0.bin' bom bom.json m
mv m/w/0.BIN m/w/0.bin

# ---- archives, one file, and a BOM inside its model ----

tar -cf m.tar m
check_exit 'an archive of the model' 0 'out~verified: m.tar: bundle of 2 files' bom bom.json m.tar
tar -cf n.tar -C m .
check_exit 'without its folder' 0 'out~verified: n.tar: bundle of 2 files' bom bom.json n.tar
check_exit 'with no folder to take off' 3 'err~expected all entries below the same 1 folders' bom bom.json --strip 1 n.tar
check_exit 'extracted' 0 'out~verified: m.tar' bom bom.json --extract out m.tar
same_bytes 'as it was' out/w/0.bin m/w/0.bin
check_exit 'one file is not the model' 1 'err~the BOM lists 2 files of the model' bom bom.json m/w/0.bin
signet-sign --dry-run --bind plain.json m/w/0.bin | sign k >single.json
check_exit 'a model that is one file' 0 'out~verified: m/w/0.bin: file, 7 bytes' bom single.json m/w/0.bin
check_exit 'of another name' 1 'err~the BOM lists 1 files' bom single.json m/config.json
cp plain.json m/aibom.json
check_exit 'a BOM in its model is bound' 0 'out~"w/0.bin"' signet-sign --dry-run --bind m/aibom.json m
sign k <"$tap_out" >m/aibom.json.new && mv m/aibom.json.new m/aibom.json
check_exit 'and passes' 0 'out~bundle of 2 files' bom m/aibom.json m
also 'as left out' 'err~left out: aibom.json'
check_exit 'but is no file of another BOM' 1 'err~unsigned: aibom.json' bom bom.json m
cp bound.json m/aibom.json
signet-sign -q -k k.key m/aibom.json
check_exit 'signed by a file beside it' 0 'err~left out: aibom.json.sigstore.json' bom m/aibom.json m
signet-sign -q -k j.key --force m/aibom.json
check_exit 'by another key' 5 'err~not read' bom m/aibom.json m
rm m/aibom.json m/aibom.json.sigstore.json

# ---- usage ----

for option in '--only w' '--at /x' '--print-statement' '--insecure-allow-excludes metadata'; do
    # shellcheck disable=SC2086 # an option and its value
    check_exit "--bom and ${option%% *}" 2 out= bom bom.json $option m
done
check_exit '--bom and two models' 2 out= bom bom.json m m
check_exit '--bind and --hash' 2 out= signet-sign --dry-run --bind plain.json --hash sha256 m
check_exit '--bind and two models' 2 out= signet-sign --dry-run --bind plain.json m m
check_exit '--bind signs nothing' 2 'err~it goes with --dry-run' signet-sign -k k.key --bind plain.json m
check_exit '--bind of a signed document' 3 'err~signed already' signet-sign --dry-run --bind bom.json m
check_exit '--bind of what is bound' 3 'err~the property signet:oms-root already' signet-sign --dry-run --bind bound.json m
check_exit '--bind of no BOM' 3 'err~text: ' signet-sign --dry-run --bind text m
