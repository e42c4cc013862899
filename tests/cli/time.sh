#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Trusted times: signet-sign --time says when a signature was there, and signet-verify lets that
# rescue keys of the past. Notes of other times are made by openssl, which also checks ours.
# shellcheck source=tests/common/tap.sh
. "${0%/*}/../common/tap.sh"
# shellcheck source=tests/common/trust.sh
. "$SIGNET_SOURCE/tests/common/trust.sh"
plan 156

for name in r pol a b t u x; do
    signet-key generate -q --no-passphrase -o $name >/dev/null
done
now=$(date +%s)
valid='"issued":"2026-01-01T00:00:00Z","expires":"2199-01-01T00:00:00Z"'
dash='—'

# instant SECONDS: as roots write it.
instant() { date -u -d "@$1" +%Y-%m-%dT%H:%M:%SZ; }

# pae FILE: the bytes that its signatures are over (DSSE v1.0.2, protocol.md).
pae()
{
    jq -r '(.dsseEnvelope // .).payload' "$1" | base64 -d >../payload
    pae_type=$(jq -r '(.dsseEnvelope // .).payloadType' "$1")
    printf 'DSSEv1 %d %s %d ' ${#pae_type} "$pae_type" "$(wc -c <../payload)"
    cat ../payload
}

# raw PUB: the 32 bytes of an Ed25519 key.
raw() { openssl pkey -pubin -in "$1" -outform DER | tail -c 32; }

# subject FILE PUB [INDEX]: what stands for a signature of FILE, by the key PUB, in a note.
subject()
{
    {
        raw "$2"
        pae "$1" | openssl dgst -sha256 -binary
        jq -r "(.dsseEnvelope // .).signatures[${3:-0}].sig" "$1" | base64 -d
    } | openssl dgst -sha256 -binary | base64
}

# key_id NAME PUB: in hex.
key_id()
{
    { printf '%s\n\004' "$1" && raw "$2"; } | openssl dgst -sha256 -binary | head -c 4 | xxd -p
}

# cosign KEY SECONDS FILE PUB: a note by KEY about the signature of FILE by the key PUB.
cosign()
{
    printf 'signet-time/1\n%s\n' "$(subject "$3" "$4")" >../text
    { printf 'cosignature/v1\ntime %d\n' "$2" && cat ../text; } >../message
    openssl pkeyutl -sign -rawin -inkey "$1.key" -in ../message -out ../sig
    cat ../text
    printf '\n%s %s %s\n' "$dash" "$1.example" \
        "$({ printf '%s%016x' "$(key_id "$1.example" "$1.pub")" "$2" | xxd -r -p && cat ../sig; } |
            base64 -w 0)"
}

time_key() { key "$1" | sed "s/\"status\":\"active\"/${2:-&}/; s/}\$/,\"uses\":[\"time\"]}/"; }

# make_root FILE [A [T [THRESHOLD]]]: a root in which the status of the release key a is A, the
# status of the time key t is T, and THRESHOLD time keys must speak.
make_root()
{
    sign_root "$1" "{\"schema\":\"signet-root/1\",\"version\":1,$valid,\"keys\":{$(key r),$(key pol),
$(key a | sed "s/\"status\":\"active\"/${2:-&}/"),$(key b),$(time_key t "${3:-}"),$(time_key u)},
\"roles\":{$(role root 1 r),$(role policy 1 pol),$(role release 1 a b),$(role time "${4:-1}" t u)}}" r
}

