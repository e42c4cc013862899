#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# signet-verify on documents signed in place by JSS (ITU-T X.590): what counts, what is reported and
# what refuses. The documents were signed by python-cryptography, see tests/vectors/jss/PROVENANCE.
# shellcheck source=tests/common/tap.sh
. "${0%/*}/../common/tap.sh"
plan 39

cp "$SIGNET_SOURCE"/tests/vectors/jss/*.json .
cp "$SIGNET_SOURCE/tests/vectors/jss/ed25519-a.pem" a.pem
cp "$SIGNET_SOURCE/tests/vectors/jss/ed25519-b.pem" b.pem
a=$(signet-key show a.pem --as fingerprint)
b=$(signet-key show b.pem --as fingerprint)

# ---- one signature ----

check_exit 'a whole document' 0 "out=verified: bom.json: CycloneDX 2.0, 1 component, $(
    wc -c <bom.json) bytes, signed by $a" signet-verify -k a.pem bom.json
check_exit 'its details' 0 \
    "err=  bom.json: valid Ed25519 signature by $a (a.pem) over the whole document" \
    signet-verify -v -k a.pem bom.json
check_exit 'another key' 5 "err~no key for $a: the signature names that key, which was not given" \
    signet-verify -k b.pem bom.json
sed 's/"lib"/"lob"/' bom.json >changed.json
check_exit 'a changed document' 1 "err~bad signature: it names the given key $a" \
    signet-verify -k a.pem changed.json
jq -c . bom.json >other.json
check_exit 'another layout' 0 "out~signed by $a" signet-verify -k a.pem other.json
jq 'del(.signatures)' bom.json >unsigned.json
check_exit 'without its signatures' 4 'err~no signature found, neither in the document nor beside it' \
    signet-verify -k a.pem unsigned.json
jq '.signatures = []' bom.json >empty.json
check_exit 'an empty list' 3 'err~signatures: expected an array of signatures, found none' \
    signet-verify -k a.pem empty.json
jq '.specVersion = "1.7" | .bomFormat = .specFormat | del(.specFormat)' bom.json >old.json
check_exit 'the list means nothing to an older version' 4 'err~no signature found' \
    signet-verify -k a.pem old.json

# ---- the two readings of X.590 ----

check_exit 'the hex text of the digest' 0 "out~signed by $a" signet-verify -v -k a.pem bom-hex.json
also 'the hex text: said' "err=  bom-hex.json: valid Ed25519 signature by $a (a.pem) over the whole document
    jss (hex reading of X.590): made over the hex text of the digest, not its bytes"
check_exit 'the hex text: in JSON' 0 'out~"format":"jss"' signet-verify --json -k a.pem bom-hex.json
is 'the hex text: its member' "$(jq -r '.artifacts[0].signatures[0].reading' "$tap_out")" \
    'hex reading of X.590'
sed 's/"lib"/"lob"/' bom-hex.json >changed.json
check_exit 'the hex text of another document' 1 'err~bad signature' signet-verify -k a.pem changed.json

# ---- several ----

check_exit 'two signers' 0 'out~signed by 2 keys' \
    signet-verify -k a.pem -k b.pem --threshold 2 bom-two.json
check_exit 'a counter-signature does not count' 1 'err~2 keys must sign the document, 1 did: it holds 1 signature,' \
    signet-verify -k a.pem -k b.pem --threshold 2 bom-counter.json
check_exit 'the countersigned signature does' 0 "out~signed by $a" \
    signet-verify -v -k a.pem -k b.pem bom-counter.json
also 'the counter-signature is reported' "err=  bom-counter.json: valid Ed25519 signature by $a (a.pem) over the whole document
  bom-counter.json: valid Ed25519 signature by $b (b.pem), but not counted: it is a counter-signature, over another signature"
check_exit 'a counter-signature alone' 5 "err~no key for $a" signet-verify -k b.pem bom-counter.json
check_exit 'a counter-signature in JSON' 0 'out~"counter_signature":true' \
    signet-verify --json -k a.pem -k b.pem bom-counter.json
is 'a counter-signature is valid, not trusted' \
    "$(jq -c '.artifacts[0].signatures | map([.valid, .trusted])' "$tap_out")" \
    '[[true,true],[true,false]]'
jq '.signatures[0].signature.value = .signatures[0].value' bom-counter.json >bad-counter.json
check_exit 'a bad counter-signature takes nothing away' 0 "out~signed by $a" \
    signet-verify -v -k a.pem -k b.pem bad-counter.json
also 'a bad counter-signature: said' \
    'err~bad-counter.json: counter-signature, not counted: the signature does not verify'

# ---- what a signature says about itself ----

check_exit 'revoked' 5 'err~the signature says itself that it is revoked' \
    signet-verify -k a.pem bom-revoked.json
jq 'del(.signatures[0].revoked)' bom-revoked.json >changed.json
check_exit 'revoked, and that taken away' 1 'err~bad signature' signet-verify -k a.pem changed.json
check_exit 'a time is reported' 0 "out~signed by $a" signet-verify -v -k a.pem bom-until.json
also 'a time: said' \
    'err~it says that it is valid from 2024-01-01T00:00:00Z until 2025-01-01T00:00:00Z, which was not checked'

# ---- parts ----

check_exit 'only a part is signed' 4 'err~not signed as a whole: only /components/0 is signed' \
    signet-verify -k b.pem bom-part.json
check_exit 'a part by its pointer' 0 'out~PARTIAL: only component /components/0' \
    signet-verify --at /components/0 -k b.pem bom-part.json
check_exit 'a part by its bom-ref' 0 'out~PARTIAL: only component /components/0' \
    signet-verify --at lib -k b.pem bom-part.json
check_exit 'a part by the signer of another' 5 "err~no key for $b" \
    signet-verify --at lib -k a.pem bom-nested.json
check_exit 'a part inside the whole' 0 "out~signed by $a" signet-verify -v -k a.pem bom-nested.json
also 'a part inside the whole: reported' \
    "err~component /components/0: valid Ed25519 signature by $b, a key that was not given"
check_exit 'a part that was changed before the whole was signed' 1 \
    'err~the component at /components/0 was changed after it was signed' \
    signet-verify -k a.pem bom-nested-changed.json
check_exit 'a bad counter-signature of a part takes nothing away either' 0 "out~signed by $a" \
    signet-verify -v -k a.pem bom-nested-counter.json
also 'the part inside: reported' \
    "err~component /components/0: BROKEN Ed25519 counter-signature that names $a"

# ---- SPDX 3.1 ----

check_exit 'SPDX 3.1' 0 "out~spdx.json: SPDX 3.1" signet-verify -k a.pem spdx.json
check_exit 'SPDX 3.1 has no parts' 2 'err~allows no signature' \
    signet-verify --at /@graph/0 -k a.pem spdx.json
sed 's,example.org/d,example.org/e,' spdx.json >changed.json
check_exit 'SPDX 3.1, changed' 1 'err~bad signature' signet-verify -k a.pem changed.json
sed 's/"3\.1"/"3.0"/' spdx.json >old.json
check_exit 'SPDX 3.0 has no signature inside' 4 'err~has no place for a signature inside' \
    signet-verify -k a.pem old.json
