#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# What a run loads: libcrypto costs more than a whole small verification, so nothing that needs
# neither SHA-384 nor SHA-512 loads it, and with it every tool starts as fast as it can. The evidence
# is what the dynamic loader itself records of each file it opens.
# shellcheck source=tests/common/tap.sh
. "${0%/*}/../common/tap.sh"
plan 22

# recorded COMMAND...: runs it; the loader writes what it opens to files named loaded.PID.
recorded()
{
    rm -f loaded.*
    LD_DEBUG=files LD_DEBUG_OUTPUT=loaded "$@"
}

# libraries NAME: how often the records name that library as a file being opened.
libraries()
{
    cat loaded.* | grep -c "file=.*/*$1.*generating link map" | sed 's/^[1-9][0-9]*$/some/'
}

# light NAME EXPECTATION COMMAND...: the command passes and opens libsodium, and no libcrypto.
light()
{
    light_name=$1
    light_expectation=$2
    shift 2
    check_exit "$light_name" 0 "$light_expectation" recorded "$@"
    is "$light_name: loads libsodium, not libcrypto" "$(libraries libsodium) $(libraries libcrypto)" 'some 0'
}

printf 'text\n' >file
printf '{"a":[1,2]}' >document
mkdir model
printf 'weights\n' >model/w.bin
light 'making a key' 'out~SHA256:' signet-key generate --no-passphrase -o k
light 'signing a file' 'out~file.sigstore.json' signet-sign -k k.key file
light 'verifying a file' 'out~verified: file' signet-verify -k k.pub file
light 'signing a folder' 'out~model.sig' signet-sign -k k.key model
light 'verifying a folder' 'out~verified: model' signet-verify -k k.pub model
light 'the canonical form of a document' 'out~{"a":[1,2]}' signet-canon document
light 'its SHA-256' "out=$(sha256sum <document | cut -d ' ' -f 1)" signet-canon --digest document
light 'the manifest of a folder' 'out~w.bin' signet-canon model
light 'the version of everything' 'out~SHA-256: ' signet-verify --version --verbose

# The same evidence where libcrypto is needed.
check_exit 'its SHA-512' 0 "out=$(sha512sum <document | cut -d ' ' -f 1)" \
    recorded signet-canon --digest --hash sha512 document
is 'its SHA-512: loads libcrypto' "$(libraries libsodium) $(libraries libcrypto)" 'some some'

# The kernel's list of what the processor can do is the other opinion; valgrind's processor is older.
flags=$(sed -n 's/^\(flags\|Features\)[^:]*://p' /proc/cpuinfo | head -n 1)
case "$SIGNET_BUILD:$flags " in
*/valgrind:*) expected='portable code: the processor has no SHA instructions' ;;
*' sha_ni '*) expected='two streams a core with the SHA extensions of x86-64' ;;
*' sha2 '*) expected='two streams a core with the SHA-2 instructions of ARMv8' ;;
*) expected='portable code: the processor has no SHA instructions' ;;
esac
check_exit '--version --verbose names the code of SHA-256' 0 "out~SHA-256: $expected" \
    signet-canon --version --verbose
also '--version --verbose names what it was built with' 'out~built with libsodium '
