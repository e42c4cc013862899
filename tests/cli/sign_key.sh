#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# signet-sign while an encrypted key is being opened: what is measured meanwhile shows only once
# there is a key, and is given up if there is none.
# shellcheck source=tests/common/tap.sh
. "${0%/*}/../common/tap.sh"
plan 40

printf 'correct horse\n' >pass
printf 'wrong horse\n' >wrong
chmod 600 pass wrong
signet-key generate -q --passphrase-file pass -o k >/dev/null
printf 'hello\n' >f
mkdir m
printf 'weights\n' >m/w
covers_file='covers the bytes of the file'
covers_folder='covers names and contents, not modes, owners, times or links'
no_key='signet-sign: key k.key: wrong passphrase, or the key file was changed
  pass --passphrase-file FILE or --passphrase-fd N, or set SIGNET_PASSPHRASE'

# both NAME STATUS OUT ERR OPERAND...: with the passphrase that, with a wrong one the key's error
# alone. Signatures made are removed.
both()
{
    both_name=$1 both_status=$2 both_out=$3 both_err=$4
    shift 4
    check_exit "$both_name, a wrong passphrase" 3 out= \
        signet-sign -k k.key --passphrase-file wrong "$@"
    also "$both_name, a wrong passphrase: the text" "err=$no_key"
    check_exit "$both_name" "$both_status" "out=$both_out" \
        signet-sign -k k.key --passphrase-file pass "$@"
    also "$both_name: the text" "err=$both_err"
}

both 'a file' 0 "out: $covers_file" '' -o out f
check_exit 'it verifies' 0 'out~verified: f' signet-verify -k k.pub -s out f
rm out
both 'a folder' 0 "out: $covers_folder" '' -o out m
rm out
both 'several' 0 "f.sigstore.json: $covers_file
m.sig: $covers_folder" '' f m
check_exit 'they verify' 0 'out~verified: 2 of 2' signet-verify -k k.pub f m
both 'what has a signature' 3 '' 'signet-sign: f: f.sigstore.json: exists
  --force replaces it' f
both 'what is skipped' 3 '' \
    'signet-sign: f.sigstore.json: skipped, a signature file of another operand
signet-sign: f: f.sigstore.json: exists
  --force replaces it' f.sigstore.json f
both 'what is not there' 3 '' 'signet-sign: nothing: cannot open: No such file or directory' nothing
ln -s w m/link
both 'what is refused' 3 '' 'signet-sign: m: link: expected a regular file or a directory, found a symbolic link; an archive of the directory can be signed, links included' \
    -o out m
rm m/link

check_exit 'the report of a wrong passphrase' 3 err~wrong \
    signet-sign -k k.key --passphrase-file wrong --json --force f m
is 'names the key and no operand' "$(jq -c '[.result, .skipped, .artifacts, .errors[].code]' "$tap_out")" \
    '["error",null,null,"PASSPHRASE"]'
check_exit 'the report of the passphrase' 0 err= \
    signet-sign -k k.key --passphrase-file pass --json --force f m
is 'names the operands' \
    "$(jq -c '[.result, .skipped, [.artifacts[].path], .errors]' "$tap_out")" \
    '["pass",[],["f","m"],[]]'

# Nobody can read these to their ends in the time allowed.
truncate -s 8T ../large
mkdir ../large-model
truncate -s 8T ../large-model/w
for artifact in ../large ../large-model; do
    check_exit "${artifact#../} is not read for nothing" 3 "err=$no_key" \
        timeout 300 signet-sign -k k.key --passphrase-file wrong "$artifact"
done
is 'and gets no signature' "$(ls -d ../large*)" '../large
../large-model'

# ---- prompts ----

# typed NAME STATUS TEXT STEP... -- COMMAND...: the whole transcript.
typed()
{
    typed_name=$1 typed_status=$2 typed_text=$3
    shift 3
    check_exit "$typed_name" "$typed_status" "out=$typed_text" \
        python3 "$SIGNET_SOURCE/tests/common/terminal.py" "$@"
}

prompt='Passphrase for k.key: '
rm f.sigstore.json m.sig
typed 'one prompt for several operands' 0 "$prompt
f.sigstore.json: $covers_file
m.sig: $covers_folder
[ended, echo on]" "?$prompt" -echo '!correct horse' -- signet-sign --no-progress -k k.key f m
rm f.sigstore.json m.sig
typed 'and one error' 3 "$prompt
$no_key
[ended, echo on]" "?$prompt" -echo '!wrong horse' -- signet-sign --no-progress -k k.key f m
typed 'the prompt comes before what fails for an operand' 3 "$prompt
signet-sign: nothing: cannot open: No such file or directory
[ended, echo on]" "?$prompt" -echo '!correct horse' -- signet-sign --no-progress -k k.key nothing
