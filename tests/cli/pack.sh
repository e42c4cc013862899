#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# signet-verify --pack and --unpack: all that was needed to verify in one file, and that the file
# itself is believed nothing. Each refusal has a twin that passes and differs in one thing. Packs are
# looked at and altered with the tarfile of Python.
# shellcheck source=tests/common/tap.sh
. "${0%/*}/../common/tap.sh"
# shellcheck source=tests/common/trust.sh
. "$SIGNET_SOURCE/tests/common/trust.sh"
plan 114

for name in r r2 pol pol2 a c t evil evilpol; do
    signet-key generate -q --no-passphrase -o $name >/dev/null
done
here=$(pwd -P)
valid='"issued":"2026-01-01T00:00:00Z","expires":"2199-01-01T00:00:00Z"'
past='"issued":"2026-01-01T00:00:00Z","expires":"2026-02-01T00:00:00Z"'
retired="\"status\":\"retired\",\"retired_at\":\"$(date -u -d '+1 hour' +%Y-%m-%dT%H:%M:%SZ)\""

# make_root OUT VERSION TIMES ROOT-KEY POLICY-KEY SIGNER...: a release key that is retired counts by
# a time alone.
make_root()
{
    make_out=$1
    make_text="{\"schema\":\"signet-root/1\",\"version\":$2,$3,\"keys\":{$(key "$4"),$(key "$5"),
$(key a | sed "s/\"status\":\"active\"/$retired/"),$(key c),
$(key t | sed 's/}$/,"uses":["time"]}/')},
\"roles\":{$(role root 1 "$4"),$(role policy 1 "$5"),$(role release 1 a),$(role ci 1 c),$(role time 1 t)}}"
    shift 5
    sign_root "$make_out" "$make_text" "$@"
}

# make_policy OUT NAME VERSION KEY [RULES]
make_policy()
{
    sign_policy "$1" "{\"schema\":\"signet-policy/1\",\"name\":\"$2\",\"version\":$3,$valid,
\"evidence\":[\"$here/evidence\"],\"rules\":[${5:-$strict}]}" "$4"
}
strict='{"id":"files","actions":["verify"],"match":{"kinds":["file"]},
 "signed_by":[{"role":"release","threshold":1}],
 "attestations":[{"type":"https://example.com/review/v1","role":"ci"}]},
 {"id":"models","actions":["verify"],"match":{"kinds":["bundle"]},
 "signed_by":[{"role":"ci","threshold":1}]}'
lenient='{"id":"any","actions":["verify"],"match":{"kinds":["file","bundle"]},
 "signed_by":[{"role":"ci","threshold":1}]}'

mkdir roots evidence dist dist/model ../away
make_root roots/1.root.json 1 "$valid" r pol r
make_policy policy acme 2 pol
echo hello >dist/app
echo weights >dist/model/weights
signet-sign -q -k a.key dist/app
signet-sign -q -k t.key --time dist/app.sigstore.json a.pub
echo '{"by":"somebody"}' >../review
signet-sign -q -k c.key --attest https://example.com/review/v1 --predicate ../review \
    -o evidence/review.json dist/app
signet-sign -q -k c.key dist/model
signet-sign -q -k evil.key -o dist/app.evil.sigstore.json dist/app
cp -r dist/app dist/model ../away

packs() { signet-verify --policy policy --root roots --state ../state "$@"; }

# unpacks IN ARGUMENT...: by the root of the first day.
unpacks()
{
    unpacks_in=$1
    shift
    signet-verify --unpack "$unpacks_in" --root roots/1.root.json --policy-name acme "$@"
}
both() { unpacks "${1:-../pack.tar}" --insecure-no-state ../away/app ../away/model; }

# edited CODE: ../edited.tar, which is ../pack.tar after CODE, of which e is the list of its entries,
# each a header and bytes.
edited()
{
    python3 -c '
import io, sys, tarfile
with tarfile.open("../pack.tar") as t:
    e = [[i, t.extractfile(i).read()] for i in t]
def new(name, data, kind=tarfile.REGTYPE, to=""):
    i = tarfile.TarInfo(name)
    i.type, i.linkname, i.size = kind, to, len(data)
    return [i, data]
def at(name):
    return [i.name for i, d in e].index(name)
def put(name, file):
    e[at(name)] = new(name, open(file, "rb").read())
dated = [i.name for i, d in e if i.name.endswith(".time")][0]
app = dated[:-5]
exec(sys.argv[1])
with tarfile.open("../edited.tar", "w", format=tarfile.USTAR_FORMAT) as t:
    for i, d in e:
        t.addfile(i, io.BytesIO(d) if i.isreg() else None)
' "$1"
}

