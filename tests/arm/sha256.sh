#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# SHA-256 with the instructions of ARMv8: built by a cross compiler, run by an emulator, against the
# vectors of NIST and a reference of its own.
# shellcheck source=tests/common/tap.sh
. "${0%/*}/../common/tap.sh"
plan 9

vectors=$SIGNET_SOURCE/tests/vectors/crypto/sha256
# libsodium's headers alone: it is not here for that processor, and those of libc would be others.
sodium=$(pkg-config --variable=includedir libsodium)
mkdir include
ln -s "$sodium/sodium.h" "$sodium/sodium" include
check_exit 'it builds without a warning' 0 err= aarch64-linux-gnu-gcc -std=c17 -O2 -static \
    -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wcast-qual -Werror \
    -march=armv8-a+crypto -I include -I "$SIGNET_SOURCE/include" -I "$SIGNET_SOURCE/lib" \
    -I "$SIGNET_SOURCE/tests/unit" -o sha256 "$SIGNET_SOURCE/tests/arm/sha256.c" \
    "$SIGNET_SOURCE/lib/crypto/sha256.c" "$SIGNET_SOURCE/lib/crypto/sha256_arm.c" \
    "$SIGNET_SOURCE/lib/crypto/sha256_x86.c" -lm

on_arm()
{
    qemu-aarch64 -cpu max ./sha256 "$@"
}

check_exit 'the reference gives the examples of NIST' 0 out= on_arm examples portable "$vectors"
check_exit 'the path with instructions is chosen' 0 out= on_arm best arm "$vectors"
for what in examples short monte random pairs; do
    check_exit "the path with instructions: $what" 0 out= on_arm "$what" arm "$vectors"
done

mkdir wrong
sed 's/^MD = 28969cdf/MD = 28969cde/' "$vectors/SHA256ShortMsg.rsp" >wrong/SHA256ShortMsg.rsp
check_exit 'a digest that is wrong by a bit is noticed' 1 'out~expected 28969cde' on_arm short arm wrong