sign_policy policy "{\"schema\":\"signet-policy/1\",\"name\":\"p\",\"version\":1,$valid,\"rules\":[
{\"id\":\"files\",\"actions\":[\"verify\"],\"match\":{\"kinds\":[\"file\"]},
 \"signed_by\":[{\"role\":\"release\",\"threshold\":1}]}]}" pol
echo hello >app
signet-sign -q -k a.key app
echo other >other
signet-sign -q -k a.key other
then=$((now - 1000))
retired="\"status\":\"retired\",\"retired_at\":\"$(instant $then)\""
revoked="\"status\":\"revoked\",\"revoked_at\":\"$(instant $then)\""
ended="\"status\":\"active\",\"not_after\":\"$(instant $then)\""

# by_policy ROOT ARGUMENT...
by_policy()
{
    by_root=$1
    shift
    signet-verify --insecure-no-state --policy policy --root "$by_root" "$@"
}

# dated NAME STATUS ROOT NOTE...: app with what these calls of cosign make beside its signature.
dated()
{
    dated_name=$1 dated_status=$2 dated_root=$3
    shift 3
    : >app.sigstore.json.time
    for dated_note in "$@"; do
        # shellcheck disable=SC2086 # a list of arguments
        cosign $dated_note app.sigstore.json a.pub >>app.sigstore.json.time
    done
    if [ "$dated_status" -eq 0 ]; then
        check_exit "$dated_name" 0 'out~verified: app' by_policy "$dated_root" app
    else
        check_exit "$dated_name" "$dated_status" out~REFUSED by_policy "$dated_root" app
        also "$dated_name: the text" 'err~does not count now, and no trusted time says that it signed'
    fi
}

# ---- what a time rescues ----

make_root active
make_root retired "$retired"
make_root revoked "$revoked"
make_root ended "$ended"
check_exit 'an active key needs no time' 0 out~verified by_policy active app
for root in retired revoked ended; do
    rm -f app.sigstore.json.time
    check_exit "$root, and no note" 5 out~REFUSED by_policy $root app
    also "$root, and no note: the text" 'err~does not count now'
    also "$root, and no note: the next step" 'err~have it signed by a key that counts, or dated'
    dated "$root, signed before" 0 $root "t $((then - 1))"
    dated "$root, signed after" 5 $root "t $((then + 1))"
    dated "$root, by a key that is not trusted for the time" 5 $root "x $((then - 1))"
    dated "$root, by a release key" 5 $root "b $((then - 1))"
    dated "$root, by itself" 5 $root "a $((then - 1))"
done
dated 'retired then' 5 retired "t $then"
dated 'revoked then' 5 revoked "t $then"
dated 'at the last second of its time' 0 ended "t $then"
dated 'the first of two times' 0 retired "t $((then + 1))" "t $((then - 1))"
dated 'the first of two keys' 0 retired "t $((then + 1))" "u $((then - 1))"
dated 'one that counts among others' 0 retired "x $((then - 5))" "u $((then - 1))" "b $then"

# ---- of which signature ----

cosign t $((then - 1)) other.sigstore.json a.pub >app.sigstore.json.time
check_exit 'a note about another signature of the key' 5 out~REFUSED by_policy retired app
cosign t $((then - 1)) app.sigstore.json b.pub >app.sigstore.json.time
check_exit 'a note about it as the signature of another key' 5 out~REFUSED by_policy retired app
cosign t $((then - 1)) app.sigstore.json a.pub >app.sigstore.json.time
check_exit 'a note about it' 0 out~verified by_policy retired app
sed 's/hello/HELLO/' app >changed && cp app.sigstore.json changed.sigstore.json
cp app.sigstore.json.time changed.sigstore.json.time
check_exit 'which says nothing of other content' 1 out~REFUSED by_policy retired changed
also 'other content: the text' 'err~content differs'
signet-sign -q -k a.key --format dsse app
check_exit 'the same signature in another format' 0 out~verified \
    sh -c 'cp app.sigstore.json.time app.dsse.json.time &&
    signet-verify --insecure-no-state --policy policy --root retired -s app.dsse.json app'
rm app.dsse.json app.dsse.json.time

# ---- whose word counts ----

make_root two "$retired" '' 2
dated 'one of two' 5 two "t $((then - 1))"
dated 'one of two, twice' 5 two "t $((then - 1))" "t $((then - 2))"
dated 'two of two' 0 two "t $((then - 1))" "u $((then - 2))"
dated 'two of two, one of them after' 5 two "t $((then - 1))" "u $((then + 1))"
make_root late "$retired" "\"status\":\"retired\",\"retired_at\":\"$(instant "$now")\""
dated 'by a time key that is retired now' 5 late "t $((then - 1))"
dated 'by one that is not' 0 late "u $((then - 1))"
make_root gone "$retired" "\"status\":\"revoked\",\"revoked_at\":\"$(instant "$now")\""
dated 'by a time key that is revoked now' 5 gone "t $((then - 1))"
make_root short "$retired" "\"status\":\"active\",\"not_after\":\"$(instant $((then - 10)))\""
dated 'by a time key in its time' 0 short "t $((then - 10))"
dated 'by a time key after its time' 5 short "t $((then - 9))"
make_root soon "\"status\":\"retired\",\"retired_at\":\"$(instant $((now + 90000)))\""
dated 'a little ahead of now' 0 soon "t $((now + 200))"
dated 'far ahead of now' 5 soon "t $((now + 40000))"
sign_root none "{\"schema\":\"signet-root/1\",\"version\":1,$valid,\"keys\":{$(key r),$(key pol),
$(key a | sed "s/\"status\":\"active\"/$retired/"),$(key b),$(time_key t)},
\"roles\":{$(role root 1 r),$(role policy 1 pol),$(role release 1 a b)}}" r
dated 'of a root without the role' 5 none "t $((then - 1))"