# passes NAME CODE, refused NAME STATUS TEXT CODE: what becomes of both artifacts by the edited pack.
passes()
{
    edited "$2"
    check_exit "$1" 0 'out~verified: 2 of 2' both ../edited.tar
}
refused()
{
    edited "$4"
    check_exit "$1" "$2" "err~$3" both ../edited.tar
}

# ---- packing ----

check_exit 'a pack is written' 0 'out~verified: 2 of 2' packs --pack ../pack.tar dist/app dist/model
also 'it is said' 'err~written: ../pack.tar'
tar -tvf ../pack.tar >../listed 2>&1
is 'GNU tar reads it' "$(awk '$6 !~ /time$/ {print $1, $2, $4, $6}' ../listed)" '-rw-r--r-- 0/0 1970-01-01 policy.dsse
-rw-r--r-- 0/0 1970-01-01 roots/1.root.json
-rw-r--r-- 0/0 1970-01-01 evidence/0001.json
-rw-r--r-- 0/0 1970-01-01 evidence/0002.json
-rw-r--r-- 0/0 1970-01-01 evidence/0003.json'
mkdir ../files && tar -C ../files -xf ../pack.tar
same_bytes 'the policy as it was given' ../files/policy.dsse policy
same_bytes 'the root as it was given' ../files/roots/1.root.json roots/1.root.json
is 'the evidence as it was, and none by a stranger' \
    "$(cd ../files/evidence && sha256sum ./* | cut -c -64 | sort)" \
    "$(sha256sum evidence/review.json dist/app.sigstore.json dist/app.sigstore.json.time dist/model.sig |
        cut -c -64 | sort)"
is 'Python reads the same' "$(python3 -c '
import hashlib, tarfile
for i in tarfile.open("../pack.tar", "r:"):
    print(hashlib.sha256(tarfile.open("../pack.tar").extractfile(i).read()).hexdigest(), i.name)')" \
    "$(cd ../files && tar -tf ../pack.tar | xargs sha256sum | sed 's/  / /')"
check_exit 'the same again' 0 'out~verified: 2 of 2' packs --pack ../again.tar dist/model dist/app
same_bytes 'has the same bytes in any order of artifacts' ../again.tar ../pack.tar
check_exit 'one that exists' 3 'err~../pack.tar' packs --pack ../pack.tar dist/app
check_exit 'is replaced with --force' 0 out~verified packs --pack ../again.tar --force dist/app
is 'by one for that artifact alone' "$(tar -tf ../again.tar | grep -v time | tr '\n' ' ')" \
    'policy.dsse roots/1.root.json evidence/0001.json evidence/0002.json '
cp -r dist/app ../bad && echo x >>../bad
cp dist/app.sigstore.json ../bad.sigstore.json && cp dist/app.sigstore.json.time ../bad.sigstore.json.time
check_exit 'nothing is written if one is refused' 1 'out~REFUSED: 1 of 2' \
    packs --pack new.tar dist/app ../bad
check_exit 'the report says where' 0 err~verified: \
    sh -c 'signet-verify --policy policy --root roots --state ../state --pack ../json.tar --json dist/app |
        jq -r "\"verified: \" + .packed" >&2'
also 'it is that' 'err~verified: ../json.tar'

# ---- unpacking ----

# Elsewhere is no evidence but that in the pack.
mv evidence/review.json ../kept.json

check_exit 'elsewhere, by the root of the first day' 0 'out~verified: ../away/app' both
also 'by the policy of the pack' 'out~as rule files of policy acme'
also 'both' 'out~verified: 2 of 2'
check_exit 'evidence is named by its pack' 0 'err~../pack.tar/evidence/000' \
    unpacks ../pack.tar --insecure-no-state -v ../away/app
check_exit 'without the pack there is none' 4 out~REFUSED \
    signet-verify --policy policy --root roots --insecure-no-state ../away/model
passes 'the same entries, written by Python' ''
echo x >>../away/model/weights
check_exit 'changed content' 4 'out~REFUSED: ../away/model' both
cp dist/model/weights ../away/model/weights
check_exit 'as it was' 0 'out~verified: 2 of 2' both

# ---- what a pack may hold ----

