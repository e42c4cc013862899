#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# signet-sign --system: the code of a system as one list, and programs and libraries of this system
# that pass by it. What the list must hold is told by readelf, sha256sum and stat.
# shellcheck source=tests/common/tap.sh
. "${0%/*}/../common/tap.sh"
# shellcheck source=tests/common/trust.sh
. "$SIGNET_SOURCE/tests/common/trust.sh"
plan 64

for name in r pol sys other; do
    signet-key generate -q --no-passphrase -o $name >/dev/null
done
here=$(pwd -P)
times='"issued":"2026-01-01T00:00:00Z","expires":"2199-01-01T00:00:00Z"'
sign_root root "{\"schema\":\"signet-root/1\",\"version\":1,$times,
  \"keys\":{$(key r),$(key pol),$(key sys),$(key other)},
  \"roles\":{$(role root 1 r),$(role policy 1 pol),$(role system 1 sys),$(role release 1 other)}}" r
sign_policy policy "{\"schema\":\"signet-policy/1\",\"name\":\"acme\",\"version\":1,$times,
  \"evidence\":[\"$here/evidence\"],
  \"rules\":[{\"id\":\"system\",\"actions\":[\"execute\",\"load\"],\"match\":{\"paths\":[\"/usr/**\"]},
    \"signed_by\":[{\"role\":\"system\",\"threshold\":1}]}]}" pol
mkdir evidence

# What /usr/bin/true is started with: itself, its interpreter, and the libraries of that.
true=$(readlink -f /usr/bin/true)
interpreter=$(readlink -f "$(readelf -lW "$true" | sed -n 's/.*program interpreter: \(.*\)\]/\1/p')")
libraries=$(ldd "$true" | sed -n 's/.* => \(\/[^ ]*\) .*/\1/p' | while read -r library; do readlink -f "$library"; done)
libc=$(echo "$libraries" | grep '/libc\.so')

# entry PATH USAGE: as the list must have it.
entry()
{
    printf '{"algorithm":"sha256","digest":"%s","name":"%s","size":%s,"usage":"%s"}\n' \
        "$(sha256sum "$1" | cut -d' ' -f1)" "${1#/}" "$(stat -c %s "$1")" "$2"
}
# stated FILE FILTER: of the statement in a signature file.
stated() { jq -r .dsseEnvelope.payload "$1" | base64 -d | jq -c "$2"; }
check() { signet-enforce check --insecure-no-state --policy policy --root root "$@"; }

# ---- what is signed ----

# shellcheck disable=SC2086 # one operand for each library
check_exit 'a program and all that it is started with' 0 \
    'out=evidence/list.sig: covers names and contents of programs, libraries and scripts, and their use' \
    signet-sign -k sys.key --system -o evidence/list.sig /usr/bin/true $libraries "$interpreter"
also 'what was left out is told' \
    "err~$(printf '%s\n' "$true" "$interpreter" "$libraries" | sort -u | wc -l) programs, libraries and scripts; left out: 0 links"
{
    entry "$true" program
    for library in $libraries; do
        entry "$library" lib
    done
    entry "$interpreter" interp
} | LC_ALL=C sort -u -t'"' -k12,12 >expected
stated evidence/list.sig '.predicate.resources[]' >found
same_bytes 'each with what it is for' found expected
is 'names below the root, and nothing left out' \
    "$(stated evidence/list.sig '[.subject[0].name,.predicate.serialization.ignore_paths]')" '["root",[]]'

# ---- what passes by it ----

