#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# signet-enforce open: a program gets verified bytes that cannot change while it reads them: the file
# itself by a lease, or a copy on disk or in memory, and of a folder its signed files. Each pass has a
# twin that is refused for one difference; races count wrong bytes, of which there must be none.
# shellcheck disable=SC2016 # $1 and $0 are of the programs that are started
# shellcheck source=tests/common/tap.sh
. "${0%/*}/../common/tap.sh"
# shellcheck source=tests/common/trust.sh
. "$SIGNET_SOURCE/tests/common/trust.sh"
plan 175

rounds=${SIGNET_OPEN_ROUNDS:-100}
for name in r pol a b; do
    signet-key generate -q --no-passphrase -o $name >/dev/null
done
times='"issued":"2026-01-01T00:00:00Z","expires":"2199-01-01T00:00:00Z"'
root="{\"schema\":\"signet-root/1\",\"version\":3,$times,
  \"keys\":{$(key r),$(key pol),$(key a),$(key b)},
  \"roles\":{$(role root 1 r),$(role policy 1 pol),$(role models 1 b)}}"
rules='"rules":[
  {"id":"models","actions":["open"],"match":{"kinds":["file","bundle"]},
   "signed_by":[{"role":"models","threshold":1}],"ignored":[".git"]}]'
policy="{\"schema\":\"signet-policy/1\",\"name\":\"acme\",\"version\":7,$times,$rules}"
sign_root root "$root" r
sign_policy policy "$policy" pol
sign_policy p6 "$(printf %s "$policy" | sed 's/"version":7/"version":6/')" pol
trust="--insecure-no-state --policy $PWD/policy --root $PWD/root"

echo weights >data
signet-sign -q -k b.key data
cp data data.before
signet-sign -q -k a.key -o data.a.json data
echo plain >plain
mkfifo fifo

# hands_on ARGUMENT...: signet-enforce open with root and policy, and no state.
# shellcheck disable=SC2086 # trust is a list of words
hands_on() { signet-enforce open $trust "$@"; }

# denied NAME STATUS TEXT ARGUMENT...: of hands_on; CMD, which would leave a trace, does not run.
denied()
{
    denied_name=$1 denied_status=$2 denied_text=$3
    shift 3
    check_exit "$denied_name" "$denied_status" out= hands_on "$@"
    also "$denied_name: the text" "err~$denied_text"
}

# until_true COMMAND...: waits for it to succeed, for ten seconds at most.
until_true()
{
    until_left=500
    while [ "$until_left" -gt 0 ]; do
        "$@" >/dev/null 2>&1 && return 0
        sleep 0.02
        until_left=$((until_left - 1))
    done
    return 1
}

# ---- as sealed memory ----

in_memory() { hands_on --via memfd "$@"; }
check_exit 'the bytes' 0 out=weights in_memory data -- cat {}
also 'how is said' 'err~data: ok, as sealed memory (memfd)'
check_exit 'the path in an argument' 0 out~path=/proc/self/fd/ in_memory data -- echo 'path={}'
check_exit 'every path' 0 'out=weights
weights' in_memory data -- cat {} {}
check_exit 'the status of what is started' 7 out= in_memory -q data -- sh -c 'exit 7' sh {}
also 'nothing else is said' err=
memory_input() { echo in | in_memory -q data -- sh -c cat sh {}; }
check_exit 'standard input is left alone' 0 out=in memory_input
check_exit 'nobody can write to it' 0 'out=refused' in_memory data -- \
    sh -c 'echo evil 2>/dev/null >>"$1" || echo refused' sh {}
check_exit 'nor cut it' 0 out=weights in_memory data -- sh -c '(: >"$1") 2>/dev/null; cat "$1"' sh {}
check_exit 'nor execute it' 126 out= in_memory data -- sh -c 'exec "$1"' sh {}
check_exit 'the path does not matter any more' 0 out=weights in_memory data -- \
    sh -c 'echo evil >data; cat "$1"; cat data.before >data' sh {}