refused 'an entry more' 3 'no pack: expected the entry evidence/0004.json, found evidence/extra' \
    'e.append(new("evidence/extra", b"x"))'
refused 'one outside' 3 'found ../x' 'e.append(new("../x", b"x"))'
refused 'one with an absolute name' 3 'found /x' 'e.append(new("/x", b"x"))'
refused 'a renamed one' 3 'found evidence/1.json' 'e[at("evidence/0001.json")][0].name="evidence/1.json"'
refused 'a renamed policy' 3 'expected the entry policy.dsse, found policy.json' \
    'e[at("policy.dsse")][0].name="policy.json"'
refused 'no policy' 3 'expected the entry policy.dsse' 'del e[at("policy.dsse")]'
refused 'nothing' 3 'edited.tar: ' 'e.clear()'
refused 'the policy twice' 3 'found policy.dsse' 'e.append(e[at("policy.dsse")])'
refused 'a root twice' 3 'found roots/1.root.json' 'e.insert(2, e[1])'
refused 'evidence twice' 3 'found evidence/0001.json' 'e.append(e[at("evidence/0001.json")])'
refused 'a time twice' 3 '.json.time' 'e.insert(at(dated), e[at(dated)])'
refused 'a time of another' 3 'found evidence/0004.json.time' \
    'e[at(dated)][0].name = "evidence/0004.json.time"'
refused 'evidence left out between' 3 'no pack: expected the entry evidence/0002.json, found evidence/' \
    'del e[at("evidence/0002.json")]; e[:] = [x for x in e if x[0].name != "evidence/0002.json.time"]'
refused 'a root left out between' 3 'found roots/3.root.json' \
    'e.insert(2, new("roots/3.root.json", e[1][1]))'
for name in 0 01 +1 1x '' 18446744073709551616; do
    refused "the root $name" 3 "found roots/$name.root.json" "e[1][0].name = 'roots/$name.root.json'"
done
refused 'a folder' 3 'evidence/: expected a regular file in a pack' \
    'e.insert(2, new("evidence", b"", tarfile.DIRTYPE))'
refused 'a link for evidence' 3 'evidence/0004.json: expected a regular file in a pack' \
    'e.append(new("evidence/0004.json", b"", tarfile.SYMTYPE, "/etc/passwd"))'
refused 'a link to an entry' 3 'expected a regular file in a pack' \
    'e.append(new("evidence/0004.json", b"", tarfile.LNKTYPE, "evidence/0001.json"))'
refused 'a device' 3 'expected a regular file in a pack' \
    'e.append(new("evidence/0004.json", b"", tarfile.CHRTYPE))'
refused 'an empty entry' 3 'evidence/0004.json: expected 1 to ' 'e.append(new("evidence/0004.json", b""))'
refused 'too much about time' 3 'evidence/0004.json.time: expected 1 to 1048576 bytes' \
    'e += [new("evidence/0004.json", b"x"), new("evidence/0004.json.time", b"x" * (1048576 + 1))]'
bounded() { unpacks ../pack.tar --limit "envelope=$1" --insecure-no-state ../away/app; }
check_exit 'within a limit' 0 out~verified bounded 20000
check_exit 'over a limit' 3 'err~policy.dsse: expected 1 to 500 bytes' bounded 500

head -c 2048 ../pack.tar >../cut.tar
check_exit 'cut short' 3 'err~../cut.tar: ' both ../cut.tar
head -c -1024 ../pack.tar >../cut.tar
check_exit 'cut before its end' 3 'err~../cut.tar: ' both ../cut.tar
{ cat ../pack.tar && echo x; } >../more.tar
check_exit 'more behind its end' 3 'err~../more.tar: ' both ../more.tar
gzip -k ../pack.tar
check_exit 'compressed' 3 'err~expected a tar that is not compressed, found a tar.gz' both ../pack.tar.gz
check_exit 'no tar' 3 'err~policy: expected an archive' both policy
check_exit 'none' 3 'err~../none.tar: ' both ../none.tar

# ---- what it is believed ----

refused 'no evidence' 4 'no signature' 'del e[at("evidence/0001.json"):]'
sed 's/"sig":"..../"sig":"AAAA/' dist/app.sigstore.json >../forged
refused 'evidence that was tampered with' 1 '../away/app: ../edited.tar/evidence/' 'put(app, "../forged")'
also 'it is said' 'err~bad signature'
cp dist/app.sigstore.json ../same
cp dist/model.sig ../same.sig
refused 'an attestation missing' 4 'https://example.com/review/v1' \
    'put([i.name for i, d in e if d == open("../kept.json", "rb").read()][0], "../same.sig")'
