#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# signet-verify of signatures inside documents, which jq (for texts that it writes as RFC 8785 does)
# and openssl made: which pass, which are refused and why, what is said of them, and that nothing in
# them reaches the terminal as it is.
# shellcheck source=tests/common/tap.sh
. "${0%/*}/../common/tap.sh"
plan 171

k=$(signet-key generate -q --no-passphrase -o k)
j=$(signet-key generate -q --no-passphrase -o j)
cat >plain.json <<'JSON'
{
  "bomFormat": "CycloneDX",
  "specVersion": "1.6",
  "serialNumber": "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79",
  "version": 1,
  "components": [
    {"bom-ref": "a", "type": "library", "name": "lib-a"},
    {"bom-ref": "b", "type": "library", "name": "lib-b", "components": [
      {"bom-ref": "c", "type": "library", "name": "lib-c"}
    ]}
  ]
}
JSON

base64url()
{
    base64 -w 0 | tr '+/' '-_' | tr -d '='
}

# core KEY [MEMBER]: the signature object of a key, without its value.
core()
{
    printf '{"algorithm":"Ed25519","publicKey":{"crv":"Ed25519","kty":"OKP","x":"%s"}%s}' \
        "$(openssl pkey -in "$1.key" -pubout -outform DER | tail -c 32 | base64url)" "${2-}"
}

# value KEY: over the canonical form of standard input.
value()
{
    jq -cSj . >"$tap_dir/message"
    openssl pkeyutl -sign -rawin -inkey "$1.key" -in "$tap_dir/message" | base64url
}

# signed KEY PATH CORE: standard input, of which the object at PATH (of jq) is signed.
signed()
{
    jq -c --argjson core "$3" "$2 |= (.signature = \$core)" >"$tap_dir/unfinished"
    made=$(jq "$2 | (.signature.excludes // []) as \$out | del(.signature.excludes) |
        with_entries(select(.key as \$name | \$out | index(\$name) | not))" "$tap_dir/unfinished" |
        value "$1")
    jq -c --arg value "$made" "$2 |= (.signature.value = \$value)" "$tap_dir/unfinished"
}

# listed LIST KEY...: standard input, signed by each key in turn in a list of that name.
listed()
{
    list=$1
    shift
    jq -c ".signature = {$list: []}" >"$tap_dir/listed"
    for key in "$@"; do
        if [ "$list" = chain ]; then before=".signature.chain"; else before='[]'; fi
        made=$(jq --argjson core "$(core "$key")" ".signature.$list = ($before + [\$core])" \
            "$tap_dir/listed" | value "$key")
        jq -c --argjson core "$(core "$key")" --arg value "$made" \
            ".signature.$list += [\$core + {value: \$value}]" "$tap_dir/listed" >"$tap_dir/more"
        mv "$tap_dir/more" "$tap_dir/listed"
    done
    cat "$tap_dir/listed"
}

verify()
{
    signet-verify -k k.pub "$@"
}

# refused NAME STATUS TEXT COMMAND...: the verdict is REFUSED for the last word of COMMAND, and TEXT
# is on stderr.
refused()
{
    refused_name=$1 refused_status=$2 refused_text=$3
    shift 3
    for refused_path in "$@"; do :; done
    check_exit "$refused_name" "$refused_status" "out=REFUSED: $refused_path" "$@"
    also "$refused_name: the text" "err~$refused_text"
}

# clean NAME: nothing that the last command wrote is a control character, but ends of lines.
clean()
{
    clean_found=$(cat "$tap_out" "$tap_err" | LC_ALL=C tr -d '\n\040-\176\200-\377' | od -An -c)
    clean_found=$clean_found$(cat "$tap_out" "$tap_err" | LC_ALL=C grep -a "$(printf '\302[\200-\237]\|\342\200\256')")
    none "$1" "$clean_found"
}

# ---- the whole document ----

signed k . "$(core k)" <plain.json >s.json
check_exit 'the whole document' 0 \
    "out=verified: s.json: CycloneDX 1.6, 3 components, serial urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79, $(wc -c <s.json) bytes, signed by $k" \
    verify s.json
