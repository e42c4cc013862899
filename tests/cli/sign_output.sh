#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# signet-sign and its output: nothing appears at the output path until it is whole, whatever was
# there survives every failure, no temporary file stays behind; and what may not be signed.
# shellcheck source=tests/common/tap.sh
. "${0%/*}/../common/tap.sh"
plan 42

signet-key generate -q --no-passphrase -o k >/dev/null
printf 'hello\n' >f
mkdir m
printf 'weights\n' >m/w

# refused NAME TEXT COMMAND...: exit status 3, nothing on stdout or changed, and TEXT on stderr.
refused()
{
    refused_name=$1 refused_text=$2
    shift 2
    check_exit "$refused_name" 3 out= "$@"
    also "$refused_name: the text" "err~$refused_text"
}

# ---- what stands in the way ----

printf 'precious\n' >f.sigstore.json
refused 'a file in the way' 'f: f.sigstore.json: exists' signet-sign -k k.key f
rm f.sigstore.json
ln -s nothing f.sigstore.json
refused 'a dangling link in the way' 'f: f.sigstore.json: exists' signet-sign -k k.key f
rm f.sigstore.json
mkfifo pipe
refused 'a FIFO in the way' 'pipe: exists' signet-sign -k k.key -o pipe f
refused 'a FIFO is not replaced' 'pipe: will not replace a FIFO' \
    signet-sign -k k.key --force -o pipe f
rm pipe
check_exit 'a folder as output' 2 'err~m: expected a file name, found a directory' \
    signet-sign -k k.key -o m f
check_exit 'a folder as output, --force' 2 'err~m: expected a file name, found a directory' \
    signet-sign -k k.key --force -o m f
refused 'a folder that is not there' 'no/x: cannot open its folder: No such file or directory' \
    signet-sign -k k.key -o no/x f
refused 'a file as folder' 'f/x: cannot open its folder: Not a directory' \
    signet-sign -k k.key -o f/x f
check_exit 'over the artifact itself' 3 'err~f: exists' signet-sign -k k.key -o f f

check_exit 'over the artifact itself, --force' 3 'err~f: is what is to be signed' \
    signet-sign -k k.key --force -o f f

# ---- places that cannot be written: a small file system, full or read only, of its own ----

cat >full.sh <<'SH'
set -eu
mount -t tmpfs -o size=64k tmpfs place
cp old place/f.sigstore.json
dd if=/dev/zero of=place/filler bs=1k count=64 status=none 2>/dev/null || true
if [ "$1" = ro ]; then mount -o remount,ro place; fi
shift
set +e
signet-sign -k k.key "$@" f
status=$?
ls -A place >&2
cmp place/f.sigstore.json old && echo untouched >&2
exit "$status"
SH
mkdir place
printf 'other\n' >other
signet-sign -q -k k.key -o old other
check_exit 'a full disk' 3 'err~No space left on device' \
    unshare -rm sh full.sh rw -o place/new.sigstore.json
also 'a full disk: nothing is left' 'err~
f.sigstore.json
filler
untouched'
check_exit 'a full disk, --force' 3 'err~No space left on device' \
    unshare -rm sh full.sh rw --force -o place/f.sigstore.json
also 'a full disk, --force: the old one stays' 'err~
f.sigstore.json
filler
untouched'

# A long statement is signed while it is being written.
mkdir many
(cd many && seq 1000 | while read -r n; do printf '%s' "$n" >"a-file-of-many-$n"; done)
check_exit 'many files' 0 'out~many.sig: covers names and contents' signet-sign -k k.key many
check_exit 'many files: verified' 0 'out~verified: many: bundle of 1000 files' \
    signet-verify -k k.pub many
sed 's/ f$/ many/' full.sh >full-many.sh
check_exit 'many files, a full disk' 3 'err~No space left on device' \
    unshare -rm sh full-many.sh rw --force -o place/f.sigstore.json
also 'many files, a full disk: the old one stays' 'err~
f.sigstore.json
filler
untouched'
rm -r many many.sig full-many.sh

check_exit 'a read-only file system' 3 'err~Read-only file system' \
    unshare -rm sh full.sh ro --force -o place/f.sigstore.json
also 'a read-only file system: the old one stays' 'err~
f.sigstore.json
filler
untouched'

# ---- killed in the middle of the work ----

# A sparse file that takes longer to hash than the test waits.
truncate -s 40G big
cp old big.sigstore.json
signet-sign -k k.key --force --no-progress big >/dev/null 2>&1 &
pid=$!
sleep 0.5
running=$(kill -0 $pid && echo yes)
kill -9 $pid
wait $pid 2>/dev/null
is 'killed: it was at work' "$running" yes
is 'killed: the old signature is untouched' "$(cmp big.sigstore.json old && echo same)" same
is 'killed: nothing else is left' "$(ls -A)" 'big
big.sigstore.json
f
full.sh
k.key
k.pub
m
old
other
place'
rm big big.sigstore.json

# ---- what is not signed ----

ln -s w m/l
refused 'a link in a folder' 'm: l: expected a regular file or a directory, found a symbolic link' \
    signet-sign -k k.key m
also 'a link in a folder: what to do instead' 'err~an archive of the directory can be signed, links included'
tar cf m.tar m
check_exit 'an archive of it' 0 'out~m.tar.sigstore.json: covers the bytes' signet-sign -k k.key m.tar
rm m/l
mkfifo m/p
refused 'a FIFO in a folder' 'm: p: expected a regular file or a directory, found a FIFO' \
    signet-sign -k k.key m
refused 'a FIFO' 'm/p: expected a regular file or a directory, found a FIFO' signet-sign -k k.key m/p
rm m/p
refused 'a device' '/dev/null: expected a regular file' signet-sign -k k.key -o null.json /dev/null
mkdir empty
refused 'an empty folder' 'empty: a bundle needs at least one file, found none' \
    signet-sign -k k.key empty
check_exit 'the folder without them' 0 'out~m.sig' signet-sign -k k.key m