passes 'evidence as it was' 'put(app, "../same")'
refused 'no time for a retired key' 5 'does not count now' 'del e[at(dated)]'
signet-sign -q -k c.key --time dist/app.sigstore.json -o ../untrusted a.pub
refused 'a time by a key that is not for it' 5 'does not count now' 'put(dated, "../untrusted")'
refused 'a policy that nobody signed' 3 '/policy.dsse: ' 'put("policy.dsse", "policy.json")'

# The policy: by the role of the caller's root, and as it is called.
make_policy ../lenient acme-tests 9 pol "$lenient"
make_policy ../unknown acme 9 evil "$lenient"
make_policy ../second acme 3 pol
make_policy ../first acme 1 pol
make_policy ../prefix acm 9 pol "$lenient"
refused 'a lenient policy of another name' 1 \
    '../edited.tar/policy.dsse: expected the policy called acme, found the one called acme-tests' \
    'put("policy.dsse", "../lenient")'
refused 'one whose name is shorter' 1 'expected the policy called acme, found the one called acm' \
    'put("policy.dsse", "../prefix")'
refused 'a policy by another' 5 '../edited.tar/policy.dsse: expected the signatures of 1 keys' \
    'put("policy.dsse", "../unknown")'
edited 'put("policy.dsse", "../second")'
cp ../edited.tar ../second.tar
edited 'put("policy.dsse", "../first")'
cp ../edited.tar ../first.tar
kept() { unpacks "$1" --state ../away.state ../away/app; }
check_exit 'first use of a policy' 0 'err~first use' kept ../pack.tar
check_exit 'a newer one' 0 err= kept ../second.tar
check_exit 'an older one than was seen' 6 'err~version 2 is older than version 3 seen before' kept ../pack.tar
check_exit 'and the oldest' 6 'err~version 1 is older than version 3 seen before' kept ../first.tar
check_exit 'the newer one again' 0 err= kept ../second.tar

# The roots: the caller's, and those that follow from it.
make_root ../evil 1 "$valid" evil evilpol evil
make_root ../evil2 2 "$valid" evil evilpol evil
make_root ../root2 2 "$valid" r2 pol2 r r2
make_root ../root3 3 "$valid" r2 pol r2
make_root ../few2 2 "$valid" r2 pol2 r2
make_root ../gap3 3 "$valid" r pol r
make_policy ../evil-policy acme 9 evilpol "$lenient"
make_policy ../rotated acme 4 pol2
refused 'a root of its own' 1 \
    '../edited.tar/roots/1.root.json: expected root 1 of the chain that was given, found another: it is of another lineage' \
    'put("roots/1.root.json", "../evil")'
refused 'and a policy by that' 1 'it is of another lineage' \
    'put("roots/1.root.json", "../evil"); put("policy.dsse", "../evil-policy")'
refused 'another root by the name of the first' 1 'it is of another lineage' \
    'put("roots/1.root.json", "../root2")'
passes 'no root at all' 'del e[1]'
refused 'a next root by another' 5 '../edited.tar/roots/2.root.json: root 2: expected signatures' \
    'e.insert(2, new("roots/2.root.json", open("../evil2", "rb").read()))'
refused 'a next root that the last did not sign' 5 'root 2: expected signatures by 1 keys of the role root of root 1' \
    'e.insert(2, new("roots/2.root.json", open("../few2", "rb").read()))'
two='e.insert(2, new("roots/2.root.json", open("../root2", "rb").read())); put("policy.dsse", "../rotated")'
passes 'a rotation, and a policy by the new keys' "$two"
cp ../edited.tar ../rotated.tar
refused 'a policy by the new keys without it' 5 'expected the signatures of 1 keys of the role policy' \
    'put("policy.dsse", "../rotated")'
refused 'a policy by the old keys with it' 5 'expected the signatures of 1 keys of the role policy' \
    "$two"'; put("policy.dsse", "../second")'
refused 'a gap' 3 'root 2: expected version 2, found version 3' \
    'e[1] = new("roots/3.root.json", open("../gap3", "rb").read())'
