#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# All C is as clang-format lays it out.
# shellcheck source=tests/common/lint.sh
. "${0%/*}/../common/lint.sh"
plan 2

unformatted()
{
    project_files "$1" '*.[ch]' '*.cpp' | (
        cd "$SIGNET_SOURCE" && xargs -r clang-format --style=file --dry-run -Werror 2>&1
    )
}

unformatted_here()
{
    cp "$SIGNET_SOURCE/.clang-format" .
    find "$1" -name '*.c' -exec clang-format --style=file --dry-run -Werror {} + 2>&1
}

none 'clang-format would change nothing' "$(unformatted "$SIGNET_SOURCE")"
caught 'a line laid out otherwise' unformatted_here lib/base/x.c 'int f(void) { return 1; }\n'
