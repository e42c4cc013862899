#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# What an outside project gets: a release build that needs no cmocka, installed to a prefix, found by
# CMake and by pkg-config, linked shared and static, from C and C++. The prefix is then moved, so
# that a path compiled in would be found.
. "${0%/*}/../common/tap.sh"
plan 17

version=$(sed -n 's/^project(signet VERSION \([0-9.]*\).*/\1/p' "$SIGNET_SOURCE/CMakeLists.txt")
build=$SIGNET_SOURCE/build/install

# quiet NAME COMMAND...: a step that must succeed; its output is shown only if it does not.
quiet()
{
    quiet_name=$1
    shift
    if "$@" >step.log 2>&1; then
        ok "$quiet_name"
    else
        not_ok "$quiet_name" "$(tail -n 30 step.log)"
    fi
}

quiet 'configures without tests' cmake -S "$SIGNET_SOURCE" -B "$build" -DCMAKE_BUILD_TYPE=Release \
    -DBUILD_TESTING=OFF -DCMAKE_INSTALL_PREFIX="$PWD/first" -DCMAKE_INSTALL_LIBDIR=lib
none 'and asks for no cmocka' "$(grep CMOCKA "$build/CMakeCache.txt")"
quiet 'builds' cmake --build "$build" -j 2
quiet 'installs' cmake --install "$build"
quiet 'installs below DESTDIR' env DESTDIR="$PWD/stage" cmake --install "$build"
is 'the same files below DESTDIR' "$(cd "stage$PWD/first" && find . | sort)" \
    "$(cd first && find . | sort)"
mv first moved
prefix=$PWD/moved

is 'the public headers, all of them' "$(cd "$prefix/include" && find signet -name '*.h' | sort)" \
    "$(cd "$SIGNET_SOURCE/include" && find signet -name '*.h' | sort)"
is 'the libraries' "$(cd "$prefix/lib" && find . -name 'lib*' | sort | tr '\n' ' ')" \
    "$(for name in signet-verify signet signet-gate; do
        printf './lib%s.%s\n' "$name" a "$name" so "$name" "so.${version%%.*}" "$name" "so.$version"
    done | sort | tr '\n' ' ')"
tools=$(find "$SIGNET_SOURCE/cmd" -mindepth 2 -name main.c | sed 's,.*/cmd/\(.*\)/main.c,signet-\1,' | sort)
is 'the tools, all of them' "$(find "$prefix" -path '*/bin/*' -printf '%f\n' | sort)" "$tools"
pages=$(find "$SIGNET_SOURCE/cmd" -name '*.[17]' -printf '%f\n' | sort)
is 'the manual pages, all of them' "$(find "$prefix" -path '*/man/*' -type f -printf '%f\n' | sort)" \
    "$pages"
none 'no path of the build in what is installed' "$(grep -rlF -e "$SIGNET_SOURCE" -e "$PWD/first" "$prefix")"

# The consumer prints the version it runs with: the installed one.
for kind in OFF ON; do
    cmake -S "$SIGNET_SOURCE/tests/consumer" -B "cmake-$kind" -DCMAKE_PREFIX_PATH="$prefix" \
        -DUSE_STATIC="$kind" >step.log 2>&1 && cmake --build "cmake-$kind" >>step.log 2>&1
    is "CMake, static $kind: verifier" "$("./cmake-$kind/verifier" 2>&1 || tail -n 20 step.log)" \
        "$version MISMATCH"
    is "CMake, static $kind: signer" "$("./cmake-$kind/signer" 2>&1 || tail -n 20 step.log)" \
        "$version 70"
done

export PKG_CONFIG_PATH="$prefix/lib/pkgconfig"
# shellcheck disable=SC2046 # pkg-config prints words
cc -o shared "$SIGNET_SOURCE/tests/consumer/verifier.c" $(pkg-config --cflags --libs signet-verify) &&
    is 'pkg-config, shared' "$(LD_LIBRARY_PATH=$prefix/lib ./shared)" "$version MISMATCH"
# shellcheck disable=SC2046
cc -o static "$SIGNET_SOURCE/tests/consumer/verifier.c" \
    $(pkg-config --static --cflags --libs signet-verify | sed 's/-lsignet-verify/-l:libsignet-verify.a/') &&
    is 'pkg-config, static' "$(./static)" "$version MISMATCH"
