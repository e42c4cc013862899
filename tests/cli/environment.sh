#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The environment can name a thing but never weaken a check.
# shellcheck source=tests/common/tap.sh
. "${0%/*}/../common/tap.sh"
plan 3

# SHA-512 is what libcrypto is loaded for. Whoever opens this configuration file waits for ever.
mkfifo openssl.cnf
printf '{}' >document
digest=$(printf '{}' | sha512sum | cut -d ' ' -f 1)
check_exit 'no configuration of OpenSSL is read' 0 "out=$digest" env OPENSSL_CONF="$PWD/openssl.cnf" timeout 20 signet-canon --digest --hash sha512 document
check_exit 'nor another engine or module folder used' 0 "out=$digest" env OPENSSL_ENGINES="$PWD" OPENSSL_MODULES="$PWD" signet-canon --digest --hash sha512 document

# Two switches of the loader that could exchange libcrypto itself: the path is absolute.
mkdir lib
printf 'no library' >lib/libcrypto.so.3
check_exit 'the library is opened by its absolute path' 0 "out=$digest" env LD_LIBRARY_PATH="$PWD/lib" signet-canon --digest --hash sha512 document
