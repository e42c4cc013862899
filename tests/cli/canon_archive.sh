#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# signet-canon on archives: whatever tool packed them, they give the manifest of the folder that was
# packed, and what is no plain list of files is refused with a text of its own. Expected manifests
# are made by hashlib from the folder; archives by the tools that people use, and where those refuse
# to write what an attacker would, by Python's tarfile and zipfile.
# shellcheck source=tests/common/tap.sh
. "${0%/*}/../common/tap.sh"
plan 166

# pack FILE ENTRY...: a tar, zip (by the ending) of entries NAME=TEXT, NAME/ (a folder),
# NAME->TARGET (a symbolic link), NAME=>TARGET (a hard link), NAME!fifo, NAME!MODE=TEXT.
pack()
{
    python3 - "$@" <<'PY'
import io, sys, tarfile, zipfile
path, entries = sys.argv[1], [e.replace('\\n', '\n') for e in sys.argv[2:]]
tar = zip = None
if path.endswith('.zip'):
    zip = zipfile.ZipFile(path, 'w')
else:
    tar = tarfile.open(path, 'w', format=tarfile.USTAR_FORMAT)
for entry in entries:
    info, text = tarfile.TarInfo(), None
    if '->' in entry:
        info.type = tarfile.SYMTYPE
        info.name, info.linkname = entry.split('->')
    elif '=>' in entry:
        info.type = tarfile.LNKTYPE
        info.name, info.linkname = entry.split('=>')
    elif entry.endswith('!fifo'):
        info.type, info.name = tarfile.FIFOTYPE, entry[:-5]
    elif entry.endswith('!device'):
        info.type, info.name = tarfile.CHRTYPE, entry[:-7]
    elif '=' in entry:
        info.name, text = entry.split('=', 1)
        if '!' in info.name:
            info.name, mode = info.name.split('!')
            info.mode = int(mode, 8)
    else:
        info.type, info.mode, info.name = tarfile.DIRTYPE, 0o755, entry.rstrip('/')
    if zip:
        zip.writestr(entry if text is None else info.name, text or '')
    else:
        info.size = len(text or '')
        tar.addfile(info, io.BytesIO((text or '').encode()))
(zip or tar).close()
PY
}

mkdir -p tiny/w/deep 'tiny/with space' tiny/nothing/below
printf '{"a":1}\n' >tiny/config.json
printf weights >tiny/w/0.bin
: >tiny/w/deep/empty
printf 5 >'tiny/with space/x'
printf hidden >tiny/.hidden
printf ignored >tiny/.gitignore
long=$(printf '%0120d' 0)
mkdir "tiny/$long"
printf long >"tiny/$long/$long"
head -c 300000 /dev/urandom >tiny/w/random
python3 "$SIGNET_SOURCE/tests/common/manifest.py" tiny sha256 .gitignore >expected
root=$(sed -n 's/^root  //p' expected)
uncovered='signet-canon: folders without a file in them are not covered: 2, such as nothing'
check_exit 'the folder itself' 0 "err=signet-canon: ignored: .gitignore
$uncovered" signet-canon tiny
same_bytes 'the folder itself: the manifest' "$tap_out" expected

# One identity, however it is packed.
tar --format=gnu -cf gnu.tar tiny
tar --format=pax -cf pax.tar tiny
bsdtar -cf bsd.tar tiny
gzip -nk <gnu.tar >tar.gz
xz -k <gnu.tar >tar.xz
bzip2 -k <gnu.tar >tar.bz2
zstd -q <gnu.tar >tar.zst
zip -qr deflated.zip tiny
zip -qr0 stored.zip tiny
bsdtar --format zip -cf bsd.zip tiny
7z a -bso0 -bsp0 packed.7z tiny
for row in 'gnu.tar tar' 'pax.tar tar' 'bsd.tar tar' 'tar.gz tar.gz' 'tar.xz tar.xz' \
    'tar.bz2 tar.bz2' 'tar.zst tar.zst' 'deflated.zip zip' 'stored.zip zip' 'bsd.zip zip' \
    'packed.7z 7z'; do
    file=${row% *}
    check_exit "$file" 0 "err=signet-canon: all entries lie below tiny: read as that folder
signet-canon: ignored: .gitignore
$uncovered" signet-canon "$file"
    same_bytes "$file: the manifest of the folder" "$tap_out" expected
    check_exit "$file: --json" 0 err= signet-canon -q --json "$file"
    is "$file: kind, format and folder" "$(jq -c '[.kind, .format, .stripped, .root]' <"$tap_out")" \
        "[\"bundle\",\"${row#* }\",\"tiny\",\"$root\"]"
