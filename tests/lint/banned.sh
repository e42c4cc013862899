#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Calls that do not belong: functions that cannot be used safely anywhere; in lib/ also what prints,
# ends the process, or takes from the environment; where input is parsed also assert().
# shellcheck source=tests/common/lint.sh
. "${0%/*}/../common/lint.sh"
plan 22

unsafe='alloca|asprintf|atof|atoi|atol|atoll|fscanf|gets|mktemp|popen|putenv|rand|random|scanf|setenv|setlocale|signal|sprintf|sscanf|stpcpy|strcat|strcpy|strncat|strncpy|strtok|strtok_r|system|tempnam|tmpnam|vasprintf|vsprintf'
foreign_to_lib='_exit|_Exit|abort|exit|fprintf|fputs|getenv|getopt|getopt_long|perror|printf|psignal|putchar|puts|quick_exit|secure_getenv|vfprintf|vprintf'
clocks='clock|clock_gettime|gettimeofday|time'

# calls FOLDER PATTERN: where a function of these names is used in FOLDER, comments and texts left out.
calls()
{
    project_files "$1" '*.[ch]' '*.c.in' '*.cpp' '*.def' | while read -r file; do
        sed -E 's,"([^"\\]|\\.)*","",g' "$file" | cc -w -fpreprocessed -dD -E -x c - |
            awk -v file="$file" '/^# [0-9]+ / { line = $2; next } { print file ":" line++ ": " $0 }' |
            grep -E ": (.*[^A-Za-z0-9_.>])?(($2)|\(($2)\))[ \t]*\("
    done
}

unsafe_calls()
{
    for folder in include lib cmd tests/unit tests/fuzz examples; do
        calls "$1/$folder" "$unsafe"
    done
}

# The child that maps the ids of its parent ends itself.
lib_calls()
{
    calls "$1/lib" "$foreign_to_lib" | grep -v '/lib/gate/namespace\.c:[0-9]*: *_exit(mapped '
}

lib_streams()
{
    project_files "$1/lib" '*.[ch]' | xargs -r grep -nwE 'stdout|stderr|stdin'
}

# Time comes through struct signet_clock; a tool reads it once, in its main.c.
clock_calls()
{
    calls "$1/lib" "$clocks" | grep -v '/lib/base/clock\.c:'
    calls "$1/cmd" "$clocks" | grep -Ev '/cmd/(common/progress|[a-z]*/main)\.c:'
}

# double.c asserts the bounds of its own arithmetic, which no input reaches.
parser_asserts()
{
    for layer in json crypto artifact envelope trust verify gate; do
        calls "$1/lib/$layer" 'assert' | grep -v '/lib/json/double\.c:'
    done
}

extensions()
{
    calls "$1/lib" '__builtin_[a-z_]+|__attribute__' | grep -v '/lib/base/compiler\.h:'
    project_files "$1/lib" '*.[ch]' | xargs -r grep -nE '\(\{|_GNU_SOURCE' |
        grep -Ev '/lib/(base/(fd|lease|lock|newdir|outfile|pool)|gate/[a-z_]+)\.c:[0-9]+:#define _GNU_SOURCE'
}

# A dropped warning is a dropped error.
silenced()
{
    for folder in include lib cmd tests/unit tests/fuzz; do
        project_files "$1/$folder" '*.[ch]' | xargs -r grep -nE '#[ \t]*pragma (GCC|clang) diagnostic|NOLINT'
    done
}

none 'no unsafe function' "$(unsafe_calls "$SIGNET_SOURCE")"
none 'lib/ prints nothing, exits never, reads no environment' "$(lib_calls "$SIGNET_SOURCE")"
none 'lib/ knows no standard stream' "$(lib_streams "$SIGNET_SOURCE")"
none 'time comes from the clock that was given' "$(clock_calls "$SIGNET_SOURCE")"
none 'no assert where input is parsed' "$(parser_asserts "$SIGNET_SOURCE")"
none 'compiler extensions only through base/compiler.h' "$(extensions "$SIGNET_SOURCE")"
none 'no warning is silenced in the source' "$(silenced "$SIGNET_SOURCE")"

caught 'atoi' unsafe_calls lib/base/x.c 'int f(const char *s)\n{\n    return atoi (s);\n}\n'
caught 'strcpy in cmd' unsafe_calls cmd/key/x.c 'void f(char *a, char *b)\n{\n    strcpy(a, b);\n}\n'
caught 'sprintf in a test' unsafe_calls tests/unit/x.c 'void f(char *a)\n{\n    sprintf(a, "x");\n}\n'
caught 'a call through (system)' unsafe_calls lib/sign/x.c 'int f(void) { return (system)("x"); }\n'
caught 'printf in lib' lib_calls lib/json/x.c 'void f(void)\n{\n    printf("x");\n}\n'
caught 'getenv in lib' lib_calls lib/sign/x.c 'char *f(void)\n{\n    return getenv("X");\n}\n'
caught 'exit in lib' lib_calls lib/base/x.c 'void f(void)\n{\n    exit(1);\n}\n'
caught 'stderr in lib' lib_streams lib/base/x.c 'void *f(void) { return stderr; }\n'
caught 'time() beside the clock' clock_calls lib/verify/x.c 'long f(void)\n{\n    return time(NULL);\n}\n'
caught 'assert on input' parser_asserts lib/json/x.c 'void f(int n)\n{\n    assert(n > 0);\n}\n'
caught 'a statement expression' extensions lib/base/x.h '#define F(x) ({ x; })\n'
caught 'a builtin' extensions lib/json/x.c 'int f(int a)\n{\n    return __builtin_popcount(a);\n}\n'
caught 'a silenced warning' silenced lib/json/x.c '#pragma GCC diagnostic ignored "-Wall"\n'
rm -rf planted
plant lib/json/x.c '/* system(x) */\nint x; // atoi(y)\nconst char *t = "strcpy(a)";\nint file_system(int);\n'
none 'a comment, a text and a longer name are no calls' "$(unsafe_calls planted)"
plant lib/base/clock.c 'long f(void)\n{\n    return time(NULL);\n}\n'
none 'the clock may ask for the time' "$(clock_calls planted)"
