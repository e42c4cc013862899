#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# From a fresh Debian 12 machine to a signed and verified model: installs what is missing, builds
# signet, signs a model bundle, an SBOM and an AIBOM, verifies them, and shows what one changed byte
# and one added file lead to. Leaves nothing behind but the build folder.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

packages=(gcc cmake make pkg-config libc6-dev libsodium-dev libcjson-dev libssl-dev libarchive-dev
    libisal-dev)

say()
{
    printf '\n== %s\n' "$*"
}

as_root()
{
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    else
        sudo "$@"
    fi
}

install_missing()
{
    local package missing=()
    for package in "${packages[@]}"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
            missing+=("$package")
    done
    if [ "${#missing[@]}" -gt 0 ]; then
        say "installing ${missing[*]}"
        as_root apt-get update -qq
        DEBIAN_FRONTEND=noninteractive as_root apt-get install -y -qq --no-install-recommends \
            "${missing[@]}" >/dev/null
    fi
}

build()
{
    say 'building signet'
    cmake -S . -B build/release -DCMAKE_BUILD_TYPE=Release -DBUILD_TESTING=OFF >/dev/null
    cmake --build build/release -j "$(nproc)" >/dev/null
}

# Prints a command, runs it, and requires its exit status.
run()
{
    local wanted=$1 status=0
    shift
    printf '\n$ %s\n' "$*"
    "$@" || status=$?
    if [ "$status" -ne "$wanted" ]; then
        printf 'expected exit status %d, found %d\n' "$wanted" "$status" >&2
        exit 1
    fi
}

install_missing
build

source=$PWD
PATH=$source/build/release/bin:$PATH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

say 'a model bundle, its SBOM and its AIBOM'
sh "$source/examples/model/make.sh" sentiment-tiny
cp "$source/examples/model/sbom.cdx.json" "$source/examples/model/aibom.cdx.json" .
run 0 signet-canon --manifest sentiment-tiny

say 'a key, for this demonstration without a passphrase'
run 0 signet-key generate -o demo --no-passphrase

say 'sign: the folder as a bundle, the documents as files'
run 0 signet-sign -k demo.key sentiment-tiny sbom.cdx.json aibom.cdx.json

say 'verify'
run 0 signet-verify -k demo.pub sentiment-tiny sbom.cdx.json aibom.cdx.json

say 'one flipped byte is refused'
cp sentiment-tiny/model.safetensors original
printf '\001' | dd of=sentiment-tiny/model.safetensors bs=1 seek=400 conv=notrunc status=none
run 1 signet-verify -k demo.pub sentiment-tiny
cp original sentiment-tiny/model.safetensors

say 'one added file is refused'
echo 'import os' >sentiment-tiny/modeling.py
run 1 signet-verify -k demo.pub sentiment-tiny
rm sentiment-tiny/modeling.py

say 'and the original passes again'
run 0 signet-verify -k demo.pub sentiment-tiny

say "done: the tools are in $source/build/release/bin"