done
mkdir accent
printf 1 >accent/é
tar --format=gnu -cf accent.gnu accent
tar --format=pax -cf accent.pax accent
bsdtar -cf accent.bsd accent
bsdtar --format zip -cf accent.bsd.zip accent
7z a -bso0 -bsp0 accent.7z accent
pack accent.zip accent/é=1
for file in accent.gnu accent.pax accent.bsd accent.bsd.zip accent.7z accent.zip; do
    for locale in C C.UTF-8; do
        check_exit "$file in locale $locale" 0 'out~  é
' env LC_ALL=$locale signet-canon "$file"
    done
done
zip -qr info.zip accent # Info-ZIP says nothing of the character set here
check_exit 'a name in no known character set' 3 'err~expected a name in ASCII or marked as UTF-8' \
    signet-canon info.zip
check_exit 'the name of the file says nothing' 0 "out=$root" \
    sh -c 'cp tar.zst model.zip && signet-canon -q --digest model.zip'
(cd tiny && tar -cf ../dot.tar .)
check_exit 'a tar of "."' 0 "out=$root" signet-canon -q --digest dot.tar
also 'a tar of ".": nothing is taken off' err=
for hash in sha384 blake2b; do
    python3 "$SIGNET_SOURCE/tests/common/manifest.py" tiny $hash .gitignore >expected
    check_exit "$hash, files in place" 0 err= signet-canon -q --hash $hash gnu.tar
    same_bytes "$hash, files in place: the manifest" "$tap_out" expected
    check_exit "$hash, files unpacked" 0 err= signet-canon -q --hash $hash tar.zst
    same_bytes "$hash, files unpacked: the manifest" "$tap_out" expected
done
python3 "$SIGNET_SOURCE/tests/common/manifest.py" tiny sha256 .gitignore w >expected
check_exit '--ignore' 0 'err~ignored: w' signet-canon --ignore w gnu.tar
same_bytes '--ignore: the manifest' "$tap_out" expected
check_exit '--ignore of what was unpacked' 0 'err~ignored: w' signet-canon --ignore w/ deflated.zip
same_bytes '--ignore of what was unpacked: the manifest' "$tap_out" expected

# Which folder is taken off.
check_exit '--strip 0' 0 'out~  tiny/config.json' signet-canon --strip 0 gnu.tar
also '--strip 0: git names are not at the top then' 'out~  tiny/.gitignore'
check_exit '--strip 1' 0 "out=$root" signet-canon -q --strip 1 --digest gnu.tar
pack deep.tar a/ a/b/ a/b/c=1 a/b/d/e=2
pack two.tar a/b=1 c/d=2
pack alike.tar a/b=1 ab=2
check_exit '--strip 2' 0 'out~  c' signet-canon --strip 2 deep.tar
also '--strip 2: what was taken off' 'err=signet-canon: all entries lie below a/b: read as that folder'
check_exit 'one folder of several is taken off' 0 'out~  b/c' signet-canon deep.tar
check_exit '--strip 3' 3 'err~expected all entries below the same 3 folders' signet-canon --strip 3 deep.tar
check_exit '--strip 1 of two folders' 3 'err~expected all entries below the same 1 folders' \
    signet-canon --strip 1 two.tar
check_exit 'two folders' 0 'out~  a/b' signet-canon two.tar
also 'two folders: nothing is taken off' err=
check_exit 'a folder and a file that begins like it' 0 'out~  ab' signet-canon alike.tar
check_exit '--strip of a folder' 2 'err~option --strip goes with an archive' signet-canon --strip 1 tiny
check_exit '--strip of a document' 2 'err~option --strip goes with an archive' \
    signet-canon --strip 1 tiny/config.json
check_exit '--strip of a word' 2 'err~option --strip: expected a number of folders, found "one"' \
    signet-canon --strip one gnu.tar
check_exit '--manifest lists the archive, not its contents' 0 \
    "out~file  $(sha256sum <gnu.tar | cut -d' ' -f1)" signet-canon --manifest gnu.tar

