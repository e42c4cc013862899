#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# signet-sign --format jsf: one run of bytes is put into a document and every other byte stays; what
# was at the output survives every failure; and what may not be signed. Each refusal has a twin
# beside it that is signed.
# shellcheck source=tests/common/tap.sh
. "${0%/*}/../common/tap.sh"
plan 188

k=$(signet-key generate -q --no-passphrase -o k)
j=$(signet-key generate -q --no-passphrase -o j)
cat >bom.json <<'JSON'
{
  "bomFormat": "CycloneDX",
  "specVersion": "1.6",
  "version": 1,
  "components": [
    {"bom-ref": "a", "type": "library", "name": "lib-a"},
    {"bom-ref": "b", "type": "library", "name": "lib-b", "components": [
      {"bom-ref": "c", "type": "library", "name": "lib-c"}
    ]},
    {"bom-ref": "twice", "type": "library", "name": "lib-d"},
    {"bom-ref": "twice", "type": "library", "name": "lib-e"}
  ]
}
JSON

jsf()
{
    signet-sign -k k.key --format jsf "$@"
}

by_j()
{
    signet-sign -k j.key --format jsf "$@"
}

# refused NAME STATUS TEXT COMMAND...: nothing on stdout, nothing changed, TEXT on stderr.
refused()
{
    refused_name=$1 refused_status=$2 refused_text=$3
    shift 3
    check_exit "$refused_name" "$refused_status" out= "$@"
    also "$refused_name: the text" "err~$refused_text"
}

# inserted OLD NEW: the bytes of NEW that are not in OLD, if they are one run; else what differs.
inserted()
{
    python3 - "$1" "$2" <<'PY'
import sys
old, new = (open(name, "rb").read() for name in sys.argv[1:3])
added = len(new) - len(old)
# Of the places where the run may begin, the last; those before it spell the same.
begin = next((i for i in range(len(old)) if old[i] != new[i]), len(old))
fits = [i for i in range(begin + 1) if added > 0 and old[:i] == new[:i] and old[i:] == new[i + added:]]
sys.stdout.write(repr(new[fits[-1]:fits[-1] + added])[2:-1] if fits else "not one run")
PY
}

# shape TEXT: with the public key and the value, which differ from run to run, as X and V.
shape()
{
    printf '%s\n' "$1" | sed -E 's/"x":"[A-Za-z0-9_-]{43}"/"x":X/g; s/"value":"[A-Za-z0-9_-]{86}"/"value":V/g'
}
core='{"algorithm":"Ed25519","publicKey":{"crv":"Ed25519","kty":"OKP","x":X},"value":V}'

# ---- what is written ----

check_exit 'the whole document' 0 'out=s.json: signed in place: covers the whole document' \
    jsf -o s.json bom.json
also 'the whole document: nothing on stderr' err=
is 'one run of bytes is put in' "$(shape "$(inserted bom.json s.json)")" ",\\n  \"signature\":$core"
check_exit 'and it verifies' 0 "out~signed by $k" signet-verify -k k.pub s.json
check_exit 'printed' 0 out~bomFormat jsf -o - bom.json
also 'printed: nothing on stderr' err=
same_bytes 'printed: the same bytes' "$tap_out" s.json
check_exit 'quiet' 0 out= jsf -q -o quiet.json bom.json
also 'quiet: nothing on stderr' err=
same_bytes 'quiet: the same bytes' quiet.json s.json
check_exit 'verbose' 0 'out=verbose.json: signed in place: covers the whole document' \
    jsf -v -o verbose.json bom.json
check_exit 'a key id' 0 out~named.json jsf --key-id 'release 2026' -o named.json bom.json
is 'a key id stands in the place of the key' "$(shape "$(inserted bom.json named.json)")" \
    ',\n  "signature":{"algorithm":"Ed25519","keyId":"release 2026","value":V}'
