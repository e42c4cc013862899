#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Builds the project and runs its tests: every configuration has a name here, and everything else
# (.ci/run, a developer) calls this script. Every test program speaks TAP, which
# tests/common/tap.awk judges. The last line is always "N passed, N failed, N skipped".
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
# shellcheck source=tests/common/harness.sh
. tests/common/harness.sh

configurations='
ci           what a run without a name does: unit corpus cli vectors adversarial:short interop lint mutants
all          all configurations below, with every mutant
unit         unit tests under ASan and UBSan
corpus       every fuzz target over its stored corpus, under ASan and UBSan
cli          scenarios on the command line tools
vectors      vectors of specifications and of other implementations
adversarial  attacks on signet-enforce, 500 rounds of each race on four file systems
adversarial:short  the same with 20 rounds on two of them
interop      other implementations check our output and the other way round
lint         layers, symbols, headers, formatting, clang-tidy, documents, install
install      an outside project built against an installed copy
mutants      five of the deliberate bugs, by the day; the tests must notice each
mutants:all  all deliberate bugs; mutants:NAME is one of them
clang        unit, corpus, cli and vectors built with clang
valgrind     unit, cli and vectors under valgrind, for uninitialised reads
thread       unit tests under TSan
fuzz         libFuzzer on every target; SIGNET_FUZZ_SECONDS each (default 30)
coverage     lines that unit, cli and vectors reach
static       cppcheck
arm          what is built for AArch64 only, by a cross compiler and under an emulator
long         streams of gigabytes, and a thousand kills, in some minutes
bench        the release build against named peers, in about fifteen minutes and 9 GiB of disk
'

usage()
{
    cat <<'USAGE'
usage: tests/run.sh [--list] [CONFIGURATION...]

Environment: SIGNET_TESTS_MUST_RUN=1 makes a skipped test a failure; SIGNET_TESTDATA names the
folder of large test data (default ../shared/testdata; tests do without if it is absent).
Test programs find: SIGNET_BIN (the tools), SIGNET_BUILD, SIGNET_SOURCE (this project),
SIGNET_TESTDATA (absolute, or empty), SIGNET_NODE_MODULES, and a TMPDIR of their own.
USAGE
}

