#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# signet-sign --reuse: what it needs of the old signature, what it reads and what not, where it
# keeps digests and when it does not believe them. The signature is always that of a signing without.
# shellcheck source=tests/common/tap.sh
. "${0%/*}/../common/tap.sh"
root_checks=6
[ "$(id -u)" -eq 0 ] || root_checks=0
plan $((108 + root_checks))

# The file system here, or that of the build, should be one that is believed; on another one nothing
# may be reused, and that is then checked instead.
believed()
{
    case $(stat -f -c %T .) in ext2/ext3 | xfs | btrfs) ;; *) return 1 ;; esac
}
elsewhere=
trap 'cd / && rm -rf ${elsewhere:+"$elsewhere"}; tap_finish' EXIT
believed || { elsewhere=$(mktemp -d "$SIGNET_BUILD/reuse.XXXXXX") && cd "$elsewhere" && chmod 755 .; }
believed || note "$(stat -f -c %T .): no digest is kept here, and none may be reused"

# Not as root, whose digests are kept elsewhere; see the end.
user=
if [ "$root_checks" -gt 0 ]; then
    user='setpriv --reuid=65534 --regid=65534 --clear-groups'
    chmod 711 "$tap_dir"
    case ${TMPDIR:-/tmp} in /tmp | /var/tmp) ;; *) chmod 711 "$TMPDIR" ;; esac
fi
home=$PWD/home
mkdir home m m/sub
printf 'weights\n' >m/w
printf '{}\n' >m/c
printf 'deep\n' >m/sub/d
[ -z "$user" ] || chown -R 65534:65534 .

# As the user, with a HOME here.
as()
{
    # shellcheck disable=SC2086 # words
    $user env HOME="$home" "$@"
}

sign()
{
    as signet-sign -k k.key "$@"
}

# resign NAME DIGESTS BYTES [OPTION...]: signs m again by m.sig; so many digests are reused, of so
# many bytes, which is all that is said but for $resign_note; and the signature is the same without.
resign()
{
    resign_name=$1 resign_digests=$2 resign_bytes=$3
    shift 3
    believed || { resign_digests=0 && resign_bytes=0; }
    resign_match='err='
    [ -z "$resign_note" ] || resign_match="err~$resign_note
"
    check_exit "$resign_name" 0 "${resign_match}signet-sign: m: reused: $resign_digests of $(find m -type f | grep -c .) digests, $resign_bytes bytes" \
        sign --reuse m.sig --force "$@" m
    as mv m.sig again.sig
    sign -q m
    same_bytes "$resign_name: the signature is the same" again.sig m.sig
}

# refused NAME STATUS TEXT COMMAND...: nothing is signed.
refused()
{
    refused_name=$1 refused_status=$2 refused_text=$3
    shift 3
    check_exit "$refused_name" "$refused_status" out= "$@"
    also "$refused_name: the text" "err~signet-sign: $refused_text"
}

as signet-key generate -q --no-passphrase -o k >fingerprint
as signet-key generate -q --no-passphrase -o j >/dev/null
sign -q m
sleep 2 # files as young as that are not remembered

# ---- what is read ----

resign_note='m: no digests kept from before; every file is read'
resign 'the first time' 0 0 -v
resign_note=
resign 'the second time' 3 16
resign 'and the third' 3 16
as sh -c 'printf more >>m/c'
resign 'a file that grew' 2 13
resign 'again: as young as that' 2 13
sleep 2
resign 'again: not remembered yet' 2 13
resign 'again: remembered, and signed before' 3 20
as sh -c 'printf WEIGHTS 1<>m/w && touch -r m/c m/w'
as touch -r m/w m/c
resign 'times set back' 1 5
sleep 2
resign 'times set back: settled' 1 5
resign 'times set back: as before' 3 20
as sh -c 'printf new >m/new'
resign 'a new file' 3 20
as rm m/new
as mv m/sub/d m/sub/e
resign 'a file by another name' 2 15
as ln -f m/w m/sub/e
resign 'a file that is another one now' 1 7
sleep 2
resign 'it has settled' 1 7
resign 'it is remembered' 3 23
exec 9<>m/w
resign 'a file that somebody may write to' 1 7
exec 9>&-
resign 'when he is gone: not remembered' 1 7
resign 'when he is gone' 3 23
as cp -p m/w m/other
as mv m/other m/w
resign 'a copy with the same times in its place' 1 7

