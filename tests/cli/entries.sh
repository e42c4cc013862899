#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# A file that an entry of a signed list vouches for, to be executed or loaded and for nothing else.
# The lists are put together here and signed by openssl. Each pass has twins that differ in one
# thing.
# shellcheck source=tests/common/tap.sh
. "${0%/*}/../common/tap.sh"
# shellcheck source=tests/common/trust.sh
. "$SIGNET_SOURCE/tests/common/trust.sh"
plan 102

for name in r pol sys old gone models stranger; do
    signet-key generate -q --no-passphrase -o $name >/dev/null
done
here=$(pwd -P)
times='"issued":"2026-01-01T00:00:00Z","expires":"2199-01-01T00:00:00Z"'
# with_status NAME STATUS: the member of a key that counts no more.
with_status() { key "$1" | sed 's/"status":"active"/"status":"'"$2"'","'"$2"'_at":"2026-02-01T00:00:00Z"/'; }
root="{\"schema\":\"signet-root/1\",\"version\":3,$times,
  \"keys\":{$(key r),$(key pol),$(key sys),$(with_status old retired),$(with_status gone revoked),$(key models)},
  \"roles\":{$(role root 1 r),$(role policy 1 pol),$(role system 1 sys old gone),$(role models 1 models)}}"
# rules MATCH MORE: of one rule for each of two roles.
rules()
{
    printf '"rules":[{"id":"run","actions":["execute","load","open","verify"],"match":{%s},
      "signed_by":[{"role":"system","threshold":1}]%s}]' "$1" "$2"
}
# policy MEMBERS RULES
policy()
{
    printf '{"schema":"signet-policy/1","name":"acme","version":7,%s,"evidence":["%s"],%s%s}' \
        "$times" "$here/evidence" "$2" "$1"
}
any='"kinds":["file","bundle"]'
sign_root root "$root" r
sign_policy policy "$(policy '' "$(rules "$any" '')")" pol
mkdir evidence bin

# list KEY OUT ENTRY...: an OMS statement by that key over the ENTRYs, each "NAME FILE MEMBERS".
list()
{
    list_key=$1 list_out=$2 list_resources='' list_digests=''
    shift 2
    for list_entry in "$@"; do
        list_name=${list_entry%% *} list_rest=${list_entry#* }
        list_digest=$(sha256sum "${list_rest%% *}" | cut -d' ' -f1)
        list_digests=$list_digests$list_digest
        list_resources="$list_resources${list_resources:+,}{\"algorithm\":\"sha256\",\"digest\":\"$list_digest\",\"name\":\"$list_name\"${list_rest#* }}"
    done
    list_root=$(printf %s "$list_digests" | xxd -r -p | sha256sum | cut -d' ' -f1)
    printf '{"_type":"https://in-toto.io/Statement/v1","predicate":{"resources":[%s],"serialization":{%s}},%s,%s}' \
        "$list_resources" \
        '"allow_symlinks":false,"hash_type":"sha256","ignore_paths":[],"method":"files"' \
        '"predicateType":"https://model_signing/signature/v1.0"' \
        "\"subject\":[{\"digest\":{\"sha256\":\"$list_root\"},\"name\":\"root\"}]" >"$tap_dir/payload"
    {
        printf 'DSSEv1 28 application/vnd.in-toto+json %d ' "$(wc -c <"$tap_dir/payload")"
        cat "$tap_dir/payload"
    } >"$tap_dir/pae"
    openssl pkeyutl -sign -rawin -inkey "$list_key.key" -in "$tap_dir/pae" -out "$tap_dir/sig"
    printf '{"payloadType":"application/vnd.in-toto+json","payload":"%s","signatures":[{"keyid":"%s","sig":"%s"}]}\n' \
        "$(base64 -w 0 <"$tap_dir/payload")" "$(signet-key show "$list_key.pub")" "$(base64 -w 0 <"$tap_dir/sig")" >"$list_out"
}

# used FILE USAGE: the members of an entry.
used() { printf ',"size":%s,"usage":"%s"' "$(stat -c %s "$1")" "$2"; }

# program NAME TEXT
program() { printf '#!/bin/sh\necho %s\n' "$2" >"$1" && chmod 755 "$1"; }

program bin/app one
program bin/other two
cp /usr/bin/true bin/true
check() { signet-enforce check --insecure-no-state --policy "${policy:-policy}" --root root "$@"; }

# sole ARGUMENT...: the only evidence is that list.
sole()
{
    rm -rf evidence && mkdir evidence
    list "$1" evidence/list.json "${2}" ${3+"$3"} ${4+"$4"} ${5+"$5"}
}

# passes NAME ACTION PATH ENTRY: it does, by that entry.
passes()
{
    check_exit "$1" 0 "out=verified: $3: file, $(stat -c %s "$3") bytes, entry $4 of $here/evidence/list.json, signed by 1 key as rule run of policy acme, version 7, demands: ok" \
        check --action "$2" "$3"
}

# refused NAME ACTION PATH STATUS WORD TEXT
refused()
{
    refused_name=$1 refused_path=$3 refused_text=$6
    check_exit "$1" "$4" "out=REFUSED: $3: $5" check --action "$2" "$3"
    also "$refused_name: the text" "err~$refused_path: $refused_text"
}

# ---- what an entry is good for ----

sole sys "usr/bin/app bin/app $(used bin/app program)" "usr/bin/other bin/other "
passes 'a program to be executed' execute bin/app usr/bin/app
refused 'the same to be loaded' load bin/app 1 wrong-usage 'rule run is to execute or load'
refused 'the same to be opened' open bin/app 4 unknown-digest 'no signature file found'
check_exit 'the same to be verified' 4 'out~REFUSED: bin/app' \
    signet-verify --insecure-no-state --policy policy --root root bin/app
refused 'an entry that says no use' execute bin/other 4 unknown-digest 'no signature file found'
refused 'another file' execute bin/true 4 unknown-digest 'no signature file found'
cp -p bin/app bin/changed && echo >>bin/changed
refused 'the file changed' execute bin/changed 4 unknown-digest 'no signature file found'
cp -p bin/app bin/elsewhere
passes 'the file by another name' execute bin/elsewhere usr/bin/app

# Each use, and what it is good for.
for usage in program interp script lib model data; do
    sole sys "usr/bin/app bin/app $(used bin/app $usage)"
    case $usage in
    program | interp | script) passes "execute: $usage" execute bin/app usr/bin/app ;;
    *) refused "execute: $usage" execute bin/app 1 wrong-usage 'rule run is to execute or load' ;;
    esac
    case $usage in
    lib | interp | script) passes "load: $usage" load bin/app usr/bin/app ;;
    *) refused "load: $usage" load bin/app 1 wrong-usage 'rule run is to execute or load' ;;
    esac
