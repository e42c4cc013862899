#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Prints what a canonical manifest of folder $1 has to be, by coreutils and xxd alone: a line
# "HEX  NAME" for each file in byte order, then the root and bundle digests. No file name here holds
# a newline.
set -eu
LC_ALL=C
export LC_ALL
cd "$1"
names=$(find . -type f -printf '%P\n' | sort)
lines=$(printf '%s\n' "$names" | while read -r name; do
    printf '%s  %s\n' "$(sha256sum <"$name" | cut -c 1-64)" "$name"
done)
printf '%s\n' "$lines"
printf 'root  %s\n' "$(printf '%s\n' "$lines" | cut -c 1-64 | xxd -r -p | sha256sum | cut -c 1-64)"
printf 'bundle  %s\n' "$(printf '%s\n' "$lines" | tr '\n' '\0' | sha256sum | cut -c 1-64)"
