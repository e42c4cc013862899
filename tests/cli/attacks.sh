#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# What somebody tries who wants something to pass that the policy does not let pass: each attempt is
# refused by a text of its own, and beside it stands what passes without it.
# shellcheck source=tests/common/tap.sh
. "${0%/*}/../common/tap.sh"
plan 82
here=$(pwd -P)
CASE_NOW=$(date +%s)
export CASE_NOW

# world CASE FOLDER [POINTER VALUE]...: the files of a case of tests/policy/cases, changed.
world() { python3 "$SIGNET_SOURCE/tests/policy/make.py" "$@"; }

# by FOLDER ARGUMENT...: signet-verify by the root and the policy of a folder, in it.
by() { (cd "$1" && shift && signet-verify --policy policy --root root "$@"); }
forgetful() { by "$1" --insecure-no-state "$2" ${3+"$3"} ${4+"$4"}; }

# passes NAME COMMAND...; refused NAME STATUS TEXT COMMAND...
passes()
{
    passes_name=$1
    shift
    check_exit "$passes_name" 0 out~verified "$@"
}
refused()
{
    refused_name=$1 refused_status=$2 refused_text=$3
    shift 3
    check_exit "$refused_name" "$refused_status" "err~$refused_text" "$@"
}

# by_chain STATE: by the roots in a folder, with a state of that number.
by_chain() { (cd chain && signet-verify --policy policy --root roots --state "$tap_dir/chain$1" opt/app); }

# key NAME: its private key, for the tools.
key() { python3 "$SIGNET_SOURCE/tests/policy/make.py" --key "$1" "$1.key"; }
key rita

# as_json: standard input as one JSON string.
as_json() { python3 -c 'import json, sys; print(json.dumps(sys.stdin.read()))'; }

# ---- another root, another policy ----

world kinds-file true
passes 'what the policy lets pass' forgetful true opt/app
world kinds-file own /evidence/0/by '"mallory"'
refused 'a stranger' 5 'SHA256:' forgetful own opt/app
# Their own root and policy let it pass; but not by the root that the caller has.
world kinds-file theirs /root/roles/release/keys '["mallory"]' /root/keys/mallory '{}' \
    /root/keys/eve '{}' /root/roles/root/keys '["eve"]' /root_by '["eve"]' /evidence/0/by '"mallory"'
passes 'their own root lets it pass' forgetful theirs opt/app
cp theirs/policy theirs/policy.theirs && cp true/root theirs/root
refused 'their own root beside it' 5 'SHA256:' forgetful theirs opt/app
world kinds-file lenient /policy_by '["mallory"]' /policy/rules/0/signed_by/0/role '"ci"' /evidence/0/by '"carl"'
refused 'a lenient policy by a stranger' 5 'signatures of 1 keys of the role policy, found 0' \
    forgetful lenient opt/app
world kinds-file lenient /policy_by '["rita"]' /policy/rules/0/signed_by/0/role '"ci"' /evidence/0/by '"carl"'
refused 'a lenient policy by a key for releases' 5 'signatures of 1 keys of the role policy, found 0' \
    forgetful lenient opt/app
world kinds-file lenient /policy/rules/0/signed_by/0/role '"ci"' /evidence/0/by '"carl"'
passes 'a lenient policy by who may' forgetful lenient opt/app
cp true/policy lenient/policy
refused 'where it is another' 1 'asks for 1 keys of role release' forgetful lenient opt/app
cp true/root lenient/policy
refused 'a root for a policy' 3 'payload type' forgetful lenient opt/app

# ---- older than what was seen ----