# ---- what a time does not do ----

cosign t $((then - 1)) app.sigstore.json a.pub >app.sigstore.json.time
check_exit 'with a key alone nobody asks for the time' 0 "out=verified: app: file, 6 bytes, signed by \
$(signet-key show a.pub --as fingerprint)" signet-verify -k a.pub app
echo broken >app.sigstore.json.time
check_exit 'notes that are none rescue nothing' 5 out~REFUSED by_policy retired app
also 'which is said' 'err~app.sigstore.json.time counts for nothing: expected "signet-time/1", found'
check_exit 'and spoil nothing' 0 out~verified by_policy active app
also 'which is said too' 'err~app.sigstore.json.time counts for nothing'
cosign t $((then - 1)) app.sigstore.json a.pub >../notes
rm app.sigstore.json.time && ln -s ../../notes app.sigstore.json.time
check_exit 'a link beside it is not followed' 5 out~REFUSED by_policy retired app
also 'which is said of a link' 'err~a link stands'
rm app.sigstore.json.time
head -c 1100000 /dev/zero >app.sigstore.json.time
check_exit 'nor is more than a megabyte read' 5 out~REFUSED by_policy retired app
rm app.sigstore.json.time
cp app.sigstore.json other.a.sigstore.json
signet-sign -q -k b.key -o other.b.sigstore.json other
check_exit 'a key of the past refuses nothing' 0 out~verified by_policy retired \
    -s other.a.sigstore.json -s other.b.sigstore.json other
cosign t $((then - 1)) other.a.sigstore.json a.pub >other.a.sigstore.json.time
check_exit 'unless a time says that it signed while it counted' 1 out~REFUSED by_policy retired \
    -s other.a.sigstore.json -s other.b.sigstore.json other
rm other.*

# ---- reports ----

cosign t $((then - 1)) app.sigstore.json a.pub >app.sigstore.json.time
check_exit 'the report' 0 'out~signet-report/1' by_policy retired --json app
is 'when it was signed' "$(jq -r '.artifacts[0].signatures[0].signed_at' "$tap_out")" \
    "$(instant $((then - 1)))"
is 'it is trusted' "$(jq -c '.artifacts[0].signatures[0]|[.valid,.trusted]' "$tap_out")" '[true,true]'
check_exit 'the details' 0 out~verified by_policy retired -v app
also 'when' "err~it was there at $(instant $((then - 1))), by a trusted time"
cosign t $((then + 1)) app.sigstore.json a.pub >app.sigstore.json.time
check_exit 'the report of one that is too late' 5 'out~signet-report/1' by_policy retired --json app
is 'when that was signed' "$(jq -r '.artifacts[0].signatures[0].signed_at' "$tap_out")" \
    "$(instant $((then + 1)))"
is 'it is not trusted' "$(jq -c '.artifacts[0].signatures[0]|[.valid,.trusted]' "$tap_out")" \
    '[true,false]'

# ---- the clock ----

