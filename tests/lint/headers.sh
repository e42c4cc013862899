#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Each header compiles alone, as C17 and as C++17, with warnings as errors; its include guard is
# named after its path.
# shellcheck source=tests/common/lint.sh
. "${0%/*}/../common/lint.sh"
plan 6

alone()
{
    for folder in include/signet lib cmd; do
        project_files "$1/$folder" '*.h' | while read -r header; do
            for mode in 'cc -x c -std=c17' 'c++ -x c++ -std=c++17'; do
                # shellcheck disable=SC2086 # a command and its options
                $mode -fsyntax-only -Wall -Wextra -Wpedantic -Werror \
                    -D_POSIX_C_SOURCE=200809L -I "$SIGNET_SOURCE/include" -I "$SIGNET_SOURCE/lib" \
                    -I "$SIGNET_SOURCE/cmd" - <<C 2>&1 | sed "s,<stdin>,$header,"
#include "$header"
extern int signet_a_unit_is_not_empty;
C
            done
        done
    done
}

guards()
{
    for folder in include/signet lib cmd; do
        project_files "$1/$folder" '*.h' | while read -r header; do
            name=$(printf '%s' "${header#"$1/"}" | sed 's,^include/signet/,,; s,^lib/,,; s,^cmd/,,' |
                tr '[:lower:]/.-' '[:upper:]___')
            grep -qxE "#ifndef SIGNET_(CMD_)?$name" "$header" ||
                printf '%s: expected SIGNET_%s\n' "$header" "$name"
        done
    done
}

none 'each header compiles alone in C and C++' "$(alone "$SIGNET_SOURCE")"
none 'each guard is named after its file' "$(guards "$SIGNET_SOURCE")"
caught 'a missing include' alone lib/base/x.h 'int signet_x(size_t n);\n'
caught 'a word of C++' alone include/signet/x.h 'int signet_x(int new);\n'
caught 'a word C++ lacks' alone include/signet/x.h 'void signet_x(int *restrict a);\n'
caught 'a copied guard' guards lib/base/x.h '#ifndef SIGNET_BASE_Y_H\n#endif\n'