# ---- what is said ----

sleep 2
sign -q --reuse m.sig --force m
digests=3 bytes=23
believed || digests=0 bytes=0
check_exit '--json' 0 "out~\"reused\":{\"digests\":$digests,\"of\":3,\"bytes\":$bytes}" \
    sign --json --reuse m.sig --force m
also '--json: what was taken from the environment' 'out~"environment":["HOME"]'
check_exit '--json without --reuse' 0 'out~"reused":null' sign --json --force m
check_exit '--quiet' 0 err= sign -q --reuse m.sig --force m
check_exit '-o -' 0 "err=signet-sign: m: reused: $digests of 3 digests, $bytes bytes" \
    sign --reuse m.sig -o - m
same_bytes '-o -: the signature is alone there' "$tap_out" m.sig
check_exit 'another format' 0 "err~reused: $digests of 3" sign --reuse m.sig --format dsse m
check_exit 'from another format' 0 "err~reused: $digests of 3" sign --reuse m.dsse.json --force m
check_exit 'it verifies' 0 'out~verified: m' as signet-verify -k k.pub m
cp -rp m n && cp m.sig n.sig && printf x >>n/c
check_exit 'verification knows nothing of it' 1 'err~1 changed' as signet-verify -k k.pub n
rm -r n n.sig

# ---- the old signature ----

as signet-sign -q -k j.key -o j.sig m
sign -q -o f.sig fingerprint
sign -q --hash blake2b -o b2.sig m
sign -q --shard-size 4 -o shards.sig m
as sh -c 'jq -c ".dsseEnvelope.signatures[0].sig |= (if .[:1] == \"A\" then \"B\" else \"A\" end + .[1:])" m.sig >bad.sig'
as sh -c 'head -c 300 m.sig >cut.sig'
hint='
  without --reuse every file is read, and no old signature is needed'
refused 'by another key' 5 'm: j.sig: no key for' sign --reuse j.sig --force m
also 'by another key: the next step' "err~$hint"
refused 'a bad signature' 1 'm: bad.sig: bad signature' sign --reuse bad.sig --force m
refused 'half a signature' 3 'm: cut.sig: ' sign --reuse cut.sig --force m
refused 'none' 3 'm: none.sig: cannot open: No such file or directory' sign --reuse none.sig --force m
refused 'over a file' 3 'm: f.sig: expected the signature of a folder' sign --reuse f.sig --force m
refused 'by another hash' 3 'm: b2.sig: expected digests by sha256, found some by blake2b' \
    sign --reuse b2.sig --force m
refused 'of shards' 3 'm: shards.sig: expected digests of whole files, found some of shards' \
    sign --reuse shards.sig --force m
refused 'and no --force' 3 'm: m.sig: exists' sign --reuse m.sig m
rm -f j.sig f.sig b2.sig shards.sig bad.sig cut.sig m.dsse.json

refused 'of a file' 2 'fingerprint: option --reuse goes with a folder' \
    sign --reuse m.sig fingerprint
refused 'of two' 2 'option --reuse goes with one PATH' sign --reuse m.sig m home
refused '--hash blake2b' 2 'option --reuse goes with sha256 alone' sign --reuse m.sig --hash blake2b m
refused '--shard-size' 2 'option --reuse goes with whole files, not with --shard-size' \
    sign --reuse m.sig --shard-size 4096 m
refused '--contents' 2 'option --reuse goes with a folder, not with --contents' \
    sign --reuse m.sig --contents m
refused '--dry-run' 2 'option --reuse verifies with the key, which --dry-run does without' \
    sign --reuse m.sig --dry-run m
refused 'a wrong key' 3 'key fingerprint: expected' as signet-sign -k fingerprint --reuse m.sig m

# ---- where digests are kept ----

folder=$home/.local/state/signet
kept=$folder/$(printf %s "$(cd m && pwd -P)" | sha256sum | cut -d ' ' -f 1).digests
is 'one file, named by the path' "$(find "$home" -type f)" "$kept"
is 'only its owner reads it' "$(stat -c '%a' "$kept" "$folder" | tr '\n' ' ')" '600 700 '
as cp "$kept" good
as chmod 620 "$kept"
resign_note=': others than its owner may write it; every file is read'
resign 'a file that others may write' 0 0
resign_note=
resign 'which is replaced' 3 23
as chmod 770 "$folder"
check_exit 'a folder that others may write' 0 'err~: others than its owner may write it; every file is read
signet-sign: m: reused: 0 of 3 digests, 0 bytes
' sign --reuse m.sig --force m
also 'and nothing is kept there' \
    'err~: others than its owner may write it; no digests are kept for the next time'
