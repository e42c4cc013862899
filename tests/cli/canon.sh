#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# signet-canon on JSON: results, options and mistakes. The document and its canonical form are those
# of RFC 8785 sections 3.2.2 and 3.2.4; digests are compared with coreutils and OpenSSL.
# shellcheck source=tests/common/tap.sh
. "${0%/*}/../common/tap.sh"
plan 130
version=$(sed -n 's/^project(signet VERSION \([0-9.]*\).*/\1/p' "$SIGNET_SOURCE/CMakeLists.txt")

cat >rfc.json <<'JSON'
{
  "numbers": [333333333.33333329, 1E30, 4.50,
              2e-3, 0.000000000000000000000000001],
  "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
  "literals": [null, true, false]
}
JSON
printf '%s' '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'"'"'B\"\\\\\"/"}' >rfc.canonical

# canon_is NAME COMMAND...: prints exactly the canonical form, and nothing on stderr.
canon_is()
{
    name=$1
    shift
    check_exit "$name" 0 err= "$@"
    same_bytes "$name: the bytes of RFC 8785" "$tap_out" rfc.canonical
}

canon_is 'a file' signet-canon rfc.json
tap_in=rfc.json
canon_is 'standard input' signet-canon -
tap_in=
cp rfc.json -- -dash.json
canon_is 'a name that begins with a dash, after --' signet-canon -- -dash.json
canon_is 'the canonical form is its own' signet-canon rfc.canonical
canon_is 'quiet drops no result' signet-canon -q rfc.json
canon_is '--output=-' signet-canon --output=- rfc.json

for spelling in '-o out' '-oout' '--output out' '--output=out'; do
    # shellcheck disable=SC2086 # two words in some
    check_exit "$spelling" 0 out= signet-canon $spelling rfc.json
    same_bytes "$spelling: the file" out rfc.canonical
    rm -f out
done

sha256=$(sha256sum <rfc.canonical | cut -d' ' -f1)
check_exit '--digest is SHA-256' 0 "out=$sha256" signet-canon --digest rfc.json
check_exit '--hash sha256' 0 "out=$sha256" signet-canon --digest --hash sha256 rfc.json
check_exit '--hash sha384' 0 "out=$(openssl dgst -sha384 -r <rfc.canonical | cut -d' ' -f1)" \
    signet-canon --digest --hash sha384 rfc.json
check_exit '--hash sha512' 0 "out=$(sha512sum <rfc.canonical | cut -d' ' -f1)" \
    signet-canon --digest --hash=sha512 rfc.json
check_exit '--hash blake2b' 0 "out=$(b2sum <rfc.canonical | cut -d' ' -f1)" \
    signet-canon --hash blake2b --digest rfc.json
check_exit '--digest into a file' 0 out= signet-canon --digest -o digest rfc.json
is '--digest into a file: the line' "$(cat digest)" "$sha256"

check_exit '--verbose says how much on stderr' 0 \
    "err=signet-canon: read as JSON: $(wc -c <rfc.json) bytes, canonical $(wc -c <rfc.canonical)" \
    signet-canon --verbose --digest rfc.json
check_exit '--version' 0 "out=signet-canon $version" signet-canon --version
check_exit '-V -v names the libraries' 0 'out~built with libsodium ' signet-canon -V -v
check_exit '--help' 0 'out~usage: signet-canon' signet-canon --help
also '--help says nothing on stderr' err=
is '--help fits 80 columns and 40 lines' \
    "$(awk 'length($0) > 80 { wide++ } END { print wide + 0, (NR <= 40) }' "$tap_out")" '0 1'

# The object of --json, read by another JSON parser.
check_exit '--json gives one object' 0 err= signet-canon --json rfc.json
is '--json: its members' \
    "$(jq -r '[.schema, .tool, .version, .result, .path, .kind, .algorithm, .digest, .bytes,
        (.environment | length), (.errors | length)] | map(tostring) | join(" ")' <"$tap_out")" \
    "signet-canon/1 signet-canon $version pass rfc.json json sha256 $sha256 $(wc -c <rfc.canonical) 0 0"
check_exit '--json with --output' 0 err= signet-canon --json -o both rfc.json
same_bytes '--json with --output: the file' both rfc.canonical
is '--json with --output: the object' "$(jq -r .digest <"$tap_out")" "$sha256"
check_exit '--report keeps stdout' 0 "out=$sha256" signet-canon --digest --report report rfc.json
is '--report writes the same object' "$(jq -r .digest report)" "$sha256"
check_exit '--report replaces an earlier report' 0 "out=$sha256" \
    signet-canon --digest --report report rfc.json
check_exit '--json on a failure' 3 'out~"result":"error"' signet-canon --json --report "$tap_dir/report" nothing
also '--json on a failure: text too' 'err=signet-canon: nothing: cannot open: No such file or directory'
is '--json on a failure: one object, with the error' \
    "$(jq -cs '[length, .[0].errors[0].code, .[0].errors[0].offset, .[0].path]' <"$tap_out")" \
    '[1,"IO",null,"nothing"]'
same_bytes '--report on a failure: the same' "$tap_dir/report" "$tap_out"
check_exit '--json on a usage error' 2 'out~"code":"USAGE"' signet-canon --wrong --json rfc.json
is '--json on a usage error: the next step' "$(jq -r '.errors[0].hint' <"$tap_out")" \
    'see signet-canon --help'
