#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# No private key lies in the project: outside of the tests none of any form, and in code and
# documents at most the label that is looked for. Tests make their keys.
# shellcheck source=tests/common/lint.sh
. "${0%/*}/../common/lint.sh"
plan 13

label='PRIVATE KEY-----'
# minisign and signify secret keys, OpenSSH's container, age, PKCS#8 of Ed25519, all in base64.
bodies='RWRTY0Iy|RWQAAEIy|RWRCS|b3BlbnNzaC1rZXktdjE|AGE-SECRET-KEY-1|MC4CAQAwBQYDK2Vw|MFECAQEwBQYDK2Vw'

outside_tests()
{
    project_files "$1" '*' | grep -v "^$1/tests/"
}

labels_in_data()
{
    outside_tests "$1" | grep -Ev '\.(c|h|md|[17]|sh)$' | tr '\n' '\0' | xargs -0r grep -lI -e "$label"
}

# A label with base64 on the next line is a key, wherever it stands.
keys_anywhere()
{
    # shellcheck disable=SC2016 # the dollar signs are of awk
    outside_tests "$1" | tr '\n' '\0' | xargs -0r awk -v label="$label" '
        FNR > 1 && index(before, label) && /[A-Za-z0-9+\/=]{40}/ { print FILENAME ":" FNR }
        { before = $0 }'
    outside_tests "$1" | tr '\n' '\0' | xargs -0r grep -nE -e "$bodies" | grep -v '/lib/sign/[a-z_]*\.[ch]:'
}

# JWK with its secret member.
jwks()
{
    project_files "$1/keys" '*' | tr '\n' '\0' | xargs -0r grep -lE '"d" *:'
    project_files "$1/examples" '*' | tr '\n' '\0' | xargs -0r grep -lE '"kty".*"d" *:|"d" *:.*"kty"'
}

none 'no label of a private key in data' "$(labels_in_data "$SIGNET_SOURCE")"
none 'no private key outside of the tests' "$(keys_anywhere "$SIGNET_SOURCE")"
none 'no JWK with a secret member' "$(jwks "$SIGNET_SOURCE")"

base64=MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp
caught 'a key file in keys/' labels_in_data keys/root.pem "-----BEGIN $label\\n$base64\\n"
caught 'a key in a document' keys_anywhere README.md "-----BEGIN $label\\n$base64\\n"
caught 'a key without its label' keys_anywhere examples/a.txt "$base64\\n"
caught 'a minisign key' keys_anywhere keys/minisign.key 'RWRTY0Iyabcdefgh\n'
caught 'a minisign key without a passphrase' keys_anywhere cmd/a.1 'RWQAAEIyabcdefgh\n'
caught 'an OpenSSH key' keys_anywhere examples/id 'b3BlbnNzaC1rZXktdjEAAAAABG5vbmU\n'
caught 'an age key' keys_anywhere lib/a.h 'AGE-SECRET-KEY-1QQQQQQQQ\n'
caught 'a secret JWK' jwks keys/a.jwk '{"kty":"OKP","crv":"Ed25519","x":"a","d":"b"}\n'
rm -rf planted
plant README.md "Look for \`-----BEGIN $label\`.\\n"
none 'the label alone in a document is none' "$(keys_anywhere planted && labels_in_data planted)"
plant tests/unit/x.c "-----BEGIN $label\\n$base64\\n"
none 'a vector of the tests is none' "$(keys_anywhere planted && labels_in_data planted)"
