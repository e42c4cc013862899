#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# signet-sign --release and --usage: what is stated of files and bundles, what signet-verify makes
# of it, and what is refused. Statements that this tool does not make are signed by OpenSSL.
# shellcheck source=tests/common/tap.sh
. "${0%/*}/../common/tap.sh"
plan 87

release=https://in-toto.io/attestation/release/v0.1
signet-key generate -q --no-passphrase -o k >/dev/null
signet-key generate -q --no-passphrase -o j >/dev/null
printf 'hello\n' >f
mkdir -p m/w
printf 'weights\n' >m/w/0.bin
printf '{}' >m/config.json
SOURCE_DATE_EPOCH=1793491200
export SOURCE_DATE_EPOCH

# payload FILE: the statement in a signature file.
payload()
{
    jq -r '(.dsseEnvelope // .).payload' "$1" | base64 -d
}

# identity FOLDER: its bundle identity, by coreutils.
identity()
{
    (cd "$1" && find . -type f | sed 's,^\./,,' | LC_ALL=C sort | while read -r name; do
        printf '%s  %s\0' "$(sha256sum "$name" | cut -d' ' -f1)" "$name"
    done) | sha256sum | cut -d' ' -f1
}

# forge KEY STATEMENT OUT: a DSSE file by OpenSSL.
forge()
{
    printf 'DSSEv1 28 application/vnd.in-toto+json %d %s' "$(printf '%s' "$2" | wc -c)" "$2" >pae
    openssl pkeyutl -sign -rawin -inkey "$1" -in pae -out raw
    jq -n --arg payload "$(printf '%s' "$2" | base64 -w0)" --arg sig "$(base64 -w0 <raw)" \
        '{payloadType: "application/vnd.in-toto+json", payload: $payload, signatures: [{keyid: "", sig: $sig}]}' >"$3"
    rm pae raw
}

# statement PREDICATE DIGESTS: of a release.
statement()
{
    printf '{"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"x","digest":%s}],"predicateType":"%s","predicate":%s}' \
        "$2" "$release" "$1"
}

# refused NAME TEXT ARGUMENT...: as wrong usage of signet-sign -k k.key.
refused()
{
    refused_name=$1 refused_text=$2
    shift 2
    check_exit "$refused_name" 2 "err~$refused_text" signet-sign -k k.key "$@"
}

# reported NAME FILE EXPECTED: name, version, predicate type and verdict of the first artifact.
reported()
{
    is "$1" "$(signet-verify --json -k k.pub "$2" 2>/dev/null |
        jq -c '.artifacts[0] | [.result, .name, .release, .signatures[0].covers]')" "$3"
}

# ---- files ----

check_exit 'a file' 0 'out=f.sigstore.json: covers the bytes of the file, as that release' \
    signet-sign -k k.key --release acme/tools@1.4.0-rc.1+b7 f
is 'the predicate' "$(payload f.sigstore.json | jq -c .predicate)" \
    '{"purl":"pkg:generic/acme/tools@1.4.0-rc.1+b7","signedAt":"2026-11-01T00:00:00Z","size":6,"usage":"data"}'
is 'its type' "$(payload f.sigstore.json | jq -r .predicateType)" $release
is 'the subject' "$(payload f.sigstore.json | jq -c .subject)" \
    "[{\"digest\":{\"sha256\":\"$(sha256sum f | cut -d' ' -f1)\"},\"name\":\"f\"}]"
is 'in canonical form' "$(payload f.sigstore.json | signet-canon -)" "$(payload f.sigstore.json)"
check_exit 'it verifies, as that release' 0 \
    "out=verified: f: file, 6 bytes, acme/tools 1.4.0-rc.1+b7, signed by $(signet-key show k.pub --as fingerprint)" \
    signet-verify -k k.pub f
reported 'and the report names it' f '["pass","acme/tools","1.4.0-rc.1+b7","file"]'
check_exit 'by another key it does not' 5 'err~no key for' signet-verify -k j.pub f
check_exit '--expect' 0 'out~verified: f' signet-verify -k k.pub --expect acme/tools f
check_exit '--expect of another version' 1 'err~1.4.0' \
    signet-verify -k k.pub --expect acme/tools@1.4.0 f
printf 'hallo\n' >f
check_exit 'a changed file' 1 'err~content differs' signet-verify -k k.pub f
reported 'has no name' f '["fail",null,null,"file"]'
printf 'hello\n' >f
rm f.sigstore.json
signet-sign -q -k k.key f
reported 'nor has a file that is no release' f '["pass",null,null,"file"]'
rm f.sigstore.json
is 'the environment is named in the report' \
    "$(signet-sign --json -k k.key --release a@1.0.0 f 2>/dev/null | jq -c .environment)" \
    '["SOURCE_DATE_EPOCH"]'
rm f.sigstore.json
check_exit 'a time that is none' 2 'err~SOURCE_DATE_EPOCH: expected seconds' \
    env SOURCE_DATE_EPOCH=now signet-sign -k k.key --release a@1.0.0 f
