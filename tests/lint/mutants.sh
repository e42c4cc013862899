#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Deliberate bugs that could be met: each has a head, names programs that there are, and fits the
# code as it is now. Whether it is noticed is for tests/mutants/run.
# shellcheck source=tests/common/lint.sh
. "${0%/*}/../common/lint.sh"
plan 8

heads()
{
    project_files "$1/tests/mutants" '*.patch' | while read -r patch; do
        for word in Breaks Why Kill; do
            grep -q "^$word: ." "$patch" || printf '%s: no %s\n' "$patch" "$word"
        done
    done
}

programs()
{
    project_files "$1/tests/mutants" '*.patch' | while read -r patch; do
        sed -n 's/^Kill: *//p' "$patch" | tr -s ' ' '\n' | while read -r program; do
            case $program in
            unit/*) file=tests/unit/test_${program#unit/}.c ;;
            corpus/*) file=tests/fuzz/fuzz_${program#corpus/}.c ;;
            *) file=tests/$program.sh ;;
            esac
            [ -f "$1/$file" ] || printf '%s: there is no %s\n' "$patch" "$program"
        done
    done
}

fits()
{
    project_files "$1/tests/mutants" '*.patch' | while read -r patch; do
        patch -d "$1" -p1 --fuzz=0 --dry-run <"$patch" >/dev/null 2>&1 ||
            printf '%s: does not apply\n' "$patch"
    done
}

none 'every mutant has a head' "$(heads "$SIGNET_SOURCE")"
none 'every mutant names programs that there are' "$(programs "$SIGNET_SOURCE")"
none 'every mutant applies' "$(fits "$SIGNET_SOURCE")"

caught 'a head without a reason' heads tests/mutants/x.patch 'Breaks: a.\nKill: unit/a\n'
caught 'a unit test that has gone' programs tests/mutants/x.patch 'Kill: unit/gone\n'
caught 'a corpus that has gone' programs tests/mutants/x.patch 'Kill: corpus/gone\n'
caught 'a script that has gone' programs tests/mutants/x.patch 'Kill: cli/gone\n'
caught 'a mutant of other code' fits tests/mutants/x.patch \
    '--- a/f.c\n+++ b/f.c\n@@ -1 +1 @@\n-is\n+was\n'