done

# ---- size, and entries of one digest ----

more="usr/bin/other bin/other $(used bin/other program)"
sole sys 'usr/bin/app bin/app ,"size":1,"usage":"program"' "$more"
refused 'another size' execute bin/app 1 unknown-digest "$here/evidence/list.json: the signature is over a bundle of 2 files, not over this file"
sole sys 'usr/bin/app bin/app ,"usage":"program"' "$more"
refused 'no size' execute bin/app 4 unknown-digest 'no signature file found'
sole sys "usr/bin/app bin/app ,\"size\":$(stat -c %s bin/app)" "$more"
refused 'no use' execute bin/app 4 unknown-digest 'no signature file found'
sole sys "a bin/app $(used bin/app lib)" "b bin/app $(used bin/app program)"
passes 'two uses of one file: execute' execute bin/app a
passes 'two uses of one file: load' load bin/app a
sole sys "a bin/app $(used bin/app lib)" 'b bin/app ,"size":1,"usage":"program"'
refused 'two uses, one of another size' execute bin/app 1 wrong-usage 'rule run is to execute or load'
passes 'and the other' load bin/app a
sole sys "a bin/app $(used bin/app lib)" "b bin/app "
refused 'two entries, one without a use' execute bin/app 1 wrong-usage 'rule run is to execute or load'
place=$(printf %s "$here/bin/app" | cut -c2-)
sole sys "a bin/app $(used bin/app program)" "$place bin/app $(used bin/app program)"
passes 'the entry of its path is told' execute bin/app "$place"
sole sys "$place bin/other $(used bin/other program)"
refused 'its name with other bytes' execute bin/app 4 unknown-digest 'no signature file found'

# ---- what is malformed ----

sole sys "usr/bin/app bin/app ,\"size\":$(stat -c %s bin/app),\"usage\":\"tool\""
refused 'an unknown use' execute bin/app 3 unknown-digest "$here/evidence/list.json: OMS predicate: usage of a resource: expected program, interp"
for size in -1 1.5 '"31"' null; do
    sole sys "usr/bin/app bin/app ,\"size\":$size,\"usage\":\"program\""
    refused "size $size" execute bin/app 3 unknown-digest "$here/evidence/list.json: OMS predicate: size of a resource: expected a number of bytes"
done
sole sys "a bin/app $(used bin/app program)" "a bin/app $(used bin/app program)"
refused 'one name twice' execute bin/app 3 unknown-digest "$here/evidence/list.json: OMS predicate: \"a\" is listed twice"

# ---- who signed ----

sole stranger "usr/bin/app bin/app $(used bin/app program)"
refused 'a stranger' execute bin/app 5 unknown-digest "$here/evidence/list.json: no key for SHA256"
sole models "usr/bin/app bin/app $(used bin/app program)"
refused 'another role' execute bin/app 1 unknown-digest 'rule run asks for 1 keys of role system over one statement, found 0'
sole old "usr/bin/app bin/app $(used bin/app program)"
refused 'a retired key' execute bin/app 5 unknown-digest "$here/evidence/list.json: the key $(signet-key show old.pub) does not count now"
sole gone "usr/bin/app bin/app $(used bin/app program)"
refused 'a revoked key' execute bin/app 5 unknown-digest "$here/evidence/list.json: the key $(signet-key show gone.pub) does not count now"
sole sys "usr/bin/app bin/app $(used bin/app program)"
passes 'the role that is asked for' execute bin/app usr/bin/app
list stranger evidence/also.json "usr/bin/app bin/app $(used bin/app program)"
passes 'a stranger besides' execute bin/app usr/bin/app
list sys evidence/also.json "usr/bin/other bin/other $(used bin/other program)"
passes 'another list besides' execute bin/app usr/bin/app
printf '%s' "$(sed 's/"sig":"A/"sig":"B/;t;s/"sig":"./"sig":"A/' evidence/list.json)" >evidence/list.json
refused 'a changed signature' execute bin/app 1 unknown-digest "$here/evidence/list.json: bad signature: it names the given key"