check_exit 'or later than a year has digits' 2 'err~SOURCE_DATE_EPOCH: expected seconds' \
    env SOURCE_DATE_EPOCH=253402300800 signet-sign -k k.key --release a@1.0.0 f
before=$(date -u +%Y-%m-%dT%H:%M:%SZ)
env -u SOURCE_DATE_EPOCH signet-sign -q -k k.key --release a@1.0.0 f
after=$(date -u +%Y-%m-%dT%H:%M:%SZ)
is 'without it the clock is read' "$(payload f.sigstore.json |
    jq --arg a "$before" --arg b "$after" '.predicate.signedAt | . >= $a and . <= $b')" true
rm f.sigstore.json

# ---- what a file is for ----

# used FILE EXPECTED: what is detected.
used()
{
    is "$1 is $2" "$(signet-sign --dry-run --release a@1.0.0 "$1" | jq -r .predicate.usage)" "$2"
}
printf '#!/bin/sh\n' >script
printf 'GGUF\003\0\0\0' >gguf
printf '\002\0\0\0\0\0\0\0{}' >safetensors
printf '\002\0\0\0\0\0\0\0[]' >no-safetensors
printf '\0\0\0\0\0\0\0\001{}' >no-header
cp /bin/sh program
cp "$(ldd /bin/sh | awk '/libc\./ { print $3 }')" system-libc
cp "$(ldd /bin/sh | awk '/\/ld-/ { print $1 }')" system-interp
# ELF files of 64 and 32 bits: one loaded segment, and what its dynamic section says.
python3 - <<'PY'
import struct
def elf(wide=True, big=False, kind=3, interp=None, soname=None, pie=False):
    order, word = '>' if big else '<', 'Q' if wide else 'I'
    head, entry = (64, 56) if wide else (52, 32)
    names = b'\0' + (soname or b'') + b'\0'
    tags = [(5, 4096 - 256), (10, len(names))] + [(14, 1)] * (soname is not None)
    tags += [(0x6ffffffb, 0x8000000)] * pie + [(0, 0)]
    dynamic = b''.join(struct.pack(order + 2 * word, *tag) for tag in tags)
    segments = [(1, 0, 4096)] + [(3, 1024, len(interp or b''))] * (interp is not None)
    segments += [(2, 2048, len(dynamic))] * (kind == 3)
    data = bytearray(4096)
    data[:head] = b'\x7fELF' + bytes([2 if wide else 1, 2 if big else 1, 1]) + bytes(9) + struct.pack(
        order + 'HHI' + 3 * word + 'IHHHHHH', kind, 62, 1, 0, head, 0, 0, head, entry,
        len(segments) if kind != 1 else 0, 0, 0, 0)
    for i, (type, at, size) in enumerate(segments):
        fields = (at, at, at, size, size)
        form, fields = ('IIQQQQQQ', (type, 4, *fields, 1)) if wide else ('IIIIIIII', (type, *fields, 4, 1))
        data[head + i * entry:head + (i + 1) * entry] = struct.pack(order + form, *fields)
    data[2048:2048 + len(dynamic)] = dynamic
    data[4096 - 256:4096 - 256 + len(names)] = names
    data[1024:1024 + len(interp or b'')] = interp or b''
    return bytes(data)
ld = b'/lib64/ld-linux-x86-64.so.2\0'
for name, data in {
    'static': elf(kind=2), 'static-pie': elf(pie=True), 'dynamic': elf(interp=ld),
    'dynamic32': elf(wide=False, big=True, interp=ld), 'named-pie': elf(interp=ld, soname=b'a.so', pie=True),
    'library': elf(soname=b'a.so'), 'library32': elf(wide=False, big=True, soname=b'a.so'),
    'nameless': elf(), 'like-libc': elf(interp=ld, soname=b'libc.so.6'),
    'interp': elf(soname=b'ld-linux.so.2'), 'interp64': elf(soname=b'ld64.so.2'),
    'interp32': elf(wide=False, soname=b'ld.so.1'), 'no-interp': elf(soname=b'libld-linux.so.2'),
    'object': elf(kind=1), 'cut': elf(interp=ld)[:4000], 'endless': elf(interp=ld[:-1]),
}.items():
    open(name, 'wb').write(data)
PY
for name in program static static-pie dynamic dynamic32 named-pie; do
    used $name program
done
for name in library library32 nameless like-libc no-interp system-libc; do
    used $name lib
done
for name in interp interp64 interp32 system-interp; do
    used $name interp
done
for name in object cut endless; do
    used $name data
done
used script script
used gguf model
used safetensors model
used no-safetensors data
used no-header data
for usage in program interp lib script model data; do
    is "--usage $usage" "$(signet-sign --dry-run --release a@1.0.0 --usage $usage f |
        jq -r .predicate.usage)" $usage