by_signal() { in_memory -q data -- sh -c 'kill -PIPE $$' sh {}; echo $?; }
check_exit 'a signal that the tool ignores' 0 out=141 by_signal
check_exit 'a report is written before' 0 out=memfd in_memory --report ../opened data -- \
    sh -c 'jq -r .via "$2"' sh {} ../opened

# ---- what is not handed on ----

echo evil >data
for via in auto lease copy memfd; do
    denied "changed bytes, $via" 126 'data: known-name-modified' --via $via data -- sh -c 'echo ran' sh {}
done
cat data.before >data
denied 'another role' 126 'data: unknown-digest' -s data.a.json data -- sh -c 'echo ran' sh {}
denied 'no signature' 126 'no signature file found' plain -- sh -c 'echo ran' sh {}
denied 'a FIFO' 125 'found a FIFO' fifo -- sh -c 'echo ran' sh {}
denied 'a device' 125 'expected a regular file or a directory' /dev/null -- sh -c 'echo ran' sh {}
denied 'nothing there' 125 'cannot open' none -- sh -c 'echo ran' sh {}
stated() { signet-enforce open --state ../state --policy "$1" --root root data -- cat {}; }
check_exit 'a state' 0 out=weights stated policy
check_exit 'an older policy' 126 out= stated p6
also 'an older policy: the text' 'err~version 6 is older than version 7'
for via in lease copy memfd; do
    denied "no such program, $via" 127 'cannot be started' --via $via data -- ./none {}
    denied "no program, $via" 126 'cannot be started' --via $via data -- ./root {}
done
denied 'no path in the arguments' 125 'expected {} in an argument' data -- echo ran
denied 'no command' 125 'expected FILE|FOLDER -- CMD' data
denied 'standard input' 125 'save it to a file' - -- sh -c 'echo ran' sh {}
denied 'another way' 125 'expected auto, lease, copy or memfd, found "safe"' --via safe data -- \
    sh -c 'echo ran' sh {}
denied 'an action' 125 'option --action does not go with "open"' --action open data -- cat {}
denied 'an unknown option' 125 'unknown option' --none data -- cat {}
check_exit 'a report that cannot be written' 125 out= hands_on --report none/r data -- sh -c 'echo ran' sh {}
check_exit 'an object on standard output' 125 'out~"code":"USAGE"' hands_on --json data -- sh -c 'echo ran' sh {}

# ---- by a lease ----

leased() { hands_on --via lease "$@"; }
check_exit 'the file itself' 0 out=weights leased data -- cat {}
also 'the file itself: how is said' 'err~data: ok, as it is, by a lease (lease)'
check_exit 'that is the way if nothing else is said' 0 out=lease hands_on --report ../leased data -- \
    sh -c 'jq -r .via "$2"' sh {} ../leased
written=data
held_open() { leased data -- cat {} 9>>$written; }
check_exit 'a writer' 126 out= held_open
also 'a writer: the word' 'err~data: writer-present'
read_too() { leased data -- cat {} 9<$written; }
check_exit 'a reader' 0 out=weights read_too
mapped()
{
    python3 -c '
import mmap, os, subprocess, sys
fd = os.open("data", os.O_RDWR if sys.argv[1] == "shared" else os.O_RDONLY)
kind = mmap.MAP_SHARED if sys.argv[1] == "shared" else mmap.MAP_PRIVATE
mapping = mmap.mmap(fd, 0, kind)
os.close(fd)
sys.exit(subprocess.run(sys.argv[2:]).returncode)' "$@"
}
# shellcheck disable=SC2086
mapped_lease() { mapped "$1" signet-enforce open $trust --via "$2" data -- cat {}; }
check_exit 'a mapping that can be stored to' 126 out= mapped_lease shared lease
check_exit 'one that cannot' 0 out=weights mapped_lease private lease
check_exit 'a writer, and any way' 0 out=weights mapped_lease shared auto
also 'a writer, and any way: which' 'err~sealed memory'
check_exit 'a copy beside a writer' 0 out=weights mapped_lease shared copy