also 'the whole document: nothing on stderr' err=
check_exit 'verbose' 0 "out~signed by $k" verify -v s.json
also 'verbose: the signature' "err=  s.json: valid Ed25519 signature by $k (k.pub) over the whole document"
check_exit 'quiet' 0 out= verify -q s.json
also 'quiet: nothing on stderr' err=
jq . s.json >spaced.json
check_exit 'in another spelling' 0 out~verified: verify spaced.json
sed 's/lib-c/lib-x/' s.json >changed.json
refused 'changed' 1 "bad signature: it names the given key $k, but does not verify: the signature or the document was changed" \
    verify changed.json
check_exit 'changed, quiet' 1 out= verify -q changed.json
also 'changed, quiet: the text' 'err~bad signature'
refused 'another key' 5 "no key for $k: the signature names that key, which was not given" \
    signet-verify -k j.pub s.json
core k | jq .publicKey >k.jwk
check_exit 'the key as it stands in the document' 0 "out~signed by $k" signet-verify -k k.jwk s.json
jq '.d = .x' k.jwk >secret.jwk
check_exit 'with a private half' 3 'err~found a JWK with a private or shared secret; give its public half' \
    signet-verify -k secret.jwk s.json
printf '{"kty":"oct","k":"AAAA"}' >secret.jwk
check_exit 'a shared secret as key' 3 'err~found a JWK with a private or shared secret' \
    signet-verify -k secret.jwk s.json
check_exit 'both keys' 0 "out~signed by $k" signet-verify -k j.pub -k k.pub s.json
refused 'not signed' 4 'no signature found, neither in the document nor beside it' verify plain.json
sed 's/{"algorithm"/{"algorithm":"Ed25519","algorithm"/' s.json >twice.json
refused 'malformed' 3 'each name once' verify twice.json
check_exit 'no key' 2 'err~a key inside a signature proves nothing' signet-verify s.json

# ---- keys that are not in the document ----

signed k . '{"algorithm":"Ed25519","keyId":"release 2026"}' <plain.json >named.json
check_exit 'a key id' 0 out~verified: verify named.json
check_exit 'a key id that says nothing' 0 'err~its key id is in no known form' verify -v named.json
refused 'a key id, another key' 1 'no given key made this signature' signet-verify -k j.pub named.json
signed k . "{\"algorithm\":\"Ed25519\",\"keyId\":\"$k\"}" <plain.json >named.json
check_exit 'a fingerprint as key id' 0 out~verified: verify named.json
refused 'a fingerprint, another key' 5 "no key for $k" signet-verify -k j.pub named.json
signed k . "{\"algorithm\":\"Ed25519\",\"keyId\":\"$j\"}" <plain.json >named.json
refused 'the fingerprint of another key' 1 "it names the given key $j, but does not verify" \
    verify -k j.pub named.json

# ---- forms that are refused ----

rewrite()
{
    jq -c "$1" s.json >changed.json
}
rewrite '.signature.algorithm = "HS256" | del(.signature.publicKey)'
refused 'a shared secret' 3 'HS256: a shared secret proves no signer' verify changed.json
rewrite '.signature.algorithm = "none"'
refused 'no algorithm' 3 'algorithm "none": expected Ed25519' verify changed.json
rewrite '.signature.value += "="'
refused 'padding' 3 'value: expected a signature in base64url without padding' verify changed.json
rewrite '.signature.more = 1'
refused 'a member that is not known' 3 'member "more" is not known to JSF' verify changed.json
rewrite '.signature = "eyJ"'
refused 'no object' 3 'changed.json' verify changed.json
rewrite '.specVersion = "1.3"'
refused 'a version without signatures' 4 'this version of the document has no place for a signature inside' \
    verify changed.json
rewrite '.bomFormat = "Cyclone"'
refused 'another kind of document' 4 'no signature file found' verify changed.json
head -c 400 s.json >changed.json
refused 'cut off' 3 'changed.json: ' verify changed.json
check_exit 'the twin of them all' 0 out~verified: verify s.json

# ---- what a signature leaves out ----

