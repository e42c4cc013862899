#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# signet-verify finding signatures: which names beside an artifact are looked at and what else may
# stand there; several signers; reports as JSON; what a signature file claims, as text.
# shellcheck source=tests/common/tap.sh
. "${0%/*}/../common/tap.sh"
plan 103

k=$(signet-key generate -q --no-passphrase -o k)
signet-key generate -q --no-passphrase -o j >/dev/null
signet-key generate -q --no-passphrase -o i >/dev/null
printf 'hello\n' >f
printf 'other\n' >other
mkdir m
printf 'weights\n' >m/w
signet-sign -q -k k.key -o good f
signet-sign -q -k k.key --format dsse -o good.dsse f
signet-sign -q -k j.key -o by-j f
signet-sign -q -k j.key -o by-j-other other
signet-sign -q -k k.key -o folder m

refused()
{
    refused_name=$1 refused_status=$2 refused_text=$3
    shift 3
    check_exit "$refused_name" "$refused_status" 'out~REFUSED: ' "$@"
    is "$refused_name: the text" "$(head -n 1 "$tap_err")" "signet-verify: $refused_text"
}

# ---- names ----

for ending in .sigstore.json .sig .dsse.json .release.sigstore.json .a.b.sigstore.json; do
    cp good "f$ending"
    check_exit "f$ending is found" 0 "out~signed by $k" signet-verify -k k.pub f
    rm "f$ending"
done
for name in f.sigstore f.json fsigstore.json f.SIG f.sig.bak g.sigstore.json .f.sig; do
    cp good "$name"
    refused "$name is none" 4 'f: no signature file found' signet-verify -k k.pub f
    rm "$name"
done
cp good.dsse f.sig
check_exit 'the format is seen in the text, not in the name' 0 'out~verified: f' signet-verify -k k.pub f
rm f.sig
cp folder m.sig
check_exit 'a folder by .sig' 0 'out~verified: m' signet-verify -k k.pub m
check_exit 'a folder with a slash' 0 'out~verified: m/: bundle' signet-verify -k k.pub m/
check_exit '. finds it beside the folder' 0 'out~verified: .: bundle' \
    sh -c 'cd m && signet-verify -k ../k.pub .'
mkdir elsewhere
cp f elsewhere/m
check_exit 'one that stands elsewhere is not' 4 'err~no signature file found' \
    signet-verify -k k.pub elsewhere/m
rm m.sig

# ---- what else may stand there ----

cp good f.sigstore.json
printf 'garbage\n' >f.sig
check_exit 'garbage beside a good one' 0 'out~verified: f' signet-verify -k k.pub f
check_exit 'garbage is told with -v' 0 'err~f.sig: not counted: not a signature file' \
    signet-verify -v -k k.pub f
mv f.sigstore.json away
refused 'garbage alone' 3 "f: f.sig: not a signature file: expected a value, found 'g' (byte 0)" \
    signet-verify -k k.pub f
rm f.sig

# not_counted NAME TEXT: what stands at f.sig is told, and a good signature beside it passes; alone it refuses.
not_counted()
{
    cp good f.sigstore.json
    check_exit "$1 beside a good one" 0 "out=verified: f: file, 6 bytes, signed by $k" \
        timeout 10 signet-verify -k k.pub f
    also "$1 beside a good one: the text" "err=signet-verify: $2; not counted"
    rm f.sigstore.json
    check_exit "$1 alone" "$3" 'out=REFUSED: f' timeout 10 signet-verify -k k.pub f
    also "$1 alone: the text" "err~signet-verify: f: $2"
}
ln -s good f.sig
not_counted 'a link' \
    'f.sig: a link stands where a signature file would; name its target with -s if it counts' 3
check_exit 'a link that is named is followed' 0 'out~verified: f' signet-verify -k k.pub -s f.sig f
rm f.sig
mkdir f.sig
not_counted 'a folder' 'f.sig: expected a regular file, found a directory' 3
rmdir f.sig
mkfifo f.sig
not_counted 'a FIFO' 'f.sig: expected a regular file, found a FIFO' 3
rm f.sig
{
    printf '{"payload":"'
    head -c 70000000 /dev/zero | tr '\0' 'A'
} >f.sig
not_counted 'a file over the limit' 'f.sig: 70000012 bytes, more than the limit of 67108864' 3
rm f.sig
cp good f.sigstore.json
check_exit 'without it' 0 'out=verified: f: file, 6 bytes, signed by '"$k" signet-verify -k k.pub f

# ---- inside the folder ----

cp folder m/own.sig
check_exit 'a signature file inside the folder' 0 'out~verified: m: bundle of 1 file' \
    signet-verify -k k.pub -s m/own.sig m