check_exit 'the status' 7 out= leased -q data -- sh -c 'exit 7' sh {}
also 'nothing else is told' err=
killed() { leased -q data -- sh -c 'kill -KILL $$' sh {}; }
check_exit 'the signal' 137 out= killed
leased_input() { echo in | leased -q data -- sh -c cat sh {}; }
check_exit 'the input' 0 out=in leased_input
ignoring() { (trap '' CHLD && leased -q data -- sh -c 'exit 3' sh {}); }
check_exit 'the status, without signals of children' 3 out= ignoring
check_exit 'what stops is ignored' 0 out=on leased -q data -- sh -c 'kill -TSTP $$; echo on' sh {}

# signalled SIGNAL: sends it to signet, whose child says which came, and ends with 9.
signalled()
{
    rm -f ../ready
    # shellcheck disable=SC2086
    signet-enforce open -q $trust --via lease data -- sh -c '
        for name in INT TERM HUP QUIT USR1 USR2 WINCH CONT; do trap "echo $name; exit 9" $name; done
        : >../ready
        while :; do sleep 0.05; done' sh {} &
    signalled_by=$!
    until_true test -e ../ready
    kill -"$1" "$signalled_by"
    wait "$signalled_by"
}
for name in TERM HUP USR1 USR2 WINCH CONT; do
    check_exit "signal $name is passed on" 9 "out=$name" signalled $name
done

# ---- a writer comes while the program reads ----

mkdir w && cp data data.sigstore.json w/
cat >reader.sh <<'SH'
# Starts readers of $1: a child, one of a session of its own, and one that lost its parent. Each
# says what it reads that is not as it was.
echo $$ >"$2/pids"
look='echo $$ >>"$2/pids"; while :; do [ "$(cat "$1")" = weights ] || echo evil >>"$2/evil"; done'
sh -c "$look" sh "$1" "$2" &
setsid sh -c "$look" sh "$1" "$2" &
sh -c 'sh -c "$1" sh "$2" "$3" &' sh "$look" "$1" "$2"
while [ "$(wc -l <"$2/pids")" -lt 4 ]; do sleep 0.02; done
: >"$2/ready"
wait
SH

# alive: those of the readers that run.
alive()
{
    while read -r pid; do
        kill -0 "$pid" 2>/dev/null && ! grep -q '^State:.Z' "/proc/$pid/status" 2>/dev/null && echo "$pid"
    done <w/pids
}
# start_readers VIA: all four read; signet is $opener. What is left of others ends.
start_readers()
{
    [ ! -e w/pids ] || alive | xargs -r kill -KILL
    rm -f w/ready w/pids w/evil
    # shellcheck disable=SC2086
    signet-enforce open -q $trust --via "$1" w/data -- sh reader.sh {} w >w/out 2>w/err &
    opener=$!
    until_true test -e w/ready
}
for via in lease copy; do
    start_readers $via
    is "$via: all read" "$(alive | wc -l)" 4
    before=$(date +%s)
    if [ $via = lease ]; then
        echo evil >w/data
    else # who runs as the same user finds the copy
        copy=$(find "/proc/$(head -n 1 w/pids)/fd" -lname '* (deleted)' | head -n 1)
        chmod 600 "$copy" && echo evil >"$copy"
    fi
    none "$via: none of them is left when it is written" "$(alive)"
    wait "$opener"
    is "$via: the status" $? 126
    is "$via: the writer did not wait for long" "$(($(date +%s) - before < 20))" 1
    is "$via: the text" "$(sed 's/^[^:]*: [^:]*data: //' w/err)" "somebody asked to write to it: Text file busy
signet-enforce: CMD and all that it started were ended, as what they read may not change"
    none "$via: nobody read anything else" "$(cat w/evil 2>/dev/null)"
    cat data.before >w/data
done
start_readers lease
kill -KILL "$opener" && wait "$opener" 2>/dev/null
gone() { ! kill -0 "$(head -n 1 w/pids)" 2>/dev/null; }
check_exit 'the program ends with signet' 0 out= until_true gone
start_readers lease
kill -KILL "$(head -n 1 w/pids)"
sleep 0.1
is 'what it started may go on' "$(alive | wc -l)" 3
none 'and signet waits for it' "$(kill -0 "$opener" 2>&1)"
kill -TERM "$opener"
wait "$opener"
is 'or ends it' "$? $(alive)" '137 '
none 'which all read the same' "$(cat w/evil 2>/dev/null)"
alive | xargs -r kill -KILL

