#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# signet-verify --extract: a new folder holds what was verified and nothing else, or there is none,
# and nothing beside it. Folders are compared with what was signed by diff.
# shellcheck disable=SC2016 # the inner shells expand
# shellcheck source=tests/common/tap.sh
. "${0%/*}/../common/tap.sh"
plan 51

umask 022
signet-key generate -q --no-passphrase -o k >/dev/null
signet-key generate -q --no-passphrase -o other >/dev/null
mkdir -p model/w/deep
printf '{"a":1}\n' >model/config.json
head -c 3000000 /dev/urandom >model/w/0.bin
printf x >model/w/deep/x
: >model/w/empty
chmod 700 model/w/deep
chmod 755 model/config.json
cp -r model plain
chmod 755 plain/w/deep
chmod 644 plain/config.json
signet-sign -q -k k.key model >/dev/null
tar -cf model.tar model
zstd -q <model.tar >model.tar.zst
zip -qr0 stored.zip model
zip -qr model.zip model
7z a -bso0 -bsp0 model.7z model
for path in model model.tar model.tar.zst stored.zip model.zip model.7z; do
    check_exit "$path" 0 "out~verified: $path: bundle of 4 files" \
        signet-verify -k k.pub -s model.sig --extract out "$path"
    also "$path: said" 'err~signet-verify: written: out'
    is "$path: the files, their modes" "$(cd out && find . -printf '%P %y %m\n' | sort)" \
        "$(cd plain && find . -printf '%P %y %m\n' | sort)"
    is "$path: their contents" "$(diff -r plain out)" ''
    rm -r out
done
check_exit 'the umask holds' 0 'out~verified' \
    sh -c 'umask 077 && signet-verify -k k.pub -s model.sig --extract out model.tar'
is 'the umask holds: modes' "$(stat -c %a out out/w out/w/0.bin | tr '\n' ' ')" '700 700 600 '
rm -r out
check_exit 'a name with slashes behind it' 0 'out~verified' signet-verify -k k.pub --extract out// model
rm -r out
check_exit 'a file alone is written under its name' 0 'out~covers the bytes' signet-sign -k k.key model.zip
check_exit 'a file alone' 0 'out~verified: model.zip: file' signet-verify -k k.pub --extract out model.zip
same_bytes 'a file alone: as it was' out/model.zip model.zip
rm -r out
check_exit 'the report names format, folder and what was written' 0 err= \
    signet-verify -q -k k.pub -s model.sig --json --extract out model.7z
is 'the report: members' "$(jq -c '[.result, .extracted, (.artifacts[0] | .kind, .format, .stripped)]' <"$tap_out")" \
    '["pass","out","bundle","7z","model"]'
rm -r out
check_exit 'chosen entries' 0 'out~PARTIAL: 2 of 4 entries' \
    signet-verify -k k.pub --only w/deep --only w/0.bin --extract out model
is 'chosen entries: alone' "$(cd out && find . -type f | sort | tr '\n' ' ')" './w/0.bin ./w/deep/x '
rm -r out
printf more >model/unsigned
check_exit 'what is not signed' 0 'out~verified: model: bundle of 4 files' \
    signet-verify -k k.pub --insecure-ignore-unsigned --extract out model
is 'what is not signed: is not written' "$(diff -r plain out)" ''
rm -r out model/unsigned

# What writes nothing; check_exit sees to that. Its twin is above.
check_exit 'another key' 5 'err~no key for' signet-verify -k other.pub -s model.sig --extract out model.tar
printf y >model/w/deep/x
check_exit 'a changed file' 1 'err~changed: w/deep/x' signet-verify -k k.pub --extract out model
check_exit 'a changed file that was not chosen' 0 'out~PARTIAL' \
    signet-verify -k k.pub --only config.json --extract out model
rm -r out
printf x >model/w/deep/x
mkdir out
check_exit 'a folder that exists' 3 'err~out: exists, and --extract makes a new folder' \
    signet-verify -k k.pub --extract out model
also 'a folder that exists: the verdict' 'out=REFUSED: model'
rmdir out
ln -s nowhere out
check_exit 'a link to nothing' 3 'err~out: exists' signet-verify -k k.pub --extract out model
rm out
check_exit 'in a folder that is missing' 3 'err~none/out: cannot open its folder' \
    signet-verify -k k.pub --extract none/out model
check_exit 'over the folder at hand' 3 'err~exists' signet-verify -k k.pub --extract . model
ln -s model/w way
for inside in model/out model/w/out// way/out; do
    check_exit "inside what is verified: $inside" 2 \
        "err~signet-verify: model: option --extract: $inside lies inside what is verified, where nobody signed it" \
        signet-verify -k k.pub --extract "$inside" model
done
rm way
check_exit 'two operands' 2 'err~--extract' signet-verify -k k.pub --extract out model model.tar
printf 'x' >>model.7z
check_exit 'an archive with a byte more' 3 'err~7z: expected headers that end the file' \
    signet-verify -k k.pub -s model.sig --extract out model.7z

# A disk that is too small, in a mount namespace of its own.
mkdir disk
cat >"$tap_dir/on_disk" <<'SH'
mount -t tmpfs -o size=1m none disk || exit 90
signet-verify -k k.pub --extract disk/out model
status=$?
[ -z "$(ls -A disk)" ] || exit 91
exit $status
SH
check_exit 'a full disk leaves nothing' 3 'err~w/0.bin: cannot write: No space left on device' \
    unshare -m sh "$tap_dir/on_disk"
also 'a full disk: the verdict' 'out=REFUSED: model'
