# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# Runs test programs for tests/run.sh and tests/mutants/run: each with a time limit, a private
# TMPDIR and an environment that holds nothing of the caller's keys, policies or agents. Owns no
# choice of what to run. Source it from bash with the working directory at the project root.

# harness_environment PRESET: exports what tests are promised (see tests/run.sh --help).
harness_environment()
{
    local data=${SIGNET_TESTDATA-$PWD/../shared/testdata}
    if [ -n "$data" ] && [ -d "$data" ]; then
        SIGNET_TESTDATA=$(cd "$data" && pwd -P)
    else
        SIGNET_TESTDATA=
    fi
    export SIGNET_TESTDATA
    export SIGNET_SOURCE=$PWD
    export SIGNET_BUILD=$PWD/build/$1
    export SIGNET_BIN=$SIGNET_BUILD/bin
    export SIGNET_NODE_MODULES=$PWD/build/node/node_modules
    export LC_ALL=C.UTF-8 TZ=UTC CMOCKA_MESSAGE_OUTPUT=TAP
    # A test has a HOME of its own, so git is told here that the project may belong to someone else.
    export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0=$PWD
    # 99 is no exit status of a tool, so a sanitizer's report never passes for a refusal.
    export ASAN_OPTIONS=exitcode=99:detect_leaks=1 UBSAN_OPTIONS=exitcode=99:print_stacktrace=1
    export LSAN_OPTIONS=exitcode=99 TSAN_OPTIONS=exitcode=99
    unset CDPATH NO_COLOR SIGNET_KEY SIGNET_PASSPHRASE SIGNET_POLICY SIGNET_ROOT \
        SOURCE_DATE_EPOCH SSH_AUTH_SOCK XDG_CONFIG_HOME XDG_STATE_HOME
}

# harness_run PROGRAM LIMIT RESULT: runs PROGRAM (under $HARNESS_UNDER, if set) for at most LIMIT
# seconds and leaves RESULT.out, RESULT.err, RESULT.seconds and, last, RESULT.rc.
harness_run()
{
    local program=$1 limit=$2 result=$3 private rc start=$SECONDS
    local -a command=("$program")
    case $program in
    *.mjs) command=(node "$program") ;;
    esac
    private=$(mktemp -d "${TMPDIR:-/tmp}/signet-test.XXXXXX") || exit 1
    # shellcheck disable=SC2086 # HARNESS_UNDER is a list of words
    HOME=$private TMPDIR=$private timeout --kill-after=10 "$limit" \
        ${HARNESS_UNDER-} "${command[@]}" >"$result.out" 2>"$result.err" </dev/null
    rc=$?
    chmod -R u+rwX "$private" && rm -rf "$private"
    echo "$((SECONDS - start))" >"$result.seconds"
    echo "$rc" >"$result.rc"
}

# harness_judge RESULT LIMIT: prints the failures in RESULT, indented, then "TALLY passed failed
# skipped". Returns 1 if anything failed.
harness_judge()
{
    local report rc
    report=$(awk -v rc="$(cat "$1.rc")" -v limit="$2" -v must_run="${SIGNET_TESTS_MUST_RUN:-0}" \
        -f tests/common/tap.awk "$1.out")
    rc=$?
    sed '$d' <<<"$report"
    [ "$rc" -eq 0 ] || tail -n 25 "$1.err" | sed 's/^/    | /'
    tail -n 1 <<<"$report"
    return "$rc"
}