world file older
passes 'a root and a policy' by older --state "$tap_dir/seen" opt/app
world file older /policy/version 2
refused 'an older policy' 6 'version 2 is older than version 3' by older --state "$tap_dir/seen" opt/app
world file older /policy/issued '"now-1d"'
refused 'another policy of the same version' 6 'version 3 was seen before with other contents' by older --state "$tap_dir/seen" opt/app
world file older /policy/version 4
passes 'a newer policy' by older --state "$tap_dir/seen" opt/app
# Roots in a folder, each signed by who signs the one before: rita is in the role of the first alone.
world kinds-file chain /root/version 1
mkdir chain/roots && mv chain/root chain/roots/1.root.json
passes 'the first root' by_chain 1
world kinds-file chain /root/roles/release/keys '["rob"]'
mv chain/root chain/roots/2.root.json
refused 'who is in the role of the first alone' 5 'have it put into a role of the root' by_chain 2
mv chain/roots/2.root.json chain/
refused 'the first root again' 6 'version 1 is older than version 2 seen before' by_chain 2
mv chain/2.root.json chain/roots/
world kinds-file chain /root/version 3 /root_by '["rita"]'
mv chain/root chain/roots/3.root.json
refused 'a root by who may not make one' 5 'expected signatures by 1 keys of the role root' by_chain 2
world kinds-file chain /root/version 3
mv chain/root chain/roots/3.root.json && mv chain/roots/2.root.json chain/
refused 'a root that is missing between' 3 'expected version 2, found version 3' by_chain 1
mv chain/2.root.json chain/roots/
passes 'the third root, by who may' by_chain 2
world monotonic release /policy/version 5
passes 'a release' by release --state "$tap_dir/seen" opt/app
world monotonic release /policy/version 5 /evidence/0/release '"app@1.3.0"' /artifact/text '"old\n"'
refused 'an older release' 6 'version 1.3.0 is older than version 1.4.0' by release --state "$tap_dir/seen" opt/app
world monotonic release /policy/version 5 /artifact/text '"other\n"'
refused 'another release of the same version' 6 'version 1.4.0 was seen before with other contents' \
    by release --state "$tap_dir/seen" opt/app
world monotonic release /policy/version 5 /evidence/0/release '"app@1.4.1"' /artifact/text '"new\n"'
passes 'a newer release' by release --state "$tap_dir/seen" opt/app

# ---- when ----

world time-retired clock
passes 'a time that rescues a key' forgetful clock opt/app
world time-retired clock /policy/expires '"now-1d"'
refused 'a time is no clock for a policy' 6 'expired at' forgetful clock opt/app
world time-retired clock /root/expires '"now-1d"'
refused 'a time is no clock for a root' 6 'expired' forgetful clock opt/app
world signature-age clock /evidence/0/predicate/signedAt '"now-3h"' /root/keys/toni '{"uses":["time"]}' \
    /root/roles/time '{"keys":["toni"],"threshold":1}' /evidence/0/time '[{"by":"toni","at":"now-1h"}]'
refused 'a time does not make a release young' 1 'asks for a younger signature' forgetful clock opt/app
world signature-age clock /root/keys/toni '{"uses":["time"]}' \
    /root/roles/time '{"keys":["toni"],"threshold":1}' /evidence/0/time '[{"by":"toni","at":"now-1h"}]'
passes 'one that is young' forgetful clock opt/app
# A time from ahead must not be what a later run takes for now, or nothing would hold any more.
world time-revoked ahead /evidence/0/time '[{"by":"toni","at":"now-6d"}]'
passes 'a time' by ahead --state "$tap_dir/ahead" opt/app
world file ahead /root/keys/toni '{"uses":["time"]}' /root/roles/time '{"keys":["toni"],"threshold":1}' \
    /evidence/0/time '[{"by":"toni","at":"now+400d"}]'
passes 'a time from ahead' by ahead --state "$tap_dir/ahead2" opt/app
passes 'is not what it is now' by ahead --state "$tap_dir/ahead2" opt/app
world time-retired moved
mv moved/opt/app.sigstore.json.time moved/opt/other.time
refused 'a time that stands elsewhere' 5 'does not count now' forgetful moved opt/app
mv moved/opt/other.time moved/opt/app.sigstore.json.time
passes 'where it belongs' forgetful moved opt/app
world time-retired moved /evidence/0/time '[{"by":"toni","at":"now-6d","of":"rob"}]'
refused 'the time of another signature' 5 'does not count now' forgetful moved opt/app

# ---- adding up what is not alike ----

world signed-twice twice
passes 'two keys over one statement' forgetful twice opt/app
world signed-twice twice /evidence/1/predicate '{"note":"x"}'
refused 'two keys over two predicates' 1 'over one statement, found 1' forgetful twice opt/app
world signed-twice twice /evidence/1/release '"app@1.0.0"'
refused 'a key over a file and one over a release' 1 'over one statement, found 1' \
    forgetful twice opt/app
world signed-twice twice /evidence/1/by '"rita"'
refused 'one key in two files' 1 'over one statement, found 1' forgetful twice opt/app
world provenance twice /evidence/0/by '"carl"'
refused 'a statement about it by who may not sign' 1 'asks for 1 keys of role release' \
    forgetful twice opt/app