done
refused '--usage of another word' 'usage: expected program, interp, lib, script, model or data' \
    --release a@1.0.0 --usage tool f
refused '--usage alone' '--usage goes with --release' --usage data f

# ---- names and versions ----

for name in 'a b@1.0.0' '../a@1.0.0' 'a/./b@1.0.0' '/a@1.0.0' 'a/@1.0.0' 'a%2F@1.0.0' '@1.0.0' a \
    a@1.0 a@v1.0.0 a@01.0.0 a@1.0.0-01 a@b@1.0.0 'a@1.0.0 '; do
    refused "--release $name" 'expected NAME@VERSION' --release "$name" f
done
for option in --canonical '--shard-size 5' '--kind policy' '--format jsf -o o'; do
    # shellcheck disable=SC2086 # an option and its value
    refused "not with $option" '--release' --release a@1.0.0 $option f
done

# ---- bundles ----

check_exit 'a bundle' 0 'out=m.sig: covers names and contents, not modes, owners, times or links
m.release.sigstore.json: names the release of all that' \
    signet-sign -k k.key --release acme/model@2.0.0 --usage model m
is 'its release' "$(payload m.release.sigstore.json | jq -c '[.predicateType, .predicate, .subject]')" \
    "[\"$release\",{\"purl\":\"pkg:generic/acme/model@2.0.0\",\"signedAt\":\"2026-11-01T00:00:00Z\",\"usage\":\"model\"},[{\"digest\":{\"signetBundle\":\"$(identity m)\"},\"name\":\"m\"}]]"
check_exit 'both verify' 0 'out~verified: m: bundle of 2 files' signet-verify -k k.pub m
reported 'and the report names it' m '["pass","acme/model","2.0.0","bundle"]'
check_exit 'the release alone verifies it, too' 0 \
    'out~verified: m: bundle of 2 files, 10 bytes, acme/model 2.0.0, signed by' \
    signet-verify -k k.pub -s m.release.sigstore.json m
check_exit 'only one of its entries by the list' 0 'out~PARTIAL: 1 of 2' \
    signet-verify -k k.pub --only config.json m
check_exit 'and none by the release' 4 'err~it signs the bundle as a whole' \
    signet-verify -k k.pub -s m.release.sigstore.json --only config.json m
tar -cf m.tar m
check_exit 'an archive of it verifies by the release' 0 'out~verified: m.tar' \
    signet-verify -k k.pub -s m.release.sigstore.json m.tar
printf 'x' >m/w/1.bin
check_exit 'what is added is refused' 1 'err~content differs: signed bundle' \
    signet-verify -k k.pub -s m.release.sigstore.json m
rm m/w/1.bin
printf 'weightz\n' >m/w/0.bin
check_exit 'and what is changed' 1 'err~content differs: signed bundle' \
    signet-verify -k k.pub -s m.release.sigstore.json m
printf 'weights\n' >m/w/0.bin
check_exit 'a bundle is not its file' 1 'err~over a bundle, not over this file' \
    signet-verify -k k.pub -s m.release.sigstore.json f
signet-sign -q -k k.key --release a@1.0.0 f
check_exit 'a file is no bundle' 1 'err~over a file, not over this directory' \
    signet-verify -k k.pub -s f.sigstore.json m
rm m.sig
check_exit 'the second output is kept, too' 3 'err~m.release.sigstore.json: exists' \
    signet-sign -k k.key --release a@1.0.0 m
rm m.release.sigstore.json
refused 'one output is not enough' 'signed into two files' --release a@1.0.0 -o o m
refused 'in one format' 'signed into two files' --release a@1.0.0 --format dsse m
is '--dry-run says both' "$(signet-sign --dry-run --release a@1.0.0 m | jq -r .predicateType)" \
    "https://model_signing/signature/v1.0
$release"

# ---- what others sign ----

digests="{\"sha256\":\"$(sha256sum f | cut -d' ' -f1)\"}"
good='{"purl":"pkg:generic/a@1.0.0","signedAt":"2026-11-01T00:00:00Z"}'
forge k.key "$(statement "$good" "$digests")" o
check_exit 'the twin that passes' 0 'out~verified: f' signet-verify -k k.pub -s o f
forge k.key "$(statement '{"purl":"pkg:npm/a@1.0.0","signedAt":"2026-11-01T00:00:00Z"}' "$digests")" o
check_exit 'a release of another kind' 3 'err~purl: expected pkg:generic/NAME@VERSION' \
    signet-verify -k k.pub -s o f
forge k.key "$(statement '{"purl":"pkg:generic/a@1.0.0"}' "$digests")" o
check_exit 'a release of no time' 3 'err~signedAt: expected a time' signet-verify -k k.pub -s o f
forge k.key "$(statement "$good" "{\"signetBundle\":\"$(identity m)\"}")" o
check_exit 'a bundle by another program' 0 'out~verified: m' signet-verify -k k.pub -s o m
