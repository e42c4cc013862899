#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# cppcheck over lib/ and cmd/, two at a time.
# shellcheck source=tests/common/lint.sh
. "${0%/*}/../common/lint.sh"
plan 2

checked()
{
    cppcheck --quiet -j 2 --std=c11 --enable=warning,performance,portability --inconclusive \
        --suppress=missingInclude --suppress=missingIncludeSystem --suppress=checkersReport \
        --inline-suppr --template='{file}:{line}: {id}: {message}' "$@" 2>&1
}

none 'cppcheck finds nothing' "$(cd "$SIGNET_SOURCE" && checked -I include -I lib -I cmd lib cmd)"
printf 'int f(void)\n{\n    int a[2];\n    a[2] = 1;\n    return a[0];\n}\n' >planted.c
some 'cppcheck finds a write behind an array' "$(checked planted.c)"
