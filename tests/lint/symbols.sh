#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# What the libraries define, export and refer to: every global name begins with signet_, a shared
# library exports the public functions and nothing else, the verifying half holds no signing and no
# secret-key code, and nothing in lib/ has state of its own.
# shellcheck source=tests/common/lint.sh
. "${0%/*}/../common/lint.sh"
plan 21

lib=$SIGNET_BUILD/lib
# What the sanitizers of the dev build add.
added='^(__odr_asan|__asan_|__ubsan_|__tsan_|__sanitizer_|_GLOBAL__)'
secret='^(crypto_(sign$|sign_(detached|keypair|seed_keypair|ed25519$|ed25519_(detached|keypair|seed_keypair|sk_)|ed25519ph_final_create|final_create)|secretbox|aead|box|pwhash|kdf)|sodium_(malloc|allocarray|mlock|mprotect)|randombytes|signet_(seckey|secret|keyfile|sign_)|EVP_(DigestSign|PKEY_sign|PKEY_keygen|PKEY_new_raw_private|SealInit)|PEM_(read|write).*PrivateKey|d2i_.*PrivateKey|PKCS8_)'

# defined FILE: the global names that the objects in FILE define.
defined()
{
    nm --defined-only --extern-only --format=posix "$1" | awk 'NF > 2 { print $1 }' |
        grep -Ev "$added" | sort -u
}

referred()
{
    nm --undefined-only --format=posix "$1" | awk 'NF > 1 { print $1 }' | sort -u
}

exported()
{
    nm --dynamic --defined-only --format=posix "$1" | awk '{ print $1 }' | grep -Ev "$added" | sort -u
}

# public_functions LAYER...: functions declared SIGNET_API in the public headers of these layers.
public_functions()
{
    for header in "$SIGNET_SOURCE"/include/signet/*.h; do
        case " $* " in
        *" $(layer_of_header "${header##*/}") "*)
            cc -w -fpreprocessed -dD -E -P "$header" | grep -v '^#' | tr '\n' ' ' | tr ';{}' '[\n*]' |
                grep SIGNET_API | sed 's/SIGNET_PRINTF([^)]*)//' |
                grep -Eo 'signet_[a-z0-9_]+ *\(' | tr -d ' ('
            ;;
        esac
    done | sort -u
}

# What is set once and then constant: libsodium is started, libcrypto was opened.
once='^(ready|shared)$'

# state OBJECTS-OR-ARCHIVE: variables that can change.
state()
{
    objdump --syms "$1" | awk '/ (\.data(\.rel(\.local)?)?|\.bss|\.tdata|\.tbss|\*COM\*)[ \t]/ && !/ d +\./ {
        print $NF }' | sed 's/\.[0-9]*$//' | grep -Ev "$added|$once|^\\.|Lubsan"
}

prefixed()
{
    defined "$1" | grep -v '^signet_'
}

secrets()
{
    { referred "$1" && defined "$1"; } | grep -E "$secret"
}

layers='base'
for layer in json crypto artifact envelope trust verify; do
    [ -e "$SIGNET_SOURCE/lib/$layer/CMakeLists.txt" ] && layers="$layers $layer"
done
gate_layers="$layers gate"
all_layers=$layers
[ -e "$SIGNET_SOURCE/lib/sign/CMakeLists.txt" ] && all_layers="$layers sign"

for name in signet-verify signet signet-gate; do
    is "lib$name.a defines something" "$(defined "$lib/lib$name.a" | grep -c '^signet_version$')" 1
    none "lib$name.a: every global name begins with signet_" "$(prefixed "$lib/lib$name.a")"
    none "lib$name.a: no variable of lib/ can change" "$(state "$lib/lib$name.a")"
done
# shellcheck disable=SC2086 # lists of words
is 'libsignet-verify.so exports the public functions of its layers' \
    "$(exported "$lib/libsignet-verify.so")" "$(public_functions $layers)"
# shellcheck disable=SC2086
is 'libsignet.so exports all public functions' \
    "$(exported "$lib/libsignet.so")" "$(public_functions $all_layers)"
# shellcheck disable=SC2086
is 'libsignet-gate.so exports those and the gate' \
    "$(exported "$lib/libsignet-gate.so")" "$(public_functions $gate_layers)"
for name in signet-verify signet-gate; do
    none "lib$name.a has no signing or secret-key code" "$(secrets "$lib/lib$name.a")"
done

# Planted: an object with one violation of each kind.
planted_object()
{
    printf '%b' "$1" | cc -x c -c -o planted.o -
}

planted_object 'int helper(void) { return 1; }\n'
some 'a name without prefix is seen' "$(prefixed planted.o)"
planted_object 'static int calls;\nint signet_x(void) { return ++calls; }\n'
some 'a static counter is seen' "$(state planted.o)"
planted_object 'int signet_mode = 3;\n'
some 'a global variable is seen' "$(state planted.o)"
planted_object 'int signet_a(void);\nint (*signet_hook)(void) = signet_a;\n'
some 'a global pointer is seen' "$(state planted.o)"
planted_object 'static const char *const names[] = {"a"};\nconst char *signet_x(int i) { return names[i]; }\n'
none 'a constant table is no state' "$(state planted.o)"
planted_object 'int crypto_sign_detached(void);\nint signet_x(void) { return crypto_sign_detached(); }\n'
some 'a call that signs is seen' "$(secrets planted.o)"
planted_object 'int signet_secret_new(void) { return 1; }\n'
some 'a secret key function is seen' "$(secrets planted.o)"
