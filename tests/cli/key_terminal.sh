#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The prompts of signet-key, typed at on a terminal by tests/common/terminal.py.
# shellcheck source=tests/common/tap.sh
. "${0%/*}/../common/tap.sh"
plan 24

on_terminal="python3 $SIGNET_SOURCE/tests/common/terminal.py"

# typed NAME STATUS TEXT STEP... -- COMMAND...: the whole transcript.
typed()
{
    typed_name=$1 typed_status=$2 typed_text=$3
    shift 3
    # shellcheck disable=SC2086 # two words
    check_exit "$typed_name" "$typed_status" "out=$typed_text" $on_terminal "$@"
}

old='Passphrase for a.key: '
first='New passphrase for a.key: '
again='The same again for a.key: '

# shellcheck disable=SC2086 # two words
check_exit 'a passphrase is typed twice and not shown' 0 'out~[ended, echo on]' $on_terminal \
    "?$first" -echo '!open sesame' "?$again" -echo '!open sesame' -- signet-key generate -q -o a
fingerprint=$(grep SHA256: "$tap_out")
is 'the transcript' "$(cat "$tap_out")" "$first
$again
$fingerprint
[ended, echo on]"
typed 'it opens the key' 0 "$old
$fingerprint
[ended, echo on]" "?$old" '!open sesame' -- signet-key show a.key
check_exit 'and so does the same line of a file' 0 "out=$fingerprint" \
    env 'SIGNET_PASSPHRASE=open sesame' signet-key show a.key
# shellcheck disable=SC2086 # two words
check_exit 'another does not' 3 'out~signet-key: a.key: ' $on_terminal \
    "?$old" '!open sesam' -- signet-key show a.key
rm a.*

# shellcheck disable=SC2086 # two words
check_exit 'two that differ are asked for again' 0 "out~$first
$again
They differ. Once more.
$first
$again
SHA256:" $on_terminal "?$first" '!one' "?$again" '!two' "?$first" '!three' "?$again" '!three' \
    -- signet-key generate -q -o a
check_exit 'what was typed alike counts' 0 err= \
    env SIGNET_PASSPHRASE=three signet-key show a.key
rm a.*
typed 'three times different is an end' 3 "$first
$again
They differ. Once more.
$first
$again
They differ. Once more.
$first
$again
signet-key: terminal: the two passphrases differed, 3 times
[ended, echo on]" "?$first" '!1' "?$again" '!2' "?$first" '!3' "?$again" '!4' "?$first" '!5' \
    "?$again" '!55' -- signet-key generate -o a
typed 'an empty one is no passphrase' 3 "$first
signet-key: terminal: the passphrase is empty
[ended, echo on]" "?$first" '!' -- signet-key generate -o a
typed 'an end of file is none' 3 "$first
signet-key: terminal: nothing was typed
[ended, echo on]" "?$first" '^D' -- signet-key generate -o a
long=$(head -c 1025 /dev/zero | tr '\0' x)
typed 'one that is too long' 3 "$first
signet-key: terminal: more than 1024 bytes were typed
[ended, echo on]" "?$first" "!$long" -- signet-key generate -o a

typed 'an interrupt ends it, with echo' 130 "$first
$again
[ended, echo on]" "?$first" '!half' "?$again" -echo '^C' -- signet-key generate -o a
# valgrind lets no program be stopped, so this one runs without it.
stoppable=signet-key
case $SIGNET_BIN in
*/valgrind/bin) stoppable=${SIGNET_BIN%/valgrind/bin}/plain/bin/signet-key ;;
esac
# shellcheck disable=SC2086 # two words
check_exit 'a stop shows echo, and the prompt comes again' 0 "out~$first
$again
[stopped, echo on]
$again
SHA256:" $on_terminal "?$first" '!one' "?$again" '^Z' '?stopped, echo on' "?$again" -echo '!one' \
    -- "$stoppable" generate -q -o a

# passwd: the old one, then the new one.
check_exit 'a key' 0 err= sh -c 'rm a.*; exec signet-key generate -q --no-passphrase -o a'
fingerprint=$(cat "$tap_out")
typed 'passwd of a plain key asks for the new one' 0 "$first
$again
signet-key: a.key: written under the new passphrase
[ended, echo on]" '?New passphrase' '!one' '?again' '!one' -- signet-key passwd a.key
typed 'passwd asks for the old and the new one' 0 "$old
$first
$again
signet-key: a.key: written under the new passphrase
[ended, echo on]" '?Passphrase for' '!one' '?New passphrase' '!two' '?again' '!two' \
    -- signet-key passwd a.key
check_exit 'the new one counts' 0 "out=$fingerprint" env SIGNET_PASSPHRASE=two signet-key show a.key
check_exit 'the old one does not' 3 out= env SIGNET_PASSPHRASE=one signet-key show a.key
# shellcheck disable=SC2086 # two words
check_exit 'a wrong old one changes nothing' 3 'out~signet-key: a.key: ' $on_terminal \
    '?Passphrase for' '!one' -- signet-key passwd a.key
printf 'two\n' >old
chmod 600 old
typed 'the old one from a file, the new one typed' 0 "$first
$again
signet-key: a.key: written under the new passphrase
[ended, echo on]" '?New passphrase' '!three' '?again' '!three' \
    -- signet-key passwd --passphrase-file old a.key
check_exit 'that one counts' 0 "out=$fingerprint" env SIGNET_PASSPHRASE=three signet-key show a.key
typed 'the old one from the environment, the new one typed' 0 "$first
$again
signet-key: a.key: written under the new passphrase
[ended, echo on]" '?New passphrase' '!four' '?again' '!four' \
    -- env SIGNET_PASSPHRASE=three signet-key passwd a.key
check_exit 'that one counts, too' 0 "out=$fingerprint" env SIGNET_PASSPHRASE=four signet-key show a.key
typed 'raw bytes are kept from the terminal' 2 "signet-key: option --as=raw: bytes that a terminal cannot show
  redirect it to a file or a program
[ended, echo on]" -- signet-key show --as raw a.pub