# category, programs ({} is the build folder, a comma separates patterns), seconds allowed to one,
# and whether the category must have any.
categories='
unit     {}/tests/unit/test_*    300  filled
corpus   {}/tests/fuzz/fuzz_*    300  filled
cli      tests/cli/*.sh          600  filled
vectors  tests/vectors/*.sh      600  filled
adversarial tests/adversarial/*.sh 7200 filled
interop  tests/interop/*.sh,tests/interop/*.mjs  600  filled
lint     tests/lint/*.sh         900  filled
static   tests/static/*.sh       900  filled
arm      tests/arm/*.sh          900  filled
long     {}/tests/long/long_*,tests/long/*.sh  1800 filled
'

# configuration, then Debian packages; PACKAGE:COMMAND is also met by a command from elsewhere.
packages='
build     gcc:gcc g++:g++ cmake:cmake ninja-build:ninja pkg-config:pkg-config libsodium-dev
build     libcjson-dev libssl-dev libarchive-dev libisal-dev libcmocka-dev git:git patch:patch
unit      zstd:zstd xz-utils:xz bzip2:bzip2 python3:python3
cli       jq:jq openssl:openssl minisign:minisign signify-openbsd:signify-openbsd
cli       openssh-client:ssh-keygen python3:python3 zip:zip zstd:zstd xz-utils:xz bzip2:bzip2
cli       7zip:7z libarchive-tools:bsdtar
vectors   jq:jq openssl:openssl
adversarial jq:jq openssl:openssl python3:python3 nodejs:node util-linux:setpriv
adversarial e2fsprogs:mkfs.ext4 xfsprogs:mkfs.xfs mount:mount
interop   nodejs:node npm:npm openssl:openssl minisign:minisign signify-openbsd:signify-openbsd
interop   openssh-client:ssh-keygen jq:jq python3:python3 zip:zip zstd:zstd xz-utils:xz
interop   bzip2:bzip2 7zip:7z libarchive-tools:bsdtar
lint      binutils:nm clang-format:clang-format clang-tidy:clang-tidy jq:jq mandoc:mandoc
lint      shellcheck:shellcheck nodejs:node
clang     clang:clang libclang-rt-14-dev
fuzz      clang:clang libclang-rt-14-dev
valgrind  valgrind:valgrind libc6-dbg
coverage  gcovr:gcovr
static    cppcheck:cppcheck
arm       gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user
long      python3:python3
bench     python3:python3 nodejs:node npm:npm openssl:openssl minisign:minisign b3sum:b3sum
bench     hashdeep:hashdeep rhash:rhash libarchive-tools:bsdtar zip:zip unzip:unzip zstd:zstd 7zip:7zz
'

passed=0 failed=0 skipped=0
jobs=2
results=$(mktemp -d "${TMPDIR:-/tmp}/signet-results.XXXXXX") || exit 1

finish()
{
    rm -rf "$results"
    printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
    if [ "$failed" -gt 0 ] || [ "$passed" -eq 0 ]; then
        exit 1
    fi
    exit 0
}

fault()
{
    printf 'FAIL  %s\n' "$*"
    failed=$((failed + 1))
}

# rows TABLE KEY: the remaining words of the rows that begin with KEY.
rows()
{
    awk -v key="$2" '$1 == key { $1 = ""; print }' <<<"$1"
}

# get_packages KEY...: installs what dpkg says is missing, or names it and fails.
get_packages()
{
    local key entry status
    local -a missing=() as_root=()
    for key in "$@"; do
        for entry in $(rows "$packages" "$key"); do
            case $entry in
            *:*) command -v "${entry#*:}" >/dev/null && continue ;;
            esac
            status=$(dpkg-query -W -f='${Status}' "${entry%%:*}" 2>/dev/null)
            [ "$status" = 'install ok installed' ] || missing+=("${entry%%:*}")
        done
    done
    [ ${#missing[@]} -eq 0 ] && return
    echo "installing: ${missing[*]}"
    [ "$(id -u)" -eq 0 ] || as_root=(sudo)
    {
        "${as_root[@]}" apt-get update &&
            "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
                apt-get install -y --no-install-recommends "${missing[@]}"
    } >"$results/apt.log" 2>&1 && return
    tail -n 20 "$results/apt.log"
    echo "install them by hand: apt-get install ${missing[*]}"
    return 1
}

# install_packages KEY...: for configurations that cannot do without.
install_packages()
{
    get_packages "$@" || { fault "packages: $*" && return 1; }
}

# build PRESET: configures and builds it, once in a run.
declare -A built=()
build()
{
    local preset=$1 log=$results/build-$1.log
    [ -z "${built[$preset]-}" ] || return "${built[$preset]}"
    local -a generator=()
    if [ ! -e "build/$preset/CMakeCache.txt" ] && command -v ninja >/dev/null; then
        generator=(-G Ninja)
    fi
    printf '== build %s\n' "$preset"
    built[$preset]=0
    if ! { cmake --preset "$preset" "${generator[@]}" && cmake --build "build/$preset" -j "$jobs"; } \
        >"$log" 2>&1; then
        tail -n 40 "$log"
        fault "build $preset"
        built[$preset]=1
    fi
    return "${built[$preset]}"
}

# report PROGRAM LIMIT RESULT: judges a result and adds it up.
report()
{
    local name=${1#"$PWD"/} text p f s seconds word=ok
    name=${name#build/*/}
    text=$(harness_judge "$3" "$2")
    read -r _ p f s <<<"${text##*$'\n'}"
    [ "$f" -eq 0 ] || word=FAIL
    seconds=$(cat "$3.seconds")
    [ "$seconds" -lt 10 ] && seconds= || seconds=" in $seconds s"
    printf '%-5s %-36s %d passed, %d failed, %d skipped%s\n' "$word" "${name#tests/}" "$p" "$f" "$s" "$seconds"
    printf '%s\n' "$text" | sed '$d'
    passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
}

