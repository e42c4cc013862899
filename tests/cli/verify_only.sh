#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# signet-verify --only: chosen entries of a bundle pass or are refused by themselves, what was asked
# for must be signed, and verdict and report say that the rest was not checked.
# shellcheck source=tests/common/tap.sh
. "${0%/*}/../common/tap.sh"
plan 40

k=$(signet-key generate -q --no-passphrase -o k)
signet-key generate -q --no-passphrase -o j >/dev/null
mkdir -p m/sub
printf 'weights\n' >m/w
printf 'more\n' >m/sub/x
printf 'and more\n' >m/sub/y
printf 'hello\n' >f
signet-sign -q -k k.key m f

only()
{
    signet-verify -k k.pub "$@" m
}

# refused NAME STATUS TEXT COMMAND...: the verdict is REFUSED, and the first line on stderr is TEXT.
refused()
{
    refused_name=$1 refused_status=$2 refused_text=$3
    shift 3
    check_exit "$refused_name" "$refused_status" 'out=REFUSED: m' "$@"
    is "$refused_name: the text" "$(head -n 1 "$tap_err")" "signet-verify: $refused_text"
}

# mistake NAME TEXT COMMAND...: a mistake on the command line; the text points to --help.
mistake()
{
    mistake_name=$1 mistake_text=$2
    shift 2
    check_exit "$mistake_name" 2 out= "$@"
    also "$mistake_name: the text" "err=signet-verify: $mistake_text
  see signet-verify --help"
}

check_exit 'one entry' 0 "out=verified: m: PARTIAL: 1 of 3 entries, 8 bytes, signed by $k" only --only w
also 'one entry: nothing on stderr' err=
check_exit 'a folder' 0 "out~PARTIAL: 2 of 3 entries, 14 bytes" only --only=sub
check_exit 'a folder, as a shell completes it' 0 'out~PARTIAL: 2 of 3 entries' only --only sub/
check_exit 'several, one of them twice' 0 'out~PARTIAL: 2 of 3 entries' \
    only --only w --only sub/x --only w
check_exit 'all are still no more than was asked for' 0 'out~PARTIAL: 3 of 3 entries' \
    only --only w --only sub
printf 'new\n' >m/new
check_exit 'all that is signed, beside what is not' 0 'out~PARTIAL: 3 of 3 entries' \
    only --only w --only sub
check_exit 'the whole, beside what is not signed' 1 'err~unsigned: new' only
rm m/new

# What nobody asked for may be anything: it is not even looked at.
printf 'Weights\n' >m/w
rm m/sub/y
mkfifo m/sub/y
ln -s / m/link
check_exit 'one entry beside anything' 0 'out~PARTIAL: 1 of 3 entries' only --only sub/x
check_exit 'the whole beside anything' 3 'out=REFUSED: m' only
refused 'a changed one' 1 \
    'm: content differs from what was signed: 1 changed, 0 missing, 0 unsigned, 0 left out by the signature' \
    only --only sub/x --only w
also 'a changed one is named' 'err~  changed: w'
refused 'a FIFO' 3 'm: sub/y: expected a regular file or a directory, found a FIFO' only --only sub/y
rm m/sub/y m/link
printf 'weights\n' >m/w
refused 'a missing one' 1 \
    'm: content differs from what was signed: 0 changed, 1 missing, 0 unsigned, 0 left out by the signature' \
    only --only sub
also 'a missing one is named' 'err~  missing: sub/y'
printf 'and more\n' >m/sub/y
mv m/sub m/elsewhere
ln -s elsewhere m/sub
refused 'a folder behind a link' 3 'm: sub: is a link or leads through one' only --only sub/x
rm m/sub
mv m/elsewhere m/sub
check_exit 'the same folder' 0 'out~PARTIAL: 1 of 3 entries' only --only sub/x

for name in su x w/ ./w "$PWD/m/w"; do
    check_exit "not signed: $name" 1 \
        "err~ is not signed, neither as an entry nor as a folder of some" only --only w --only "$name"
done
also 'what to do about it' 'err~take a name from the statement'
check_exit 'another key' 5 'err~the signature names that key, which was not given' \
    signet-verify -k j.pub --only w m

check_exit 'the report' 0 'out~"partial":true' only --only sub --json
is 'the report: the artifact' \
    "$(jq -c '.artifacts[0] | [.result, .size, .identity, .root, .entries]' "$tap_out")" \
    '["pass",14,null,null,{"matched":2,"changed":[],"missing":[],"unsigned":[],"ignored":[],"uncovered":[],"not_checked":1}]'
check_exit 'the report of a refusal' 1 'out~"partial":true' only --only none --json
is 'the report of a refusal: the entries' \
    "$(jq -c '.artifacts[0].entries | [.matched, .unsigned, .not_checked]' "$tap_out")" '[0,["none"],3]'
check_exit 'the report of the whole' 0 'out~"partial":false' only --json

check_exit 'a file has no entries' 1 \
    'err~f: entries can be chosen of a bundle only, and this is a file' signet-verify -k k.pub --only f f
mistake 'two folders' 'option --only goes with one PATH' signet-verify -k k.pub --only w m f
mistake 'the statement, which is about the whole' \
    'options --only and --print-statement exclude each other' only --only w --print-statement
check_exit 'what is not looked at cannot be accepted' 2 'err~options --only and --accept-ignored' \
    only --only w --accept-ignored x
check_exit 'nor ignored' 2 'err~options --only and --insecure-ignore-unsigned' \
    only --only w --insecure-ignore-unsigned