check_exit 'it passes only if it is named' 1 'err~unsigned: own.sig' \
    signet-verify -k k.pub -s folder m
printf 'import os\n' >m/own.sig
check_exit 'what is no signature file does not pass for being named' 1 'err~unsigned: own.sig' \
    signet-verify -k k.pub -s folder -s m/own.sig m
rm m/own.sig

# ---- several signers ----

refused 'two of two, one signed' 1 'f: 2 keys must sign one and the same statement, 1 did' \
    signet-verify -k k.pub -k j.pub --threshold 2 f
cp by-j f.j.sigstore.json
check_exit 'two of two' 0 "out~verified: f: file, 6 bytes, signed by 2 keys, one of them SHA256:" \
    signet-verify -k k.pub -k j.pub --threshold 2 f
check_exit 'two of three' 0 'out~signed by 2 keys' \
    signet-verify -k i.pub -k k.pub -k j.pub --threshold 2 f
refused 'three of three' 1 'f: 3 keys must sign one and the same statement, 2 did' \
    signet-verify -k i.pub -k k.pub -k j.pub --threshold 3 f
refused 'the same key twice counts once' 1 'f: 2 keys must sign one and the same statement, 1 did' \
    signet-verify -k k.pub -k k.pub --threshold 2 f
check_exit 'two of two, named' 0 'out~signed by 2 keys' \
    signet-verify -k k.pub -k j.pub --threshold 2 -s good -s by-j f
cp good f.copy.sigstore.json
refused 'the same signature twice counts once' 1 'f: 2 keys must sign one and the same statement, 1 did' \
    signet-verify -k k.pub -k i.pub --threshold 2 f
rm f.copy.sigstore.json
cp by-j-other f.j.sigstore.json
refused 'a given key signed other content' 1 \
    "f: content differs: signed sha256:$(sha256sum other | cut -d' ' -f1), found sha256:$(sha256sum f | cut -d' ' -f1)" \
    signet-verify -k k.pub -k j.pub f
check_exit 'a key that is not given did' 0 'out~verified: f' signet-verify -k k.pub f
rm f.j.sigstore.json
cp by-j f.j.sigstore.json
check_exit 'as before' 0 'out~signed by 2 keys' signet-verify -k k.pub -k j.pub --threshold 2 f

check_exit 'signature files among the operands' 0 'out~verified: f: ' signet-verify -k k.pub f f.*
also 'signature files among the operands are skipped' \
    'err=signet-verify: f.j.sigstore.json: skipped, a signature file of another operand
signet-verify: f.sigstore.json: skipped, a signature file of another operand'
rm f.j.sigstore.json

# ---- reports ----

members='[.schema, .tool, .result, .decision, (.artifacts | length), (.errors | length)] | map(tostring) | join(" ")'
mv folder m.sig
check_exit '--json on success' 0 err= signet-verify --json -k k.pub f m
is '--json on success: one object' \
    "$(jq -rs "length, (.[0] | $members)" "$tap_out")" "1
signet-report/1 signet-verify pass verified 2 0"
is '--json: who signed what' \
    "$(jq -r '.artifacts[] | [.path, .kind, .size, .signatures[0].key, .signatures[0].covers, .signatures[0].trusted] | map(tostring) | join(" ")' "$tap_out")" \
    "f file 6 $k file true
m bundle 8 $k bundle true"
is '--json: identities' "$(jq -r '.artifacts[0].identity.file, .artifacts[1].identity.bundle' "$tap_out")" \
    "sha256:$(sha256sum f | cut -d' ' -f1)
sha256:$(printf '%s\0' "$(cd m && sha256sum w)" | sha256sum | cut -d' ' -f1)"
printf 'Weights\n' >m/w
check_exit '--json on a refusal' 1 'err~changed: w' signet-verify --json -k k.pub f m
is '--json on a refusal: one object' "$(jq -rs "length, (.[0] | $members)" "$tap_out")" "1
signet-report/1 signet-verify fail MISMATCH 2 1"
is '--json on a refusal: the entry' \
    "$(jq -c '[.artifacts[].result, .artifacts[1].entries.changed[0], .errors[0].code, .errors[0].hint]' "$tap_out")" \
    "[\"pass\",\"fail\",{\"name\":\"w\",\"expected\":\"sha256:$(printf 'weights\n' | sha256sum | cut -d' ' -f1)\",\"found\":\"sha256:$(sha256sum m/w | cut -d' ' -f1)\"},\"MISMATCH\",\"get it again from its source, or have it signed again\"]"