# with_state ARGUMENT...
with_state() { signet-verify --state ../state --policy policy "$@"; }
seen() { jq -r '.roots[].time // "none"' ../state; }

rm app.sigstore.json.time
check_exit 'without a time' 0 out~verified with_state --root active app
is 'none is remembered' "$(seen)" none
cosign x $((then - 1)) app.sigstore.json a.pub >app.sigstore.json.time
check_exit 'a time of somebody' 0 out~verified with_state --root active app
is 'is not remembered' "$(seen)" none
cosign t $((then - 1)) app.sigstore.json a.pub >app.sigstore.json.time
cp app.sigstore.json.time ../note
check_exit 'content that differs' 1 out~REFUSED with_state --root active changed
is 'leaves no time' "$(seen)" none
check_exit 'a trusted time of what passes' 0 out~verified with_state --root active app
is 'is remembered' "$(seen)" "$(instant $((then - 1)))"
cosign t $((then - 500)) app.sigstore.json a.pub >app.sigstore.json.time
check_exit 'an older one' 0 out~verified with_state --root active app
is 'changes nothing' "$(seen)" "$(instant $((then - 1)))"
cosign t $((now + 250)) app.sigstore.json a.pub >app.sigstore.json.time
check_exit 'one ahead of now' 0 out~verified with_state --root active app
is 'does not move the clock' "$(test "$(date -d "$(seen)" +%s)" -le "$(date +%s)" && echo yes)" yes
jq -c '.roots[].time = "2199-06-01T00:00:00Z"' ../state >../s && cat ../s >../state
check_exit 'now is never before what was seen' 6 out= with_state --root active app
also 'never before: the text' 'err~active: '
check_exit 'without a state it is the clock' 0 out~verified by_policy active app

# ---- signet-sign --time ----

# stamp ARGUMENT...: by the time key t.
stamp() { signet-sign -k t.key "$@"; }

rm app.sigstore.json.time
check_exit 'a note' 0 \
    'out=app.sigstore.json.time: says when 1 signature of app.sigstore.json was there' \
    stamp --time app.sigstore.json a.pub
also 'nothing else is said' err=
is 'its subject is that of openssl' "$(sed -n 2p app.sigstore.json.time)" \
    "$(subject app.sigstore.json a.pub)"
line=$(sed -n 4p app.sigstore.json.time)
name=$(printf %s "$line" | cut -d' ' -f2)
is 'its name' "$name" "$(signet-key show t.pub --as fingerprint | tr +/ -_)"
printf %s "$line" | cut -d' ' -f3 | base64 -d >../blob
is 'its key id' "$(head -c 4 ../blob | xxd -p)" "$(key_id "$name" t.pub)"
stamped=$((0x$(head -c 12 ../blob | tail -c 8 | xxd -p)))
is 'its time is now' "$(test $stamped -ge "$now" && test $stamped -le "$(date +%s)" && echo yes)" yes
{ printf 'cosignature/v1\ntime %d\n' $stamped && head -n 2 app.sigstore.json.time; } >../message
tail -c 64 ../blob >../sig
is 'openssl accepts it' "$(openssl pkeyutl -verify -pubin -inkey t.pub -rawin -in ../message \
    -sigfile ../sig 2>&1)" 'Signature Verified Successfully'
