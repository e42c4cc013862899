#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# signet-verify: every option, every mistake on the command line, each exit status with its text,
# and which of them counts when there are several operands.
# shellcheck source=tests/common/tap.sh
. "${0%/*}/../common/tap.sh"
plan 139

k=$(signet-key generate -q --no-passphrase -o k)
j=$(signet-key generate -q --no-passphrase -o j)
printf 'hello\n' >f
mkdir -p m/sub
printf 'weights\n' >m/w
printf 'more\n' >m/sub/x
signet-sign -q -k k.key f m
f_digest=sha256:$(sha256sum f | cut -d' ' -f1)

# refused NAME STATUS TEXT COMMAND...: the verdict is REFUSED, and the first line on stderr is TEXT.
refused()
{
    refused_name=$1 refused_status=$2 refused_text=$3
    shift 3
    check_exit "$refused_name" "$refused_status" 'out~REFUSED: ' "$@"
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

# ---- verified ----

check_exit 'a file' 0 "out=verified: f: file, 6 bytes, signed by $k" signet-verify -k k.pub f
also 'a file: nothing on stderr' err=
check_exit 'a folder' 0 "out=verified: m: bundle of 2 files, 13 bytes, signed by $k" \
    signet-verify -k k.pub m
check_exit 'several end with one line for all' 0 "out=verified: f: file, 6 bytes, signed by $k
verified: m: bundle of 2 files, 13 bytes, signed by $k
verified: 2 of 2" signet-verify -k k.pub f m
check_exit '-s' 0 'out~verified: f' signet-verify -k k.pub -s f.sigstore.json f
check_exit '--signature=' 0 'out~verified: f' signet-verify --key k.pub --signature=f.sigstore.json f
check_exit 'options after operands' 0 'out~verified: f' signet-verify f -k k.pub
check_exit 'the right key among others' 0 "out~signed by $k" signet-verify -k j.pub -k k.pub f
openssl pkey -pubin -in k.pub -outform DER -out k.der
check_exit 'a key in DER' 0 "out~signed by $k" signet-verify -k k.der f
check_exit '--quiet' 0 out= signet-verify -q -k k.pub f m
also '--quiet: nothing at all' err=
check_exit '--verbose' 0 "out=verified: f: file, 6 bytes, signed by $k" signet-verify -v -k k.pub f
also '--verbose says what became of each signature' \
    "err=  f.sigstore.json: valid ed25519 signature by $k (k.pub) over a statement: https://sigstore.dev/cosign/sign/v1"
check_exit '--print-statement' 0 err= signet-verify -k k.pub --print-statement f
cp "$tap_out" statement
jq -r .dsseEnvelope.payload f.sigstore.json | base64 -d >payload
same_bytes '--print-statement prints the payload' statement payload
rm statement payload
check_exit '--jobs' 0 'out~verified: m' signet-verify -k k.pub --jobs 3 m
check_exit '--no-progress' 0 'out~verified: m' signet-verify -k k.pub --no-progress m

# ---- refused ----

refused 'no signature' 4 'k.key: no signature file found' signet-verify -k k.pub k.key
also 'no signature: what to do' 'err~name the signature file with -s, or put it beside the artifact'
refused 'a signature file as operand' 4 'f.sigstore.json: no signature file found' \
    signet-verify -k k.pub f.sigstore.json
also 'a signature file as operand: what to do' \
    'err~that is named like a signature file; name what it belongs to'
refused 'another key' 5 \
    "f: f.sigstore.json: no key for $k: the signature names that key, which was not given" \
    signet-verify -k j.pub f
also 'another key: what to do' 'err~if you trust that key, pass its public half with -k'
refused 'content that differs' 1 \
    "j.pub: content differs: signed $f_digest, found sha256:$(sha256sum j.pub | cut -d' ' -f1)" \
    signet-verify -k k.pub -s f.sigstore.json j.pub
refused 'a file by the signature of a folder' 1 \
    'f: the signature is over a bundle of 2 files, not over this file' \
    signet-verify -k k.pub -s m.sig f
refused 'a folder by the signature of a file' 1 'm: the signature is over a file, not over this directory' \
    signet-verify -k k.pub -s f.sigstore.json m
refused 'nothing there' 3 'nothing: cannot open: No such file or directory' \
    signet-verify -k k.pub nothing
refused 'no signature file there' 3 'f: nothing: cannot open: No such file or directory' \
    signet-verify -k k.pub -s nothing f
refused 'the artifact as signature' 3 \
    "f: not a signature file: expected a value, found 'h' (byte 0)" signet-verify -k k.pub -s f f

# change FILTER: writes a copy of the signature of f to the file changed, with one thing different.
change()
{
    jq -c "$1" f.sigstore.json >changed
}
flipped=$(jq -r '.dsseEnvelope.signatures[0].sig[:1]' f.sigstore.json | tr 'A-Za-z0-9+/' 'B-ZAb-za1-90/+')
change ".dsseEnvelope.signatures[0].sig |= \"$flipped\" + .[1:]"
refused 'one character of a signature' 1 \
    "f: changed: bad signature: it names the given key $k, but does not verify: the signature or the statement was changed" \
    signet-verify -k k.pub -s changed f
change '.dsseEnvelope.payload |= (@base64d | sub("file|f\""; "g\"") | @base64)'
refused 'a changed statement' 1 \
    "f: changed: bad signature: it names the given key $k, but does not verify: the signature or the statement was changed" \
    signet-verify -k k.pub -s changed f
change .
check_exit 'the same, only written anew' 0 'out~verified: f' signet-verify -k k.pub -s changed f
anonymous='.dsseEnvelope.signatures[0].keyid = "" | .verificationMaterial.publicKey.hint = ""'
change "$anonymous"
check_exit 'without any hint' 0 'out~verified: f' signet-verify -k k.pub -s changed f
refused 'without any hint, another key' 1 'f: changed: no given key made this signature' \
    signet-verify -k j.pub -s changed f
free='.dsseEnvelope.signatures[0].keyid = "release" | .verificationMaterial.publicKey.hint = "release"'
change "$free"
check_exit 'a free-form hint' 0 'out~verified: f' signet-verify -k k.pub -s changed f
check_exit 'a free-form hint is noted' 0 'err~its key id is in no known form' \
    signet-verify -v -k k.pub -s changed f
refused 'a free-form hint, another key' 1 'f: changed: no given key made this signature' \
    signet-verify -k j.pub -s changed f
change ".dsseEnvelope.signatures[0].keyid = \"$j\" | .verificationMaterial.publicKey.hint = \"$j\""
refused 'the hint of another given key' 1 \
    "f: changed: bad signature: it names the given key $j, but does not verify: the signature or the statement was changed" \
    signet-verify -k k.pub -k j.pub -s changed f
refused 'the hint of a key not given' 5 \
    "f: changed: no key for $j: the signature names that key, which was not given" \
    signet-verify -k k.pub -s changed f
change '.mediaType = "application/vnd.dev.sigstore.bundle.v0.4+json"'
check_exit 'another media type' 3 'err~bundle.v0.4+json' signet-verify -k k.pub -s changed f
change '.dsseEnvelope.extra = 1'
check_exit 'an unknown member' 3 'err~"extra"' signet-verify -k k.pub -s changed f
change '. + .dsseEnvelope'
check_exit 'two formats at once' 3 'out~REFUSED: f' signet-verify -k k.pub -s changed f
change '.dsseEnvelope.signatures += .dsseEnvelope.signatures'
check_exit 'two signatures in one bundle' 3 'err~signature' signet-verify -k k.pub -s changed f
change '.dsseEnvelope.signatures = []'
check_exit 'no signature in a bundle' 3 'err~signature' signet-verify -k k.pub -s changed f
change '.verificationMaterial.tlogEntries = [{}]'
check_exit 'a log entry changes nothing' 0 'out~verified: f' signet-verify -k k.pub -s changed f
check_exit 'a log entry is said not to be checked' 0 'err~its log entries and timestamps were not checked' \
    signet-verify -v -k k.pub -s changed f
rm changed

# ---- entries of folders ----

printf 'Weights\n' >m/w
rm m/sub/x
printf 'new\n' >m/new
check_exit 'changed, missing and unsigned at once' 1 'out=REFUSED: m' signet-verify -k k.pub m
also 'how many of each' \
    'err~m: content differs from what was signed: 1 changed, 1 missing, 1 unsigned, 0 left out'
also 'which is changed' "err~  changed: w
    signed sha256:$(printf 'weights\n' | sha256sum | cut -d' ' -f1)
    found  sha256:$(sha256sum m/w | cut -d' ' -f1)"
also 'which is missing' 'err~  missing: sub/x'
also 'which is unsigned' 'err~  unsigned: new'
printf 'weights\n' >m/w
printf 'more\n' >m/sub/x
refused 'an unsigned one alone' 1 \
    'm: content differs from what was signed: 0 changed, 0 missing, 1 unsigned, 0 left out by the signature' \
    signet-verify -k k.pub m
check_exit '--insecure-ignore-unsigned' 0 \
    "out=verified: m: bundle of 2 files, 17 bytes, signed by $k" \
    signet-verify -k k.pub --insecure-ignore-unsigned m
also '--insecure-ignore-unsigned says what nobody signed' \
    'err~--insecure-ignore-unsigned: entries that nobody signed pass
  unsigned: new'
check_exit '--insecure-ignore-unsigned is in the report' 0 'out~"insecure":["--insecure-ignore-unsigned"]' \
    signet-verify -k k.pub --json --insecure-ignore-unsigned m
rm m/new
printf 'Weights\n' >m/w
check_exit '--insecure-ignore-unsigned ignores nothing else' 1 'err~changed: w' \
    signet-verify -k k.pub --insecure-ignore-unsigned m
printf 'weights\n' >m/w
mkdir m/.git m/logs
printf 'x\n' >m/.git/config
check_exit 'git is left out, and may be there' 0 'out~bundle of 2 files' signet-verify -k k.pub m
mkdir m/sub/.git
printf 'x\n' >m/sub/.git/config
check_exit 'git further down is not left out' 1 'err~unsigned: sub/.git/config' signet-verify -k k.pub m
rm -r m/sub/.git m/.git
signet-sign -q -k k.key --ignore logs -o logs.sig m
check_exit 'an empty folder that is left out' 1 'err~"logs" is there' \
    signet-verify -k k.pub -s logs.sig m
printf 'x\n' >m/logs/1
check_exit '--accept-ignored' 0 'out~bundle of 2 files' \
    signet-verify -k k.pub -s logs.sig --accept-ignored logs m
check_exit '--accept-ignored of another' 1 'err~"logs" is there' \
    signet-verify -k k.pub -s logs.sig --accept-ignored log m
check_exit '--accept-ignored of what was not left out' 1 'err~unsigned: logs/1' \
    signet-verify -k k.pub --accept-ignored logs m
rm -r m/logs logs.sig
ln -s w m/l
check_exit 'a link in a folder' 3 'err~m: l: expected a regular file or a directory, found a symbolic link' \
    signet-verify -k k.pub m
rm m/l
mkfifo m/p
check_exit 'a FIFO in a folder' 3 'err~m: p: expected a regular file or a directory, found a FIFO' \
    signet-verify -k k.pub --insecure-ignore-unsigned m
rm m/p
check_exit 'the folder as it was' 0 'out~verified: m' signet-verify -k k.pub m

# ---- which status counts ----

# Files whose verification ends with the status in their name.
for name in ok1 no4 unknown5 bad1; do
    printf '%s\n' $name >$name
done
signet-sign -q -k k.key ok1 bad1
signet-sign -q -k j.key unknown5
printf 'changed\n' >bad1
order()
{
    wanted=$1
    shift
    check_exit "$* gives $wanted" "$wanted" 'out~REFUSED: ' signet-verify -k k.pub "$@"
    also "$*: as many as are refused" "out~
REFUSED: $refusals of $#"
}
refusals=1
order 4 ok1 no4
order 5 ok1 unknown5
order 1 ok1 bad1
order 3 ok1 none3
refusals=2
order 5 no4 unknown5
order 5 unknown5 no4
order 1 unknown5 bad1
order 1 bad1 unknown5
order 3 none3 bad1
order 3 bad1 none3
refusals=4
order 3 no4 unknown5 bad1 none3

# ---- mistakes ----

mistake 'no operand' 'expected a file or folder to verify' signet-verify -k k.pub
mistake 'no key' \
    "no key to verify with: pass the signer's public key with -k PUB, or a policy with --policy and --root; a key inside a signature proves nothing" \
    signet-verify f
mistake 'standard input' 'standard input cannot be verified; save it to a file first' \
    signet-verify -k k.pub -
mistake 'an empty operand' 'an operand is empty; is a shell variable not set?' signet-verify -k k.pub ''
mistake '-s with two' 'option --signature goes with one PATH' \
    signet-verify -k k.pub -s f.sigstore.json f m
mistake '--print-statement with two' 'option --print-statement goes with one PATH' \
    signet-verify -k k.pub --print-statement f m
for n in 0 2 x -1 1.0 ''; do
    check_exit "--threshold=$n of one key" 2 'err~option --threshold: expected a ' \
        signet-verify -k k.pub "--threshold=$n" f
done
mistake 'an unknown option' 'unknown option --wrong' signet-verify --wrong p -k k.pub f
mistake 'a misspelt option' 'unknown option --treshold; the nearest one is --threshold' \
    signet-verify -k k.pub --treshold 1 f
mistake 'quiet and verbose' 'options --quiet and --verbose exclude each other' \
    signet-verify -k k.pub -q -v f
mistake '--inspect with a key' 'option --inspect takes one file and verifies nothing: no PATH, no -k' \
    signet-verify -k k.pub --inspect f.sigstore.json
mistake '--inspect with a path' 'option --inspect takes one file and verifies nothing: no PATH, no -k' \
    signet-verify --inspect f.sigstore.json f
check_exit '--json with --print-statement' 2 \
    'err~options --json and --print-statement would share standard output' \
    signet-verify -k k.pub --json --print-statement f

# A key that cannot be read is a fault of the input, not a verdict.
check_exit 'a secret key as -k' 3 'err=signet-verify: k.key: expected PEM "PUBLIC KEY", found "PRIVATE KEY", which is secret; give the public half' \
    signet-verify -k k.key f
also 'a secret key as -k: no verdict' out=
check_exit 'a key that is not there' 3 'err=signet-verify: nokey: cannot open: No such file or directory' \
    signet-verify -k nokey f
check_exit 'a text as key' 3 'err=signet-verify: f: expected a public key in PEM ("-----BEGIN PUBLIC KEY-----") or DER' \
    signet-verify -k k.pub -k f f

check_exit '--help' 0 'out~usage: signet-verify' signet-verify --help
is '--help fits 80 columns and 40 lines' \
    "$(awk 'length($0) > 80 { wide++ } END { print wide + 0, (NR <= 40) }' "$tap_out")" '0 1'
check_exit '--version' 0 'out=signet-verify 0.1.0' signet-verify --version
