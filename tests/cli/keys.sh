#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The example root chain and policies in keys/: they verify what they should and nothing else, and
# its README says what other tools say.
# shellcheck disable=SC2016 # the backquotes are of README
# shellcheck source=tests/common/tap.sh
. "${0%/*}/../common/tap.sh"
plan 25

cp -R "$SIGNET_SOURCE/keys" "$SIGNET_SOURCE/examples/model/aibom.cdx.json" .
sh "$SIGNET_SOURCE/examples/model/make.sh" sentiment-tiny

# by POLICY ARGUMENT...: signet-verify by one of the policies and the chain.
by()
{
    by_policy=$1
    shift
    signet-verify --state ../state --policy "keys/$by_policy.policy.dsse.json" --root keys "$@"
}
release() { by release keys/signed/hello.txt; }
model() { by model -s keys/signed/sentiment-tiny.sig sentiment-tiny; }
aibom() { by aibom -s keys/signed/aibom.cdx.json.sigstore.json aibom.cdx.json; }

check_exit 'a release' 0 'out~signed by 2 keys as rule release of policy example-release' release
check_exit 'a model' 0 'out~signed by 1 key as rule model of policy example-model' model
check_exit 'an AIBOM' 0 'out~signed by 1 key as rule aibom of policy example-aibom' aibom
check_exit 'the root' 0 err= by aibom -s keys/signed/aibom.cdx.json.sigstore.json --json aibom.cdx.json
is 'it is version 2' "$(jq -c .root "$tap_out")" '{"version":2}'
check_exit 'a key of another role' 1 out~REFUSED \
    by aibom -s keys/signed/hello.txt.dsse.json keys/signed/hello.txt
for name in release model aibom; do
    jq -r .payload keys/$name.policy.dsse.json | base64 -d >../payload
    same_bytes "the policy $name is what was signed" ../payload keys/$name.policy.json
done

echo x >>keys/signed/hello.txt
check_exit 'another release' 1 out~REFUSED release
echo x >>sentiment-tiny/config.json
check_exit 'another model' 1 out~REFUSED model
echo >>aibom.cdx.json
check_exit 'another AIBOM' 1 out~REFUSED aibom
cp "$SIGNET_SOURCE/keys/signed/hello.txt" keys/signed/
check_exit 'the release again' 0 out~verified release
mv keys/2.root.json ..
check_exit 'without the second root' 6 'err~expects version 2 of the root or a later one' release
jq -c '.signatures |= .[0:1]' ../2.root.json >keys/2.root.json
check_exit 'the second root by one key' 1 'err~expected signatures by 2 keys' release
cp ../2.root.json keys/
jq -c '.payload |= "e30="' keys/release.policy.dsse.json >../policy
check_exit 'another policy' 1 'err~the role policy' \
    signet-verify --state ../state --policy ../policy --root keys keys/signed/hello.txt

# ---- by other tools, as README says ----

readme=$SIGNET_SOURCE/keys/README.md
some 'README has the digest of the first root' \
    "$(grep -F "$(sha256sum <keys/1.root.json | cut -d ' ' -f 1)" "$readme")"
fingerprints=$(jq -r .payload keys/1.root.json keys/2.root.json | while read -r payload; do
    printf '%s' "$payload" | base64 -d | jq -r '.keys | keys[]'
done | sort -u)
is 'README has the fingerprints of all keys' \
    "$(sed -n 's/^|.*`\(SHA256:[^`]*\)` |$/\1/p' "$readme" | sort)" "$fingerprints"
is 'allowed_signers has the same keys, by ssh-keygen' \
    "$(cut -d ' ' -f 3- keys/allowed_signers | ssh-keygen -l -f - | awk '{ print $2 }' | sort)" "$fingerprints"
for version in 1 2; do
    jq -r .payload keys/$version.root.json | base64 -d >../payload
    { printf 'DSSEv1 32 application/vnd.signet.root+json %d ' "$(wc -c <../payload)" && cat ../payload; } \
        >../message
    for number in 0 1; do
        jq -r ".signatures[$number].sig" keys/$version.root.json | base64 -d >../sig
        id=$(jq -r ".signatures[$number].keyid" keys/$version.root.json)
        jq -r ".keys[\"$id\"].public" ../payload | base64 -d >../pub
        is "root $version: signature $number by openssl" "$(openssl pkeyutl -verify -pubin \
            -keyform DER -inkey ../pub -rawin -in ../message -sigfile ../sig 2>&1)" \
            'Signature Verified Successfully'
    done
done
is 'all of it is public' "$(grep -rlE 'PRIVATE KEY-----|"d" *:' keys)" ''
is 'nothing expires soon' "$(jq -r .expires keys/*.policy.json | sort -u)" 2036-11-01T00:00:00Z