printf '{"a":"\033[2J"' >'evil-'"$(printf '\033\377')"
check_exit 'a hostile name is escaped on stderr' 3 'err~evil-\x1b\xff: ' \
    signet-canon 'evil-'"$(printf '\033\377')"
check_exit 'a hostile name is escaped in JSON' 3 'out~"path":"evil-\u001b\ufffd"' \
    signet-canon --json 'evil-'"$(printf '\033\377')"

# refused NAME STATUS TEXT COMMAND...: that status, nothing on stdout, and TEXT on stderr.
refused()
{
    refused_name=$1 refused_status=$2 refused_text=$3
    shift 3
    check_exit "$refused_name" "$refused_status" out= "$@"
    also "$refused_name: the text" "err=signet-canon: $refused_text"
}

# mistake NAME TEXT COMMAND...: a mistake on the command line; the text points to --help.
mistake()
{
    mistake_name=$1 mistake_text=$2
    shift 2
    refused "$mistake_name" 2 "$mistake_text
  see signet-canon --help" "$@"
}

mistake 'no operand' 'expected a PATH to read, or - for standard input' signet-canon
mistake 'two operands' 'expected one PATH, found more' signet-canon rfc.json rfc.json
mistake 'an empty operand' 'an operand is empty; is a shell variable not set?' signet-canon ''
mistake 'an unknown option' 'unknown option --colour' signet-canon --colour rfc.json
mistake 'a misspelt option' 'unknown option --manfest; the nearest one is --manifest' \
    signet-canon --manfest rfc.json
mistake 'an abbreviated option' 'unknown option --dig; the nearest one is --digest' \
    signet-canon --dig rfc.json
mistake 'an unknown short option' 'unknown option -x' signet-canon -x rfc.json
mistake 'an option twice' 'option --digest is given twice' signet-canon --digest --digest rfc.json
mistake 'a value for a flag' 'option --digest takes no value' signet-canon --digest=yes rfc.json
mistake 'no value' 'option --output: expected a value (FILE), found the end of the line' \
    signet-canon rfc.json -o
mistake 'an option as a value' \
    'option --output: expected a value (FILE), found "--digest"; if that is the value, join them as --output=VALUE' \
    signet-canon rfc.json --output --digest
mistake 'an unknown hash' 'option --hash: expected sha256, sha384, sha512 or blake2b, found "md5"' \
    signet-canon --digest --hash md5 rfc.json
mistake 'a hash of nothing' 'option --hash goes with --digest, --json or a manifest' \
    signet-canon --hash sha256 rfc.json
mistake '--ignore without a directory' 'option --ignore goes with a directory or an archive' \
    signet-canon --ignore x rfc.json
mistake '--manifest of standard input' 'option --manifest needs a path; standard input has no name' \
    signet-canon --manifest -
mistake '--quiet and --verbose' 'options --quiet and --verbose exclude each other' \
    signet-canon -qv rfc.json
mistake '--jobs 0' 'option --jobs: expected a number from 1 to 1024, found "0"' \
    signet-canon --jobs 0 rfc.json
mistake '--jobs that is no number' 'option --jobs: expected a number from 1 to 1024, found "+1"' \
    signet-canon --jobs=+1 rfc.json
mistake '--limit of something else' \
    'limit "depth": expected one of json-depth, document, envelope, bundle, entries, path, ratio, unpacked, subjects, signatures, scrypt-n' \
    signet-canon --limit depth=1 rfc.json
mistake '--report -' 'option --report: expected a file; --json prints the object' \
    signet-canon --report - rfc.json
check_exit '--json and the result both on stdout' 2 \
    'err~options --json and --output=- would share standard output' signet-canon --json -o - rfc.json

# What is not strict JSON, with the position of the byte at which it goes wrong.
# malformed NAME TEXT OFFSET: refused at that byte, as a file and as standard input.
malformed()
{
    printf '%b' "$2" >text
    check_exit "$1" 3 out= signet-canon text
    also "$1: where" "err~(byte $3)"
    tap_in=text
    check_exit "$1, on standard input" 3 out= signet-canon -
    also "$1, on standard input: where" "err~(byte $3)"
    tap_in=
}
malformed 'nothing' '' 0
malformed 'a comma too many' '{"a":1,}' 7
malformed 'a name twice' '{"a":1,"\\u0061":2}' 7
malformed 'a byte order mark' '\0357\0273\0277{}' 0
malformed 'a lone surrogate' '["\\ud800"]' 2
malformed 'invalid UTF-8' '["\0303\0050"]' 2
malformed 'a number beyond a double' '[1e400]' 1
malformed 'a second value' '{} {}' 3
malformed 'an end that is missing' '[1,2' 4

check_exit 'a limit on nesting' 3 'err~(byte 15)' signet-canon --limit json-depth=1 rfc.json
check_exit 'a nesting within the limit' 0 err= signet-canon --limit json-depth=2 rfc.json
check_exit 'a limit on size' 3 'err~limit of 100' signet-canon --limit document=100 rfc.json
tap_in=rfc.json
check_exit 'a limit on size, on standard input' 3 'err~limit of 100' \
    signet-canon --limit document=100 -
