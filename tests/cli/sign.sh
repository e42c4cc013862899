#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# signet-sign: every option, every mistake on the command line, and where keys and passphrases come
# from. What a signature is worth is checked by signet-verify and, in interop, by others.
# shellcheck source=tests/common/tap.sh
. "${0%/*}/../common/tap.sh"
plan 134

signet-key generate -q --no-passphrase -o k >fingerprint
signet-key generate -q --no-passphrase -o j >/dev/null
printf 'hello\n' >f
mkdir m
printf 'weights\n' >m/w
printf 'cache\n' >m/cache
covers_file='covers the bytes of the file'
covers_folder='covers names and contents, not modes, owners, times or links'

# refused NAME STATUS TEXT COMMAND...: that status, nothing on stdout, and TEXT on stderr.
refused()
{
    refused_name=$1 refused_status=$2 refused_text=$3
    shift 3
    check_exit "$refused_name" "$refused_status" out= "$@"
    also "$refused_name: the text" "err=signet-sign: $refused_text"
}

# mistake NAME TEXT COMMAND...: a mistake on the command line; the text points to --help.
mistake()
{
    mistake_name=$1 mistake_text=$2
    shift 2
    refused "$mistake_name" 2 "$mistake_text
  see signet-sign --help" "$@"
}

# payload FILE: the statement in a signature file.
payload()
{
    jq -r '(.dsseEnvelope // .).payload' "$1" | base64 -d
}

# ---- what it does ----

check_exit 'a file' 0 "out=f.sigstore.json: $covers_file" signet-sign -k k.key f
also 'a file: nothing on stderr' err=
is 'a file: readable by all' "$(stat -c %a f.sigstore.json)" 644
check_exit 'a folder' 0 "out=m.sig: $covers_folder" signet-sign -k k.key m
check_exit 'both verify' 0 'out~verified: 2 of 2' signet-verify -k k.pub f m
refused 'a second time' 3 'f: f.sigstore.json: exists
  --force replaces it' signet-sign -k k.key f
check_exit '--force' 0 "out=f.sigstore.json: $covers_file" signet-sign -k j.key --force f
check_exit '--force: the new signer' 0 'out~verified: f' signet-verify -k j.pub f
check_exit '--force: not the old one' 5 'err~no key for' signet-verify -k k.pub f
check_exit '--force for what is not there' 0 "out=g.sigstore.json: $covers_file" \
    signet-sign -k k.key --force -o g.sigstore.json f
rm -f -- *.sigstore.json m.sig

for spelling in '-o out' '-oout' '--output out' '--output=out'; do
    # shellcheck disable=SC2086 # two words in some
    check_exit "$spelling" 0 "out=out: $covers_file" signet-sign -k k.key $spelling f
    check_exit "$spelling: verifies" 0 'out~verified: f' signet-verify -k k.pub -s out f
    rm -f out
done
check_exit '-o -' 0 err= signet-sign -k k.key -o - f
cp "$tap_out" stdout.json
check_exit '-o - prints the signature alone' 0 'out~verified: f' signet-verify -k k.pub -s stdout.json f
rm stdout.json

check_exit '--format dsse' 0 "out=f.dsse.json: $covers_file" signet-sign -k k.key --format dsse f
is '--format dsse: its members' "$(jq -c keys f.dsse.json)" '["payload","payloadType","signatures"]'
check_exit '--format dsse verifies' 0 'out~verified: f' signet-verify -k k.pub f
check_exit '--format bundle' 0 'out~f.sigstore.json' signet-sign -k k.key --format=bundle f
is 'both hold one statement' "$(payload f.dsse.json)" "$(payload f.sigstore.json)"
rm f.dsse.json f.sigstore.json
check_exit '--format dsse of a folder' 0 "out=m.dsse.json: $covers_folder" \
    signet-sign -k k.key --format dsse m
check_exit '--format dsse of a folder verifies' 0 'out~verified: m' signet-verify -k k.pub m
rm m.dsse.json