# ---- as a copy on disk ----

copied() { hands_on --via copy "$@"; }
check_exit 'a copy' 0 out=weights copied data -- cat {}
also 'a copy: how is said' 'err~data: ok, as a copy on disk (copy)'
check_exit 'the path does not matter to it' 0 out=weights copied data -- \
    sh -c 'echo evil >data; cat "$1"; cat data.before >data' sh {}
check_exit 'it has no name' 0 "out=$(find . | wc -l)" copied -q data -- sh -c 'find . | wc -l' sh {}
check_exit 'a report of it' 0 out=copy copied --report ../copied data -- \
    sh -c 'jq -r .via "$2"' sh {} ../copied

# ---- folders: their signed files, and nothing else ----

mkdir -p model/sub/deep
echo weights >model/w && echo config >model/sub/config && echo deep >model/sub/deep/x
printf '#!/bin/sh\necho ran\n' >model/program && chmod 755 model/program
signet-sign -q -k b.key model
mkdir model/.git && echo left >model/.git/out
for via in auto lease copy; do
    check_exit "$via: its files" 0 'out=config
deep
weights' hands_on --via $via model -- sh -c 'cd "$1" && cat sub/config sub/deep/x w' sh {}
    check_exit "$via: no others" 0 'out=.
./program
./sub
./sub/config
./sub/deep
./sub/deep/x
./w' hands_on --via $via model -- sh -c 'cd "$1" && find . | sort' sh {}
    check_exit "$via: a path of their own" 0 'out=/signet/model
/signet/model/w' hands_on --via $via model -- sh -c 'echo "$1" && realpath "$1/sub/../w"' sh {}
    check_exit "$via: nobody writes" 0 out= hands_on --via $via model -- sh -c '
        echo evil >"$1/w" || echo evil >"$1/new" || rm "$1/w" || mv "$1/sub" "$1/s" || true >"$1/sub/config" || exit 0
        exit 1' sh {}
    check_exit "$via: nor executes" 126 out= hands_on --via $via model -- sh -c 'exec "$1/program"' sh {}
    check_exit "$via: where it was started" 0 "out=$PWD" hands_on --via $via model -- sh -c pwd sh {}
    check_exit "$via: the path does not matter" 0 'out=weights
weights' hands_on --via $via model -- sh -c '
        cat "$1/w" && echo evil >model/w.new && mv model/w model/w.old && mv model/w.new model/w && mv model model.old
        cat "$1/w"; mv model.old model && mv model/w.old model/w' sh {}
done
check_exit 'the way' 0 'err~model: ok, as its signed files are, by leases (lease)' hands_on model -- ls -d {}
check_exit 'a copy of files' 0 'err~as a private copy of its signed files (copy)' hands_on --via copy model -- ls -d {}
check_exit 'the report of a folder' 0 out=copy hands_on -q --via copy --report ../folder model -- \
    sh -c 'jq -r .via "$2"' sh {} ../folder
denied 'a folder, as memory' 125 'expected auto, lease or copy for a folder' --via memfd model -- sh -c 'echo ran' sh {}
written=model/sub/config
held_folder() { hands_on --via "$1" model -- cat {}/w 9>>$written; }
check_exit 'a writer of one of its files' 126 out= held_folder lease
also 'a writer of one of its files: which' 'err~sub/config: somebody has it open for writing'
also 'a writer of one of its files: the word' 'err~model: writer-present'
check_exit 'a writer, and any way for a folder' 0 out=weights held_folder auto
also 'a writer, and any way for a folder: which' 'err~private copy'
echo evil >model/sub/deep/x
denied 'a changed file' 126 'model: known-name-modified' model -- sh -c 'echo ran' sh {}
echo deep >model/sub/deep/x && echo >model/sub/new
denied 'a file more' 126 'model: known-name-modified' model -- sh -c 'echo ran' sh {}
rm model/sub/new && ln -s w model/link
denied 'a link' 125 'link' model -- sh -c 'echo ran' sh {}
rm model/link

