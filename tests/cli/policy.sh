#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# signet-verify --policy --root: who must have signed is said by a signed policy, and who that is by
# a signed root. Each pass has twins that differ in one thing.
# shellcheck source=tests/common/tap.sh
. "${0%/*}/../common/tap.sh"
# shellcheck source=tests/common/trust.sh
. "$SIGNET_SOURCE/tests/common/trust.sh"
plan 181

for name in r1 r2 pol a b c stranger; do
    signet-key generate -q --no-passphrase -o $name >/dev/null
done

keys="$(key r1),$(key r2),$(key pol),$(key a),$(key b),$(key c)"
roles="$(role root 2 r1 r2),$(role policy 1 pol),$(role release 2 a b),$(role ci 1 c)"
times='"issued":"2026-01-01T00:00:00Z","expires":"2199-01-01T00:00:00Z"'
root="{\"schema\":\"signet-root/1\",\"version\":3,$times,\"keys\":{$keys},\"roles\":{$roles}}"
here=$(pwd -P)
rules='"rules":[
  {"id":"tools","actions":["verify"],"match":{"paths":["'$here'/dist/**"]},
   "signed_by":[{"role":"release","threshold":2}]},
  {"id":"models","actions":["verify"],"match":{"kinds":["bundle"]},
   "signed_by":[{"role":"ci","threshold":1,"formats":["bundle"]}]}]'
policy="{\"schema\":\"signet-policy/1\",\"name\":\"acme\",\"version\":7,$times,$rules}"

sign_root root "$root" r1 r2
sign_policy policy "$policy" pol
mkdir dist srv
echo hello >dist/app
mkdir srv/model
echo weights >srv/model/w
for name in a b; do
    signet-sign -q -k $name.key -o dist/app.$name.sigstore.json dist/app
done
signet-sign -q -k c.key srv/model

# by_policy ARGUMENT...: signet-verify with the root and the policy.
by_policy() { signet-verify --insecure-no-state --policy policy --root root "$@"; }

# refused NAME STATUS TEXT ARGUMENT...: of by_policy.
refused()
{
    refused_name=$1 refused_status=$2 refused_text=$3
    shift 3
    check_exit "$refused_name" "$refused_status" out~REFUSED by_policy "$@"
    also "$refused_name: the text" "err~$refused_text"
}

# not_taken NAME STATUS TEXT ARGUMENT...: of signet-verify, which comes to no verdict.
not_taken()
{
    taken_name=$1 taken_status=$2 taken_text=$3
    shift 3
    check_exit "$taken_name" "$taken_status" out= signet-verify "$@"
    also "$taken_name: the text" "err~$taken_text"
}

# ---- what the rules let pass ----

check_exit 'two of two' 0 \
    'out=verified: dist/app: file, 6 bytes, signed by 2 keys as rule tools of policy acme, version 7, demands' \
    by_policy dist/app
check_exit 'a model' 0 'out~signed by 1 key as rule models of policy acme' by_policy srv/model
check_exit 'how it came about' 0 'out~  holds: signed by role release, 2 of 2 keys' \
    by_policy --explain dist/app
is 'how it came about: the keys' "$(grep -c '^    SHA256:.*judged by the clock$' "$tap_out")" 2
is 'how it came about: the verdict is last' "$(sed -n '$s/:.*//p' "$tap_out")" verified
check_exit 'both' 0 'out~verified: 2 of 2' by_policy dist/app srv/model
check_exit 'by a link to it' 0 out~verified sh -c 'ln -s dist/app link &&
    signet-verify --insecure-no-state --policy policy --root root -s dist/app.a.sigstore.json \
        -s dist/app.b.sigstore.json link'
check_exit 'the report' 0 'err~state: first use' \
    signet-verify --state ../state --policy policy --root root --json dist/app
is 'the rule' "$(jq -r .rule "$tap_out")" tools
is 'the policy' "$(jq -c .policy "$tap_out")" '{"name":"acme","version":7}'
is 'the root' "$(jq -c .root "$tap_out")" '{"version":3}'
is 'the rule of the artifact' "$(jq -r '.artifacts[0].rule' "$tap_out")" tools
is 'nothing insecure' "$(jq -c .insecure "$tap_out")" '[]'

# ---- the artifact ----

refused 'one of two' 1 'rule tools asks for 2 keys of role release over one statement, found 1' \
    -s dist/app.a.sigstore.json dist/app