make_root later "\"status\":\"retired\",\"retired_at\":\"$(instant $((now + 90000)))\""
check_exit 'signet-verify takes it' 0 out~verified by_policy later app
cp app.sigstore.json.time ../first
check_exit 'the same key again' 3 out= stamp --time app.sigstore.json a.pub
also 'the same key again: the text' 'err~has not cosigned yet, found none'
check_exit 'another key' 0 out~says signet-sign -k u.key --time app.sigstore.json a.pub
head -c "$(wc -c <../first)" app.sigstore.json.time >../kept
same_bytes 'what was there stays' ../kept ../first
is 'its note is behind it' "$(grep -c '^signet-time/1$' app.sigstore.json.time)" 2
make_root both "\"status\":\"retired\",\"retired_at\":\"$(instant $((now + 90000)))\"" '' 2
check_exit 'signet-verify takes both' 0 out~verified by_policy both app
check_exit 'other notes than are there' 0 out~says stamp --force --time app.sigstore.json a.pub
is 'are the only ones' "$(grep -c '^signet-time/1$' app.sigstore.json.time)" 1
SOURCE_DATE_EPOCH=1000000000 signet-sign -q -k t.key --force --time app.sigstore.json a.pub
blob=$(sed -n 4p app.sigstore.json.time | cut -d' ' -f3 | base64 -d | head -c 12 | tail -c 8 | xxd -p)
is 'SOURCE_DATE_EPOCH does not move the time' "$(test $((0x$blob)) -ge "$now" && echo yes)" yes
check_exit 'to standard output' 0 'out~signet-time/1' stamp --time app.sigstore.json -o - a.pub
is 'that alone is printed' "$(wc -l <"$tap_out")" 4
check_exit 'elsewhere' 0 'out~../elsewhere: says' stamp --time app.sigstore.json -o ../elsewhere a.pub
check_exit 'what would be signed' 0 "out=$(head -n 2 app.sigstore.json.time)" \
    signet-sign --dry-run --time app.sigstore.json a.pub
check_exit 'a report' 0 'out~"signed_at":"20' stamp --json --force --time app.sigstore.json a.pub
is 'of what was there' "$(jq -c '.artifacts[0]|[.path,.signatures[0].file,.signatures[0].owner]' \
    "$tap_out")" '["app.sigstore.json","app.sigstore.json.time","a.pub"]'

# Two signatures, of which one key is known.
signet-sign -q -k pol.key --kind policy -o p policy.json
signet-sign -q -k r.key --kind policy --append --force p
check_exit 'one of two signatures' 0 'out=p.time: says when 1 signature of p was there' \
    stamp --time p r.pub
also 'the other is told of' 'err~1 of 2 signatures are by no given key, and get no note'
is 'it is that one' "$(sed -n 2p p.time)" "$(subject p r.pub 1)"
check_exit 'the other too' 0 'out=p.time: says when 2 signatures of p were there' \
    stamp --time p r.pub pol.pub
is 'one note for each' "$(grep -c '^signet-time/1$' p.time)" 2
is 'the second is of the first' "$(sed -n 6p p.time)" "$(subject p pol.pub 0)"

# refused NAME STATUS TEXT ARGUMENT...: of stamp, which prints nothing.
refused()
{
    refused_name=$1 refused_status=$2 refused_text=$3
    shift 3
    check_exit "$refused_name" "$refused_status" out= stamp "$@"
    also "$refused_name: the text" "err~$refused_text"
}
refused 'by another key' 5 'expected a signature by one of the 1 given keys' --time app.sigstore.json b.pub
jq -c '.dsseEnvelope.payload = "e30="' app.sigstore.json >forged
refused 'a signature that does not verify' 1 'expected a signature by one of the 1 given keys' \
    --time forged a.pub
refused 'no key' 2 'expected the public keys of who signed' --time app.sigstore.json
refused 'no signature file' 3 'app: not a signature file' --time app a.pub
refused 'no such file' 3 'nothing: ' --time nothing a.pub
refused 'with another kind of signing' 2 'options --time and --kind exclude each other' --time p --kind policy r.pub
refused 'over the signature file' 3 'is the signature file, which no notes replace' --force \
    --time app.sigstore.json -o app.sigstore.json a.pub
refused 'over the key' 3 'is the key, which no notes replace' --force --time app.sigstore.json \
    -o t.key a.pub
refused 'over a public key' 3 'is a public key, which no notes replace' --force \
    --time app.sigstore.json -o a.pub a.pub
echo broken >app.sigstore.json.time
refused 'beside notes that are none' 3 'the notes that are there: expected' \
    --time app.sigstore.json a.pub
: >app.sigstore.json.time
refused 'beside an empty file' 3 'exists, and holds no notes' --time app.sigstore.json a.pub
check_exit 'two results on standard output' 2 'out~would share it' \
    stamp --json --time app.sigstore.json -o - a.pub
