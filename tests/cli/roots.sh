#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# signet-verify --root DIR: the client rules of The Update Framework (specification 1.0, section 5.3)
# for a chain of roots, and what is remembered of it. Each refusal has a twin that passes and differs
# in one thing. Signatures are openssl's, as signet-sign would not make some of them.
# shellcheck source=tests/common/tap.sh
. "${0%/*}/../common/tap.sh"
plan 110

for name in a b c d stranger pol rel; do
    signet-key generate -q --no-passphrase -o $name >/dev/null
    signet-key show $name.pub >../id.$name
done
soon=$(date -u -d '+1 hour' +%Y-%m-%dT%H:%M:%SZ)

# key NAME [MEMBERS]: its member of the root's keys.
key()
{
    printf '"%s":{"algorithm":"ed25519","public":"%s","owner":"%s","status":"active"%s}' \
        "$(cat "../id.$1")" "$(sed '/-----/d' "$1.pub" | tr -d '\n')" "$1" "${2-}"
}

# role NAME THRESHOLD KEY...: a member of the root's roles.
role()
{
    role_name=$1 role_threshold=$2 role_keys=
    shift 2
    for role_key in "$@"; do
        role_keys="$role_keys${role_keys:+,}\"$(cat "../id.$role_key")\""
    done
    printf '"%s":{"keys":[%s],"threshold":%s}' "$role_name" "$role_keys" "$role_threshold"
}

# root VERSION EXPIRES THRESHOLD KEY...: the text of a root with these in its role root.
root()
{
    root_head="\"version\":$1,\"issued\":\"2026-01-01T00:00:00Z\",\"expires\":\"$2\""
    shift 2
    printf '{"schema":"signet-root/1",%s,"keys":{%s,%s,%s,%s,%s,%s,%s},"roles":{%s,%s,%s}}' \
        "$root_head" "$(key a)" "$(key b)" "$(key c)" "$(key d)" "$(key stranger)" "$(key pol)" \
        "$(key rel)" \
        "$(role root "$@")" "$(role policy 1 pol)" "$(role release 1 rel)"
}

# dsse KIND OUT TEXT KEY...: the DSSE file of it by each of them (DSSE v1.0.2, protocol.md).
dsse()
{
    dsse_type=application/vnd.signet.$1+json dsse_out=$2 dsse_signatures=
    printf '%s' "$3" >../text
    shift 3
    {
        printf 'DSSEv1 %d %s %d ' ${#dsse_type} "$dsse_type" "$(wc -c <../text)"
        cat ../text
    } >../message
    for dsse_key in "$@"; do
        openssl pkeyutl -sign -inkey "$dsse_key.key" -rawin -in ../message -out ../sig
        dsse_signatures="$dsse_signatures${dsse_signatures:+,}{\"sig\":\"$(base64 -w 0 ../sig)\"}"
    done
    printf '{"payload":"%s","payloadType":"%s","signatures":[%s]}' "$(base64 -w 0 ../text)" \
        "$dsse_type" "$dsse_signatures" >"$dsse_out"
}

far=2199-01-01T00:00:00Z past=2026-02-01T00:00:00Z
policy='"schema":"signet-policy/1","name":"acme","version":1,"issued":"2026-01-01T00:00:00Z"'
rules='"rules":[{"id":"all","actions":["verify"],"match":{"kinds":["file"]},
 "signed_by":[{"role":"release","threshold":1}]}]'
dsse policy policy "{$policy,\"expires\":\"$far\",$rules}" pol
echo hello >app
signet-sign -q -k rel.key app
mkdir all
dsse root all/1 "$(root 1 $past 2 a b c)" a b
dsse root all/2 "$(root 2 $past 2 b c d)" b c d
dsse root all/3 "$(root 3 $far 1 d)" b c d

# folder VERSION...: the folder "roots" with these of "all", as they should be called.
folder()
{
    rm -rf roots && mkdir roots
    for folder_version in "$@"; do
        cp "all/$folder_version" "roots/${folder_version%%-*}.root.json"
    done
}

user=
by_roots()
{
    # shellcheck disable=SC2086 # words
    $user signet-verify --policy policy --root roots "$@" app
}
alone() { by_roots --insecure-no-state; }
kept() { by_roots --state ../state; }

# passes NAME RUN; refused NAME STATUS TEXT RUN.
passes() { check_exit "$1" 0 'out~as rule all of policy acme' "$2"; }
refused()
{
    check_exit "$1" "$2" out= "$4"
    also "$1: the text" "err~$3"
}

# ---- the chain ----

folder 1 2 3
passes 'a chain of three' alone
check_exit 'the last one counts' 0 err~first by_roots --state ../other --json
is 'its version' "$(jq -c .root "$tap_out")" '{"version":3}'
rm ../other ../other.lock