refused 'one of two, twice' 1 'found 1' \
    -s dist/app.a.sigstore.json -s dist/app.a.sigstore.json dist/app
signet-sign -q -k c.key -o dist/app.c.json dist/app
refused 'a key of another role' 1 'found 1' \
    -s dist/app.a.sigstore.json -s dist/app.c.json dist/app
signet-sign -q -k stranger.key -o dist/app.s.json dist/app
refused 'a key outside the root' 1 'found 1' \
    -s dist/app.a.sigstore.json -s dist/app.s.json dist/app
refused 'nobody of the root' 5 'SHA256' -s dist/app.s.json dist/app
signet-sign -q -k b.key --format dsse -o dist/app.b.dsse dist/app
check_exit 'two formats of one statement' 0 out~verified \
    by_policy -s dist/app.a.sigstore.json -s dist/app.b.dsse dist/app
printf '{"a": 1}' >dist/doc
signet-sign -q -k a.key -o dist/doc.a.json dist/doc
signet-sign -q -k b.key --canonical -o dist/doc.b.json dist/doc
refused 'two of two, over different statements' 1 'over one statement, found 1' \
    -s dist/doc.a.json -s dist/doc.b.json dist/doc
signet-sign -q -k b.key --force -o dist/doc.b.json dist/doc
check_exit 'two of two, over the same' 0 out~verified \
    by_policy -s dist/doc.a.json -s dist/doc.b.json dist/doc
cp dist/app dist/app.*.sigstore.json .
refused 'the same elsewhere' 1 'no rule of policy acme is for this' app
mkdir other && cp dist/app other/ && mkdir other/dist && cp dist/app* other/dist/
refused 'a path that ends like it' 1 'no rule of policy acme is for this' other/dist/app
ln -s ../other/dist/app dist/linked
refused 'a link that stands where the rule is for' 1 'no rule of policy acme is for this' \
    -s dist/app.a.sigstore.json -s dist/app.b.sigstore.json dist/linked
mkdir nothing && echo x >dist/plain
refused 'no signature' 4 'no signature file found' dist/plain
cp -r srv/model srv/changed && cp srv/model.sig srv/changed.sig && echo y >>srv/changed/w
refused 'a changed model' 1 'content differs' srv/changed
signet-sign -q -k c.key --format dsse -o model.dsse srv/model
refused 'a format that the rule does not take' 1 'asks for 1 key' -s model.dsse srv/model
signet-sign -q -k a.key -o model.a srv/model
refused 'a role that the rule does not ask for' 1 'found 0' -s model.a srv/model
refused 'a part' 1 'asks for the whole' --only w srv/model

# ---- what an archive can be ----

tar -cf two.tar -C srv model
for name in a b; do
    signet-sign -q -k $name.key -o two.$name.json two.tar
done
signet-sign -q -k c.key --contents -o two.c.json two.tar
signet-sign -q -k c.key -o two.f.json two.tar
archive_rules='"rules":[
  {"id":"bundles","actions":["verify"],"match":{"kinds":["bundle"]},
   "signed_by":[{"role":"release","threshold":1}]},
  {"id":"files","actions":["verify"],"match":{"kinds":["file"]},
   "signed_by":[{"role":"ci","threshold":1}]}]'
archives="{\"schema\":\"signet-policy/1\",\"name\":\"archives\",\"version\":1,$times,$archive_rules}"

# as_archive NAME STATUS OUT POLICY SIG...: two.tar by that policy and these signature files.
as_archive()
{
    sign_policy p "$4" pol
    archive_name=$1 archive_status=$2 archive_out=$3
    shift 4
    for archive_sig in "$@"; do
        set -- "$@" -s "$archive_sig"
        shift
    done
    check_exit "$archive_name" "$archive_status" "out~$archive_out" \
        signet-verify --insecure-no-state --policy p --root root "$@" two.tar
}
as_archive 'as its bytes' 0 'two.tar: file,' "$archives" two.f.json
as_archive 'its contents by another role' 1 REFUSED "$archives" two.c.json
as_archive 'its bytes by another role' 1 REFUSED "$archives" two.a.json
as_archive 'both by the role of the other' 1 REFUSED "$archives" two.a.json two.c.json
as_archive 'both by the role of the other, turned round' 1 REFUSED "$archives" two.c.json two.a.json
as_archive 'as what it is let pass' 0 'two.tar: file,' "$archives" two.f.json two.c.json
as_archive 'as what it is let pass, turned round' 0 'two.tar: file,' "$archives" two.c.json two.f.json
denied_tar='"revoked":[{"file":"sha256:'$(sha256sum two.tar | cut -d' ' -f1)'","reason":"stolen"}]'
denied_entry='"revoked":[{"file":"sha256:'$(sha256sum srv/model/w | cut -d' ' -f1)'","reason":"bad"}]'
any_rules='"rules":[{"id":"any","actions":["verify"],"match":{"kinds":["file","bundle"]},
   "signed_by":[{"role":"ci","threshold":1}]}]'
