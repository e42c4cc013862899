#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# signet-sign --attest-verdict: the verification summary of what this process found, which counts
# for a second policy if it passed, and as a refusal if not; and what is not attested at all.
# shellcheck source=tests/common/tap.sh
. "${0%/*}/../common/tap.sh"
# shellcheck source=tests/common/trust.sh
. "$SIGNET_SOURCE/tests/common/trust.sh"
plan 63

vsa=https://slsa.dev/verification_summary/v1
for name in r1 pol a c stranger; do
    signet-key generate -q --no-passphrase -o $name >/dev/null
done
times='"issued":"2026-01-01T00:00:00Z","expires":"2199-01-01T00:00:00Z"'
keys="$(key r1),$(key pol),$(key a),$(key c)"
roles="$(role root 1 r1),$(role policy 1 pol),$(role release 1 a),$(role ci 1 c)"
sign_root root "{\"schema\":\"signet-root/1\",\"version\":1,$times,\"keys\":{$keys},\"roles\":{$roles}}" r1

# policy NAME MORE: by a release key, and whatever else.
policy()
{
    printf '{"schema":"signet-policy/1","name":"%s","version":7,%s,"rules":[{"id":"all","actions":["verify"],"match":{"kinds":["file","bundle"]},"signed_by":[{"role":"release","threshold":1}]%s}]}' \
        "$1" "$times" "$2"
}
sign_policy build "$(policy 'build line' ',"ignored":["cache"]')" pol
sign_policy deploy "$(policy deploy ",\"ignored\":[\"cache\"],\"attestations\":[{\"type\":\"$vsa\",\"role\":\"ci\",\"max_age\":\"P1D\"}]")" pol
sign_policy foreign "$(policy build '')" stranger

# payload FILE: the statement in a signature file.
payload()
{
    jq -r .dsseEnvelope.payload "$1" | base64 -d
}

# sha256 FILE
sha256()
{
    sha256sum "$1" | cut -d' ' -f1
}

attest() { signet-sign -k c.key --attest-verdict --policy build --root root --insecure-no-state "$@"; }
deploy() { signet-verify --policy deploy --root root --insecure-no-state "$@"; }

# failed NAME STATUS TEXT PATH: attested as FAILED, with that status and text.
failed()
{
    failed_status=0
    attest "$4" >"$tap_out" 2>"$tap_err" || failed_status=$?
    is "$1: the status" "$failed_status" "$2"
    also "$1: why" "err~$3"
    is "$1: FAILED" "$(payload "$4.vsa.sigstore.json" |
        jq -c '[.predicate.verificationResult, .predicate.verifiedLevels]')" '["FAILED",["FAILED"]]'
}

# ---- what passes ----

printf 'hello\n' >'a b:é'
signet-sign -q -k a.key 'a b:é'
before=$(date +%s)
check_exit 'a file that passes' 0 'out=a b:é.vsa.sigstore.json: attestation about the bytes of the file, and no signature' \
    attest 'a b:é'
after=$(date +%s)
also 'the switch is said' 'err~an older root or policy passes for the newest'
payload 'a b:é.vsa.sigstore.json' >statement
is 'the types' "$(jq -r '._type + " " + .predicateType' statement)" \
    "https://in-toto.io/Statement/v1 $vsa"
is 'the subject' "$(jq -r '.subject[].digest.sha256' statement)" "$(sha256 'a b:é')"
is 'the members' "$(jq -c '.predicate|keys' statement)" \
    '["inputAttestations","policy","resourceUri","timeVerified","verificationResult","verifiedLevels","verifier"]'
is 'the verifier' "$(jq -r .predicate.verifier.id statement)" \
    "pkg:generic/$(signet-sign --version | sed 's/-sign /@/')"
is 'the resource' "$(jq -r .predicate.resourceUri statement)" 'a%20b%3A%C3%A9'
is 'the policy' "$(jq -c .predicate.policy statement)" \
    "{\"digest\":{\"sha256\":\"$(sha256 build.json)\"},\"uri\":\"signet-policy:build%20line@7\"}"
is 'what it was decided by' "$(jq -c .predicate.inputAttestations statement)" \
    "[{\"digest\":{\"sha256\":\"$(sha256 'a b:é.sigstore.json')\"},\"uri\":\"a%20b%3A%C3%A9.sigstore.json\"}]"
is 'the result' "$(jq -c '[.predicate.verificationResult,.predicate.verifiedLevels]' statement)" \
    '["PASSED",[]]'
at=$(date -d "$(jq -r .predicate.timeVerified statement)" +%s)
is 'the time' "$((before <= at && at <= after))" 1
check_exit 'it counts for a second policy' 0 'out~verified: a b:é' deploy 'a b:é'
mv 'a b:é.vsa.sigstore.json' kept
check_exit 'which refuses without it' 4 "err~$vsa" deploy 'a b:é'
mv kept 'a b:é.vsa.sigstore.json'
check_exit 'a summary is no signature' 4 'err~no signature' signet-verify -k c.pub -s 'a b:é.vsa.sigstore.json' 'a b:é'

check_exit 'it is not replaced' 3 err~exists attest 'a b:é'
check_exit 'but by --force' 0 out~attestation attest --force 'a b:é'
is 'with itself as what was found' "$(payload 'a b:é.vsa.sigstore.json' |
    jq -c '[.predicate.inputAttestations[].uri]')" \
    '["a%20b%3A%C3%A9.sigstore.json","a%20b%3A%C3%A9.vsa.sigstore.json"]'