check_exit '--hash blake2b' 0 'out~m.sig' signet-sign -k k.key --hash blake2b m
is '--hash blake2b: the digests are of coreutils' \
    "$(payload m.sig | jq -r '.predicate.resources[] | .algorithm + " " + .digest + "  " + .name')" \
    "$(cd m && b2sum cache w | sed 's/^/blake2b /')"
check_exit '--hash blake2b verifies' 0 'out~verified: m' signet-verify -k k.pub m
rm m.sig
check_exit '--hash blake2b of a file' 0 'out~f.sigstore.json' signet-sign -k k.key --hash blake2b f
is '--hash blake2b of a file: one digest or two, one of coreutils' \
    "$(payload f.sigstore.json | jq -r '.subject[0].digest.blake2b')" "$(b2sum f | cut -d' ' -f1)"
check_exit '--hash blake2b of a file verifies' 0 'out~verified: f' signet-verify -k k.pub f
rm f.sigstore.json

check_exit '--ignore' 0 'out~m.sig' signet-sign -k k.key --ignore cache --ignore=logs m
is '--ignore: what is left' "$(payload m.sig | jq -c '[.predicate.resources[].name]')" '["w"]'
is '--ignore: is said in what is signed' \
    "$(payload m.sig | jq -c '.predicate.serialization.ignore_paths')" \
    '[".git",".gitattributes",".github",".gitignore","cache","logs"]'
check_exit '--ignore: a verifier must agree' 1 'err~"cache" is there' signet-verify -k k.pub m
check_exit '--ignore: and can' 0 'out~bundle of 1 file' \
    signet-verify -k k.pub --accept-ignored cache m
rm m.sig
mistake '--ignore with a file' 'f: option --ignore goes with a folder, or with --contents' \
    signet-sign -k k.key --ignore x f
mistake '--ignore that leads outside' \
    'm: path to ignore: ../x: the name has a "." or ".." component' \
    signet-sign -k k.key --ignore ../x m
mistake '--ignore of nothing' 'option --ignore: expected a value (PATH), found an empty one' \
    signet-sign -k k.key --ignore '' m
refused '--ignore of everything' 3 'm: a bundle needs at least one file, found ignored ones only' \
    signet-sign -k k.key --ignore w --ignore cache m

for artifact in f m; do
    check_exit "--dry-run $artifact prints a statement" 0 err= signet-sign --dry-run "$artifact"
    cp "$tap_out" statement
    is "--dry-run $artifact writes nothing" "$(ls)" 'f
fingerprint
j.key
j.pub
k.key
k.pub
m
statement'
    signet-sign -q -k k.key -o signature "$artifact"
    payload signature >signed
    same_bytes "--dry-run $artifact: what is then signed" statement signed
    rm statement signature signed
done
check_exit '--dry-run needs no key, nor reads one' 0 'out~_type' signet-sign --dry-run -k nothing f

# ---- several operands ----