signed k . "$(core k ',"excludes":["version"]')" <plain.json >left.json
refused 'excludes' 1 'excludes: the signature leaves the member "version" out, so anyone can change it' \
    verify left.json
refused 'excludes, another name' 1 'the member "version" out' \
    verify --insecure-allow-excludes components left.json
jq -c '.version = 2' left.json >changed.json
check_exit 'excludes, allowed' 0 out~verified: verify --insecure-allow-excludes version changed.json
also 'excludes, allowed: it is said' \
    'err~--insecure-allow-excludes: members of a document that nobody signed pass'
also 'excludes, allowed: not the whole' \
    'out~changed.json: PARTIAL: CycloneDX 1.6, 3 components, serial urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79 without "version", '
check_exit 'excludes: the report names it' 0 'out~"insecure":["--insecure-allow-excludes"]' \
    verify --json --insecure-allow-excludes version changed.json
is 'excludes: the report names what is left out' "$(jq -c \
    '[.partial, .artifacts[0].identity, .artifacts[0].signatures[0].excluded]' "$tap_out")" \
    '[true,null,["version"]]'
check_exit 'excludes: in the details' 0 'err~over the whole document without "version"' \
    verify -v --insecure-allow-excludes version changed.json
signed j '.components[0]' "$(core j ',"excludes":["version"]')" <plain.json >part.json
signed k . "$(core k)" <part.json >inside.json
check_exit 'excludes inside' 0 'err~component /components/0: not counted: excludes: the signature leaves' \
    verify -v inside.json
jq -c '.components[0].name = "other"' part.json | signed k . "$(core k)" >changed.json
refused 'excludes inside, and what is signed was changed' 1 'component at /components/0 was changed' \
    verify changed.json
jq -c '.components = []' left.json >changed.json
refused 'excludes: the rest is signed' 1 'bad signature' \
    verify --insecure-allow-excludes version changed.json

# ---- integers that have no form of their own ----

jq -c '.version = 9007199254740992' plain.json | signed k . "$(core k)" >even.json
sed 's/9007199254740992/9007199254740993/' even.json >odd.json
for file in even.json odd.json; do
    check_exit "$file" 0 'err~is beyond 2^53 - 1: in RFC 8785 form others are the same' verify $file
    at=$(grep -obE '900719925474099[23]' $file | head -1 | cut -d: -f1)
    verify --json $file >report.json
    is "$file: where" "$(jq '.artifacts[0].document.inexact_integer' report.json)" "$at"
done
verify --json s.json >report.json
is 'none of them' "$(jq '.artifacts[0].document.inexact_integer' report.json)" null

# ---- more signatures than are worth their memory ----

awk 'BEGIN { printf "{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\",\"version\":1,\"components\":["
    for (i = 0; i < 250000; i++) printf "%s{\"signature\":{}}", i ? "," : ""
    print "]}" }' >many.json
check_exit 'a quarter million empty signatures' 3 \
    'err~the signatures inside the document take more memory than is allowed' verify many.json

# ---- several signatures ----

both()
{
    signet-verify -k k.pub -k j.pub --threshold 2 "$@"
}
for list in signers chain; do
    listed "$list" k j <plain.json >two.json
    listed "$list" k <plain.json >one.json
    check_exit "$list: two" 0 'out~signed by 2 keys' both two.json
    check_exit "$list: two, one is asked for" 0 "out~signed by $k" verify two.json
    refused "$list: one of two" 1 \
        '2 keys must sign the document, 1 did: it holds 1 signature, and others may have been taken off' \
        both one.json
    jq -c ".signature.$list |= reverse" two.json >changed.json
    case $list in
    signers) check_exit "$list: in another order" 0 'out~signed by 2 keys' both changed.json ;;
    chain) check_exit "$list: in another order" 1 'err~chain link 1 of 2 does not verify in its place' \
        both changed.json ;;
    esac
    listed "$list" k k <plain.json >same.json
    refused "$list: one key twice" 1 '2 keys must sign the document, 1 did' both same.json