world release-roles twice
passes 'two roles over one release' forgetful twice opt/app
world release-roles twice /evidence/1/release '"app@1.4.1"'
refused 'two roles over two releases' 1 'asks for 1 keys of role release' forgetful twice opt/app
world expect twice
passes 'the release that is asked for' forgetful twice --expect app@1.4.0 opt/app
refused 'another version' 1 'not the release that is expected' forgetful twice --expect app@1.4.1 opt/app
refused 'another name' 1 'not the release that is expected' forgetful twice --expect tool opt/app

# ---- a file for a folder, and a folder for a file ----

match='{"kinds":["file","bundle"]}'
world bundle folder /policy/rules/0/match "$match"
passes 'a folder' forgetful folder srv/model
# The bytes whose digest is the root that OMS has of that folder, and those whose digest is its identity.
(cd folder/srv/model && for name in sub/x w; do
    sha256sum "$name"
done) >folder/sums
sed 's/ .*//' folder/sums | xxd -r -p >folder/digests
while read -r sum name; do
    printf '%s  %s\0' "$sum" "$name"
done <folder/sums >folder/lines
is 'the digest is the one that was signed' "$(sha256sum <folder/digests | cut -d' ' -f1)" \
    "$(jq -r .dsseEnvelope.payload folder/srv/model.sig | base64 -d | jq -r '.subject[0].digest.sha256')"
cp folder/srv/model.sig folder/digests.sig
refused 'the statement over a folder, for a file of its root' 1 'over a bundle of 2 files, not over this file' \
    forgetful folder digests
signet-sign -q -k rita.key -o folder/digests.sigstore.json folder/digests
rm folder/digests.sig
passes 'such a file, signed as it is' forgetful folder digests
mv folder/srv/model.sig folder/model.sig && cp folder/digests.sigstore.json folder/srv/model.sig
refused 'the statement over a file, for a folder of that root' 1 'over a file, not over this directory' \
    forgetful folder srv/model
world bundle-release folder /policy/rules/0/match '{"names":["model"]}'
passes 'a folder that is a release' forgetful folder srv/model
cp folder/srv/model.release.sigstore.json folder/lines.sigstore.json
refused 'the release of a folder, for a file of its identity' 1 'over a bundle, not over this file' \
    forgetful folder lines
world release other /artifact/text "$(as_json <folder/lines)" /evidence/0/release '"model@2.0.0"'
cp other/opt/app.sigstore.json folder/lines.sigstore.json
passes 'such a file, released as it is' forgetful folder lines
rm folder/srv/model.sig && cp folder/lines.sigstore.json folder/srv/model.release.sigstore.json
refused 'the release of a file, for a folder of that identity' 1 \
    'over a file, not over this directory' forgetful folder srv/model

# ---- names ----

world bundle names
mv names/srv/model/w names/srv/model/z
is 'a new name, and the same root' \
    "$(cd names/srv/model && cat sub/x z | sha256sum)" "$(cd folder/srv/model && cat sub/x w | sha256sum)"
refused 'an entry that is called otherwise' 1 '1 missing, 1 unsigned' forgetful names srv/model
also 'an entry that is called otherwise: the new name' 'err~z'
mv names/srv/model/z names/srv/model/w
passes 'called as it was' forgetful names srv/model
mv names/srv/model/w names/w && mv names/srv/model/sub/x names/srv/model/w && mv names/w names/srv/model/sub/x
refused 'two entries that are exchanged' 1 '2 changed' forgetful names srv/model

# ---- what it is for ----

check() { (cd "$1" && signet-enforce check --insecure-no-state --policy policy --root root --action "$2" opt/app); }
world execute run
passes 'a program' check run execute
refused 'a program, to load' 1 'no rule' check run load
for usage in model data lib; do
    world execute run /evidence/0/predicate/usage "\"$usage\""
    refused "a $usage as a program" 1 'what is signed is not said to be a program' check run execute
done
world execute run /evidence/0 '{"file":".sigstore.json","by":"rita"}' \
    /policy/rules/0/match '{"kinds":["file"]}'
refused 'a file that is signed, and for nothing, as a program' 1 'not said to be a program' check run execute

# ---- a part for the whole ----

world file bom /root/keys/rita '{"uses":["jsf","bundle"]}' /policy/rules/0/match '{"kinds":["file"]}'
cat >bom/plain.json <<'BOM'
{"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
 "components": [{"type": "library", "bom-ref": "a", "name": "a"}, {"type": "library", "name": "b"}]}