check_exit '--json on an unreadable input' 3 'err~none: cannot open' signet-verify --json -k k.pub f none
is '--json on an unreadable input: one object' "$(jq -rs "length, (.[0] | $members)" "$tap_out")" "1
signet-report/1 signet-verify error IO 2 1"
check_exit '--json on a mistake' 2 'err~no key to verify with' signet-verify --json f
is '--json on a mistake: one object' \
    "$(jq -cs '[length, .[0].result, .[0].errors[0].code, .[0].errors[0].hint]' "$tap_out")" \
    '[1,"error","USAGE","see signet-verify --help"]'
printf 'weights\n' >m/w
check_exit '--report keeps the verdict' 0 "out=verified: f: file, 6 bytes, signed by $k" \
    signet-verify --report report -k k.pub f
is '--report holds the object' "$(jq -r "$members" report)" 'signet-report/1 signet-verify pass verified 1 0'
rm report
check_exit '--report with --quiet' 0 out= signet-verify -q --report report -k k.pub m
is '--report with --quiet holds it too' "$(jq -r .artifacts[0].path report)" m
rm report
check_exit '--report that cannot be written' 3 'err~no/report' signet-verify --report no/report -k k.pub f
check_exit 'signet-sign --json' 0 err= signet-sign --json --force -k k.key f
is 'signet-sign --json: one object' "$(jq -rs "length, (.[0] | $members)" "$tap_out")" "1
signet-report/1 signet-sign pass verified 1 0"
check_exit 'signet-sign --json on a failure' 3 'err~exists' signet-sign --json -k k.key f
is 'signet-sign --json on a failure: one object' \
    "$(jq -cs '[length, .[0].result, .[0].artifacts[0].path, .[0].errors[0].code, .[0].errors[0].hint]' "$tap_out")" \
    '[1,"error","f","EXISTS","--force replaces it"]'
mv m.sig folder

# ---- hostile names and claims ----

evil=$(printf 'e\033[2Jv\342\200\256il')
cp f "$evil"
signet-sign -q -k k.key -o evil.json "$evil" 2>/dev/null
is 'a name with control characters is not signed' "$? $(ls evil.json 2>&1)" \
    "3 ls: cannot access 'evil.json': No such file or directory"
check_exit 'nor verified, nor printed as it is' 3 'err~e\x1b[2Jv\u{202e}il: the name holds a control character' \
    signet-verify -k k.pub "$evil"
check_exit 'nor in JSON' 3 'out~"path":"e\u001b[2Jv' signet-verify --json -k k.pub "$evil"
is 'JSON gives it back' "$(jq -r .artifacts[0].path "$tap_out")" "$evil"
rm "$evil"

check_exit '--inspect' 0 "out=UNVERIFIED format: bundle
UNVERIFIED payload type: application/vnd.in-toto+json
UNVERIFIED hint: $k
UNVERIFIED signature with key id: $k
UNVERIFIED predicate type: https://sigstore.dev/cosign/sign/v1
UNVERIFIED subject: f
UNVERIFIED sha256: $(sha256sum f | cut -d' ' -f1)" signet-verify --inspect good
jq -c '.dsseEnvelope.signatures[0].keyid = "\u001b]0;x\u0007\nverified: f\u202e"
    | .verificationMaterial.publicKey.hint = .dsseEnvelope.signatures[0].keyid' good >hostile
check_exit '--inspect of hostile claims' 0 \
    'out~key id: \x1b]0;x\x07\x0averified: f\u{202e}' signet-verify --inspect hostile
is '--inspect: each line is marked' "$(grep -vc '^UNVERIFIED ' "$tap_out")" 0
is '--inspect: nothing for a terminal to obey' "$(tr -d '\n' <"$tap_out" | tr -d ' -~' | wc -c)" 0
check_exit 'verifying it prints them no better' 0 out~verified signet-verify -v -k k.pub -s hostile f
is 'verifying it: nothing for a terminal to obey' "$(cat "$tap_out" "$tap_err" | tr -d '\n -~' | wc -c)" 0
check_exit 'hostile claims, another key' 1 'err~no given key made this signature' \
    signet-verify -k j.pub -s hostile f
check_exit '--inspect --json' 0 err= signet-verify --json --inspect good
is '--inspect --json marks them too' "$(jq -r '.unverified.subjects[0].name, .artifacts' "$tap_out")" 'f
null'
check_exit '--inspect of what is none' 3 "err~f: not a signature file: expected a value, found 'h' (byte 0)" \
    signet-verify --inspect f
check_exit '--inspect of nothing' 3 'err~none: cannot open' signet-verify --inspect none

# ---- progress ----

truncate -s 900M "$tap_dir/big"
check_exit 'no progress where stderr is no terminal: signing' 0 err= signet-sign -k k.key "$tap_dir/big"
check_exit 'no progress where stderr is no terminal: verifying' 0 err= \
    signet-verify -k k.pub "$tap_dir/big"