# run_programs LIMIT PROGRAM...: runs them, $jobs at a time, and reports in the order given.
run_programs()
{
    local limit=$1 started=0 reported=0 running=0
    shift
    local -a programs=("$@")
    rm -f "$results"/test.*
    while [ "$reported" -lt $# ]; do
        while [ "$started" -lt $# ] && [ "$running" -lt "$jobs" ]; do
            harness_run "${programs[started]}" "$limit" "$results/test.$started" &
            started=$((started + 1)) running=$((running + 1))
        done
        wait -n
        running=$((running - 1))
        while [ -e "$results/test.$reported.rc" ]; do
            report "${programs[reported]}" "$limit" "$results/test.$reported"
            reported=$((reported + 1))
        done
    done
}

# run_category CATEGORY PRESET: runs all its programs against that build.
run_category()
{
    local category=$1 preset=$2 pattern limit filled program
    local -a programs=()
    read -r pattern limit filled <<<"$(rows "$categories" "$category")"
    install_packages build "$category" && build "$preset" || return
    harness_environment "$preset"
    pattern=${pattern//,/ }
    for program in ${pattern//'{}'/build/$preset}; do
        if [ -x "$program" ] && [ -f "$program" ]; then
            programs+=("$PWD/$program")
        elif [[ $program != *.mjs && -f $program ]]; then
            fault "$program is not executable"
        elif [ -f "$program" ]; then
            programs+=("$PWD/$program")
        fi
    done
    printf '== %s (%s)\n' "$category" "$preset"
    if [ ${#programs[@]} -gt 0 ]; then
        run_programs "$limit" "${programs[@]}"
    elif [ "$filled" = filled ]; then
        fault "$category: no test in it"
    fi
}

# get_node_packages: the pinned packages of tests/interop/package.json, once, into build/node.
get_node_packages()
{
    local wanted=tests/interop/package.json
    cmp -s "$wanted" build/node/package.json && [ -e build/node/complete ] && return
    rm -rf build/node && mkdir -p build/node && cp "$wanted" build/node/ || return
    echo "installing the packages of $wanted"
    if (cd build/node && npm install --no-audit --no-fund --ignore-scripts --no-package-lock) \
        >"$results/npm.log" 2>&1; then
        touch build/node/complete
        return
    fi
    tail -n 20 "$results/npm.log"
    return 1
}

run_mutants()
{
    install_packages build cli vectors && build plain || return
    printf '== mutants\n'
    harness_environment plain
    MUTANTS=$1 run_programs 5000 "$PWD/tests/mutants/run"
}

# Each tool behind a script that starts it under valgrind. What valgrind says goes to a file, as it
# does not know every system call and tests compare stderr; a finding is exit status 99.
run_valgrind()
{
    local log=$PWD/build/valgrind/log under="valgrind --quiet --error-exitcode=99 --leak-check=full \
        --errors-for-leak-kinds=definite --child-silent-after-fork=yes" category tool
    install_packages valgrind && install_packages build && build plain || return
    HARNESS_UNDER=$under run_category unit plain
    rm -rf build/valgrind && mkdir -p build/valgrind/bin build/valgrind/tests "$log"
    chmod 1777 "$log"
    for tool in build/plain/bin/*; do
        [ -x "$tool" ] || continue
        # By descriptor: a file of its own would take the place of a closed standard output.
        printf '#!/bin/sh\nexec 9>>%s/$$\nexec %s --log-fd=9 %s "$@"\n' "$log" "$under" "$PWD/$tool" \
            >"build/valgrind/bin/${tool##*/}"
        chmod +x "build/valgrind/bin/${tool##*/}"
    done
    built[valgrind]=0
    for category in cli vectors; do
        run_category "$category" valgrind
    done
}

run_fuzz()
{
    local target name seconds=${SIGNET_FUZZ_SECONDS:-30}
    install_packages fuzz build && build fuzz || return
    printf '== fuzz\n'
    for target in build/fuzz/tests/fuzz/fuzz_*; do
        [ -x "$target" ] || continue
        name=${target##*/}
        mkdir -p "build/fuzz/found/$name"
        if "$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
            -artifact_prefix="build/fuzz/found/" "build/fuzz/found/$name" \
            "tests/fuzz/corpus/${name#fuzz_}" >"$results/fuzz.log" 2>&1; then
            printf 'ok    %-36s %s\n' "fuzz/$name" "$(tail -n 1 "$results/fuzz.log")"
            passed=$((passed + 1))
        else
            tail -n 30 "$results/fuzz.log"
            fault "fuzz/$name"
        fi
    done
}

run_coverage()
{
    local category
    install_packages coverage build && build coverage || return
    find build/coverage -name '*.gcda' -delete
    for category in unit cli vectors; do
        run_category "$category" coverage
    done
    printf '== coverage\n'
    gcovr --root . --filter 'lib/' --filter 'cmd/' --exclude-unreachable-branches --sort-uncovered \
        --print-summary build/coverage
}

# Figures fail nothing, and a peer that cannot be had is a gap in the table; a benchmark that cannot
# run, or a peer that gives another result, is a failure.
run_bench()
{
    install_packages build && build release || return
    get_packages bench
    get_node_packages
    printf '== bench\n'
    if tests/bench/run; then
        passed=$((passed + 1))
    else
        fault bench
    fi
}

run_configuration()
{
    local one
    case $1 in
    ci) for one in unit corpus cli vectors adversarial:short interop lint mutants; do run_configuration "$one"; done ;;
    all)
        for one in unit corpus cli vectors adversarial interop lint mutants:all clang valgrind thread fuzz \
            coverage static arm long bench; do
            run_configuration "$one"
        done
        ;;
    unit | corpus | cli | vectors | lint | static | arm | long) run_category "$1" dev ;;
    adversarial)
        ADVERSARIAL_ROUNDS=500 ADVERSARIAL_STORES='tmpfs ext4 xfs overlay' run_category adversarial plain
        ;;
    adversarial:short) run_category adversarial plain ;;
    interop)
        install_packages interop || return
        get_node_packages || { fault 'npm install in build/node' && return; }
        run_category interop dev
        ;;
    install)
        install_packages build lint && build dev && harness_environment dev &&
            run_programs 900 "$PWD/tests/lint/install.sh"
        ;;
    mutants) run_mutants 5 ;;
    mutants:*) run_mutants "${1#mutants:}" ;;
    clang)
        install_packages clang
        for one in unit corpus cli vectors; do run_category "$one" clang; done
        ;;
    thread) run_category unit thread ;;
    valgrind | fuzz | coverage | bench) "run_$1" ;;
    esac
}

main()
{
    local name before
    for name in "$@"; do
        case $name in
        -h | --help) usage && exit ;;
        --list) sed '/^$/d' <<<"$configurations" && exit ;;
        mutants:?*) ;;
        *)
            if [ -z "$(rows "$configurations" "$name")" ]; then
                printf 'no configuration is called "%s"; --list names them\n' "$name" >&2
                exit 2
            fi
            ;;
        esac
    done
    trap finish EXIT
    trap 'exit 1' INT TERM
    harness_environment dev
    [ -n "$SIGNET_TESTDATA" ] ||
        echo "no test data at ../shared/testdata: only the project's own vectors are used"
    before=$(git status --porcelain 2>/dev/null)
    for name in "${@:-ci}"; do
        run_configuration "$name"
    done
    if [ "$before" != "$(git status --porcelain 2>/dev/null)" ]; then
        git status --porcelain
        fault "the run changed files outside build/"
    fi
}

main "$@"