BOM
signet-sign -q -k rita.key --format jsf -o bom/whole.json bom/plain.json
signet-sign -q -k rita.key --format jsf --at a -o bom/part.json bom/plain.json
passes 'a document that is signed whole' forgetful bom whole.json
refused 'a document of which a component is signed' 4 'only /components/0 is signed' \
    forgetful bom part.json
cp bom/whole.json bom/more.json && sed -i 's/"name": "b"/"name": "c"/' bom/more.json
refused 'a component that was changed afterwards' 1 'does not verify' forgetful bom more.json

# ---- where it stands ----

# The rule for opt/ asks for less than the one for srv/.
rules='[{"id":"strict","actions":["verify"],"match":{"paths":["{here}/srv/**"]},
         "signed_by":[{"role":"release","threshold":1}]},
        {"id":"lenient","actions":["verify"],"match":{"paths":["{here}/opt/**"]},
         "signed_by":[{"role":"ci","threshold":1}]}]'
world file place /policy/rules "$rules" /evidence/0/by '"carl"'
passes 'where less is asked for' forgetful place opt/app
mkdir place/srv && mv place/opt/app* place/srv/
refused 'where more is asked for' 1 'rule strict' forgetful place srv/app
ln -s ../srv/app place/opt/app && ln -s ../srv place/opt/dir
refused 'by a link from where less is asked for' 1 'rule strict' \
    forgetful place -s srv/app.sigstore.json opt/app
refused 'in a folder that is a link' 1 'rule strict' forgetful place -s srv/app.sigstore.json opt/dir/app
refused 'by a way round' 1 'rule strict' forgetful place -s srv/app.sigstore.json opt/../srv/app
refused 'by the name of its descriptor' 1 'rule strict' sh -c \
    'cd place && exec signet-verify --insecure-no-state --policy policy --root root \
        -s srv/app.sigstore.json /proc/self/fd/3 3<srv/app'
rm place/opt/app && cp place/srv/app place/opt/app
passes 'a copy stands where it stands' forgetful place -s srv/app.sigstore.json opt/app

# mounted FROM TO PATH: verifies a path after FROM, signed by who is asked for less, is mounted on TO.
mounted()
{
    # shellcheck disable=SC2016 # the shell in the other namespace has the arguments
    timeout 60 unshare -m sh -c 'cd place && mount --bind "$1" "$2" && exec signet-verify \
        --insecure-no-state --policy policy --root root -s srv/app.sigstore.json "$3"' sh "$@"
}
echo none >place/srv/other && mkdir place/srv/dir
refused 'mounted where more is asked for' 1 'rule strict' mounted opt/app srv/other srv/other
refused 'in a folder that is mounted there' 1 'rule strict' mounted opt srv/dir srv/dir/app
# As a copy would.
passes 'mounted where less is asked for' mounted srv/app opt/app opt/app

# ---- what lies about ----

world file about
mkdir about/lure
world file lure /policy/rules/0/signed_by/0/role '"ci"' /evidence/0/by '"carl"'
cp lure/opt/app.sigstore.json about/opt/app.sigstore.json
refused 'by what is asked for' 1 'keys of role release' forgetful about opt/app
for name in policy.json policy.dsse.json signet-policy signet.policy .signet-policy; do
    cp lure/policy about/$name && cp lure/policy about/opt/$name
done
for name in root.json 1.root.json root.dsse.json signet-root .signet-root; do
    cp lure/root about/$name && cp lure/root about/opt/$name
done
mkdir -p about/.signet about/.config/signet && cp lure/policy lure/root about/.signet/ &&
    cp lure/policy lure/root about/.config/signet/
refused 'and not by what lies about' 1 'keys of role release' forgetful about opt/app
refused 'nor by what the environment says' 1 'keys of role release' env SIGNET_POLICY="$here/lure/policy" \
    SIGNET_ROOT="$here/lure/root" HOME="$here/about" XDG_CONFIG_HOME="$here/about/.config" sh -c \
    'cd about && exec signet-verify --insecure-no-state --policy policy --root root opt/app'
refused 'nor is anything of it enough' 2 'no key to verify with' env HOME="$here/about" \
    XDG_CONFIG_HOME="$here/about/.config" sh -c 'cd about && exec signet-verify opt/app'
check_exit 'which asked for would be' 0 out~verified sh -c \
    'cd lure && exec signet-verify --insecure-no-state --policy policy --root root opt/app'
