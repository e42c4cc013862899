#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# One bundle shared by several machines: signet-canon --part makes what sha256sum finds, signet-sign
# --manifest joins it to the signature of the folder itself, and refuses what does not fit together.
# shellcheck source=tests/common/tap.sh
. "${0%/*}/../common/tap.sh"
plan 89

k=$(signet-key generate -q --no-passphrase -o k)
mkdir -p m/sub/deep m/.git
printf 'weights\n' >m/w
printf 'more\n' >m/sub/x
: >m/sub/empty
printf 'a name\n' >'m/sub/deep/with  spaces '
head -c 300000 /dev/zero >m/large
printf 'left out\n' >m/.git/config
printf 'hello\n' >f
sum()
{
    sha256sum | cut -d' ' -f1
}
listing()
{
    (cd "$1" && find . -path ./.git -prune -o -type f -printf '%P\n' | LC_ALL=C sort) | while IFS= read -r name; do
        printf '%d  %s\0' "$(stat -c %s "$1/$name")" "$name"
    done | sum
}
# line NAME: that of a file in a part manifest.
line()
{
    printf '%s  %d  %s\n' "$(sum <"m/$1")" "$(stat -c %s "m/$1")" "$1"
}

# mistake NAME TEXT COMMAND...: a mistake on the command line; the text points to --help.
mistake()
{
    mistake_name=$1 mistake_text=$2
    shift 2
    check_exit "$mistake_name" 2 out= "$@"
    is "$mistake_name: the text" "$(head -n 1 "$tap_err")" "$mistake_text"
}

# ---- making parts ----

# By hand: the largest to 1; those of 8 and 7 bytes to 2 and 3, that of 5 to 3, which is lighter by
# a byte, and the empty one to 2.
{
    printf 'signet-part/1 2/3 sha256 %s\n' "$(listing m)"
    line sub/empty
    line w
} >body
{
    cat body
    printf 'end  %s\n' "$(sum <body)"
} >expected
check_exit 'a part' 0 'err~ignored: .git' signet-canon --part 2/3 m
cp "$tap_out" p2
same_bytes 'is what sha256sum finds' p2 expected
check_exit '--manifest says nothing new' 0 'out~signet-part/1 2/3 ' signet-canon --manifest --part 2/3 m
check_exit 'to a file' 0 out= signet-canon -q --part 1/3 -o p1 m
is 'with the largest alone' "$(sed -n 2p p1)" "$(line large)"
signet-canon -q --part=3/3 -o p3 m/
for jobs in 1 2 7; do
    check_exit "$jobs threads" 0 "out=$(cat p3)" signet-canon -q --jobs $jobs --part 3/3 m
done
is 'all parts together are all files, each once' "$(cat p1 p2 p3 | grep -E '^[0-9a-f]{64}  ' | LC_ALL=C sort)" \
    "$(for name in large sub/empty sub/x w 'sub/deep/with  spaces '; do line "$name"; done | LC_ALL=C sort)"
check_exit 'of more parts than files one is empty' 0 "out~signet-part/1 9/9 sha256 $(listing m)
end  " signet-canon -q --part 9/9 m
check_exit 'the report' 0 out~signet-canon/1 signet-canon -q --json --part 2/3 m
is 'the report: what it says' \
    "$(jq -c '[.kind, .algorithm, .part, .of, .listing, .bytes, .root, .identity, [.entries[].name]]' "$tap_out")" \
    "[\"bundle\",\"sha256\",2,3,\"$(listing m)\",8,null,null,[\"sub/empty\",\"w\"]]"
for part in 0/3 4/3 1/0 1 /3 1/ 01/3 1/65537 1/3/5 -1/3 x; do
    check_exit "--part=$part" 2 'err~option --part: expected I/N, I from 1 to N and N at most 65536' \
        signet-canon "--part=$part" m
done
mistake 'a part of a file' 'signet-canon: option --part goes with a directory' signet-canon --part 1/3 f
mistake 'a part of standard input' 'signet-canon: option --part goes with a directory' signet-canon --part 1/3 -
mistake 'a part by another digest' 'signet-canon: option --part goes with sha256 alone' \
    signet-canon --part 1/3 --hash blake2b m
mistake 'the root of a part' 'signet-canon: options --part and --digest exclude each other' \
    signet-canon --part 1/3 --digest m
mistake 'a part inside the folder' \
    'signet-canon: option --output: m/p lies inside the directory, where the next part would list it' \
    signet-canon --part 1/3 -o m/p m

mkdir e
printf x >"$(printf 'e/a\342\200\256b')"
check_exit 'on a terminal: lines, and names escaped' 0 "out=signet-part/1 1/1 sha256 $(listing e)
$(printf x | sum)  1  a\\u{202e}b
$(signet-canon -q --part 1/1 e | tail -n 1)
[ended, echo on]" python3 "$SIGNET_SOURCE/tests/common/terminal.py" -- signet-canon -q --part 1/1 e

# ---- joining them ----

# join FILE...: signs m with these part manifests.
join()
{
    for join_file in "$@"; do
        shift
        set -- "$@" --manifest "$join_file"
    done
    signet-sign -k k.key "$@" m
}
signet-sign -q -k k.key -o direct.sig m
check_exit 'joined' 0 'out=m.sig: covers names and contents, not modes, owners, times or links' join p3 p1 p2
also 'says that it read nothing' 'err~5 digests taken from part manifests; no contents were read here'
same_bytes 'the signature of the folder itself' m.sig direct.sig
check_exit 'which verifies' 0 "out=verified: m: bundle of 5 files, 300020 bytes, signed by $k" \
    signet-verify -k k.pub m
