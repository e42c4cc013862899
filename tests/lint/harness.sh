#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The judge of all other tests, judged: what tests/common/tap.awk and tests/common/tap.sh must not
# let pass.
. "${0%/*}/../common/tap.sh"
plan 26

# tally RC MUST-RUN: of the stream on stdin.
tally()
{
    awk -v rc="$1" -v limit=9 -v must_run="$2" -f "$SIGNET_SOURCE/tests/common/tap.awk" | tail -n 1
}

judge()
{
    printf '%b' "$3" | tally "$1" "$2"
}

is 'two tests pass' "$(judge 0 0 '1..2\nok 1 - a\nok 2 - b\n')" 'TALLY 2 0 0'
is 'the plan may come last' "$(judge 0 0 'ok 1 - a\n# text\n1..1\n')" 'TALLY 1 0 0'
is 'a failure counts once' "$(judge 1 0 '1..2\nok 1\nnot ok 2 - b\n')" 'TALLY 1 1 0'
is 'a failure with status 0 is one' "$(judge 0 0 '1..1\nnot ok 1\n')" 'TALLY 0 1 0'
is 'no output fails' "$(judge 0 0 '')" 'TALLY 0 1 0'
is 'no plan fails' "$(judge 0 0 'ok 1\n')" 'TALLY 1 1 0'
is 'two plans fail' "$(judge 0 0 '1..1\nok 1\n1..1\n')" 'TALLY 1 1 0'
is 'a test too few fails' "$(judge 0 0 '1..2\nok 1\n')" 'TALLY 1 1 0'
is 'a test too many fails' "$(judge 0 0 '1..1\nok 1\nok 2\n')" 'TALLY 2 1 0'
is 'a number out of order fails' "$(judge 0 0 '1..2\nok 2\nok 1\n')" 'TALLY 2 2 0'
is 'an empty plan fails' "$(judge 0 0 '1..0\n')" 'TALLY 0 1 0'
is 'an exit status fails' "$(judge 99 0 '1..1\nok 1\n')" 'TALLY 1 1 0'
is 'a time-out fails' "$(judge 124 0 '1..2\nok 1\n')" 'TALLY 1 2 0'
is 'bailing out fails' "$(judge 0 0 '1..1\nok 1\nBail out! disk\n')" 'TALLY 1 1 0'
is 'other text fails' "$(judge 0 0 '1..1\nsegfault\nok 1\n')" 'TALLY 1 1 0'
is 'a skip is counted' "$(judge 0 0 '1..2\nok 1 # SKIP no agent\nnot ok 2 # SKIP b\n')" 'TALLY 0 0 2'
is 'a skip can be forbidden' "$(judge 0 1 '1..2\nok 1 # SKIP no agent\nok 2\n')" 'TALLY 1 1 0'
is 'all can be skipped' "$(judge 0 0 '1..0 # SKIP no agent\n')" 'TALLY 0 0 1'
is 'skipping all can be forbidden' "$(judge 0 1 '1..0 # SKIP no agent\n')" 'TALLY 0 1 0'

# script BODY: the tally of a script made with tap.sh.
script()
{
    mkdir -p tests/cli
    ln -sfn "$SIGNET_SOURCE/tests/common" tests/common
    # shellcheck disable=SC2016 # the dollar sign is of the script written
    printf '. "${0%%/*}/../common/tap.sh"\nplan 1\n%s\n' "$1" >tests/cli/x.sh
    sh tests/cli/x.sh >x.out 2>&1
    tally $? 0 <x.out
}

is 'a refusal that writes a file fails' \
    "$(script 'check_exit a 1 err= sh -c "touch new; exit 1"')" 'TALLY 0 1 0'
is 'its twin that writes none passes' \
    "$(script 'check_exit a 1 err= sh -c "exit 1"')" 'TALLY 1 0 0'
is 'another text fails' "$(script 'check_exit a 0 out=ab echo abc')" 'TALLY 0 1 0'
is 'an empty text is not looked for' "$(script 'check_exit a 0 out~ echo abc')" 'TALLY 0 1 0'

# module BODY: the tally of a module made with tap.mjs.
module()
{
    printf "import * as tap from '%s/tests/common/tap.mjs';\ntap.plan(1);\n%s\n" \
        "$SIGNET_SOURCE" "$1" >x.mjs
    node x.mjs >x.out 2>/dev/null
    tally $? 0 <x.out
}

is 'a module passes' "$(module "tap.is(tap.run('echo', ['a']).stdout, 'a\\n', 'x');")" 'TALLY 1 0 0'
is 'a module fails' "$(module "tap.is(tap.run('echo', ['a']).stdout, 'b\\n', 'x');")" 'TALLY 0 1 0'
is 'a module that throws fails' "$(module "throw new Error('x');")" 'TALLY 0 1 0'