# ---- what does not ----

printf 'Hello\n' >'a b:é'
check_exit 'a changed file by the second policy' 1 out~REFUSED deploy 'a b:é'
rm 'a b:é.vsa.sigstore.json'
failed 'a changed file' 1 'content differs' 'a b:é'
is 'of those bytes' "$(payload 'a b:é.vsa.sigstore.json' | jq -r '.subject[].digest.sha256')" \
    "$(sha256 'a b:é')"
is 'by nothing' "$(payload 'a b:é.vsa.sigstore.json' | jq -c .predicate.inputAttestations)" '[]'
signet-sign -q -k a.key --force 'a b:é'
check_exit 'a summary that failed does not count' 1 'err~failed' deploy 'a b:é'
check_exit 'the twin that passed' 0 out~attestation attest --force 'a b:é'
check_exit 'does' 0 out~verified deploy 'a b:é'

echo x >unsigned
failed 'an unsigned file' 4 'no signature' unsigned
echo x >strange
signet-sign -q -k stranger.key strange
failed 'a stranger signed' 5 'strange' strange
echo x >good
signet-sign -q -k a.key good
echo x >good2
signet-sign -q -k a.key good2
status=0
rm unsigned.vsa.sigstore.json
attest good unsigned good2 >"$tap_out" 2>"$tap_err" || status=$?
is 'one of three does not' "$status" 4
is 'each has its own' "$(for f in good unsigned good2; do
    payload $f.vsa.sigstore.json | jq -r .predicate.verificationResult; done)" 'PASSED
FAILED
PASSED'
rm -f good.vsa.sigstore.json

# ---- releases and bundles ----

signet-sign -q -k a.key --force --release acme/tools@1.4.0+b.1 good
check_exit 'a release' 0 out~attestation attest good
is 'is named' "$(payload good.vsa.sigstore.json | jq -r .predicate.resourceUri)" \
    pkg:generic/acme/tools@1.4.0+b.1

mkdir -p m/cache
printf 'weights\n' >m/w
printf 'x' >m/cache/x
signet-sign -q -k a.key --ignore cache m
check_exit 'a bundle that leaves something out' 0 'out~m.vsa.sigstore.json: attestation about names and contents' \
    attest m
is 'by its identity' "$(payload m.vsa.sigstore.json | jq -r '.subject[].digest.signetBundle')" \
    "$(printf '%s  w\0' "$(sha256 m/w)" | sha256sum | cut -d' ' -f1)"
check_exit 'counts' 0 'out~verified: m: bundle of 1 file' deploy m
printf 'y' >m/new
check_exit 'an entry more' 1 out~REFUSED deploy m
rm m/new
rm -r m/cache
(cd m && tar cf ../m.tar w)
cp m.sig m.tar.sig
check_exit 'an archive of it' 0 out~attestation attest m.tar
is 'likewise' "$(payload m.tar.vsa.sigstore.json | jq -c '.subject[].digest')" \
    "$(payload m.vsa.sigstore.json | jq -c '.subject[].digest')"
mkdir s
printf 'one\n' >s/1
signet-sign -q -k a.key --shard-size 2 s
check_exit 'files in pieces have no identity' 1 'err~has no identity' attest s

# ---- what is not attested at all ----

rm good.vsa.sigstore.json
bare() { signet-sign -k c.key --attest-verdict --insecure-no-state "$@"; }
check_exit 'no policy' 2 'err~--policy FILE and --root' bare good
check_exit 'no root' 2 'err~--policy FILE and --root' bare --policy build good
check_exit 'not from the environment' 2 'err~--policy FILE and --root' \
    env SIGNET_POLICY=build SIGNET_ROOT=root signet-sign -k c.key --attest-verdict \
    --insecure-no-state good
check_exit 'a policy that a stranger signed' 5 err~foreign bare --policy foreign --root root good
check_exit 'a policy that is none' 3 err~good bare --policy good --root root good
check_exit 'a policy that nobody signed' 2 err~insecure-unsigned-policy \
    bare --policy build.json --root root --insecure-unsigned-policy good
check_exit 'a file that is not there' 3 err~absent attest absent
for option in '--attest urn:x --predicate statement' '--release x@1.0.0' '--ignore x' --contents \
    --canonical '--hash blake2b' '--state s.json'; do
    # shellcheck disable=SC2086 # they are words
    check_exit "not with $option" 2 err~option attest $option good
done
check_exit 'a policy without it' 2 'err~go with --attest-verdict' signet-sign -k c.key --policy build good
check_exit 'nor to date' 2 'err~attest-verdict' attest --time good.sigstore.json c.pub
check_exit 'in a document' 2 'err~--attest-verdict' attest --format jsf -o o good

check_exit '--dry-run' 0 'out~"verificationResult":"PASSED"' attest --dry-run good
check_exit 'with a state' 0 out~attestation \
    signet-sign -k c.key --attest-verdict --policy build --root root --state state.json good
sign_policy build "$(policy 'build line' '' | sed 's/"version":7/"version":6/')" pol
check_exit 'an older policy' 6 err~build \
    signet-sign -k c.key --attest-verdict --policy build --root root --state state.json good2