any="\"schema\":\"signet-policy/1\",\"name\":\"any\",\"version\":1,$times,$any_rules"
for denied in "$denied_tar" "$denied_entry"; do
    as_archive 'denied: its contents' 1 REFUSED "{$any,$denied}" two.c.json
    as_archive 'denied: bytes and contents' 1 REFUSED "{$any,$denied}" two.f.json two.c.json
    as_archive 'denied: contents and bytes' 1 REFUSED "{$any,$denied}" two.c.json two.f.json
done
# in_folder NAME STATUS KIND DIGEST: a folder, with that on the deny list.
in_folder()
{
    sign_policy p "{$any,\"revoked\":[{\"$3\":\"sha256:$4\",\"reason\":\"bad\"}]}" pol
    check_exit "$1" "$2" "$([ "$2" = 0 ] && echo out~verified || echo out~REFUSED)" \
        signet-verify --insecure-no-state --policy p --root root srv/model
}
for digest in root bundle; do
    of_folder=$(signet-canon --manifest srv/model | sed -n "s/^$digest  //p")
    in_folder "denied: a folder by its $digest" 1 bundle "$of_folder"
    also "denied: a folder by its $digest: the text" 'err~model is on the deny list: bad'
    in_folder "denied: a file of that $digest" 0 file "$of_folder"
done
as_archive 'denied: its bytes' 1 REFUSED "{$any,$denied_tar}" two.f.json
as_archive 'nothing denied: its contents' 0 'two.tar: bundle of 1 file' "{$any}" two.c.json
mkdir -p srv/git/.git && echo x >srv/git/w && echo hook >srv/git/.git/hook
signet-sign -q -k c.key srv/git
sign_policy p "{$any}" pol
check_exit 'a folder with git names' 0 out~verified \
    signet-verify --insecure-no-state --policy p --root root srv/git
sign_policy p "{$any,$denied_tar}" pol
check_exit 'a folder with git names, and a deny list' 1 out~REFUSED \
    signet-verify --insecure-no-state --policy p --root root srv/git
also 'a folder with git names: the text' 'err~of which names are left out'

# What is signed inside holds however the document is laid out, and its form is what is denied.
embedding=$(key a | sed 's/}$/,"uses":["jsf"]}/')
sign_root root.jsf "{\"schema\":\"signet-root/1\",\"version\":3,$times,\"keys\":{$(key r1),$(key pol),$embedding},
  \"roles\":{$(role root 1 r1),$(role policy 1 pol),$(role release 1 a)}}" r1
echo '{"bomFormat":"CycloneDX","specVersion":"1.6","version":1,"components":[]}' >plain.json
signet-sign -q -k a.key --format jsf -o bom.json plain.json
sed 's/{/{ /' bom.json >spaced.json
of_bom="${any%%\"rules\"*}"'"rules":[{"id":"bom","actions":["verify"],"match":{"kinds":["file"]},
  "signed_by":[{"role":"release","threshold":1}]}]'

# of_form NAME STATUS FILE DENIED: FILE by its signature inside, with that SHA-256 on the deny list.
of_form()
{
    sign_policy p "{$of_bom,\"revoked\":[{\"file\":\"sha256:$4\",\"reason\":\"stolen\"}]}" pol
    check_exit "$1" "$2" "$([ "$2" = 0 ] && echo out~verified || echo out~REFUSED)" \
        signet-verify --insecure-no-state --policy p --root root.jsf "$3"
}
for laid_out in bom spaced; do
    of_form "signed inside, $laid_out: its form is denied" 1 $laid_out.json "$(signet-canon --digest bom.json)"
    also "signed inside, $laid_out: the text" 'err~json is on the deny list: stolen'
    of_form "signed inside, $laid_out: another form is denied" 0 $laid_out.json \
        "$(signet-canon --digest plain.json)"
