#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Scripts: shellcheck for sh and bash, a syntax check for node.
# shellcheck source=tests/common/lint.sh
. "${0%/*}/../common/lint.sh"
plan 5

shell_findings()
{
    project_files "$1" '*' | while read -r file; do
        case $file in *.sh) printf '%s\n' "$file" && continue ;; esac
        head -n 1 "$file" | grep -aqE '^#!.*\b(sh|bash)$' && printf '%s\n' "$file"
    done | tr '\n' '\0' | (cd "$SIGNET_SOURCE" && xargs -0r shellcheck -x -P SCRIPTDIR -P "$SIGNET_SOURCE")
}

shell_findings_here()
{
    find "$1" -name '*.sh' -exec shellcheck {} +
}

node_findings()
{
    project_files "$1" '*.mjs' | while read -r file; do
        node --check "$file" 2>&1 </dev/null
    done
}

none 'shellcheck finds nothing' "$(shell_findings "$SIGNET_SOURCE")"
none 'node reads every module' "$(node_findings "$SIGNET_SOURCE")"
none 'no script of bash hides as sh' "$(project_files "$SIGNET_SOURCE/tests" '*.sh' | tr '\n' '\0' |
    xargs -0 grep -lE '^#!.*bash' | grep -Ev '/tests/(run|common/harness)\.sh$')"
# shellcheck disable=SC2016 # the planted script holds the dollar sign
caught 'an unquoted variable' shell_findings_here x.sh '#!/bin/sh\nrm -rf $1\n'
caught 'a module that is none' node_findings x.mjs 'let let = ;\n'
