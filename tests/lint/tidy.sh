#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# clang-tidy, as .clang-tidy sets it, over every source of lib/ and cmd/, two at a time.
# shellcheck source=tests/common/lint.sh
. "${0%/*}/../common/lint.sh"
plan 3

# tidy FOLDER FILE...: the findings, with the compile commands of that folder. One file a process:
# with several, the analyzer of clang 14 sees va_list used before va_start.
tidy()
{
    folder=$1
    shift
    printf '%s\n' "$@" | xargs -r -P 2 -n 1 clang-tidy -p "$folder" --quiet \
        --config-file="$SIGNET_SOURCE/.clang-tidy" --warnings-as-errors='*' 2>&1 |
        grep -E -A 3 '(warning|error):|not found' | head -n 120
}

# clang 14 does not know all flags of gcc; warnings are the compiler's own business. What a source
# asks of the C library must be known before tidy.h includes anything of it.
jq --arg source "$SIGNET_SOURCE" 'map(.command |= gsub(" -(W|f|m)[^ ]+"; "") |
        if .file | endswith("/lib/base/err.c") then . else
            .command += " -D_GNU_SOURCE= -Wno-macro-redefined -I \($source)/lib -include \($source)/tests/lint/tidy.h"
        end)' "$SIGNET_BUILD/compile_commands.json" >compile_commands.json
sources=$(jq -r '.[].file' "$SIGNET_BUILD/compile_commands.json" | sort -u |
    grep -E "^$SIGNET_SOURCE/(lib|cmd)/")
is 'every source of lib/ and cmd/ is built' "$sources" \
    "$({ project_files "$SIGNET_SOURCE/lib" '*.c' && project_files "$SIGNET_SOURCE/cmd" '*.c'; } | sort)"
# shellcheck disable=SC2086 # a list of files
none 'clang-tidy finds nothing' "$(tidy . $sources)"

cat >planted.c <<'C'
#include <stdlib.h>

int signet_planted(const char *text);
int signet_planted(const char *text)
{
    if (text)
        return atoi(text);
    return 0;
}
C
printf '[{"directory":"%s","file":"%s/planted.c","command":"cc -c planted.c"}]\n' "$PWD" "$PWD" \
    >compile_commands.json
some 'a planted file without braces and with atoi is found' "$(tidy . planted.c)"