done
of_form 'signed inside: its bytes are denied' 1 bom.json "$(sha256sum bom.json | cut -d' ' -f1)"

# ---- the policy ----

# with_policy NAME STATUS TEXT POLICY KEY: another policy, which is not taken.
with_policy()
{
    sign_policy p "$4" "$5"
    not_taken "$1" "$2" "$3" --insecure-no-state --policy p --root root dist/app
}
with_policy 'signed by another role' 5 \
    'p: expected the signatures of 1 keys of the role policy, found 0' "$policy" c
with_policy 'signed by a stranger' 5 'found 0' "$policy" stranger
with_policy 'expired' 6 'p: policy acme expired at 2026-02-01T00:00:00Z' \
    "$(printf %s "$policy" | sed 's/2199-01-01/2026-02-01/')" pol
# A time that is given: what has expired passes, and leaves no trace.
at() { signet-verify --state ../then --policy p --root root --insecure-verify-time "$@"; }
check_exit 'at a time before that' 0 'err~what expired since then, or was not valid yet, passes' \
    at 2026-01-31T23:59:59Z dist/app
is 'at a time before that: no trace' "$(ls ../then 2>/dev/null)" ''
check_exit 'at that time' 6 'err~policy acme expired at 2026-02-01T00:00:00Z' \
    at 2026-02-01T00:00:00Z dist/app
check_exit 'at a time: the report' 0 'out~"now":"2026-01-31T00:00:00Z"' at 2026-01-31T00:00:00Z --json dist/app
is 'at a time: it is named' "$(jq -c .insecure "$tap_out")" '["--insecure-verify-time"]'
check_exit 'no time' 2 'err~expected a time such as' at P1D dist/app
check_exit 'a time, and no policy' 2 'err~is for --policy' \
    signet-verify -k a.pub --insecure-verify-time 2026-01-31T00:00:00Z dist/app
check_exit 'without a time' 6 'err~policy acme expired' \
    signet-verify --state ../then --policy p --root root dist/app
with_policy 'for a later root' 6 'expects version 4 of the root or a later one, found version 3' \
    "$(printf %s "$policy" | sed 's/"rules"/"root":{"min_version":4},"rules"/')" pol
with_policy 'an unknown member' 3 'p: /rules/0/comment: expected no member of this name' \
    "$(printf %s "$policy" | sed 's/"id":"tools",/&"comment":"x",/')" pol
sign_policy p "$(printf %s "$policy" | sed 's/"id":"tools",/&"version":{"monotonic":false},/')" pol
check_exit 'a version, whatever it is' 1 out~REFUSED \
    signet-verify --insecure-no-state --policy p --root root dist/app
with_policy 'without signers' 3 '/rules/0/signed_by: expected an array of at least one element' \
    "$(printf %s "$policy" | sed 's/\[{"role":"release","threshold":2}\]/[]/')" pol
sign_policy p "$(printf %s "$policy" | sed 's/"rules"/"root":{"min_version":3},"rules"/')" pol
check_exit 'for this root' 0 out~verified signet-verify --insecure-no-state --policy p --root root dist/app
sign_policy p "$(printf %s "$policy" | sed 's/"match":{"paths"/"match":{"formats":["gguf"],"paths"/')" pol
check_exit 'a rule for models only' 1 out~REFUSED \
    signet-verify --insecure-no-state --policy p --root root dist/app
also 'a rule for models only: the text' 'err~no rule of policy acme is for this'
sign_policy p "$(printf %s "$policy" | sed 's/"role":"ci"/"role":"lab"/')" pol
check_exit 'a role that the root lacks' 1 out~REFUSED signet-verify --insecure-no-state --policy p --root root srv/model
also 'a role that the root lacks: the text' 'err~asks for role lab, which the root does not have'
digest=$(sha256sum dist/app | cut -d' ' -f1)
deny='"revoked":[{"file":"sha256:'$digest'","reason":"stolen"}]'
sign_policy p "${policy%\}},$deny}" pol
check_exit 'on the deny list' 1 out~REFUSED signet-verify --insecure-no-state --policy p --root root dist/app
also 'on the deny list: the text' 'err~app is on the deny list: stolen'
check_exit 'another is not' 0 out~verified signet-verify --insecure-no-state --policy p --root root srv/model
digest=$(sha256sum srv/model/w | cut -d' ' -f1)
deny='"revoked":[{"file":"sha256:'$digest'","reason":"bad weights"}]'
sign_policy p "${policy%\}},$deny}" pol
check_exit 'a file of a model on the deny list' 1 out~REFUSED \
    signet-verify --insecure-no-state --policy p --root root srv/model