check_exit 'and it verifies by the key that is given' 0 out~verified: signet-verify -k k.pub named.json
rm -f quiet.json verbose.json named.json

# spelled NAME TEXT RUN [OPTION...]: a document spelled as TEXT gets RUN.
spelled()
{
    spelled_name=$1 spelled_run=$3
    printf "%b" "$2" >in.json
    shift 3
    jsf -q -o out.json "$@" in.json
    is "$spelled_name" "$(shape "$(inserted in.json out.json)")" "$spelled_run"
    rm -f out.json
}
head='"bomFormat":"CycloneDX","specVersion":"1.6"'
spelled 'on one line' "{$head}" ",\"signature\":$core"
spelled 'on one line, its end' "{$head}\n" ",\"signature\":$core"
spelled 'CRLF and tabs' "{\r\n\t\"bomFormat\":\t\"CycloneDX\",\r\n\t\"specVersion\":\"1.6\"\r\n}\r\n" \
    ",\\r\\n\\t\"signature\":$core"
spelled 'white space behind the last member' "{$head \t\n\n }\n\n" ",\"signature\":$core"
spelled 'spaces around everything' "  { $head }" ", \"signature\":$core"
spelled 'an empty object' "{$head,\"components\":[{}]}" "\"signature\":$core" --at /components/0
spelled 'an empty object with white space' "{$head,\"components\":[{ \n }]}" "\"signature\":$core" \
    --at /components/0
spelled 'a part' "{$head,\"components\":[ {\"bom-ref\":\"a\"} ]}" ",\"signature\":$core" --at a
spelled 'a signer' "{$head}" ",\"signature\":{\"signers\":[$core]}" --multi
spelled 'a link' "{$head}" ",\"signature\":{\"chain\":[$core]}" --chain
spelled 'one more signer' "$(printf '{%s}' "$head" >in.json && jsf -q --multi -o - in.json | tr -d '\n')" \
    ",$core" --multi
printf '{%s,"version": 9007199254740991}' "$head" >in.json
check_exit 'an integer of 2^53 - 1' 0 out~signed jsf -o out.json in.json
printf '{%s,"version": 9007199254740992}' "$head" >in.json
rm out.json
refused 'an integer of 2^53' 3 'expected integers within 2^53 - 1 of 0, found one beyond' \
    jsf -o out.json in.json
also 'an integer of 2^53: where' 'err~(byte 56)'
printf '{%s,"version": -9007199254740992}' "$head" >in.json
refused 'an integer of -2^53' 3 'expected integers within 2^53 - 1 of 0, found one beyond' \
    jsf -o out.json in.json

# ---- parts ----

check_exit 'parts inside each other, in any order' 0 \
    'out=parts.json: signed in place: covers the parts that were named, no others' \
    jsf --at c --at /components/0 --at b -o parts.json bom.json
is 'no other is signed' "$(jq -c '[paths | select(.[-1] == "signature") | .[:-1]]' parts.json)" \
    '[["components",0],["components",1,"components",0],["components",1]]'
for part in a b c; do
    check_exit "part $part verifies" 0 "out~PARTIAL: only component /components/" \
        signet-verify -k k.pub --at "$part" parts.json
done
refused 'no such bom-ref' 2 'no object that may be signed has the bom-ref d' jsf --at d -o x.json bom.json
refused 'a pointer without its slash' 2 'components/0 (a JSON pointer begins with "/")' \
    jsf --at components/0 -o x.json bom.json
refused 'nothing there' 2 '/components/4 names nothing in this document' \
    jsf --at /components/4 -o x.json bom.json
refused 'what cannot be signed' 2 \
    '/components names an array in which this version of the document allows no signature' \
    jsf --at /components -o x.json bom.json
refused 'two objects of one bom-ref' 3 'two objects have the bom-ref twice' \
    jsf --at twice -o x.json bom.json