cat >look.sh <<'SH'
echo $$ >"$2/pids"
setsid sh -c 'echo $$ >>"$2/pids"; while :; do [ "$(cat "$1/sub/config")" = config ] || echo evil >>"$2/evil"; done' \
    sh "$1" "$2" &
while [ "$(wc -l <"$2/pids")" -lt 2 ]; do sleep 0.02; done
: >"$2/ready"
wait
SH
# start_looking USER: a program and a child of it read a folder; signet is $opener.
start_looking()
{
    [ ! -e w/pids ] || alive | xargs -r kill -KILL
    rm -f w/ready w/pids w/evil
    # shellcheck disable=SC2086
    $1 "$SIGNET_BIN/signet-enforce" open -q --insecure-no-state --policy policy --root root --via lease model -- sh look.sh {} "$PWD/w" >w/out 2>w/err &
    opener=$!
    until_true test -e w/ready
}
start_looking ''
echo evil >model/sub/config
none 'a writer comes: nobody is left' "$(alive)"
wait "$opener"
is 'a writer comes: the status' $? 126
is 'a writer comes: the text' "$(head -n 1 w/err)" \
    'signet-enforce: model: sub/config: somebody asked to write to it: Text file busy'
none 'a writer comes: nobody read anything else' "$(cat w/evil 2>/dev/null)"
echo config >model/sub/config
start_looking ''
kill -KILL "$opener" && wait "$opener" 2>/dev/null
check_exit 'the program ends with signet there too' 0 out= until_true gone
alive | xargs -r kill -KILL
# Roots of a user namespace that allows no further one, and that may not mount.
without_namespaces()
{
    unshare -Ur sh -c 'echo 0 >/proc/sys/user/max_user_namespaces && exec setpriv --bounding-set=-all "$@"' sh "$@"
}
if without_namespaces true 2>/dev/null; then
    # shellcheck disable=SC2086
    unshown() { without_namespaces signet-enforce open $trust --via "$1" model -- sh -c 'echo ran' sh {}; }
    for via in lease copy; do
        check_exit "no namespaces, $via" 125 out= unshown $via
        also "no namespaces, $via: the text" 'err~the system refuses a user namespace'
    done
else
    note 'no user namespaces here'
    for name in 1 2 3 4; do
        ok "without them: $name"
    done
fi

# ---- whose file it is ----

if [ "$(id -u)" -eq 0 ]; then
    chmod 755 . && chmod 644 data data.* policy root # who is here need not come from above
    as_nobody()
    {
        setpriv --reuid 65534 --clear-groups "$(command -v signet-enforce)" open --insecure-no-state \
            --policy policy --root root "$@"
    }
    check_exit 'a lease on the file of another' 125 out= as_nobody --via lease data -- cat {}
    also 'a lease on the file of another: the text' 'err~no lease can be had: Permission denied'
    also 'and what else there is' 'err~--via copy and --via memfd'
    check_exit 'any way' 0 out=weights as_nobody data -- cat {}
    also 'any way: which' 'err~sealed memory'
    check_exit 'a copy of the file of another' 0 out=weights as_nobody --via copy data -- cat {}
    mkdir own && cp data data.sigstore.json own/ && chown -R 65534 own
    check_exit 'a lease on its own' 0 out=weights as_nobody --via lease own/data -- cat {}
    # Where everybody finds the current folder by its path.
    reach=$(mktemp -d /var/tmp/signet-open.XXXXXX)
    cp -r model model.sig policy root look.sh "$reach" && chmod 755 "$reach"
    chown -R 65534 "$reach/model"* && mkdir "$reach/w" && chmod 777 "$reach/w"
    here=$PWD
    cd "$reach" || exit 1
    for via in lease copy; do
        check_exit "a folder, $via: its user, without rights" 0 'out=65534