make_root ../old2 2 "$past" r2 pol2 r r2
refused 'a next root that expired' 6 '../edited.tar/roots/2.root.json: root 2: expired' \
    'e.insert(2, new("roots/2.root.json", open("../old2", "rb").read())); put("policy.dsse", "../rotated")'
check_exit 'a rotation is remembered' 0 err= kept ../rotated.tar
check_exit 'so that what was before is refused' 6 'err~version 1 is older than version 2 seen before' \
    kept ../second.tar

# by ROOT IN: with another anchor.
by()
{
    signet-verify --unpack "$2" --root "$1" --policy-name acme --insecure-no-state ../away/app
}
check_exit 'another anchor' 1 'err~it is of another lineage' by ../evil ../pack.tar
check_exit 'a later anchor, of the same chain' 0 out~verified by ../root2 ../rotated.tar
check_exit 'which is past a pack with older roots alone' 5 'err~../pack.tar/policy.dsse: ' \
    by ../root2 ../pack.tar
mkdir ../chain && cp ../root2 ../chain/2.root.json && cp roots/1.root.json ../chain
check_exit 'a folder' 0 out~verified by ../chain ../rotated.tar
cp ../root3 ../chain/3.root.json
check_exit 'a folder that goes on from the pack' 5 'err~../rotated.tar/policy.dsse: ' by ../chain ../rotated.tar
cp ../kept.json evidence/review.json
check_exit 'all roots of a folder are packed' 0 err~written \
    signet-verify --policy ../second --root ../chain --insecure-no-state --pack ../chain.tar dist/app
is 'by their versions' "$(tar -tf ../chain.tar | grep root | tr '\n' ' ')" \
    'roots/1.root.json roots/2.root.json roots/3.root.json '
rm evidence/review.json
check_exit 'and lead on from the first' 0 out~verified by roots/1.root.json ../chain.tar

# ---- the command line ----

usage()
{
    usage_name=$1 usage_text=$2
    shift 2
    check_exit "$usage_name" 2 "err~$usage_text" signet-verify "$@"
}
goes='option --unpack goes with --policy-name and --root'
anchor='--root roots/1.root.json'
usage 'no root' "$goes" --unpack ../pack.tar --policy-name acme ../away/app
usage 'no name' "$goes" --unpack ../pack.tar --root roots/1.root.json ../away/app
usage 'neither' "$goes" --unpack ../pack.tar ../away/app
usage 'a name without a pack' "$goes" --policy-name acme --policy policy --root roots ../away/app
# For root there is no such variable.
user=
[ "$(id -u)" -ne 0 ] || user='setpriv --reuid=65534 --regid=65534 --clear-groups'
chmod 711 "$tap_dir"
case ${TMPDIR:-/tmp} in /tmp | /var/tmp) ;; *) chmod 711 "$TMPDIR" ;; esac
chmod -R a+rX . ../pack.tar ../away
environment()
{
    # shellcheck disable=SC2086 # words
    SIGNET_ROOT=roots SIGNET_POLICY=policy $user signet-verify --unpack ../pack.tar --policy-name acme ../away/app
}
check_exit 'a root of the environment is none' 2 "err~$goes" environment
for option in '--policy policy' '-s x' '-k a.pub' '--only x' '--pack x' --insecure-unsigned-policy; do
    # shellcheck disable=SC2086 # lists of arguments
    usage "--unpack and $option" 'options --unpack and --' \
        --unpack ../pack.tar --policy-name acme $anchor $option ../away/app
done
for option in '--only x' --insecure-unsigned-policy --print-statement; do
    # shellcheck disable=SC2086 # lists of arguments
    usage "--pack and $option" 'options --pack and --' --pack x --policy policy --root roots $option dist/app
done
usage '--pack and -k' 'option --pack is for --policy' --pack x -k c.pub dist/app
usage '--pack into what is verified' 'option --pack: dist/model/x lies inside what is verified' \
    --pack dist/model/x --policy policy --root roots dist/app dist/model
usage '--pack in place of what is verified' 'option --pack: dist/app lies inside what is verified' \
    --pack dist/app --force --policy policy --root roots dist/app
check_exit '--pack beside what is verified' 0 'out~verified: dist/model' \
    signet-verify --insecure-no-state --pack dist/model.pack.tar --policy policy --root roots dist/model
rm dist/model.pack.tar
usage '--pack to standard output' 'option --pack' --pack - --policy policy --root roots dist/app
usage '--force alone' 'option --force is for --pack' --force --policy policy --root roots dist/app
