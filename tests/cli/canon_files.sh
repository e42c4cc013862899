#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# signet-canon where files go wrong: inputs that are missing, unreadable or of another kind,
# archives, outputs that exist, full disks, closed pipes, a kill in the middle. Run as root in a
# mount namespace of its own for the full disk.
# shellcheck disable=SC2016 # the inner shells expand
# shellcheck source=tests/common/tap.sh
. "${0%/*}/../common/tap.sh"
plan 66

# refused NAME TEXT COMMAND...: exit 3, nothing on stdout, TEXT as the whole stderr.
refused()
{
    refused_name=$1 refused_text=$2
    shift 2
    check_exit "$refused_name" 3 out= "$@"
    also "$refused_name: the text" "err=signet-canon: $refused_text"
}

printf '{"b":1,"a":2}' >good.json
printf '{"a":2,"b":1}' >good.canonical

# Inputs.
refused 'a missing file' 'none.json: cannot open: No such file or directory' signet-canon none.json
refused 'a missing folder' 'none/x: cannot open: No such file or directory' signet-canon none/x
mkfifo pipe
refused 'a FIFO' 'pipe: expected a regular file, found a FIFO' timeout 10 signet-canon pipe
check_exit 'a FIFO with --manifest' 3 'err~pipe' timeout 10 signet-canon --manifest pipe
refused 'a device' '/dev/null: expected a regular file, found a character device' signet-canon /dev/null
ln -s good.json link
check_exit 'a link that the user named' 0 "out=$(sha256sum <good.canonical | cut -d' ' -f1)" \
    signet-canon --digest link
ln -s nowhere dangling
refused 'a link to nothing' 'dangling: cannot open: No such file or directory' signet-canon dangling
ln -s loop loop
refused 'a link to itself' 'loop: cannot open: Too many levels of symbolic links' signet-canon loop
cp good.json secret.json
chmod 600 secret.json
as_nobody='setpriv --reuid=65534 --regid=65534 --clear-groups'
# shellcheck disable=SC2086 # words
refused 'an unreadable file' 'secret.json: cannot open: Permission denied' \
    $as_nobody signet-canon secret.json
# shellcheck disable=SC2086 # words
check_exit 'a readable file, as the same user' 0 'err=' $as_nobody signet-canon --digest good.json
also 'a readable file: the digest' "out=$(sha256sum <good.canonical | cut -d' ' -f1)"
mkdir tree
cp secret.json tree/
# shellcheck disable=SC2086 # words
check_exit 'an unreadable file in a directory' 3 'err~Permission denied' $as_nobody signet-canon tree
also 'an unreadable file in a directory: which' 'err~secret.json'
also 'an unreadable file in a directory: nothing is printed' out=
rm -r tree
refused 'standard input that is a directory' 'standard input: cannot read: Is a directory' \
    sh -c 'exec signet-canon - <.'
refused 'standard input that is closed' 'standard input: cannot read: Bad file descriptor' \
    sh -c 'exec signet-canon - <&-'

# What begins like an archive; whole ones are another scenario.
mkdir packed
cp good.json packed/
tar --format=ustar -cf ustar.tar packed
# Magic numbers alone: gzip (RFC 1952), xz, bzip2, zstd (RFC 8878) hold nothing, and are no JSON.
printf '\037\213x' >tar.gz
printf '\3757zXZ\000x' >tar.xz
printf 'BZh9x' >tar.bz2
printf '\050\265\057\375x' >tar.zst
for row in 'tar.gz byte 0x1f' 'tar.xz byte 0xfd' "tar.bz2 'B'" "tar.zst '('"; do
    file=${row%% *}
    refused "$file" "$file: expected a value, found ${row#* } (byte 0)
  a file that is not JSON can be listed with --manifest" signet-canon "$file"
done
# A zip and a 7z are archives by their first bytes, whatever follows.
printf 'PK\005\006x' >empty.zip
printf '7z\274\257\047\034x' >some.7z
check_exit 'empty.zip' 3 'err~signet-canon: empty.zip: expected ' signet-canon empty.zip
check_exit 'some.7z' 3 'err=signet-canon: some.7z: 7z: expected 32 bytes of header, found 7' \
    signet-canon some.7z
check_exit 'an archive with --manifest is a file' 0 \
    "out~file  $(sha256sum <ustar.tar | cut -d' ' -f1)" signet-canon --manifest ustar.tar
# A tar header with another checksum is none, and then it is just no JSON.
sed '1s/packed/pacled/' ustar.tar >almost.tar
check_exit 'a tar header whose checksum is wrong' 3 'err~(byte 0)' signet-canon almost.tar

# Outputs.
printf 'mine' >exists
refused 'an output that exists' 'exists: exists, and signet-canon replaces no file
  remove it or name another file' signet-canon -o exists good.json
