#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# A bundle signed in shards: what is stated is what split and sha256sum find, every change refuses,
# and forged lists are refused each with a text of its own.
# shellcheck source=tests/common/tap.sh
. "${0%/*}/../common/tap.sh"
plan 40

signet-key generate --no-passphrase -o k >/dev/null 2>&1
mkdir -p m/w
head -c 1000000 /dev/urandom >m/w/big
printf abc >m/a
printf b >m/a.txt
head -c 300000 /dev/urandom >m/exact
: >m/empty
check_exit 'signed in shards' 0 'out~m.sig: covers names and contents' \
    signet-sign -k k.key --shard-size 300000 m
check_exit 'verified' 0 'out~verified: m: bundle of 4 files, 1300004 bytes' signet-verify -k k.pub m
also 'the empty file is told' 'err~unsigned: empty'
check_exit 'the statement' 0 'out~"method":"shards","shard_size":300000' \
    signet-verify -k k.pub --print-statement m
jq -r '.predicate.resources[] | .digest + "  " + .name' <"$tap_out" >stated
{
    printf '%s  a.txt:0:1\n' "$(sha256sum <m/a.txt | cut -d' ' -f1)"
    printf '%s  a:0:3\n' "$(sha256sum <m/a | cut -d' ' -f1)"
    printf '%s  exact:0:300000\n' "$(sha256sum <m/exact | cut -d' ' -f1)"
    for start in 0 300000 600000 900000; do
        end=$((start + 300000))
        [ $end -le 1000000 ] || end=1000000
        printf '%s  w/big:%d:%d\n' "$(tail -c +$((start + 1)) m/w/big | head -c $((end - start)) |
            sha256sum | cut -d' ' -f1)" $start $end
    done
} >expected
same_bytes 'lists what sha256sum finds, in byte order of the whole names' stated expected
is 'and its root is over these digests' "$(jq -r '.subject[0].digest.sha256' <"$tap_out")" \
    "$(cut -d' ' -f1 expected | tr -d '\n' | xxd -r -p | sha256sum | cut -d' ' -f1)"
check_exit 'such a bundle has no identity' 0 'out~"identity":null' signet-verify -k k.pub --json m
for jobs in 1 2 7; do
    check_exit "$jobs threads" 0 'out~verified: m: bundle' signet-verify --jobs $jobs -k k.pub m
done
tar -cf m.tar m
tar -czf m.tgz m
zip -qr0 m.zip m
for archive in m.tar m.tgz m.zip; do
    check_exit "$archive" 0 "out~verified: $archive: bundle of 4 files" \
        signet-verify -k k.pub -s m.sig $archive
done
signet-sign -k k.key --shard-size 300000 --contents -o tgz.sig m.tgz >/dev/null 2>&1
same_bytes 'and of an archive the same signature' tgz.sig m.sig

cp m/w/big kept
printf x | dd of=m/w/big bs=1 seek=600000 conv=notrunc 2>/dev/null
cmp -s kept m/w/big && printf y | dd of=m/w/big bs=1 seek=600000 conv=notrunc 2>/dev/null
check_exit 'a changed byte names its piece' 1 'err~changed: w/big:600000:900000' signet-verify -k k.pub m
cp kept m/w/big
printf x >>m/w/big
check_exit 'a byte more' 1 'err~found  1000001 bytes' signet-verify -k k.pub m
truncate -s 900000 m/w/big
check_exit 'a piece less' 1 'err~changed: w/big' signet-verify -k k.pub m
: >m/w/big
check_exit 'emptied' 1 'err~changed: w/big' signet-verify -k k.pub m
rm m/w/big
check_exit 'removed' 1 'err~missing: w/big' signet-verify -k k.pub m
cp kept m/w/big
check_exit 'put back' 0 'out~verified' signet-verify -k k.pub m
printf x >m/new
check_exit 'a new file' 1 'err~unsigned: new' signet-verify -k k.pub m
: >m/new
check_exit 'a new empty one is told' 0 'err~unsigned: new' signet-verify -k k.pub m
rm m/new
printf x >m/empty
check_exit 'an empty one that is not any more' 1 'err~unsigned: empty' signet-verify -k k.pub m
: >m/empty
check_exit '--only' 3 'err~entries cannot be chosen of a signature over shards' \
    signet-verify -k k.pub --only a m
check_exit 'a file by a statement of shards' 1 'err~is over a bundle of 7 files' \
    signet-verify -k k.pub -s m.sig m/a
mkdir none
: >none/empty
check_exit 'nothing but empty files' 3 'err~an empty file has no shard to sign' \
    signet-sign -k k.key --shard-size 1000 none
for size in 0 -1 1e6 x 9007199254740992; do
    check_exit "--shard-size $size" 2 'err~option --shard-size: expected a number of bytes' \
        signet-sign -k k.key --force "--shard-size=$size" m
done

# forge EDIT: signs the statement changed by that jq program, its root made to fit.
forge()
{
    signet-verify -q -k k.pub --print-statement m | jq -c "$1" >edited
    root=$(jq -r '.predicate.resources[].digest' <edited | tr -d '\n' | xxd -r -p | sha256sum | cut -d' ' -f1)
    jq -cj ".subject[0].digest.sha256 = \"$root\"" <edited >payload
    {
        printf 'DSSEv1 28 application/vnd.in-toto+json %d ' "$(wc -c <payload)"
        cat payload
    } >pae
    openssl pkeyutl -sign -inkey k.key -rawin -in pae -out signature
    jq -n --arg p "$(base64 -w0 <payload)" --arg s "$(base64 -w0 <signature)" \
        '{payload: $p, payloadType: "application/vnd.in-toto+json", signatures: [{sig: $s}]}' >forged.dsse.json
}

# forged NAME EDIT STATUS TEXT
forged()
{
    forge "$2"
    check_exit "$1" "$3" "$4" signet-verify -k k.pub -s forged.dsse.json m
}
forged 'a list in another order' '.predicate.resources |= reverse' 0 'out~verified: m: bundle of 4 files'
forged 'the spelling of others' '.predicate.resources[].algorithm = "sha256-sharded-300000" | .predicate.serialization.shard_size = 300000.0' \
    0 'out~verified: m: bundle of 4 files'
forged 'of another size' '.predicate.resources[].algorithm = "sha256-sharded-300001"' \
    3 'err~has algorithm "sha256-sharded-300001"'
forged 'a gap' 'del(.predicate.resources[4])' 3 'err~nothing covers the bytes before it'
forged 'no beginning' 'del(.predicate.resources[3])' 3 'err~nothing covers the bytes before it'
forged 'a piece twice' '.predicate.resources += [.predicate.resources[4]]' 3 'err~is listed twice'
forged 'a long piece' '.predicate.serialization.shard_size = 299999' 3 'err~longer than shard_size'
forged 'short pieces' '.predicate.serialization.shard_size = 300001' 3 'err~follows one that is shorter'
forged 'no end' 'del(.predicate.resources[6])' 1 'err~changed: w/big'