done
jq -c '.signature.chain |= .[1:]' two.json >changed.json
refused 'a chain without its first link' 1 'chain link 1 of 1 does not verify in its place' \
    signet-verify -k j.pub changed.json

# ---- parts ----

signed k '.components[0]' "$(core k)" <plain.json >one.json
signed j '.components[1]' "$(core j)" <one.json >parts.json
check_exit 'a part' 0 "out=verified: parts.json: PARTIAL: only component /components/0, signed by $k" \
    verify --at a parts.json
check_exit 'a part by its pointer' 0 'out~PARTIAL: only component /components/0, signed' \
    verify --at /components/0 parts.json
refused 'the whole' 4 'the document is not signed as a whole: only /components/0 and 1 other part is signed' \
    verify parts.json
also 'the whole: the next step' 'err~  to verify a signed part alone, name it with --at'
also 'the whole: what is signed' "err~
  component /components/0: valid Ed25519 signature by $k (k.pub)
  component /components/1: valid Ed25519 signature by $j, a key that was not given"
refused 'a part by another key' 5 "no key for $j" verify --at b parts.json
check_exit 'a part around others' 0 "out~PARTIAL: only component /components/1, signed by $j" \
    signet-verify -k j.pub --at /components/1 parts.json
refused 'a part of a signed part' 4 'the component at /components/1/components/0 is not signed by itself' \
    verify -k j.pub --at c parts.json
is 'a part of a signed part: no file could help' "$(grep -c -e ' -s' "$tap_err")" 0
refused 'no such part' 2 'no object that may be signed has the bom-ref d' verify --at d parts.json
refused 'what cannot be signed' 2 '/version names a number in which' verify --at /version parts.json
jq -c '.components[0]["bom-ref"] = "b"' parts.json >changed.json
refused 'two of one bom-ref' 3 'two objects have the bom-ref b' verify --at b changed.json
jq -c '.components[1].name = "x"' parts.json >changed.json
refused 'a part that was changed' 1 'bad signature' signet-verify -k j.pub --at b changed.json
check_exit 'another part beside it' 0 out~PARTIAL verify --at a changed.json
refused 'the whole of it' 4 'not signed as a whole' signet-verify -k j.pub changed.json
is 'the whole of it: what is broken' "$(tail -n 1 "$tap_err")" \
    "  component /components/1: BROKEN Ed25519 signature that names $j"
signed k . "$(core k)" <changed.json >around.json
refused 'a whole around a part that was changed' 1 \
    'the component at /components/1 was changed after it was signed: its own signature does not verify, although one around it does' \
    verify around.json
signed k . "$(core k)" <parts.json >around.json
check_exit 'a whole around parts' 0 "out~signed by $k" verify around.json
printf '[]' >list.json
refused 'a part of no document' 3 'expected a CycloneDX document, of which a part can be signed' \
    verify --at a list.json
for option in --signature=x --print-statement --only=x --accept-ignored=x --strip=1 --extract=x \
    --insecure-ignore-unsigned; do
    check_exit "--at and ${option%%=*}" 2 out= verify --at a "$option" parts.json
done
check_exit '--at and two documents' 2 out= verify --at a parts.json s.json
check_exit 'two documents' 0 'out~
verified: 2 of 2' verify s.json around.json
check_exit 'two documents, the worse' 4 'out~
REFUSED: 1 of 2' verify s.json changed.json
check_exit '--inspect of a document' 3 'err~  a BOM that is signed inside is no signature file' \
    signet-verify --inspect s.json

# ---- the report ----

check_exit 'JSON' 0 out~schema verify --json around.json
is 'JSON: the document' "$(jq -c '.artifacts[0] | [.kind, .document, .identity.file]' "$tap_out")" \
    "[\"file\",{\"type\":\"CycloneDX\",\"version\":\"1.6\",\"serial\":\"urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79\",\"components\":3,\"inexact_integer\":null},\"sha256:$(sha256sum <around.json | cut -c 1-64)\"]"
