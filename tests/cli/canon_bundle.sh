#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# signet-canon on directories and, with --manifest, on any file. Expected manifests are made by a
# few lines of Python over hashlib, after the OpenSSF Model Signing rule for the root and the
# definition of signetBundle.
# shellcheck source=tests/common/tap.sh
. "${0%/*}/../common/tap.sh"
plan 54

# expected FOLDER HASH [LEFT-OUT...]: the manifest that signet-canon has to print.
expected()
{
    python3 "$SIGNET_SOURCE/tests/common/manifest.py" "$@"
}

mkdir -p model/sub/deep 'model/with space' model/a
printf one >model/b
printf two >model/a/z
printf three >model/a.txt
printf four >model/Z
printf five >'model/with space/é'
printf six >model/.hidden
: >model/sub/deep/empty

# manifest_is NAME FOLDER HASH LEFT-OUT COMMAND...: prints that manifest.
manifest_is()
{
    name=$1
    # shellcheck disable=SC2086 # LEFT-OUT is a list of words
    expected "$2" "$3" $4 >"$tap_dir/expected"
    shift 4
    check_exit "$name" 0 err= "$@"
    same_bytes "$name: the manifest" "$tap_out" "$tap_dir/expected"
}

manifest_is 'a directory' model sha256 '' signet-canon model
manifest_is 'a directory with a slash' model sha256 '' signet-canon model/
manifest_is 'one thread' model sha256 '' signet-canon --jobs 1 model
manifest_is 'many threads' model sha256 '' signet-canon --jobs=16 model
manifest_is 'sha384' model sha384 '' signet-canon --hash sha384 model
manifest_is 'sha512' model sha512 '' signet-canon --hash=sha512 model
manifest_is 'blake2b' model blake2b '' signet-canon --hash blake2b model
ln -s model link
manifest_is 'a link to a directory as the operand' model sha256 '' signet-canon link
rm link

expected model sha256 >"$tap_dir/expected"
check_exit '--digest prints the root' 0 "out=$(sed -n 's/^root  //p' "$tap_dir/expected")" \
    signet-canon --digest model
check_exit '-o writes the manifest' 0 out= signet-canon -o manifest.txt model
same_bytes '-o writes the manifest: the file' manifest.txt "$tap_dir/expected"
check_exit '-o inside the directory is not in the manifest' 0 out= signet-canon -o model/out model
same_bytes '-o inside the directory: the file' model/out "$tap_dir/expected"
rm model/out
check_exit '--verbose counts' 0 'err=signet-canon: 7 entries, 22 bytes' signet-canon -v model

check_exit '--json lists the entries' 0 err= signet-canon --json model
is '--json: as lines, the manifest' \
    "$(jq -r '(.entries[] | .digest + "  " + .name), "root  " + .root, .kind + "  " + .identity' <"$tap_out")" \
    "$(cat "$tap_dir/expected")"
is '--json: kind, bytes, sizes' "$(jq -c '[.result, .kind, .algorithm, .bytes, ([.entries[].size] | add)]' <"$tap_out")" \
    '["pass","bundle","sha256",22,22]'

# Paths that are left out.
check_exit '--ignore' 0 'err=signet-canon: ignored: a' signet-canon --ignore a model
expected model sha256 a >"$tap_dir/expected"
same_bytes '--ignore: the manifest' "$tap_out" "$tap_dir/expected"
check_exit '--ignore twice, one with a slash' 0 'err~ignored: sub/deep' \
    signet-canon --ignore a/ --ignore=sub/deep model
expected model sha256 a sub/deep >"$tap_dir/expected"
same_bytes '--ignore twice: the manifest' "$tap_out" "$tap_dir/expected"
check_exit '--ignore of what is not there is said' 0 \
    'err=signet-canon: nothing to ignore is called buidl' signet-canon --ignore buidl model
check_exit '--quiet says nothing of it' 0 err= signet-canon -q --ignore a model
check_exit '--ignore of a path outside' 2 'err~path to ignore' signet-canon --ignore ../x model
check_exit '--json: what was left out' 0 'out~"ignored":["a"]' signet-canon -q --json --ignore a model
mkdir -p model/.git/x model/sub/.git
printf x >model/.git/x/y
printf x >model/.gitignore
printf x >model/sub/.git/kept
check_exit 'git names at the top are left out' 0 \
    'err=signet-canon: ignored: .git
signet-canon: ignored: .gitignore' signet-canon model
expected model sha256 .git .gitignore >"$tap_dir/expected"
same_bytes 'git names at the top: the manifest' "$tap_out" "$tap_dir/expected"
check_exit 'they are with --ignore, too' 0 'err~ignored: .gitignore' signet-canon --ignore a model
rm -r model/.git model/.gitignore model/sub/.git
mkdir model/nothing
check_exit 'a folder without files is said not to be covered' 0 \
    'err=signet-canon: folders without a file in them are not covered: 1, such as nothing' \
    signet-canon model
rmdir model/nothing
printf x >model/B
check_exit 'names that differ in case are said' 0 \
    'err=signet-canon: two names differ in case only: B and b' signet-canon model
rm model/B

# Any file as a bundle of one.
sum=$(sha256sum <model/b | cut -d' ' -f1)
root=$(openssl dgst -sha256 -binary model/b | sha256sum | cut -d' ' -f1)
check_exit '--manifest of a file' 0 "out=$sum  b
root  $root
file  $sum" signet-canon --manifest model/b
check_exit '--manifest --digest of a file' 0 "out=$root" signet-canon --manifest --digest model/b
check_exit '--manifest of a directory changes nothing' 0 "out~bundle  " signet-canon --manifest model
check_exit '--manifest --ignore of a file' 2 'err~option --ignore goes with a directory or an archive' \
    signet-canon --manifest --ignore x model/b

# refused NAME TEXT COMMAND...: exit 3, nothing on stdout, TEXT on stderr.
refused()
{
    refused_name=$1 refused_text=$2
    shift 2
    check_exit "$refused_name" 3 out= "$@"
    also "$refused_name: the text" "err~$refused_text"
}

ln -s b model/link
refused 'a link inside' 'link: ' signet-canon model
also 'a link inside: the next step' 'err~  --ignore PATH leaves out what cannot be listed'
rm model/link
mkfifo model/pipe
refused 'a FIFO inside' 'pipe: ' signet-canon model
rm model/pipe
mkdir empty
refused 'no file at all' 'empty' signet-canon empty
printf x >"model/new
line"
refused 'a line feed in a name' 'new\x0aline' signet-canon model
rm model/new*
refused 'more entries than the limit' 'limit' signet-canon --limit entries=6 model
check_exit 'as many entries as the limit' 0 err= signet-canon --limit entries=7 model