CapEff: 0000000000000000
weights' as_nobody --via $via model -- sh -c 'id -u; grep CapEff /proc/self/status | tr "\t" " "; cat "$1/w"' sh {}
        check_exit "a folder, $via: nothing is unmounted" 0 out= as_nobody -q --via $via model -- \
            sh -c '! umount "$1/w" 2>/dev/null && ! umount -l / 2>/dev/null' sh {}
        check_exit "a folder, $via: nor written" 0 out= as_nobody -q --via $via model -- \
            sh -c '! mount -o remount,bind,rw / 2>/dev/null && ! true 2>/dev/null >"$1/w"' sh {}
    done
    start_looking 'setpriv --reuid 65534 --clear-groups'
    kill -KILL "$opener" && wait "$opener" 2>/dev/null
    check_exit 'a program of a user ends with signet' 0 out= until_true gone
    alive | xargs -r kill -KILL
    cd "$here" || exit 1
    rm -r "$reach"
else
    note 'not as root'
    for name in 1 2 3 4 5 6 7 8 9 10 11 12 13 14; do
        ok "without another user: $name"
    done
fi

# ---- file systems ----

cat >mounted.sh <<'SH'
# mounted.sh KIND COMMAND...: runs it with $there on a file system of that kind, in a mount namespace
# of its own.
set -e
kind=$1 there=$PWD/there
shift
mkdir -p "$there"
case $kind in
tmpfs) mount -t tmpfs none "$there" ;;
overlay)
    mount -t tmpfs none "$there" && mkdir "$there/lower" "$there/upper" "$there/work" "$there/all"
    cp data data.sigstore.json "$there/lower"
    mount -t overlay -o "lowerdir=$there/lower,upperdir=$there/upper,workdir=$there/work" none "$there/all"
    there=$there/all
    ;;
*)
    truncate -s 400M "disk.$kind" && "mkfs.$kind" -q "disk.$kind" && mount -o loop "disk.$kind" "$there"
    ;;
esac
cp -nr data data.sigstore.json model model.sig "$there"
export there
"$@"
SH
# on KIND COMMAND...
on() { timeout 300 unshare -m sh mounted.sh "$@"; }
# mountable KIND: whether it can be mounted here.
mountable() { on "$1" true >/dev/null 2>&1; }

# race FILE WAY VIA: the races of one file, in a line.
cat >race.sh <<'SH'
file=$there/data
for way in write map; do
    for via in auto lease copy memfd; do
        # shellcheck disable=SC2086
        printf '%s %s: %s\n' $way $via "$(python3 "$SIGNET_SOURCE/tests/common/open_race.py" "$file" "$1" $way \
            signet-enforce open -q $trust --via $via "$file" -- sh -c 'cat "$1"; sleep 0.01; cat "$1"' sh {})"
    done
done
for way in map exchange; do
    for via in lease copy; do
        # shellcheck disable=SC2086
        printf 'folder %s %s: %s\n' $way $via "$(python3 "$SIGNET_SOURCE/tests/common/open_race.py" "$there/model/w" "$1" $way \
            signet-enforce open -q $trust --via $via "$there/model" -- sh -c 'cat "$1/w"; sleep 0.01; cat "$1/w"' sh {})"
    done
done
SH
export trust SIGNET_SOURCE
for kind in tmpfs ext4 xfs; do
    if mountable $kind; then
        rm -f disk.*
        on $kind sh race.sh $((rounds / 2)) >races
        note "$(cat races)"
        is "$kind: races" "$(grep -c ', 0 wrong$' races)" 12
        none "$kind: something was read" "$(grep ': 0 read' races)"
    else
        note "no $kind can be mounted here"
        ok "without $kind: 1" && ok "without $kind: 2"
    fi
    rm -f disk.*
done
if mountable overlay; then
    cat >stacked.sh <<'SH'
# shellcheck disable=SC2086
signet-enforce open $trust --via "$1" "$there/data" -- cat {}
SH
    check_exit 'a lease on an overlay' 125 out= on overlay sh stacked.sh lease
    also 'a lease on an overlay: the text' 'err~its file system has no leases that can be relied on'
    check_exit 'in memory' 0 out=weights on overlay sh stacked.sh auto
    also 'in memory: how' 'err~sealed memory'
else
    note 'no overlay can be mounted here'
    for name in 1 2 3 4; do
        ok "without an overlay: $name"
    done
fi