is 'JSON: the signatures' "$(jq -c '[.partial, .artifacts[0].signed_by,
    (.artifacts[0].signatures[] | [.format, .covers, .algorithm, .valid, .trusted])]' "$tap_out")" \
    '[false,1,["jsf","","Ed25519",true,true],["jsf","/components/0","Ed25519",true,true],["jsf","/components/1","Ed25519",true,false]]'
check_exit 'JSON: a part' 0 out~schema verify --json --at a parts.json
is 'JSON: a part has no identity' "$(jq -c '[.result, .partial, .artifacts[0].identity,
    .artifacts[0].signatures[0].covers, .artifacts[0].document.type]' "$tap_out")" \
    '["pass",true,null,"/components/0","CycloneDX"]'
check_exit 'JSON: a refusal' 4 out~schema verify --json changed.json
is 'JSON: what is broken' "$(jq -c '[.result, .errors[0].code, .artifacts[0].document.components,
    (.artifacts[0].signatures[] | [.covers, .valid, .trusted, .reason])]' "$tap_out")" \
    '["fail","NO_SIGNATURE",3,["/components/0",true,true,null],["/components/1",false,false,"the signature does not verify"]]'

# ---- texts of strangers ----

# A title for the terminal's window, an escape in one byte, and what turns the direction of text.
bad='\u001b]0;x\u0007\u009b2J\u202e'
raw=$(printf '\033]0;x\007\302\2332J\342\200\256')

# hostile WHERE STATUS TEXT: hostile.json is verified in each way of telling, TEXT is on stderr, and
# no byte on either stream is one that a terminal obeys.
hostile()
{
    check_exit "$1" "$2" "$([ "$2" -eq 0 ] && echo out || echo err)~$3" verify -v hostile.json
    clean "$1: nothing raw"
    check_exit "$1, JSON" "$2" out~schema verify --json hostile.json
    clean "$1, JSON: nothing raw"
    is "$1, JSON: one object" "$(jq -s length "$tap_out")" 1
}
jq -c --argjson text "\"$bad\"" '.serialNumber = $text | .components[0]["bom-ref"] = $text |
    .["\($text)"] = 1' plain.json >wanted.json
signed k . "$(core k ",\"keyId\":\"$bad\"")" <wanted.json >hostile.json
hostile 'a serial number and a key id' 0 'serial \\u001b]0;x\\u0007\u{9b}2J\u{202e}'
check_exit 'a bom-ref that can be signed' 0 out~signed \
    signet-sign -k k.key --format jsf --at "$raw" -o made.json wanted.json
clean 'a bom-ref that can be signed: nothing raw'
check_exit 'a bom-ref that can be verified' 0 out~PARTIAL verify --at "$raw" made.json
clean 'a bom-ref that can be verified: nothing raw'
refused 'a bom-ref that is not there' 2 'the bom-ref \x1b]0;x\x07\u{9b}2J\u{202e} (' \
    verify --at "$raw" s.json
clean 'a bom-ref that is not there: nothing raw'
jq -c --argjson text "\"$bad\"" '.signature.algorithm = $text' s.json >hostile.json
hostile 'an algorithm' 3 'algorithm'
jq -c '.signature.algorithm = "\u009b2J\u202e"' s.json >hostile.json
hostile 'an algorithm, unescaped' 3 'algorithm "\u{9b}2J\u{202e}": expected Ed25519'
jq -c --argjson text "\"$bad\"" '.signature["\($text)"] = 1' s.json >hostile.json
hostile 'a member' 3 'member "\\u001b]0;x\\u0007\u{9b}2J\u{202e}" is not known'
jq -c --argjson text "\"$bad\"" '.signature.excludes = [$text]' s.json >hostile.json
hostile 'a name in excludes' 1 'leaves the member "\\u001b]0;x\\u0007\u{9b}2J\u{202e}" out'
jq -c --argjson text "\"$bad\"" '.specVersion = $text' s.json >hostile.json
hostile 'a version' 4 'no place for a signature inside'
cp s.json "$raw"
check_exit 'a name of a file' 3 'err~\x1b]0;x\x07\u{9b}2J\u{202e}: the name holds a control character' \
    verify "$raw"
clean 'a name of a file: nothing raw'