check_exit 'the program is executed' 0 "out~entry ${true#/} of $here/evidence/list.sig, signed by 1 key as rule system" check "$true"
check_exit 'by a link to it' 0 out~ok check /usr/bin/true
check_exit 'the interpreter is executed' 0 "out~entry ${interpreter#/} of" check "$interpreter"
check_exit 'the interpreter is loaded' 0 "out~entry ${interpreter#/} of" check --action load "$interpreter"
check_exit 'the library is loaded' 0 "out~entry ${libc#/} of" check --action load "$libc"
check_exit 'the library is not executed' 1 "out=REFUSED: $libc: wrong-usage" check "$libc"
check_exit 'the program is not loaded' 1 "out=REFUSED: $true: wrong-usage" check --action load "$true"
check_exit 'the program is for no rule to be opened' 1 "out=REFUSED: $true: policy-error" check --action open "$true"
false=$(readlink -f /usr/bin/false)
check_exit 'another program is not executed' 4 "out=REFUSED: $false: unknown-digest" check "$false"
cp "$true" copy
check_exit 'the program elsewhere is for no rule' 1 'out=REFUSED: copy: policy-error' check copy
also 'the program elsewhere is for no rule: the text' 'err~no rule of policy acme is for this'
# shellcheck disable=SC2086
check_exit 'all that is loaded' 0 "out~verified: $(printf '%s\n' $libraries "$interpreter" | wc -l) of" \
    check --action load $libraries "$interpreter"
signet-sign -q -k other.key --system -o evidence/list.sig --force /usr/bin/true 2>/dev/null
check_exit 'by another role' 1 "out=REFUSED: $true: unknown-digest" check "$true"
also 'by another role: the text' 'err~rule system asks for 1 keys of role system over one statement, found 0'
signet-sign -q -k sys.key --system -o evidence/list.sig --force "$interpreter"
check_exit 'what was not signed with it' 4 "out=REFUSED: $true: unknown-digest" check "$true"

# ---- what is looked for ----

mkdir -p tree/bin tree/lib tree/none 'tree/b\c'
cp "$true" tree/bin/true
cp "$libc" tree/lib/libc.so.6
printf '#!/bin/sh\n' >tree/bin/script
printf '#!/bin/sh\n' >'tree/b\c/script'
printf 'text\n' >tree/bin/text && : >tree/bin/empty
printf '\177ELF and no more' >tree/bin/elf
ln -s true tree/bin/link && mkfifo tree/bin/fifo
ln tree/bin/true tree/bin/twin
names() { stated "$1" '[.predicate.resources[].name]'; }
base=${here#/}/tree
check_exit 'a folder' 0 'out~covers names and contents' signet-sign -k sys.key --system -o folder.sig tree
also 'a folder: what was left out' \
    'err~4 programs, libraries and scripts; left out: 1 links, 1 special files, 0 unreadable, 1 with a name that cannot be signed, 3 others'
is 'a folder: names' "$(names folder.sig)" \
    "[\"$base/bin/script\",\"$base/bin/true\",\"$base/bin/twin\",\"$base/lib/libc.so.6\"]"
is 'a folder: uses' "$(stated folder.sig '[.predicate.resources[].usage]')" '["script","program","program","lib"]'
check_exit 'roots within each other, and a file' 0 'out~covers' \
    signet-sign -k sys.key --system -o twice.sig tree/bin tree tree/bin/script
is 'roots within each other: names' "$(names twice.sig)" "$(names folder.sig)"
ln -s tree/bin there
check_exit 'a link at the end of a root' 0 'out~covers' signet-sign -k sys.key --system -o link.sig there
is 'a link at the end of a root: names' "$(names link.sig)" "[\"$base/bin/script\",\"$base/bin/true\",\"$base/bin/twin\"]"
check_exit 'the report' 0 'out~"system":{"roots":["tree"],"files":4,"left_out":{"links":1,"special":1,"unreadable":0,"unnamable":1,"others":3}}' \
    signet-sign -k sys.key --system --json -o report.sig tree
check_exit 'and of another signature' 0 'out~"system":null' signet-sign -k sys.key --json -o plain.sig tree/bin/text
check_exit 'a dry run' 0 "out~\"name\":\"$base/bin/script\",\"size\":10,\"usage\":\"script\"" signet-sign --system --dry-run tree
check_exit 'by another digest' 0 'out~covers' signet-sign -k sys.key --system --hash blake2b -o blake.sig tree
is 'by another digest: uses' "$(stated blake.sig '[.predicate.resources[].usage]')" '["script","program","program","lib"]'
check_exit 'no code' 3 'err~no program, library or script was found' signet-sign -k sys.key --system -o no.sig tree/none
check_exit 'a root that is none' 3 'err~tree/gone: cannot be found' signet-sign -k sys.key --system -o no.sig tree tree/gone
check_exit 'a FIFO as a root' 3 'err~expected a file or a folder, found a FIFO' signet-sign -k sys.key --system -o no.sig tree/bin/fifo
check_exit 'no place to write to' 2 'err~expected -o OUT' signet-sign -k sys.key --system tree
check_exit 'a place that is taken' 3 'err~exists' signet-sign -k sys.key --system -o folder.sig tree
for option in --contents '--ignore=x' '--release=a@1.0.0' '--shard-size=8' '--reuse=folder.sig' '--add-to=folder.sig' \
    '--canonical' '--manifest=folder.sig' '--usage=lib'; do
    check_exit "with $option" 2 'err~exclude each other' signet-sign -k sys.key --system "$option" -o no.sig tree
done
if [ -d /var/lib/dpkg/info ]; then
    check_exit 'the installed packages' 0 'out~covers' signet-sign -k sys.key --system -o packages.sig
    is 'the installed packages: a program of one' \
        "$(stated packages.sig '.predicate.resources[]' | grep -F "\"name\":\"${true#/}\"")" "$(entry "$true" program)"
    is 'the installed packages: names are real' \
        "$(stated packages.sig '.predicate.resources[].name' | grep -c '^"bin/')" 0