check_exit 'one of them by its pointer' 0 out~signed jsf --at /components/3 -o x.json bom.json
rm x.json
refused 'one place twice' 2 'one place is asked for twice' jsf --at a --at a -o x.json bom.json
refused 'one place by two names' 2 'one place is asked for twice' \
    jsf --at /components/0 --at a -o x.json bom.json

# ---- what is signed already ----

refused 'signed already' 3 's.json: the document is signed already' jsf -o x.json s.json
refused 'signed already, one of several' 3 'not in a list of "signers"' jsf --multi -o x.json s.json
refused 'a part signed already' 3 '/components/0 is signed already' jsf --at a -o x.json parts.json
check_exit 'the whole around signed parts' 0 out~signed jsf -o x.json parts.json
check_exit 'and it verifies' 0 "out~signed by $k" signet-verify -k k.pub x.json
rm x.json
jsf -q --multi -o multi.json bom.json
jsf -q --chain -o chain.json bom.json
refused 'a link in a list of signers' 3 'not in a list of "chain"' by_j --chain -o x.json multi.json
refused 'a signer in a chain' 3 'not in a list of "signers"' by_j --multi -o x.json chain.json
refused 'a single one beside a list' 3 'is signed already' by_j -o x.json multi.json
for form in multi chain; do
    check_exit "$form: one more" 0 out~signed by_j --$form -o two.json $form.json
    is "$form: one more, in one run" "$(shape "$(inserted $form.json two.json)")" ",$core"
    check_exit "$form: both verify" 0 'out~signed by 2 keys' \
        signet-verify -k k.pub -k j.pub --threshold 2 two.json
    # the twin: what is there no longer verifies
    sed 's/lib-c/lib-x/' $form.json >changed.json
    rm two.json
    refused "$form: beside a broken one" 1 'signature 1 of 1 that is there does not verify by its key' \
        by_j --$form -o two.json changed.json
    jsf -q --$form --key-id mine -o named.json bom.json
    jq -c '.signature.excludes = ["version"]' $form.json >left.json
    refused "$form: beside one that leaves members out" 3 \
        'the signatures that are there leave out members of the document' by_j --$form -o two.json left.json
    rm left.json
    refused "$form: beside one without a key" 5 'signature 1 of 1 that is there carries no key' \
        by_j --$form -o two.json named.json
    check_exit "$form: beside one of my own without a key" 0 out~signed \
        jsf --$form --key-id mine -o two.json named.json
    rm named.json changed.json two.json
done
check_exit 'a part that is signed' 0 out~signed jsf --at c -o c.json bom.json
sed 's/lib-c/lib-x/' c.json >changed.json
for at in b a; do
    check_exit "around it, --at $at" 0 out~signed by_j --at $at -o x.json c.json
    rm x.json
done
refused 'a part around a part that was changed' 1 \
    'signet-sign: changed.json: the component at /components/1/components/0 was changed after it was signed' \
    by_j --at b -o x.json changed.json
refused 'the whole around a part that was changed' 1 \
    'signet-sign: changed.json: the component at /components/1/components/0 was changed after it was signed' \
    by_j -o x.json changed.json
check_exit 'a part beside it' 0 out~signed by_j --at a -o x.json changed.json
rm x.json c.json changed.json

# ---- what cannot be signed in place ----

printf '{"bomFormat":"CycloneDX","specVersion":"1.3"}' >in.json
refused 'a version before there were signatures' 3 \
    'CycloneDX "1.3" has no place for a JSF signature; without --format it is signed as a file' \
    jsf -o x.json in.json
printf '{"spdxVersion":"SPDX-2.3","SPDXID":"SPDXRef-DOCUMENT"}' >in.json
refused 'another kind of BOM' 3 'SPDX "SPDX-2.3" has no place for a JSF signature' jsf -o x.json in.json
printf '{"name":"CycloneDX"}' >in.json
refused 'another object' 3 'expected a CycloneDX document to sign in place, found something else' \
    jsf -o x.json in.json
