#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# One signature for a folder and every archive of it: whoever signs may have the folder or an
# archive, whoever verifies too. Each refusal stands beside a twin that differs in one thing.
# shellcheck source=tests/common/tap.sh
. "${0%/*}/../common/tap.sh"
plan 47

signet-key generate --no-passphrase -o k >/dev/null 2>&1
signet-key generate --no-passphrase -o other >/dev/null 2>&1
mkdir -p model/w
printf '{"a":1}\n' >model/config.json
head -c 200000 /dev/urandom >model/w/0.bin
: >model/w/empty
printf ignored >model/.gitignore
check_exit 'the folder is signed' 0 'out~model.sig: covers names and contents' signet-sign -k k.key model
tar --format=gnu -cf model.tar model
tar --format=pax -czf model.tar.gz model
tar -cf - model | zstd -q >model.tar.zst
zip -qr model.zip model
zip -qr0 stored.zip model
7z a -bso0 -bsp0 model.7z model
(cd model && tar -cf ../flat.tar .)
for archive in model.tar model.tar.gz model.tar.zst model.zip stored.zip model.7z flat.tar; do
    check_exit "$archive by the signature of the folder" 0 "out~verified: $archive: bundle of 3 files" \
        signet-verify -k k.pub -s model.sig "$archive"
    check_exit "$archive by another key" 5 'err~no key for' \
        signet-verify -k other.pub -s model.sig "$archive"
done
for archive in model.tar model.tar.zst stored.zip flat.tar; do
    check_exit "$archive signed by its contents" 0 "out~$archive.sig: covers names and contents" \
        signet-sign -k k.key --contents "$archive"
done
same_bytes 'a tar gives the signature of the folder' model.tar.sig model.sig
same_bytes 'a packed tar does' model.tar.zst.sig model.sig
same_bytes 'a zip does' stored.zip.sig model.sig
check_exit 'found beside it' 0 'out~verified: model.tar: bundle of 3 files' signet-verify -k k.pub model.tar
check_exit 'and of the folder by that of the archive' 0 'out~verified: model: bundle of 3 files' \
    signet-verify -k k.pub -s model.tar.zst.sig model
check_exit 'without a top folder the archive is the subject' 0 'out~flat.tar' \
    sh -c 'signet-verify -k k.pub --print-statement flat.tar | jq -r ".subject[0].name"'
check_exit 'which changes nothing for the folder' 0 'out~verified: model: bundle' \
    signet-verify -k k.pub -s flat.tar.sig model
check_exit 'a file is signed as its bytes otherwise' 0 'out~covers the bytes of the file' \
    signet-sign -k k.key model.tar
check_exit 'and both signatures count' 0 'out~verified: model.tar' signet-verify -k k.pub model.tar

# What is refused.
cp -r model changed
printf x >>changed/config.json
tar -cf changed.tar --transform 's/^changed/model/' changed
check_exit 'a changed file in it' 1 'err~changed: config.json' signet-verify -k k.pub -s model.sig changed.tar
cp -r model more
printf x >more/w/new
tar -cf more.tar --transform 's/^more/model/' more
check_exit 'an added one' 1 'err~unsigned: w/new' signet-verify -k k.pub -s model.sig more.tar
tar -cf less.tar --exclude=0.bin model
check_exit 'a missing one' 1 'err~missing: w/0.bin' signet-verify -k k.pub -s model.sig less.tar
tar -cf moved.tar --transform 's/^model/other/' model
check_exit 'a folder of another name' 1 'err~unsigned: other/config.json' \
    signet-verify -k k.pub -s model.sig moved.tar
check_exit 'unless it is asked for' 0 'out~verified: moved.tar: bundle of 3 files' \
    signet-verify -k k.pub -s model.sig --strip 1 moved.tar
check_exit 'the right one not taken off' 1 'err~unsigned: model/config.json' \
    signet-verify -k k.pub -s model.sig --strip 0 model.tar
check_exit '--strip beyond' 3 'err~expected all entries below the same 2 folders' \
    signet-verify -k k.pub -s model.sig --strip 2 model.tar
check_exit '--strip of a word' 2 'err~option --strip: expected a number of folders' \
    signet-verify -k k.pub -s model.sig --strip x model.tar
cp model.zip stale.tar
check_exit 'the signature of its bytes over other bytes' 1 'err~content differs' \
    signet-verify -k k.pub -s model.tar.sigstore.json stale.tar
check_exit 'no archive at all' 1 'err~is over a bundle of 3 files, not over this file' \
    signet-verify -k k.pub -s model.sig k.pub
check_exit '--contents of no archive' 3 'err~expected an archive' signet-sign -k k.key --contents k.pub
chmod u+s model/w/0.bin
tar -cf setuid.tar model
chmod u-s model/w/0.bin
check_exit '--contents with a set-user-ID bit' 3 'err~set-user-ID' signet-sign -k k.key --contents setuid.tar
check_exit 'verifying it' 3 'err~set-user-ID' signet-verify -k k.pub -s model.sig setuid.tar
check_exit 'as bytes it may be signed' 0 'out~covers the bytes' signet-sign -k k.key setuid.tar
ln -s config.json model/link
tar -cf link.tar model
rm model/link
check_exit '--contents with a link' 3 'err~symbolic link' signet-sign -k k.key --contents link.tar
check_exit '--contents --ignore' 0 'err~ignored: w' \
    signet-sign -k k.key --contents --ignore w -o part.sig model.tar
check_exit 'what the signature leaves out and is there' 1 'err~the signature leaves it out' \
    signet-verify -k k.pub -s part.sig model.tar
check_exit 'unless it is accepted' 0 'out~bundle of 1 file' \
    signet-verify -k k.pub -s part.sig --accept-ignored w model.tar
check_exit '--ignore of a file' 2 'err~option --ignore goes with a folder, or with --contents' \
    signet-sign -k k.key --force --ignore w model.tar