mkdir dist
cp f dist/a
cp f dist/b
cp -r m dist/model
check_exit 'several' 0 "out=dist/a.sigstore.json: $covers_file
dist/b.sigstore.json: $covers_file
dist/model.sig: $covers_folder" signet-sign -k k.key dist/*
check_exit 'dist/* twice' 3 out= signet-sign -k k.key dist/*
also 'dist/* twice: skips signatures, overwrites none' "err=signet-sign: dist/a: dist/a.sigstore.json: exists
  --force replaces it
signet-sign: dist/a.sigstore.json: skipped, a signature file of another operand
signet-sign: dist/b: dist/b.sigstore.json: exists
  --force replaces it
signet-sign: dist/b.sigstore.json: skipped, a signature file of another operand
signet-sign: dist/model: dist/model.sig: exists
  --force replaces it
signet-sign: dist/model.sig: skipped, a signature file of another operand"
rm dist/b.sigstore.json
signet-sign -k k.key dist/a dist/b >several 2>/dev/null
is 'one that fails does not hold up the others' "$? $(cat several)" \
    "3 dist/b.sigstore.json: $covers_file"
rm several
check_exit 'dist/* twice with --force' 0 "out=dist/a.sigstore.json: $covers_file
dist/b.sigstore.json: $covers_file
dist/model.sig: $covers_folder" signet-sign -k k.key --force dist/*
is 'dist/* twice: no signature of a signature' "$(ls dist)" 'a
a.sigstore.json
b
b.sigstore.json
model
model.sig'
check_exit 'dist/* is verified' 0 'out~verified: 3 of 3' signet-verify -k k.pub dist/*
rm -r dist

# ---- folders by other names ----

check_exit 'a trailing slash is dropped' 0 "out=m.sig: $covers_folder" signet-sign -k k.key m///
rm m.sig
check_exit '. is signed beside the folder' 0 "out~/m.sig: $covers_folder" \
    sh -c 'cd m && signet-sign -k ../k.key .'
mkdir m/sub
check_exit 'and .. is the same folder' 0 'out~verified: ..' \
    sh -c 'cd m/sub && signet-verify -k ../../k.pub ..'
rmdir m/sub
is 'its name is that of the folder' "$(payload m.sig | jq -r '.subject[0].name')" m
rm m.sig
check_exit '-o inside the folder' 0 'out~m/model.sig' signet-sign -k k.key -o m/model.sig m
is '-o inside the folder leaves itself out' \
    "$(payload m/model.sig | jq -c '[.predicate.resources[].name]')" '["cache","w"]'
check_exit '-o inside the folder verifies' 0 'out~bundle of 2 files' \
    signet-verify -k k.pub -s m/model.sig m
check_exit '-o inside the folder: --force' 0 'out~m/model.sig' \
    signet-sign -k k.key --force -o m/model.sig m
check_exit '-o inside the folder: still verifies' 0 'out~bundle of 2 files' \
    signet-verify -k k.pub -s m/model.sig m
rm m/model.sig

# ---- keys ----

check_exit 'a key of SIGNET_KEY' 0 'out~f.sigstore.json' env SIGNET_KEY=k.key signet-sign f
check_exit '-k wins over SIGNET_KEY' 0 'out~f.sigstore.json' \
    env SIGNET_KEY=nothing signet-sign --force -k k.key f
check_exit 'SIGNET_KEY is named in the report' 0 'out~"environment":["SIGNET_KEY"]' \
    env SIGNET_KEY=k.key signet-sign --force --json f
check_exit 'env:NAME' 0 'out~f.sigstore.json' \
    env "RELEASE=$(cat k.key)" signet-sign --force -k env:RELEASE f
check_exit 'fd:N' 0 'out~f.sigstore.json' sh -c 'signet-sign --force -k fd:7 f 7<k.key'
check_exit 'all of them are one key' 0 'out~verified: f' signet-verify -k k.pub f
rm f.sigstore.json
mistake 'no key' 'no key to sign with: pass one with -k KEY or set SIGNET_KEY; "signet-key generate" makes one' \
    signet-sign f
refused 'a key that is not there' 3 'key nokey: cannot open: No such file or directory' \
    signet-sign -k nokey f
refused 'a public key' 3 \
    'key k.pub: expected an Ed25519 key file ("PRIVATE KEY"), found "PUBLIC KEY"; signing takes the secret key that belongs to it' \
    signet-sign -k k.pub f
refused 'a text as key' 3 'key f: expected a key file in PEM ("-----BEGIN PRIVATE KEY-----") or DER' \
    signet-sign -k f f
refused 'a variable that is not set' 3 'key env:NOTHING: the variable is not set' \
    signet-sign -k env:NOTHING f
refused 'a descriptor that is not open' 3 'key fd:99: cannot read: Bad file descriptor' \
    signet-sign -k fd:99 f
mistake 'a descriptor that is none' 'key fd:x: expected fd:N, the number of a descriptor' \
    signet-sign -k fd:x f
refused 'an agent' 3 \
    'key ssh-agent:me: keys of agents and tokens are not supported yet; use a key file' \
    signet-sign -k ssh-agent:me f

printf 'correct horse\n' >pass
printf 'wrong horse\n' >wrong
chmod 600 pass wrong
signet-key generate -q --passphrase-file pass -o locked >/dev/null
check_exit '--passphrase-file' 0 'out~f.sigstore.json' signet-sign -k locked.key --passphrase-file pass f
check_exit '--passphrase-fd' 0 'out~f.sigstore.json' \
    sh -c 'signet-sign --force -k locked.key --passphrase-fd 7 f 7<pass'
check_exit 'SIGNET_PASSPHRASE' 0 'out~f.sigstore.json' \
    env SIGNET_PASSPHRASE='correct horse' signet-sign --force -k locked.key f
check_exit 'it verifies' 0 'out~verified: f' signet-verify -k locked.pub f
rm f.sigstore.json
check_exit 'a wrong passphrase' 3 'err~locked.key: wrong passphrase' \
    signet-sign -k locked.key --passphrase-file wrong f
check_exit 'a wrong SIGNET_PASSPHRASE' 3 'err~locked.key: wrong passphrase' \
    env SIGNET_PASSPHRASE='wrong horse' signet-sign -k locked.key f
refused 'no passphrase and no terminal' 2 \
    "locked.key: its passphrase is needed and there is no terminal to ask at
  pass --passphrase-file FILE or --passphrase-fd N, or set SIGNET_PASSPHRASE" setsid signet-sign -k locked.key f
check_exit 'a limit on the cost of a passphrase' 3 'err~above the limit of 1024' \
    signet-sign -k locked.key --limit scrypt-n=1024 --passphrase-file pass f

# ---- mistakes ----

mistake 'no operand' 'expected a file or folder to sign' signet-sign -k k.key
mistake 'an empty operand' 'an operand is empty; is a shell variable not set?' signet-sign -k k.key ''
mistake 'standard input' 'standard input cannot be signed; save it to a file first' \
    signet-sign -k k.key -
mistake '-o with two' 'option --output goes with one PATH' signet-sign -k k.key -o x f m
mistake '--dry-run with two' 'option --dry-run goes with one PATH' signet-sign --dry-run f m
mistake 'an unknown option' 'unknown option --sign' signet-sign --sign f
mistake 'a misspelt option' 'unknown option --ouput; the nearest one is --output' \
    signet-sign -k k.key --ouput x f
mistake 'a key twice' 'option --key is given twice' signet-sign -k k.key -k j.key f
mistake 'no value' 'option --key: expected a value (KEY), found the end of the line' signet-sign f -k
mistake 'an unknown hash' 'option --hash: expected sha256 or blake2b, found "sha512"' \
    signet-sign -k k.key --hash sha512 f
mistake 'an unknown format' 'option --format: expected bundle, dsse, jsf or jss, found "pgp"' \
    signet-sign -k k.key --format pgp f
mistake '--quiet and --verbose' 'options --quiet and --verbose exclude each other' \
    signet-sign -qv -k k.key f
for both in '--output=-' '--dry-run'; do
    check_exit "--json and $both share stdout" 2 \
        'err~option --json and a result on standard output would share it; --report FILE takes the object elsewhere' \
        signet-sign -k k.key --json $both f
    is "--json and $both: the object is alone there" \
        "$(jq -cs '[length, .[0].errors[0].code]' "$tap_out")" '[1,"USAGE"]'
done
check_exit '--help' 0 'out~usage: signet-sign' signet-sign --help
also '--help says nothing on stderr' err=
is '--help fits 80 columns and 40 lines' \
    "$(awk 'length($0) > 80 { wide++ } END { print wide + 0, (NR <= 40) }' "$tap_out")" '0 1'
check_exit '--version' 0 'out=signet-sign 0.1.0' signet-sign --version
check_exit 'a file called -x, after --' 0 'out~-x.sigstore.json' sh -c \
    'cp f ./-x && signet-sign -k k.key -- -x && rm -- -x -x.sigstore.json'