check_exit 'an output that exists, before reading' 3 'err~exists: exists' \
    signet-canon -o exists none.json
check_exit 'an output that exists, for a digest' 3 'err~exists: exists' \
    signet-canon -o exists --digest good.json
check_exit 'an output that exists, for a manifest' 3 'err~exists: exists' \
    signet-canon -o exists --manifest good.json
check_exit 'an output that is a dangling link' 3 'err~dangling: exists' \
    signet-canon -o dangling good.json
check_exit 'an output that is a directory' 3 'err~packed: exists' signet-canon -o packed good.json
refused 'an output in a missing folder' \
    'none/out: cannot open its folder: No such file or directory' signet-canon -o none/out good.json
check_exit 'no output after malformed input' 3 'err~(byte 7)' \
    sh -c 'printf "{\"a\":1,}" | signet-canon -o out -'
check_exit 'a report does not replace a file' 3 \
    'err=signet-canon: good.json: exists and is no report, so --report will not replace it' \
    signet-canon --report good.json good.json
check_exit 'a report does not replace a device' 3 \
    'err~/dev/null: exists and is no report' signet-canon --report /dev/null good.json

# Standard output that takes nothing.
check_exit 'a full device' 3 'err=signet-canon: standard output: cannot write: No space left on device' \
    sh -c 'exec signet-canon good.json >/dev/full'
check_exit 'a full device, for a digest' 3 'err~No space left on device' \
    sh -c 'exec signet-canon --digest good.json >/dev/full'
check_exit 'a full device, for a manifest' 3 'err~No space left on device' \
    sh -c 'exec signet-canon --manifest good.json >/dev/full'
check_exit 'a full device, for the object' 3 'err~No space left on device' \
    sh -c 'exec signet-canon --json good.json >/dev/full'
check_exit 'a full device, for the help' 3 'err~No space left on device' \
    sh -c 'exec signet-canon --help >/dev/full'
check_exit 'a closed standard output' 3 'err~standard output: cannot write' \
    sh -c 'exec signet-canon good.json >&-'
check_exit 'a closed standard output is not the file' 0 err= \
    sh -c 'exec signet-canon -o out1 good.json >&-'
same_bytes 'a closed standard output: the file' out1 good.canonical
python3 - <<'PY'
import json
json.dump([[i, "x" * 50] for i in range(20000)], open("big.json", "w"))
PY
check_exit 'a closed pipe' 3 'err=signet-canon: standard output: cannot write: Broken pipe' \
    sh -c '{ signet-canon big.json; echo $? >&3; } 3>"$0" | head -c 1 >/dev/null; exit "$(cat "$0")"' \
    "$tap_dir/status"

# A full disk, and a kill in the middle of writing: on a tmpfs of 256 KiB, whose listing is compared.
disk=$tap_dir/disk
mkdir "$disk"
cat >"$tap_dir/on_disk" <<'SH'
mount -t tmpfs -o size=256k none "$1" || exit 90
cp exists "$1/old" && cd "$1" || exit 90
ls -A1 >"$2/before"
shift 2
"$@"
status=$?
ls -A1 >"$listing"
cat old >>"$listing"
exit $status
SH
# on_disk COMMAND...: runs it there; what the folder holds then is in $tap_dir/listing.
on_disk()
{
    listing=$tap_dir/listing unshare -m sh "$tap_dir/on_disk" "$disk" "$tap_dir" "$@"
}
here=$PWD
check_exit 'a full disk' 3 'err=signet-canon: new: cannot write: No space left on device' \
    on_disk signet-canon -o new "$here/big.json"
is 'a full disk leaves what was there, alone' "$(cat "$tap_dir/listing")" 'old
mine'
check_exit 'a full disk, for a report' 3 'err~report: cannot write: No space left on device' \
    on_disk sh -c 'head -c 300000 /dev/zero >filler 2>/dev/null
        signet-canon --digest --report report "$0"; status=$?; rm filler; exit $status' \
    "$here/good.json"
is 'a full disk, for a report: none appears' "$(cat "$tap_dir/listing")" 'old
mine'
# SIGXFSZ comes at a write beyond the limit of 64 blocks and ends the process there.
check_exit 'over the limit of file sizes' 3 'err~File too large' \
    on_disk sh -c 'ulimit -c 0; ulimit -f 64; signet-canon -o new "$0"' "$here/big.json"
is 'which leaves what was there, alone' "$(cat "$tap_dir/listing")" 'old
mine'
check_exit 'a disk with room' 0 err= on_disk signet-canon -o new "$here/good.json"
is 'a disk with room: the file appears' "$(cat "$tap_dir/listing")" 'new
old
mine'