check_exit 'a dry run' 0 'out~"predicateType":"https://model_signing/signature/v1.0"' \
    signet-sign --dry-run --manifest p1 --manifest p2 --manifest p3 m
cp p3 p3.before
check_exit 'a part manifest named by --output' 3 'err~signet-sign: m: p3: is a part manifest, which --force will not replace' \
    signet-sign -k k.key --force -o p3 --manifest p1 --manifest p2 --manifest p3 m
same_bytes 'a part manifest named by --output: it is as it was' p3 p3.before
rm m.sig p3.before
check_exit 'the report of signing' 0 'out~"from_parts":5' \
    signet-sign -k k.key --json --manifest p1 --manifest p2 --manifest p3 m
rm m.sig

# refused NAME STATUS TEXT COMMAND...: that status, nothing signed, and TEXT first on stderr.
refused()
{
    refused_name=$1 refused_status=$2 refused_text=$3
    shift 3
    check_exit "$refused_name" "$refused_status" out= "$@"
    is "$refused_name: the text" "$(head -n 1 "$tap_err")" "signet-sign: $refused_text"
}
refused 'a part is missing' 1 'm: part 2 of 3 is missing' join p1 p3
refused 'a part twice' 1 'm: p1: part 1 of 3 is given twice' join p1 p1 p2 p3
signet-canon -q --part 1/2 -o half m
refused 'parts of two sharings' 1 'm: half: part 1 of 2, among parts of 3' join p1 half
other='is of another tree, of another state of this one, or of other paths left out'
cp -r m n
printf 'another\n' >n/w
signet-canon -q --part 2/3 -o q2 n
check_exit 'a part is believed about contents' 0 'err~5 digests' join p1 q2 p3
check_exit 'which verifying is not' 1 'err~changed: w' signet-verify -k k.pub m
rm m.sig
printf 'longer\n' >>n/w
signet-canon -q --part 2/3 -o r2 n
refused 'a part of another tree' 1 "m: r2: part 2 of 3 $other" join p1 r2 p3
signet-canon -q --part 2/3 --ignore large -o i2 m
refused 'a part with another path left out' 1 "m: i2: part 2 of 3 $other" join p1 i2 p3
: >m/new
refused 'a file more' 1 "m: p1: part 1 of 3 $other" join p1 p2 p3
also 'what to do' 'err~give every part once, made of the folder as it is and with the same --ignore'
rm m/new
sed 's/^end  ./end  x/' p2 >edited
refused 'a damaged end line' 3 \
    'm: edited: part manifest: no end line: it is cut off, or was not written whole' join p1 edited p3
sed 's/  8  w$/  9  w/' p2 >edited
refused 'an edited line' 3 \
    'm: edited: part manifest: the end line does not fit what stands before it: it was changed' \
    join p1 edited p3
# seal: what is edited, with an end line that fits it.
seal()
{
    sed '$d' >body
    cat body
    printf 'end  %s\n' "$(sum <body)"
}
sed 's/  8  w$/  9  w/' p2 | seal >sealed
refused 'another size under a good end line' 1 'm: sealed: w: had 9 bytes, and has 8 now' join p1 sealed p3
sed 's/  8  w$/  8  v/' p2 | seal >sealed
refused 'another name' 1 'm: sealed: v: is not in the tree' join p1 sealed p3
grep -v '  8  w$' p2 | seal >sealed
refused 'a file in no part' 1 'm: w: is in no part' join p1 sealed p3
sed "s,^end,$(line w)\n&," p1 | seal >sealed
refused 'a file in two parts' 1 'm: p2: w: is in another part too' join sealed p2 p3
refused 'no part manifest' 3 \
    'm: f: part manifest: expected a first line that begins with "signet-part/1", found "hello" (byte 0)' \
    join f
check_exit 'no such file' 3 'err~none: cannot open' join none
mistake 'a file from parts' 'signet-sign: f: option --manifest goes with a folder' \
    signet-sign -k k.key --manifest p1 f
mistake 'parts by another digest' 'signet-sign: option --manifest goes with sha256 alone' \
    signet-sign -k k.key --hash blake2b --manifest p1 m
mistake 'parts for shards' 'signet-sign: options --manifest and --shard-size exclude each other' \
    signet-sign -k k.key --shard-size 1000 --manifest p1 m
mistake 'parts and an old signature' \
    'signet-sign: options --manifest and --reuse exclude each other' \
    signet-sign -k k.key --reuse m.sig --manifest p1 m
mistake 'parts of an archive' 'signet-sign: options --manifest and --contents exclude each other' \
    signet-sign -k k.key --contents --manifest p1 m
mistake 'parts for two folders' 'signet-sign: option --manifest goes with one PATH, and takes one FILE: it is given once for each part' \
    signet-sign -k k.key --manifest p1 m n

# Part manifests inside the folder are listed, unless they are left out everywhere.
mkdir m/parts
for part in 1 2; do
    signet-canon -q --ignore parts --part $part/2 -o m/parts/$part m
done
mistake 'a part manifest inside the folder' \
    'signet-sign: m: option --manifest: m/parts/1 lies inside the folder, where it is listed: keep it elsewhere, or leave it out with --ignore here and in every part' \
    join m/parts/1 m/parts/2
check_exit 'left out of it' 0 'err~ignored: parts' \
    signet-sign -k k.key --ignore parts --manifest m/parts/1 --manifest m/parts/2 m
mistake 'a name that only begins so' \
    'signet-sign: m: option --manifest: m/parts/1 lies inside the folder, where it is listed: keep it elsewhere, or leave it out with --ignore here and in every part' \
    signet-sign -k k.key --force --ignore part --manifest m/parts/1 --manifest m/parts/2 m