# refused NAME TEXT ENTRY...: a tar of these is refused with that text, and passes without the last.
refused()
{
    name=$1 text=$2
    shift 2
    rm -f bad.tar good.tar
    pack bad.tar "$@"
    check_exit "$name" 3 "err~signet-canon: bad.tar: $text" signet-canon bad.tar
    also "$name: nothing is printed" out=
    count=$#
    while [ "$count" -gt 1 ]; do # the last one goes to the end of the line
        set -- "$@" "$1"
        shift
        count=$((count - 1))
    done
    shift
    pack good.tar "$@"
    check_exit "$name: without it" 0 'out~bundle  ' signet-canon -q good.tar
}
refused 'a symbolic link' 'm/l: expected a regular file or a directory, found a symbolic link' m/a=1 'm/l->a'
refused 'a hard link' 'm/l: expected a regular file or a directory, found a hard link' m/a=1 'm/l=>m/a'
refused 'a FIFO' 'm/p: expected a regular file or a directory, found a FIFO' m/a=1 'm/p!fifo'
refused 'a device' 'm/d: expected a regular file or a directory, found a character device' m/a=1 'm/d!device'
refused 'a set-user-ID bit' 'm/s: has a set-user-ID or set-group-ID bit' m/a=1 'm/s!4755=x'
refused 'a set-group-ID bit' 'm/s: has a set-user-ID or set-group-ID bit' m/a=1 'm/s!2755=x'
refused 'a sticky bit' 'm/s: has the sticky bit' m/a=1 'm/s!1755=x'
refused 'an absolute name' '/m/b: the name is absolute' m/a=1 /m/b=2
refused 'a ".." component' 'm/../b: the name has a "." or ".." component' m/a=1 m/../b=2
refused 'a "." component' 'm/./b: the name has a "." or ".." component' m/a=1 m/./b=2
refused '"./" twice' './m/b: the name has a "." or ".." component' m/a=1 ././m/b=2
refused 'an empty component' 'm//b: the name has an empty component' m/a=1 m//b=2
refused 'a backslash' 'm\\b: the name holds a backslash' m/a=1 'm\b=2'
refused 'a control character' 'm/\x0ab: the name holds a control character' m/a=1 'm/\nb=2'
refused 'two files of one name' 'm/a: two entries have this name' m/a=1 m/a=1
refused 'two files of one name, apart' 'm/a: two entries have this name' m/a=1 m/b=2 m/a=1
refused 'two files of one name, one with "./"' 'm/a: two entries have this name' m/a=1 ./m/a=1
refused 'a file and a folder of one name' 'm/a: is a file and a directory at once' m/a=1 m/a/
refused 'a file below a file' 'm/a/b: lies below an entry that is a file' m/a=1 'm/a b=2' m/a/b=3
refused 'a folder below a file' 'm/a/b/c: lies below an entry that is a file' m/a=1 m/a/b/c/
printf 'x' >>two.tar
check_exit 'a byte behind the end' 3 'err~signet-canon: two.tar: ' signet-canon two.tar
gzip -k <gnu.tar | sh -c 'cat; printf x' >more.gz
check_exit 'a byte behind what is compressed' 3 \
    'err~tar.gz: more bytes behind what is compressed' signet-canon more.gz
pack empty.tar m/
check_exit 'folders alone' 3 'err~a bundle needs at least one file, found none' signet-canon empty.tar
gzip -k <tar.gz >twice.gz
check_exit 'compressed twice is no archive' 3 'err~expected a value, found byte 0x1f (byte 0)' \
    signet-canon twice.gz
gzip -k <tiny/config.json >json.gz
check_exit 'nor is what is no tar' 3 'err~expected a value, found byte 0x1f (byte 0)' \
    signet-canon json.gz

# Limits: a bomb ends early; what it holds is listed where that is asked for.
mkdir bomb
truncate -s 80M bomb/zeros
tar -cf - bomb | gzip >bomb.tar.gz
zip -qr bomb.zip bomb
7z a -bso0 -bsp0 bomb.7z bomb
zeros=$(sha256sum <bomb/zeros | cut -d' ' -f1)
for file in bomb.tar.gz bomb.zip bomb.7z; do
    check_exit "$file" 3 'err~unpacks to more than 200 times its ' signet-canon "$file"
    check_exit "$file: where that is asked for" 0 "out~$zeros  zeros" \
        signet-canon -q --limit ratio=1000000 "$file"
    check_exit "$file: but not more than was asked for" 3 \
        'err~unpacks to more than 80000000 bytes; --limit unpacked=BYTES raises the limit' \
        signet-canon --limit ratio=1000000 --limit unpacked=80000000 "$file"
done
check_exit 'more files than the limit' 3 'err~more than 1 files or directories; --limit entries=N raises the limit' \
    signet-canon --limit entries=1 deep.tar
check_exit 'as many files as the limit' 0 'out~bundle  ' signet-canon -q --limit entries=2 deep.tar
check_exit 'a name longer than the limit' 3 'err~a/b/d/e: expected a name of at most 5 bytes, found 7' signet-canon --limit path=5 deep.tar
