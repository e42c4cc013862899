#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Bundles of OpenSSF Model Signing made by its reference implementation, through signet-verify, and
# the same folder signed by signet-sign. oms/PROVENANCE and SOURCE.md beside the data say where they
# come from and what each must give.
# shellcheck source=tests/common/tap.sh
. "${0%/*}/../common/tap.sh"
own=$SIGNET_SOURCE/tests/vectors
data=${SIGNET_TESTDATA:+$SIGNET_TESTDATA/oms}
plan $((19 + 53 * (${#data} > 0)))

# bytes_of HEX
bytes_of()
{
    printf '%s' "$1" | fold -w 2 | while read -r pair || [ -n "$pair" ]; do
        # shellcheck disable=SC2059 # the escape is built on purpose
        printf "\\$(printf '%03o' "0x$pair")"
    done
}

# ---- the worked example; its key is RFC 8032 section 7.1, test 1, as PKCS#8 (RFC 8410) ----

seed=9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60
root=c90837e3b8a9b2c26e98e073976d9d6d56195fdf0290d8f787f235e7dccae09c
hint=7f2d9ed0b71b8e5a6c5cf30e647d6e20b5bca6dac8071f11abe3fef8014db610
fingerprint=SHA256:$(
    {
        bytes_of 0000000b
        printf ssh-ed25519
        bytes_of 00000020d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a
    } | openssl dgst -sha256 -binary | base64 | tr -d =
)
bytes_of "302e020100300506032b657004220420$seed" | openssl pkey -inform DER -out tiny.key
chmod 600 tiny.key
openssl pkey -in tiny.key -pubout -out tiny.pub
cp -r "$own/artifact/tiny/input" tiny
cp "$own/oms/tiny.sig" theirs.sig

check_exit 'the example verifies' 0 \
    "out=verified: tiny: bundle of 2 files, 15 bytes, signed by $fingerprint" \
    signet-verify -k tiny.pub -s theirs.sig tiny
jq -r .dsseEnvelope.payload theirs.sig | base64 -d >theirs.payload
is 'its encoding has the stated digest' "$(
    printf 'DSSEv1 28 application/vnd.in-toto+json %d ' "$(wc -c <theirs.payload)" |
        cat - theirs.payload | sha256sum | cut -d' ' -f1
)" 58c4d9b09ca4d796c8b9aba376b2e8f99a09c5dbb124049d977114b8c02516a0
check_exit '--print-statement prints its payload' 0 err= \
    signet-verify -k tiny.pub -s theirs.sig --print-statement tiny
same_bytes '--print-statement: byte for byte' "$tap_out" theirs.payload
mv tiny renamed
check_exit 'the name of the folder is not part of it' 0 'out~verified: renamed: ' \
    signet-verify -k tiny.pub -s theirs.sig renamed
mv renamed tiny
printf 'Weights' >tiny/w/0.bin
check_exit 'a letter changed' 1 'err~changed: w/0.bin' signet-verify -k tiny.pub -s theirs.sig tiny
printf 'weights' >tiny/w/0.bin
check_exit 'and restored' 0 'out~verified: ' signet-verify -k tiny.pub -s theirs.sig tiny
printf '0' >tiny/w/1.bin
check_exit 'a file more' 1 'err~unsigned: w/1.bin' signet-verify -k tiny.pub -s theirs.sig tiny
rm tiny/w/1.bin

check_exit 'the same folder is signed' 0 'out~tiny.sig: covers' signet-sign -k tiny.key tiny
is 'the hint is that of the example' "$(jq -r .verificationMaterial.publicKey.hint tiny.sig)" $hint
jq -r .dsseEnvelope.payload tiny.sig | base64 -d >payload
is 'the root is that of the example' "$(jq -r '.subject[0].digest.sha256' payload)" $root
is 'both payloads say the same' "$(jq -S . payload)" "$(jq -S . theirs.payload)"
is 'the payload is the canonical form of it' "$(wc -c <payload) $(sha256sum <payload | cut -d' ' -f1)" \
    '620 712903af0966706bd16a1c955d06df32cf8840ac24ddfaf6431ebdd2f8b4b6d9'
check_exit 'it verifies' 0 'out~verified: ' signet-verify -k tiny.pub tiny
check_exit 'signed again it is the same' 0 'out~again.sig' signet-sign -k tiny.key -o again.sig tiny
same_bytes 'byte for byte' again.sig tiny.sig

newline='a
b'
cp -r tiny broken
printf 'x' >"broken/w/$newline"
check_exit 'a name with a newline is not signed' 3 'err~a\x0ab' signet-sign -k tiny.key broken
check_exit 'nor verified' 3 'err~a\x0ab' signet-verify -k tiny.pub -s tiny.sig broken
rm "broken/w/$newline"
check_exit 'without it the folder verifies' 0 'out~verified: ' \
    signet-verify -k tiny.pub -s tiny.sig broken

# ---- bundles of the reference implementation ----

if [ -z "$data" ]; then
    note 'no large test data: only the worked example was read'
    exit
fi
tar xf "$data/models.tar"
cp "$data"/*.sig "$data"/keys/*.pub .
signer=$(signet-key show ed25519.pub)
dir='verified: models/dir: bundle of 9 files, 25626 bytes, signed by'

# verify SIG [ARGUMENT...]: of the folder, with the Ed25519 key.
verify()
{
    verify_sig=$1
    shift
    signet-verify -k ed25519.pub -s "$verify_sig" "$@" models/dir
}

for sig in dir-ed25519 dir-ed25519ph dir-blake2; do
    check_exit "$sig verifies" 0 "out=$dir $signer" verify $sig.sig
    check_exit "$sig: not with another key" 5 'err~no key for ' \
        signet-verify -k tiny.pub -s $sig.sig models/dir
    printf ' ' >>models/dir/sub/.git/x
    check_exit "$sig: not with a byte more in one file" 1 'err~changed: sub/.git/x' verify $sig.sig
    truncate -s -1 models/dir/sub/.git/x
done

check_exit 'one-ed25519 verifies' 0 \
    "out=verified: models/one.bin: file, 4 bytes, signed by $signer" \
    signet-verify -k ed25519.pub -s one-ed25519.sig models/one.bin
check_exit 'one-ed25519: not another file' 1 'err~content differs' \
    signet-verify -k ed25519.pub -s one-ed25519.sig models/dir/config.json
check_exit 'one-ed25519: not a folder' 1 'err~content differs' verify one-ed25519.sig
mkdir single && cp models/one.bin single/one.bin
check_exit 'dir-ed25519: not a file of it' 1 'err~over a bundle of 9 files, not over this file' \
    signet-verify -k ed25519.pub -s dir-ed25519.sig models/dir/config.json
check_exit 'one-ed25519: nor a folder that holds the file' 1 'err~content differs' \
    signet-verify -k ed25519.pub -s one-ed25519.sig single

check_exit 'dir-ignore leaves out a folder that is there' 1 \
    'err~"sub" is there, but the signature leaves it out' verify dir-ignore.sig
check_exit 'dir-ignore: accepted by its name' 0 "out~verified: models/dir: bundle of 7 files, " \
    verify dir-ignore.sig --accept-ignored sub
check_exit 'dir-ignore: not by another' 1 'err~left out: sub' \
    verify dir-ignore.sig --accept-ignored su
check_exit 'dir-ignore: nor by one inside' 1 'err~left out: sub' \
    verify dir-ignore.sig --accept-ignored sub/w.bin
mv models/dir/sub elsewhere
check_exit 'dir-ignore: without the folder' 0 'out~verified: models/dir: bundle of 7 files, ' \
    verify dir-ignore.sig
mv elsewhere models/dir/sub

check_exit 'dir-blake3 is refused by the name of its hash' 3 'err~hash_type "blake3"' verify dir-blake3.sig
check_exit 'link is refused for its links' 3 'err~signed with symbolic links allowed' \
    signet-verify -k ed25519.pub -s link.sig models/link

check_exit 'dir-shard1000 verifies, written as others do' 0 'out~verified: models/dir: bundle of ' \
    verify dir-shard1000.sig
check_exit 'dir-shard1000: not with another key' 5 'err~no key for ' \
    signet-verify -k tiny.pub -s dir-shard1000.sig models/dir
printf ' ' >>models/dir/sub/.git/x
check_exit 'dir-shard1000: not with a byte more in one file' 1 'err~changed: sub/.git/x' \
    verify dir-shard1000.sig
truncate -s -1 models/dir/sub/.git/x

# ---- ECDSA: verified, never made ----

# edit_sig IN FILTER OUT: the signature of IN, base64, through a jq filter of its text.
edit_sig()
{
    jq -c ".dsseEnvelope.signatures[0].sig |= ($2)" "$1" >"$3"
}

cp "$SIGNET_SOURCE"/tests/vectors/crypto/signatures/*.pem .
for curve in p256 p384 p521; do
    signer=$(signet-key show "$curve.pub")
    check_exit "dir-$curve verifies" 0 "out=$dir $signer" \
        signet-verify -k "$curve.pub" -s "dir-$curve.sig" models/dir
    is "dir-$curve: the report says how it was signed" "$(
        signet-verify --json -k "$curve.pub" -s "dir-$curve.sig" models/dir |
            jq -r '.artifacts[0].signatures[0].algorithm'
    )" "ecdsa-$curve"
    check_exit "dir-$curve: not with a key of another type" 5 \
        "err~no key for $(sha256sum <"$curve.pub" | cut -d' ' -f1)" verify "dir-$curve.sig"
    check_exit "dir-$curve: not with another of its type" 5 'err~no key for ' \
        signet-verify -k "$curve-a.pem" -s "dir-$curve.sig" models/dir
    printf ' ' >>models/dir/sub/.git/x
    check_exit "dir-$curve: not with a byte more in one file" 1 'err~changed: sub/.git/x' \
        signet-verify -k "$curve.pub" -s "dir-$curve.sig" models/dir
    truncate -s -1 models/dir/sub/.git/x
    jq -r '.dsseEnvelope.signatures[0].sig' "dir-$curve.sig" | base64 -d >der
    { cat der && printf '\0'; } | base64 -w 0 >longer
    edit_sig "dir-$curve.sig" "\"$(cat longer)\"" longer.sig
    check_exit "dir-$curve: not with a byte behind the signature" 1 'err~bad signature' \
        signet-verify -k "$curve.pub" -s longer.sig models/dir
    edit_sig "dir-$curve.sig" "\"$(base64 -w 0 der)\"" same.sig
    check_exit "dir-$curve: and without it again" 0 "out=$dir $signer" \
        signet-verify -k "$curve.pub" -s same.sig models/dir
    jq -c '.verificationMaterial.publicKey.hint = ""' "dir-$curve.sig" >unnamed.sig
    check_exit "dir-$curve: nor is a key of another type tried" 1 'err~no given key made this' \
        signet-verify -k ed25519.pub -k "$curve-a.pem" -s unnamed.sig models/dir
    check_exit "dir-$curve: of several keys the right one is found" 0 "out=$dir $signer" \
        signet-verify -k ed25519.pub -k "$curve-a.pem" -k "$curve.pub" -s unnamed.sig models/dir
done
for key in rsa-a ed448-a; do
    check_exit "$key: no key for a bundle" 5 'err~a given key may not be used with format bundle' \
        signet-verify -k $key.pem -s unnamed.sig models/dir
done