# ---- other rules ----

sole sys "usr/bin/app bin/app $(used bin/app program)"
sign_policy p-names "$(policy '' "$(rules "$any,\"names\":[\"app\",\"usr/bin/app\",\"root\"]" '')")" pol
sign_policy p-version "$(policy '' "$(rules "$any" ',"version":{"minimum":"1.0.0"}')")" pol
sign_policy p-age "$(policy '' "$(rules "$any" ',"max_signature_age":"P4000D"')")" pol
sign_policy p-bundle "$(policy '' "$(rules '"kinds":["bundle"]' '')")" pol
sign_policy p-denied "$(policy ',"revoked":[{"file":"sha256:'"$(sha256sum bin/app | cut -d' ' -f1)"'","reason":"stolen"}]' "$(rules "$any" '')")" pol
sign_policy p-denied-other "$(policy ',"revoked":[{"file":"sha256:'"$(sha256sum bin/other | cut -d' ' -f1)"'","reason":"stolen"}]' "$(rules "$any" '')")" pol
policy=p-names
refused 'an entry is no release of a name' execute bin/app 1 policy-error 'no rule of policy acme'
policy=p-version
refused 'an entry is no release of a version' execute bin/app 1 policy-error 'rule run asks for a signed release'
policy=p-age
refused 'an entry has no time' execute bin/app 1 expired 'rule run asks for a younger signature'
policy=p-bundle
refused 'an entry is a file' execute bin/app 1 policy-error 'no rule of policy acme'
policy=p-denied
refused 'the deny list wins' execute bin/app 1 revoked 'app is on the deny list: stolen'
policy=p-denied-other
passes 'the deny list has another' execute bin/app usr/bin/app
root_of() { jq -r .payload "$1" | base64 -d | jq -r '.subject[0].digest.sha256'; }
sign_policy p-list "$(policy ',"revoked":[{"bundle":"sha256:'"$(root_of evidence/list.json)"'","reason":"withdrawn"}]' "$(rules "$any" '')")" pol
policy=p-list
refused 'a list on the deny list' execute bin/app 1 unknown-digest "$here/evidence/list.json: the list is on the deny list, and vouches for nothing: withdrawn"
list sys evidence/also.json "usr/bin/app bin/app $(used bin/app program)" "usr/bin/other bin/other $(used bin/other program)"
check_exit 'another list has it too' 0 'out~entry usr/bin/app of '"$here/evidence/also.json" check bin/app
policy=policy

# ---- named lists, and several files ----

rm -rf evidence && mkdir evidence
list sys named.json "usr/bin/app bin/app $(used bin/app program)" "usr/bin/other bin/other $(used bin/other program)"
check_exit 'a list by name' 0 'out~entry usr/bin/other of named.json' check -s named.json bin/other
check_exit 'a list by name, without an entry' 1 'out=REFUSED: bin/true: unknown-digest' check -s named.json bin/true
also 'a list by name, without an entry: the text' 'err~not over this file'
check_exit 'a list by name, to be opened' 1 'out~REFUSED: bin/app' check --action open -s named.json bin/app
also 'a list by name, to be opened: the text' 'err~the signature is over a bundle of 2 files, not over this file'
cp named.json evidence/list.json
check_exit 'several files by one list' 0 'out~verified: 3 of 3' check bin/app bin/other bin/elsewhere
check_exit 'one of several is in no list' 4 'out~verified: bin/other: file' check bin/app bin/true bin/other
also 'and it is told which' 'out~REFUSED: bin/true: unknown-digest'
check_exit 'the report names the entry' 0 'out~"entry":"usr/bin/app"' check --json bin/app
check_exit 'and none elsewhere' 4 'out~"signatures":[]' check --json bin/true

# By BLAKE2b, as signet-sign writes it.
rm -rf evidence && mkdir evidence model && cp -p bin/app bin/true model/ && echo w >model/w
signet-sign -q -k sys.key --hash blake2b -o evidence/list.json model
passes 'by another digest' execute bin/true true
passes 'by another digest, a script' execute bin/app app
refused 'by another digest, to be opened' open bin/true 4 unknown-digest 'no signature file found'
signet-sign -q -k sys.key --hash blake2b -o evidence/list.json --force --shard-size 8 model
refused 'pieces have no use' execute bin/true 4 unknown-digest 'no signature file found'