also 'a file of a model: the text' 'err~w is on the deny list: bad weights'
printf '%s' "$policy" >bare
not_taken 'nobody signed it' 3 'bare: no known signature format' --insecure-no-state \
    --policy bare --root root dist/app
check_exit 'nobody signed it, and nobody need' 0 out~verified \
    signet-verify --insecure-no-state --insecure-unsigned-policy --policy bare --root root dist/app
also 'it is said' 'err~--insecure-unsigned-policy: whoever wrote the policy decides what passes'
check_exit 'it is reported' 0 'out~"insecure":["--insecure-unsigned-policy' \
    signet-verify --insecure-no-state --json --insecure-unsigned-policy --policy bare --root root dist/app
not_taken 'a root for a policy' 3 'payload type' --insecure-no-state --policy root --root root dist/app

# ---- the root ----

# with_root NAME STATUS TEXT ROOT KEY...: another root, which is not taken.
with_root()
{
    root_name=$1 root_status=$2 root_text=$3
    shift 3
    sign_root r "$@"
    not_taken "$root_name" "$root_status" "$root_text" --insecure-no-state --policy policy --root r dist/app
}
with_root 'one of two' 1 'r: ' "$root" r1
with_root 'by others' 5 'r: ' "$root" a b
with_root 'expired' 6 'r: ' "$(printf %s "$root" | sed 's/2199-01-01/2026-02-01/')" r1 r2
with_root 'not what its schema has' 3 'r: ' "$(printf %s "$root" | sed 's/"version":3/"version":0/')" \
    r1 r2
sign_root r "$(printf %s "$root" | sed "s/\"owner\":\"b\",\"status\":\"active\"/\"owner\":\"b\",\
\"status\":\"revoked\",\"revoked_at\":\"2026-03-01T00:00:00Z\"/")" r1 r2
check_exit 'a revoked key' 1 out~REFUSED signet-verify --insecure-no-state --policy policy --root r dist/app
also 'a revoked key: the text' 'err~found 1'
sign_root r "$(printf %s "$root" | sed "s/\"owner\":\"pol\",\"status\":\"active\"/\"owner\":\"pol\",\
\"status\":\"retired\",\"retired_at\":\"2026-03-01T00:00:00Z\"/")" r1 r2
not_taken 'a retired key of the policy' 5 'policy: expected the signatures of 1 keys' \
    --insecure-no-state --policy policy --root r dist/app

# ---- what was seen before ----

# with_state ARGUMENT...: signet-verify with a state.
with_state() { signet-verify --state ../seen --root root "$@"; }

older=$(printf %s "$policy" | sed 's/"version":7/"version":6/')
newer=$(printf %s "$policy" | sed 's/"version":7/"version":8/')
sign_policy p6 "$older" pol
sign_policy p7 "$policy " pol
sign_policy p8 "$newer" pol
sign_policy required "$(printf %s "$policy" | sed 's/"rules"/"state":"required","rules"/')" pol
check_exit 'the first use' 0 out~verified with_state --policy policy dist/app
also 'the first use is said' 'err~../seen: first use'
is 'it is for its owner alone' "$(stat -c %a ../seen)" 600
check_exit 'the second use' 0 out~verified with_state --policy policy dist/app
also 'the second use: nothing is said' err=
cp ../seen ../seen.7
check_exit 'an older policy' 6 out= with_state --policy p6 dist/app
check_exit 'the same version of other bytes' 6 out= with_state --policy p7 dist/app
same_bytes 'nothing is remembered of them' ../seen ../seen.7
check_exit 'a newer one' 0 out~verified with_state --policy p8 dist/app
check_exit 'then the former no more' 6 out= with_state --policy policy dist/app
check_exit 'unless nobody remembers' 0 out~verified by_policy dist/app
also 'which is said' 'err~--insecure-no-state'
sign_policy p99 "$(printf %s "$policy" | sed 's/"version":7/"version":99/')" pol
check_exit 'a newer one that nobody signed' 0 out~verified \
    with_state --insecure-unsigned-policy --policy p99.json dist/app