as chmod 700 "$folder"
as mv "$kept" "$home/there"
as ln -s "$home/there" "$kept"
check_exit 'a link' 0 'err~: is a link, or no folder; every file is read
signet-sign: m: reused: 0 of 3 digests, 0 bytes
' sign --reuse m.sig --force m
also 'which is not replaced' \
    'err~: will not replace a symbolic link; no digests are kept for the next time'
as mv "$home/there" "$kept"
resign 'no link' 3 23
as sh -c "head -c 90 good >'$kept'"
resign_note=': damaged, or of another version; every file is read'
resign 'half of it' 0 0
as sh -c "{ head -c 17 good && printf 01234567-89ab-cdef-0123-456789abcdef && tail -c +54 good; } >'$kept'"
resign_note=': written before the system was last started; every file is read'
resign 'of another run of the system' 0 0 -v
resign_note=
resign 'of this run' 3 23
as sh -c "cp good '$kept'"
check_exit 'XDG_STATE_HOME' 0 'err~reused: 0 of 3' as XDG_STATE_HOME="$home/state" \
    signet-sign -k k.key --reuse m.sig --force m
is 'XDG_STATE_HOME holds a copy' "$(find "$home/state" -type f)" "$home/state/signet/${kept##*/}"
check_exit 'XDG_STATE_HOME that is no absolute path' 0 "err~reused: $digests of 3" \
    as XDG_STATE_HOME=state signet-sign -k k.key --reuse m.sig --force m
check_exit 'no place at all' 0 'err=signet-sign: m: there is no folder for it: neither XDG_STATE_HOME nor HOME names one; every file is read
signet-sign: m: reused: 0 of 3 digests, 0 bytes' \
    as env -u HOME signet-sign -k k.key --reuse m.sig --force m

# In the folder itself they would be there and not signed, whether their place exists yet or not.
lies_inside=': lies inside, where nothing may change after the signing unless --ignore leaves it out; every file is read'
for place in state deep/er/state; do
    check_exit "inside the folder: $place" 0 "err~$lies_inside
signet-sign: m: reused: 0 of 3 digests, 0 bytes" \
        as XDG_STATE_HOME="$PWD/m/$place" signet-sign -k k.key --reuse m.sig --force m
done
is 'inside the folder: nothing is kept' "$(cd m && find . -name '*.digests' -o -name signet)" ''
check_exit 'inside the folder, left out' 0 'err~reused: 0 of 3' \
    as XDG_STATE_HOME="$PWD/m/new" signet-sign -k k.key --ignore new/signet --reuse m.sig --force m
is 'inside the folder, left out: kept' "$(cd m && find . -name '*.digests')" "./new/signet/${kept##*/}"
check_exit 'inside the folder, and there already' 0 "err~$lies_inside" \
    as XDG_STATE_HOME="$PWD/m/new" signet-sign -k k.key --reuse m.sig --force m
check_exit 'inside the folder, and there already: it verifies' 0 'out~bundle of 4 files' \
    as signet-verify -k k.pub m
rm -r m/new
sign -q --force m

# ---- root ----

if [ "$root_checks" -gt 0 ]; then
    chown -R 0:0 m
    sleep 2
    resign 'files of another user' 0 0
    resign 'are never believed' 0 0
    kept=/var/lib/signet/${kept##*/}
    check_exit 'root' 0 'err~reused: 0 of 3' \
        env XDG_STATE_HOME="$home/state" signet-sign -k k.key --reuse m.sig --force m
    check_exit 'root: keeps them for itself' 0 "err~reused: $digests of 3" \
        env XDG_STATE_HOME="$home/state" signet-sign -k k.key --reuse m.sig --force m
    if [ -f "$kept" ]; then
        rm "$kept"
        rmdir --ignore-fail-on-non-empty /var/lib/signet
    fi
else
    note 'not root: where root keeps digests is not looked at'
fi
