#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Signatures of signet-sign checked by OpenSSL over bytes that this test puts together itself from
# the envelope (DSSE v1.0.2, pre-authentication encoding), and keys made by OpenSSL used to sign.
# shellcheck source=tests/common/tap.sh
. "${0%/*}/../common/tap.sh"
plan 31

# take_apart ENVELOPE: writes what it holds to payload, sig and pae.
take_apart()
{
    jq -r '(.dsseEnvelope // .).payload' "$1" | base64 -d >payload
    jq -r '(.dsseEnvelope // .).signatures[0].sig' "$1" | base64 -d >sig
    type=$(jq -r '(.dsseEnvelope // .).payloadType' "$1")
    printf 'DSSEv1 %d %s %d ' "${#type}" "$type" "$(wc -c <payload)" | cat - payload >pae
}

# flip FILE OFFSET: FILE with the lowest bit of that byte changed, into FILE.flipped.
flip()
{
    cp "$1" "$1.flipped"
    byte=$(od -An -tu1 -j "$2" -N 1 "$1")
    # shellcheck disable=SC2059 # the escape is built on purpose
    printf "\\$(printf '%03o' $((byte ^ 1)))" |
        dd of="$1.flipped" bs=1 seek="$2" conv=notrunc status=none
}

# openssl_check PAE SIG
openssl_check()
{
    openssl pkeyutl -verify -pubin -inkey theirs.pub -rawin -in "$1" -sigfile "$2"
}

openssl genpkey -algorithm ed25519 -out theirs.key
openssl pkey -in theirs.key -pubout -out theirs.pub
openssl pkey -in theirs.key -outform DER -out theirs.der
chmod 600 theirs.key theirs.der
printf 'the bytes of a file\n' >file
mkdir model
printf '{"a":1}\n' >model/config.json
printf 'weights' >model/0.bin

# signed NAME ENVELOPE COMMAND...: COMMAND makes ENVELOPE, whose signature OpenSSL accepts over the
# encoding, and over nothing that differs in one bit.
signed()
{
    name=$1 envelope=$2
    shift 2
    check_exit "$name: a key of OpenSSL signs" 0 "out~$envelope: covers" "$@"
    take_apart "$envelope"
    check_exit "$name: OpenSSL accepts it" 0 'out=Signature Verified Successfully' openssl_check pae sig
    for at in 0 7 $(($(wc -c <pae) - 1)); do
        flip pae "$at"
        check_exit "$name: not with byte $at changed" 1 'out=Signature Verification Failure' \
            openssl_check pae.flipped sig
    done
    flip sig 63
    check_exit "$name: not with the signature changed" 1 'out=Signature Verification Failure' \
        openssl_check pae sig.flipped
    check_exit "$name: signet-verify agrees" 0 'out~verified: ' \
        signet-verify -k theirs.pub -s "$envelope" "$artifact"
}

artifact='file'
signed 'a file' file.sigstore.json signet-sign -k theirs.key file
is 'a file: the digest is of coreutils' "$(jq -r '.subject[0].digest.sha256' payload)" \
    "$(sha256sum file | cut -d' ' -f1)"
signed 'a file as DSSE' file.dsse.json signet-sign -k theirs.der --format dsse file
artifact='model'
signed 'a folder' model.sig signet-sign -k theirs.key model
is 'a folder: the digests are of coreutils' \
    "$(jq -r '.predicate.resources[] | .digest + "  " + .name' payload)" \
    "$(cd model && sha256sum -- 0.bin config.json)"
is 'a folder: the root is of coreutils' "$(jq -r '.subject[0].digest.sha256' payload)" \
    "$(openssl dgst -sha256 -binary model/0.bin | {
        cat
        openssl dgst -sha256 -binary model/config.json
    } | sha256sum | cut -d' ' -f1)"

# The same key and content give the same signature, as RFC 8032 has it, and as OpenSSL makes it.
openssl pkeyutl -sign -inkey theirs.key -rawin -in pae -out again
same_bytes 'OpenSSL signs the same bytes alike' again sig

# A signature of OpenSSL over the same encoding, put into the envelope by this test, is accepted;
# over other bytes it is not.
jq -c --arg sig "$(base64 -w 0 again)" '.dsseEnvelope.signatures[0].sig = $sig' model.sig >own.sig
check_exit 'an envelope around a signature of OpenSSL is accepted' 0 'out~verified: ' \
    signet-verify -k theirs.pub -s own.sig model
openssl pkeyutl -sign -inkey theirs.key -rawin -in payload -out bare
jq -c --arg sig "$(base64 -w 0 bare)" '.dsseEnvelope.signatures[0].sig = $sig' model.sig >bare.sig
check_exit 'over the payload without the encoding it is refused' 1 'err~bad signature' \
    signet-verify -k theirs.pub -s bare.sig model

# Encrypted by OpenSSL's own means, a key is named and the way out told.
openssl pkcs8 -topk8 -in theirs.key -passout pass:secret -out locked.key
chmod 600 locked.key
check_exit 'encrypted PKCS#8 is no key' 3 'err~ENCRYPTED PRIVATE KEY' \
    signet-sign -k locked.key -o locked.sigstore.json file
openssl pkey -in locked.key -passin pass:secret -out unlocked.key
chmod 600 unlocked.key
check_exit 'the same key decrypted signs' 0 'out~covers the bytes' \
    signet-sign -k unlocked.key -o unlocked.sigstore.json file
same_bytes 'and signs alike' unlocked.sigstore.json file.sigstore.json

signet-key show --as ssh theirs.pub >theirs.ssh
check_exit 'ssh-keygen reads the public key' 0 "out~$(signet-key show theirs.pub)" \
    ssh-keygen -lf theirs.ssh