refused 'no JSON' 3 'expected a CycloneDX document to sign in place' jsf -o x.json k.pub
printf '{"bomFormat":"CycloneDX","specVersion":"1.6","bomFormat":"CycloneDX"}' >in.json
refused 'a name twice' 3 'each name once in an object, found "bomFormat" again' jsf -o x.json in.json
also 'a name twice: where' 'err~(byte 45)'
printf '{"bomFormat":"CycloneDX","specVersion":"1.6"}x' >in.json
refused 'something behind the document' 3 'in.json: ' jsf -o x.json in.json
mkdir folder
refused 'a folder' 2 'expected a document to sign in place, found a folder' jsf -o x.json folder
tap_in=bom.json
refused 'standard input' 2 'standard input cannot be signed' jsf -o x.json -
tap_in=
refused 'over a limit' 3 'limit' jsf --limit document=100 -o x.json bom.json
rmdir folder

# ---- the command line ----

refused 'without -o' 2 'the document itself is written, signed: say where with -o OUT' jsf bom.json
refused 'several documents' 2 'option --output goes with one PATH' jsf -o x.json bom.json s.json
check_exit 'JSON to the same place' 2 'err~would share it' jsf --json -o - bom.json
for option in --contents --dry-run --ignore=x --hash=sha256 --manifest=x --reuse=x --shard-size=4 \
    --canonical; do
    refused "$option" 2 "${option%%=*}" jsf "$option" -o x.json bom.json
done
for option in --at=a --multi --chain --key-id=x; do
    refused "$option without the format" 2 "option ${option%%=*} goes with --format jsf" \
        signet-sign -k k.key "$option" bom.json
done
refused 'two forms' 2 'options --multi and --chain exclude each other' \
    jsf --multi --chain -o x.json bom.json
refused 'an unknown format' 2 'expected bundle, dsse, jsf or jss, found "jsv"' \
    signet-sign -k k.key --format jsv -o x.json bom.json
refused 'a key id with control characters' 2 'key id a\x1b[2J: expected UTF-8 text' \
    jsf --key-id "$(printf 'a\033[2J')" -o x.json bom.json
refused 'a key id that is no UTF-8' 2 'key id a\xff: expected UTF-8 text' \
    jsf --key-id "$(printf 'a\377')" -o x.json bom.json
refused 'the fingerprint of another key' 2 "the key id is a fingerprint of another key: this one has $k" \
    jsf --key-id "$j" -o x.json bom.json
check_exit 'its own fingerprint' 0 out~signed jsf --key-id "$k" -o x.json bom.json
rm x.json
signet-sign --help --verbose >help
signet-verify --help --verbose >>help
is 'help fits into 80 columns' "$(awk 'length > 80' help)" ''
is 'help names the format' "$(grep -c -e '--format jsf' help)" 2
rm help

# ---- the report ----

check_exit 'JSON' 0 out~schema jsf --json -o x.json bom.json
is 'JSON: what was signed' "$(jq -c '.artifacts[0] | [.path, .document, .size == ('"$(wc -c <x.json)"'),
    .identity.file, (.signatures[0] | .format, .covers, .key, .algorithm, .valid)]' "$tap_out")" \
    "[\"x.json\",{\"type\":\"CycloneDX\",\"version\":\"1.6\",\"serial\":null,\"components\":5,\"inexact_integer\":null},true,\"sha256:$(sha256sum <x.json | cut -c 1-64)\",\"jsf\",\"\",\"$k\",\"Ed25519\",true]"
rm x.json
check_exit 'JSON: parts' 0 out~schema jsf --json --at a --at c -o x.json bom.json
is 'JSON: parts are no whole' "$(jq -c '[.partial, .artifacts[0].identity,
    [.artifacts[0].signatures[].covers]]' "$tap_out")" \
    '[true,null,["/components/0","/components/1/components/0"]]'