check_exit 'is forgotten' 0 out~verified with_state --policy p8 dist/app
mv ../seen ../seen.8
check_exit 'a policy that demands a state, on its first use' 1 out= with_state --policy required \
    dist/app
also 'on its first use: the text' 'err~demands a state'
is 'nothing was made' "$(ls ../seen 2>&1)" "ls: cannot access '../seen': No such file or directory"
check_exit 'a policy that demands a state, without one' 1 out= \
    signet-verify --insecure-no-state --policy required --root root dist/app
cp ../seen.7 ../seen
sign_policy required "$(printf %s "$newer" | sed 's/"rules"/"state":"required","rules"/')" pol
check_exit 'a policy that demands a state, with one' 0 out~verified with_state --policy required \
    dist/app
for state_text in '' '{' '{"schema":"signet-state/2"}' '[]'; do
    printf '%s' "$state_text" >../seen
    check_exit "a state that is none: '$state_text'" 3 out= with_state --policy policy dist/app
    is "a state that is none: '$state_text': it stays" "$(cat ../seen)" "$state_text"
done
rm ../seen
ln -s "$(pwd)/../seen.7" ../seen
check_exit 'a state that is a link' 3 out= with_state --policy policy dist/app
rm ../seen
check_exit 'a folder that is not there' 3 out= \
    signet-verify --state none/seen --policy policy --root root dist/app

# ---- a release that was signed again ----

sign_policy p "{\"schema\":\"signet-policy/1\",\"name\":\"again\",\"version\":1,$times,\"rules\":[
  {\"id\":\"app\",\"actions\":[\"verify\"],\"match\":{\"names\":[\"app\"]},\"version\":{\"monotonic\":true},
   \"signed_by\":[{\"role\":\"release\",\"threshold\":1}]}]}" pol
release a one.json dist/app app@1.4.0
release a two.json dist/app app@1.4.0 '"size":6'
release a three.json dist/app app@1.4.0 '"size":6' '"usage":"data"'
release a later.json dist/app app@1.5.0

# signed_again NAME STATUS SIG...: dist/app by these, and what was seen before.
signed_again()
{
    again_name=$1 again_status=$2
    shift 2
    for again_sig in "$@"; do
        set -- "$@" -s "$again_sig"
        shift
    done
    check_exit "$again_name" "$again_status" \
        "$([ "$again_status" = 0 ] && echo out~verified || echo out~REFUSED)" \
        signet-verify --state ../again --policy p --root root "$@" dist/app
}
signed_again 'a release' 0 two.json
signed_again 'the same version, signed again' 6 one.json
also 'signed again: the text' 'err~release app: version 1.4.0 was seen before with other contents'
signed_again 'signed again, and what was seen behind it' 0 one.json two.json
signed_again 'signed again twice, and what was seen between' 0 one.json two.json three.json
signed_again 'signed again twice, and what was seen is not there' 6 one.json three.json
signed_again 'a later version beside what was seen' 0 two.json later.json
signed_again 'what was seen before that' 6 two.json one.json

# ---- the command line ----

not_taken 'a policy without a root' 2 'go together' --policy policy dist/app
not_taken 'a root without a policy' 2 'or a policy with --policy' --root root dist/app
not_taken 'keys besides' 2 'options --policy and --key' --policy policy --root root -k a.pub dist/app
not_taken 'an unsigned policy without one' 2 'is for --policy' --insecure-unsigned-policy -k a.pub \
    dist/app
not_taken 'names that may be left out' 2 'options --policy and --accept-ignored' --policy policy \
    --root root --accept-ignored x dist/app
not_taken 'what nobody signed' 2 'options --policy and --insecure-ignore-unsigned' --policy policy \
    --root root --insecure-ignore-unsigned dist/app
not_taken 'a state without a policy' 2 'is for --policy' --state s -k a.pub dist/app
not_taken 'a state and none' 2 'options --state and --insecure-no-state' --state s \
    --insecure-no-state --policy policy --root root dist/app
not_taken 'no such file' 3 'none: ' --insecure-no-state --policy none --root root dist/app
SIGNET_POLICY=policy SIGNET_ROOT=root
export SIGNET_POLICY SIGNET_ROOT
not_taken 'the environment names nothing' 2 'no key to verify with' dist/app
