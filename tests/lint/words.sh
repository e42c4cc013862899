#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The project speaks of itself alone: no file and no commit message names the place where it is
# written, the people's bookkeeping there, or the host of a package registry; and nothing is
# unfinished by its own words. Patterns are written so that they do not match themselves.
# shellcheck source=tests/common/lint.sh
. "${0%/*}/../common/lint.sh"
plan 13

words='/wor[k]/|/workspac[e]/|\bsteerin[g]\b|closing not[e]|\bissue #?[0-9]+\b|before-sto[p]|developers?.?.?sessio[n]|\bthis sessio[n]\b|\bworkplac[e]\b'
hosts='(registry|registry-1|index|deb|security|proxy|repo1?|files|static)\.(npmj[s]|debia[n]|docke[r]|golan[g]|mave[n]|crate[s]|pythonhoste[d])\.|pyp[i]\.org|crate[s]\.io|yarnpk[g]\.com'
unfinished='\b(TOD[O]|FIXM[E]|XX[X])\b|not implemente[d] yet|lorem ipsu[m]'

# in_files PATTERN ROOT: lines of the project's texts, those of other people's vectors left out.
in_files()
{
    project_files "$2" '*' | grep -v '/tests/vectors/.*/' | tr '\n' '\0' |
        xargs -0r grep -nIiE -e "$1" | cut -c 1-200
}

foreign_words()
{
    in_files "$words" "$1"
}

foreign_hosts()
{
    in_files "$hosts" "$1"
}

unfinished_work()
{
    project_files "$1" '*.[ch]' '*.sh' '*.mjs' '*.md' '*.[17]' CMakeLists.txt '*.cmake' |
        grep -v '/tests/vectors/.*/' | tr '\n' '\0' | xargs -0r grep -nIE -e "$unfinished" | cut -c 1-200
}

messages()
{
    git -C "$1" log --format='%h %B' 2>/dev/null | grep -niE -e "$words" -e "$hosts"
}

long_subjects()
{
    git -C "$1" log --no-merges --format='%s' 2>/dev/null | awk 'length($0) > 60'
}

none 'no word of another place' "$(foreign_words "$SIGNET_SOURCE")"
none 'no host of a package registry' "$(foreign_hosts "$SIGNET_SOURCE")"
none 'nothing unfinished' "$(unfinished_work "$SIGNET_SOURCE")"
is 'there are commit messages' "$(git -C "$SIGNET_SOURCE" log -1 --format=%s | grep -c .)" 1
none 'nor in a commit message' "$(messages "$SIGNET_SOURCE")"
none 'commit subjects of at most 60 characters' "$(long_subjects "$SIGNET_SOURCE")"

caught 'a path of the place' foreign_words lib/x.c "/* see /wor""k/notes */\\n"
caught 'a number of a list' foreign_words README.md 'Closes issu''e #12.\n'
caught 'a registry' foreign_hosts tests/x.json '"https://registry.npm''js.org/x"\n'
caught 'an archive' foreign_hosts tests/x.sh 'echo deb.deb''ian.org\n'
caught 'a mark of unfinished work' unfinished_work lib/x.c '/* TO''DO: check */\n'
git init -q planted
git -C planted -c user.name=x -c user.email=x@example.com commit -q --allow-empty \
    -m "$(printf 'x%.0s' 1 2 3 4 5 6 7 8 9 10; printf ' a subject line that says far too much for one line')" \
    -m 'From issu''e 7.'
some 'a word in a commit message' "$(messages planted)"
some 'a long subject' "$(long_subjects planted)"