rm x.json
check_exit 'JSON of a refusal' 3 'out~"code":"FORBIDDEN"' jsf --json -o x.json s.json
is 'JSON of a refusal: nothing is verified' "$(jq -c '[.result, .decision, .artifacts[0].result,
    .artifacts[0].signatures]' "$tap_out")" '["error","FORBIDDEN","error",[]]'

# ---- the output ----

refused 'over the document itself' 3 'bom.json: exists' jsf -o bom.json bom.json
also 'over the document itself: the next step' 'err~  --force replaces it'
cp bom.json mine.json
chmod 640 mine.json
check_exit 'over the document itself, --force' 0 out~signed jsf --force -o mine.json mine.json
same_bytes 'is as it is elsewhere' mine.json s.json
is 'and keeps its mode' "$(stat -c %a mine.json)" 640
check_exit 'elsewhere' 0 out~signed jsf -o new.json bom.json
is 'elsewhere: the mode of any new file' "$(stat -c %a new.json)" 644
rm mine.json new.json
mkdir place
refused 'a folder that is not there' 3 'no/x: cannot open its folder' jsf -o no/x bom.json
refused 'a folder in the way' 2 'place: expected a file name, found a directory' \
    jsf --force -o place bom.json
refused 'the key in the way' 3 'k.key: is the key, which --force will not replace' \
    jsf --force -o k.key bom.json
mkfifo pipe
refused 'a FIFO in the way' 3 'pipe: will not replace a FIFO' jsf --force -o pipe bom.json
rm pipe

# A file system of its own, which is full or read only; the document lies there.
cat >full.sh <<'SCRIPT'
set -eu
mount -t tmpfs -o size=64k tmpfs place
cp bom.json place/bom.json
if [ "$1" != room ]; then
    dd if=/dev/zero of=place/filler bs=1k count=64 status=none 2>/dev/null || true
fi
if [ "$1" = ro ]; then mount -o remount,ro place; fi
shift
set +e
signet-sign -k k.key --format jsf "$@" place/bom.json
status=$?
ls -A place >&2
cmp place/bom.json bom.json && echo untouched >&2
exit "$status"
SCRIPT
check_exit 'there, with room' 0 'out~place/bom.json: signed in place' \
    unshare -rm sh full.sh room --force -o place/bom.json
for how in rw ro; do
    case $how in
    rw) problem='No space left on device' ;;
    ro) problem='Read-only file system' ;;
    esac
    for output in bom.json new.json; do
        check_exit "$how: $output" 3 "err~$problem" unshare -rm sh full.sh $how --force -o "place/$output"
        also "$how: $output: the document stays, and nothing else is left" 'err~
bom.json
filler
untouched'
    done
done

# Killed at any time. A document that takes longer than the test waits.
rmdir place
mkdir big
python3 - <<'PY'
import json
component = {"type": "library", "name": "lib", "description": "x" * 2000}
with open("big/bom.json", "w") as file:
    json.dump({"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [component] * 30000}, file)
PY
cp big/bom.json old.json
at_work=0 torn=
for delay in 0.05 0.1 0.2 0.3 0.4 0.5 0.6 0.7; do
    signet-sign -k k.key --format jsf --force --no-progress -o big/bom.json big/bom.json >/dev/null 2>&1 &
    pid=$!
    sleep $delay
    kill -9 $pid 2>/dev/null && at_work=$((at_work + 1))
    wait $pid 2>/dev/null
    if ! cmp -s big/bom.json old.json; then
        signet-verify -q -k k.pub big/bom.json || torn="$torn $delay"
        cp old.json big/bom.json
    fi
done
some 'killed: it was at work' "$([ $at_work -gt 0 ] && echo yes)"
none 'killed: the document is the old one, or all of the new one' "$torn"
is 'killed: nothing else is left' "$(ls -A big)" bom.json