# A link to the folder, or on the way to it, would be another one tomorrow.
ln -s roots link
mkdir -p up/there && ln -s up way && cp roots/* up/there/
check_exit 'by a path' 0 out~verified \
    signet-verify --insecure-no-state --policy policy --root up/../up/./there/ app
for name in link link/ link/. link/./ way/there "$(pwd)/way/there/" up/../way/there way/../roots; do
    check_exit "by $name" 3 'err~expected the folder of the roots itself, found a link' \
        signet-verify --insecure-no-state --policy policy --root "$name" app
done
rm -r link way up

# 5.3.4: signed by a threshold of the root before, and of its own.
dsse root all/2-few "$(root 2 $far 2 b c d)" b d
folder 1 2-few
refused 'a threshold of the root before, one short' 1 \
    'roots/2.root.json: root 2: expected signatures by 2 keys of the role root of root 1, found 1' alone
dsse root all/2-own "$(root 2 $far 2 b c d)" a b
folder 1 2-own
refused 'a threshold of its own, one short' 1 \
    'roots/2.root.json: root 2: expected signatures by 2 keys of the role root of root 2, found 1' alone
dsse root all/2-both "$(root 2 $far 2 b c d)" a b d
folder 1 2-both
passes 'a threshold of both by different keys' alone
dsse root all/2-stranger "$(root 2 $far 2 b c d)" stranger b d
folder 1 2-stranger
refused 'a stranger adds nothing' 1 'found 1' alone

# Unique keys: a signature given twice counts once.
dsse root all/2-twice "$(root 2 $far 2 b c d)" b b d
folder 1 2-twice
refused 'one key twice' 1 'of root 1, found 1' alone
dsse root all/2-listed "$(root 2 $far 2 b b d)" a b c d
folder 1 2-listed
refused 'one key listed twice' 3 'expected each key once' alone

# 5.3.5: exactly one version more.
folder 1 3
refused 'a gap' 3 'roots/3.root.json: root 2: expected version 2, found version 3' alone
folder 1 2
cp all/2 roots/3.root.json
refused 'the same one again' 6 'roots/3.root.json: root 3: expected version 3, found version 2' alone
folder 1
cp all/1 roots/2.root.json
refused 'none more' 6 'expected version 2, found version 1' alone
folder 2
mv roots/2.root.json roots/1.root.json
refused 'another first one than its name says' 3 \
    'roots/1.root.json: expected root 1, as its name says, found root 2' alone
folder 2 3
passes 'a chain that begins later' alone

# 5.3.10: the last one must not have expired, and the others may have.
folder 1 2
refused 'an expired last one' 6 'roots/2.root.json: root 2: expired at 2026-02-01T00:00:00Z' alone
dsse root all/2-soon "$(root 2 "$soon" 2 b c d)" b c d
folder 1 2-soon
passes 'one that expires in an hour' alone

# A first one that nobody signed, an intermediate one that is broken, an unsigned draft.
dsse root all/1-few "$(root 1 $far 2 a b c)" a
folder 1-few
refused 'a first one by too few' 1 'roots/1.root.json: the first root: expected signatures by 2' alone
folder 1 2 3
sed 's/"sig":"..../"sig":"AAAA/g' all/2 >roots/2.root.json
refused 'a broken one between' 1 'roots/2.root.json: root 2: ' alone
root 4 $far 1 d >roots/4.root.json
cp all/2 roots/2.root.json
refused 'a draft' 3 'roots/4.root.json: no known signature format' alone
rm roots/4.root.json
passes 'without it' alone
dsse policy roots/4.root.json "{$policy,\"expires\":\"$far\",$rules}" pol d
refused 'a policy in its place' 3 'roots/4.root.json: root 4: ' alone

# ---- the folder ----

folder 1 2 3
echo x >roots/README
echo x >roots/root.json
passes 'other names mean nothing' alone
for name in 01 0 x -1 9007199254740993000000; do
    cp all/3 "roots/$name.root.json"
    refused "the name $name.root.json" 3 "expected N.root.json for version N, found the name $name" alone
    rm "roots/$name.root.json"
done
rm roots/*.root.json
refused 'an empty folder' 3 'roots: expected 1.root.json or a later root in this folder' alone
folder 1 2 3
bounded() { by_roots --insecure-no-state --limit envelope="$1"; }
check_exit 'three files of 2 to 3 thousand bytes within 20,000' 0 out~verified bounded 20000
check_exit 'and not within 5,000' 3 'err~2.root.json: ' bounded 5000
rm roots/*.root.json
seq -f 'roots/%.0f.root.json' 1025 | xargs touch
refused 'as many as a chain may have' 3 'roots/1.root.json: ' alone
touch roots/1026.root.json
refused 'one more' 3 'roots: expected at most 1024 roots after the first, found more' alone

# ---- what is remembered ----

for version in 1 2 3 4; do
    dsse root all/$version-far "$(root $version $far 1 a)" a
    dsse root all/$version-evil "$(root $version $far 1 stranger)" stranger
done
dsse root all/3-other "$(root 3 $far 2 a b)" a b
folder 1-far
passes 'the first use' kept
also 'it is said' 'err~state: first use'
is 'the folder is recorded' "$(jq -c '.folders | keys' ../state)" "[\"$PWD/roots\"]"
is 'by the digest of its first root' "$(jq -r '.folders[]' ../state)" \
    "$(jq -r .payload all/1-far | base64 -d | sha256sum | cut -d ' ' -f 1)"
passes 'the second use' kept
also 'nothing is said' err=
folder 1-far 2-far
passes 'a newer root' kept
is 'is recorded' "$(jq -c '[.roots[].version]' ../state)" '[2]'
folder 1-far
refused 'an older one' 6 'version 1 is older than version 2 seen before' kept
passes 'without a state' alone
folder 2-far
passes 'the older ones may be gone' kept
folder 3-far
refused 'but not the one that was seen' 6 \
    'expected a chain of roots from root 2, which was seen before, found one that begins with root 3' kept
passes 'without a state too' alone
folder 2-far 3-far
passes 'a newer one after it' kept
is 'of the same chain' "$(jq -c '[(.roots | length), .roots[].version, (.folders | length)]' ../state)" \
    '[1,3,1]'
cp ../state ../before
folder 2-far 3-other
refused 'another root of its version' 6 'version 3 was seen before with other contents' kept
folder 1-evil
refused 'another chain, shorter' 6 'is older than version 3 seen before' kept
folder 1-evil 2-evil 3-evil
refused 'another chain' 6 'version 3 was seen before with other contents' kept
folder 1-evil 2-evil 3-evil 4-evil
refused 'another chain, longer' 6 'version 3 was seen before with other contents' kept
folder 4-evil
refused 'another chain, later' 6 'expected a chain of roots from root 3' kept
check_exit 'by another state it passes' 0 out~verified by_roots --state ../another
same_bytes 'nothing is remembered of them' ../state ../before
folder 3-far
passes 'the newest alone' kept
check_exit 'as a file' 0 err= signet-verify --policy policy --root roots/3.root.json --state ../state app
also 'it is the same chain' out~verified
check_exit 'an older one as a file' 6 'err~version 1 is older than version 3 seen before' \
    signet-verify --policy policy --root all/1-far --state ../state app
mv roots moved
check_exit 'from another folder' 0 err= \
    signet-verify --policy policy --root moved --state ../state app
is 'which is recorded too' "$(jq -c '[(.roots | length), (.folders | length)]' ../state)" '[1,2]'
mv moved "new
line"
check_exit 'from one whose name cannot be recorded' 3 'err~path of a folder of roots: expected a text' \
    signet-verify --policy policy --root new* --state ../state app
rm -r new*

# ---- the environment ----

folder 1-far
[ "$(id -u)" -ne 0 ] || user='setpriv --reuid=65534 --regid=65534 --clear-groups'
chmod 711 "$tap_dir"
case ${TMPDIR:-/tmp} in /tmp | /var/tmp) ;; *) chmod 711 "$TMPDIR" ;; esac
chmod -R a+rX .

# named VARIABLE=VALUE... COMMAND...: as a user.
named()
{
    # shellcheck disable=SC2086 # words
    $user env "$@"
}

no_state='signet-verify --insecure-no-state'
# shellcheck disable=SC2086 # words
{
    check_exit 'both by name' 0 'out~"rule":"all","policy":{"name":"acme","version":1}' \
        named SIGNET_POLICY=policy SIGNET_ROOT=roots $no_state --json app
    is 'the report names them' "$(jq -c .environment "$tap_out")" '["SIGNET_POLICY","SIGNET_ROOT"]'
    check_exit 'the root by name' 0 out~verified \
        named SIGNET_ROOT=roots $no_state --policy policy --json app
    is 'the report names it alone' "$(jq -c .environment "$tap_out")" '["SIGNET_ROOT"]'
    check_exit 'the command line wins' 0 out~verified \
        named SIGNET_POLICY=nowhere SIGNET_ROOT=nowhere $no_state --policy policy --root roots app
    check_exit 'keys win too' 0 'out~"rule":"keys of the command line"' \
        named SIGNET_POLICY=nowhere SIGNET_ROOT=nowhere signet-verify -k rel.pub --json app
    is 'and nothing was taken' "$(jq -c .environment "$tap_out")" '[]'
    check_exit 'a policy alone' 2 'err~options --policy and --root go together' \
        named SIGNET_POLICY=policy $no_state app
    check_exit 'a root alone' 2 'err~no key to verify with' named SIGNET_ROOT=roots signet-verify app
    check_exit 'what excludes a policy' 2 'err~SIGNET_POLICY names a policy, which excludes' \
        named SIGNET_POLICY=policy SIGNET_ROOT=roots $no_state --threshold 1 app
}
if [ -n "$user" ]; then
    user=
    check_exit 'as root they mean nothing' 2 'err~no key to verify with' \
        named SIGNET_POLICY=policy SIGNET_ROOT=roots signet-verify app
else
    ok 'as root they mean nothing: not tried'
fi