else
    check_exit 'no packages' 3 'err~expected the package lists of dpkg' signet-sign -k sys.key --system -o packages.sig
    ok 'no packages: nothing to look for' && ok 'no packages: nothing to look at'
fi

# ---- what a bundle says of itself ----

rm tree/bin/link tree/bin/fifo && rm -r 'tree/b\c'
check_exit 'a folder as a bundle' 0 'out~covers names and contents, not modes' signet-sign -k sys.key tree
is 'code says what it is for' "$(stated tree.sig '[.predicate.resources[]|[.name,.size,.usage]]')" \
    "[[\"bin/elf\",null,null],[\"bin/empty\",null,null],[\"bin/script\",10,\"script\"],[\"bin/text\",null,null],[\"bin/true\",$(stat -c %s "$true"),\"program\"],[\"bin/twin\",$(stat -c %s "$true"),\"program\"],[\"lib/libc.so.6\",$(stat -c %s "$libc"),\"lib\"]]"
check_exit 'and verifies' 0 out~verified signet-verify -k sys.pub tree
check_exit 'also by another one for the same' 0 out~covers signet-sign -k other.key --add-to tree.sig -o second.sig tree
same_bytes 'with the same statement' "$(stated tree.sig . >one && echo one)" "$(stated second.sig . >two && echo two)"
check_exit 'again' 0 out~covers signet-sign -k sys.key --reuse tree.sig --force -o tree.sig tree
check_exit 'and again' 0 out~covers signet-sign -k sys.key --reuse tree.sig --force -o tree.sig tree
same_bytes 'reused, the same statement' "$(stated tree.sig . >three && echo three)" one
cp tree.sig old.sig && printf '#!/bin/sh\n:\n' >tree/bin/script
check_exit 'after a change' 0 out~covers signet-sign -k sys.key --reuse tree.sig --force -o tree.sig tree
is 'what changed has its own size' "$(stated tree.sig '.predicate.resources[]|select(.name=="bin/script").size')" 12
check_exit 'in shards' 0 out~covers signet-sign -k sys.key --shard-size 65536 --force -o tree.sig tree
is 'pieces say nothing of use' "$(stated tree.sig '[.predicate.resources[]|has("usage")]|any')" false
signet-canon --part 1/1 -o part tree >/dev/null
check_exit 'from parts' 0 out~covers signet-sign -k sys.key --manifest part --force -o tree.sig tree
is 'what nobody read here says nothing of use' "$(stated tree.sig '[.predicate.resources[]|has("usage")]|any')" false
check_exit 'and verifies too' 0 out~verified signet-verify -k sys.pub tree
