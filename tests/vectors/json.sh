#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# signet-canon over vectors of canonical JSON: what must be accepted gives exactly the bytes that
# were written by others, what must be refused gives exit status 3, the position of a byte, and
# nothing on stdout. PROVENANCE and SOURCE.md beside the data say where it comes from.
# shellcheck source=tests/common/tap.sh
. "${0%/*}/../common/tap.sh"
own=$SIGNET_SOURCE/tests/vectors/json
data=${SIGNET_TESTDATA:-}
plan $((2 + 16 * (${#data} > 0)))
tab=$(printf '\t')

# differs INPUT EXPECTED: prints what is wrong if INPUT does not give the bytes of EXPECTED.
differs()
{
    signet-canon "$1" >found 2>problem
    status=$?
    if [ "$status" -ne 0 ] || [ -s problem ] || ! cmp -s found "$2"; then
        printf '%s: status %d: %s\n' "$1" "$status" "$(cat problem)"
    fi
}

# accepted_wrongly INPUT: prints what is wrong if INPUT is not refused as promised.
accepted_wrongly()
{
    signet-canon "$1" >found 2>problem
    status=$?
    if [ "$status" -ne 3 ] || [ -s found ] || ! grep -qE '\(byte [0-9]+\)$' problem; then
        printf '%s: status %d: %s\n' "$1" "$status" "$(cat problem)"
    fi
}

# all_give NAME COUNT FILE...: each COUNT of files gives what the file named by expected_of holds.
all_give()
{
    name=$1 count=$2
    shift 2
    is "$name: how many" "$#" "$count"
    none "$name" "$(for input; do differs "$input" "$(expected_of "$input")"; done)"
}

expected_of()
{
    printf '%s\n' "${1%.in.json}.out.json"
}
all_give 'the own vectors' 10 "$own"/canon/*.in.json

if [ -z "$data" ]; then
    note 'no large test data: only the own vectors were read'
    exit
fi

expected_of()
{
    printf '%s/output/%s\n' "${1%/input/*}" "${1##*/}"
}
all_give 'the vectors of the JCS project' 6 "$data"/jcs/input/*.json
all_give 'further pairs' 19 "$data"/jcs/extra/input/*.json

set -- "$data"/jcs/reject/*.json
is 'texts to be refused: how many' $# 64
none 'texts to be refused' "$(for input; do accepted_wrongly "$input"; done)"

# Each row: file, accept or reject, the canonical bytes in hexadecimal or a reason.
# rows TABLE VERDICT: the rows of that verdict, without the heading.
rows()
{
    awk -F "$tab" -v verdict="$2" '$2 == verdict' "$data/json/$1.expected.tsv"
}

for table in test_parsing:99:218 test_transform:13:9; do
    folder=${table%%:*} refused=${table##*:}
    accepted=${table#*:}
    accepted=${accepted%:*}
    is "$folder: how many are accepted" "$(rows "$folder" accept | wc -l)" "$accepted"
    none "$folder: accepted" "$(rows "$folder" accept | while IFS=$tab read -r file _ expected; do
        found=$(signet-canon "$data/json/$folder/$file" 2>&1 | od -An -v -tx1 | tr -d ' \n')
        [ "$found" = "$expected" ] || printf '%s: found %s\n' "$file" "$found"
    done)"
    is "$folder: how many are refused" "$(rows "$folder" reject | wc -l)" "$refused"
    none "$folder: refused" "$(rows "$folder" reject | while IFS=$tab read -r file _; do
        accepted_wrongly "$data/json/$folder/$file"
    done)"
done

# Each row: file, its size and SHA-256, the size and SHA-256 of its canonical form.
boms()
{
    tail -n +2 "$data/sbom/canonical.tsv"
}
is 'documents of real tools: how many' "$(boms | wc -l)" 10
none 'documents of real tools: digests and sizes' \
    "$(boms | while IFS=$tab read -r file bytes digest canonical_bytes canonical_digest; do
        path=$data/sbom/$file
        [ "$(wc -c <"$path") $(sha256sum <"$path")" = "$bytes $digest  -" ] || echo "$file: not the file meant"
        [ "$(signet-canon --digest "$path")" = "$canonical_digest" ] || echo "$file: another digest"
        signet-canon "$path" >canonical
        [ "$(wc -c <canonical) $(sha256sum <canonical)" = "$canonical_bytes $canonical_digest  -" ] ||
            echo "$file: another form"
    done)"
