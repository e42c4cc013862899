#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Files as such: where they may lie, how long they may be, their first line, their mode.
# shellcheck source=tests/common/lint.sh
. "${0%/*}/../common/lint.sh"
plan 19

top=' CMakeLists.txt CMakePresets.json README.md LICENSE CHANGELOG.md cmd lib include keys tests examples '

known()
{
    (cd "$1" && git ls-files -co --exclude-standard)
}

stray()
{
    known "$1" | cut -d/ -f1 | sort -u | while read -r name; do
        case $name in .*) continue ;; esac
        case $top in *" $name "*) ;; *) printf '%s\n' "$name" ;; esac
    done
    known "$1" |
        grep -E '~$|\.(orig|rej|swp|bak|o|a|so|gcda|gcno|log|tmp|pyc)$|(^|/)core$'
}

too_long()
{
    project_files "$1" '*.c' '*.cpp' | xargs -r wc -l | awk '$2 != "total" && $1 > 600'
    project_files "$1" '*.h' | xargs -r wc -l | awk '$2 != "total" && $1 > 300'
    find "$1" -name .git -prune -o -name build -prune -o -path '*/testdata' -prune -o \
        -type f -size +512k -print
}

no_licence()
{
    project_files "$1" '*.[ch]' '*.c.in' '*.cpp' '*.sh' '*.mjs' '*.py' '*.awk' '*.cmake' '*.cmake.in' \
        '*.pc.in' '*.def' '*.yml' '*.[17]' CMakeLists.txt .gitignore run | while read -r file; do
        case $file in */.gitignore) continue ;; esac
        head -n 2 "$file" | grep -q 'SPDX-License-Identifier: Apache-2\.0' || printf '%s\n' "$file"
    done
}

# A script is executable, and nothing else is; tests/common is sourced.
wrong_mode()
{
    project_files "$1" '*' | while read -r file; do
        mode=data
        [ "$(head -c 2 "$file" | tr -d '\000')" = '#!' ] && mode=script
        [ -x "$file" ] && mode="$mode executable"
        case $mode in
        script) printf '%s is not executable\n' "$file" ;;
        'data executable') printf '%s is executable\n' "$file" ;;
        esac
    done
}

# Text ends with one line feed, has no carriage returns and no trailing blanks, but for the one of a
# prompt that a test expects.
untidy()
{
    project_files "$1" '*.[ch]' '*.sh' '*.mjs' '*.awk' '*.md' '*.cmake' '*.in' '*.[17]' CMakeLists.txt run |
        grep -v /vectors/ | while read -r file; do
        grep -nE '(^|[^:])[[:blank:]]+$' "$file" | sed "s,^,$file:,"
        grep -q "$(printf '\r')" "$file" && printf '%s: carriage return\n' "$file"
        [ -z "$(tail -c 1 "$file")" ] || printf '%s: no line feed at the end\n' "$file"
        [ -n "$(tail -n 1 "$file")" ] || printf '%s: empty line at the end\n' "$file"
    done
}

links()
{
    find "$1" -name .git -prune -o -name build -prune -o -type l -print
}

repository()
{
    git init -q planted
    stray planted
}

is 'git knows the project' "$(known "$SIGNET_SOURCE" | grep -cx -e CMakeLists.txt -e lib/CMakeLists.txt)" 2
none 'nothing lies where it does not belong' "$(stray "$SIGNET_SOURCE")"
none 'no file is too long' "$(too_long "$SIGNET_SOURCE")"
none 'each source names its licence in its first lines' "$(no_licence "$SIGNET_SOURCE")"
none 'scripts are executable, and only they' "$(wrong_mode "$SIGNET_SOURCE")"
none 'no stray blanks' "$(untidy "$SIGNET_SOURCE")"
none 'no symbolic links' "$(links "$SIGNET_SOURCE")"

many=$(awk 'BEGIN { for (i = 0; i < 601; i++) printf "int x;\\n" }')
caught 'a new folder at the top' repository docs/x.md 'x\n'
caught 'what an editor left' repository lib/base/x.c.orig 'x\n'
caught 'a source of 601 lines' too_long lib/x.c "$many"
caught 'a header of 301 lines' too_long lib/x.h "$(printf '%s' "$many" | head -c 2408)"
caught 'a big file' too_long tests/x.bin "$(head -c 600000 /dev/zero | tr '\0' x)"
caught 'a source without licence' no_licence lib/x.c '/* x */\n'
caught 'a CMake list without licence' no_licence lib/CMakeLists.txt '# x\n'
caught 'a script that is not executable' wrong_mode tests/x.sh '#!/bin/sh\n'
caught 'a blank at the end of a line' untidy lib/x.c 'int x; \n'
caught 'no line feed at the end' untidy lib/x.c 'int x;'
caught 'a carriage return' untidy lib/x.c 'int x;\r\n'
ln -s /etc planted/link
some 'a symbolic link' "$(links planted)"
