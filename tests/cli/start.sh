#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The tiers of <signet/start.h> against programs that attack them: each attack is tried without a
# tier, where it shall succeed (or it shows nothing), then pinned, then in the sandbox; as an ordinary
# user, and as root where the test is root. Evil code says so itself.
# shellcheck source=tests/common/tap.sh
. "${0%/*}/../common/tap.sh"

if ! unshare -Um true 2>/dev/null; then
    plan 1
    skip 'the tiers' 'no user namespaces here'
    exit
fi
programs=$SIGNET_BUILD/tests/start
driver=$programs/start_driver
shell=$(realpath /bin/sh)
# The folder of temporary files of a whole run is for its owner alone.
[ -k "${tap_dir%/*}" ] || chmod 711 "${tap_dir%/*}"
chmod 755 "$tap_dir"
users=$(id -u)
[ "$users" -ne 0 ] || users='0 65534'
# shellcheck disable=SC2086 # a list of words
plan $((89 * $(set -- $users && echo $#) + 34))

# as UID COMMAND...: as that user, below a process of that user.
as()
{
    as_user=$1
    shift
    if [ "$as_user" = "$(id -u)" ]; then
        sh -c '"$@"; exit $?' sh "$@"
    else
        setpriv --reuid "$as_user" --regid "$as_user" --clear-groups sh -c '"$@"; exit $?' sh "$@"
    fi
}

# system_images PROGRAM...: what the system's own programs load, as options of the driver.
system_images()
{
    for image in "$@"; do
        ldd "$image" 2>/dev/null | grep -o '/[^ ]*' | while read -r library; do realpath "$library"; done
        realpath "$image"
    done | sort -u | sed 's/^/in-place /'
}
libraries=$(system_images "$shell" | grep -v " $shell\$")
loader=$(printf '%s\n' "$libraries" | sed -n 's/^in-place \(.*ld-linux.*\)/\1/p')

# fresh UID: the files, as they are before each attack, all that user's.
fresh()
{
    rm -rf top && mkdir -p top/bin top/data top/own/m top/outside
    cp "$programs/start_attack" top/bin/attack
    cp "$programs/start_good" top/bin/good
    cp "$programs/start_good" top/own/verified
    cp "$programs/start_good_library.so" top/bin/good.so
    ln top/bin/good top/data/linked
    ln top/bin/good.so top/own/linked.so
    for folder in data outside; do
        cp "$programs/start_evil" top/$folder/evil
        cp "$programs/start_evil_library.so" top/$folder/evil.so
        echo 'echo EVIL' >top/$folder/evil.sh
    done
    cp "$programs/start_evil" top/own/evil
    cp "$programs/start_evil" top/own/other
    chown -R "$1" top
}

# start UID TIER ATTACK ARGUMENTS...: starts it there; "none" is no tier.
start()
{
    start_user=$1 start_tier=$2
    shift 2
    if [ "$start_tier" = none ]; then
        as "$start_user" "$here/bin/attack" "$@"
    else
        # shellcheck disable=SC2086 # lists of words
        as "$start_user" "$driver" "$start_tier" copied "$here/bin/attack" in-place "$here/bin/good" \
            in-place "$here/bin/good.so" in-place "$here/own/verified" in-place "$shell" $libraries \
            ro "$here/data" rw "$here/own" $more -- attack "$@"
    fi
}
here=$(pwd -P)/top more='' opened='' from=''

# result: what the last attack came to: E evil, G good code ran, s stopped, k killed.
result()
{
    if grep -q EVIL "$tap_out"; then
        echo E
    elif grep -q GOOD "$tap_out"; then
        echo G
    elif grep -q stopped: "$tap_out" ||
        grep -Eq 'failed to map segment|cannot open .*: Permission denied' "$tap_err"; then
        echo s
    elif [ "$1" -eq 159 ]; then
        echo k
    else
        echo "status $1: $(tail -n 1 "$tap_err")"
    fi
}


# try EXPECTED NAME ATTACK ARGUMENTS...
try()
{
    try_expected=$1 try_name=$2
    shift 2
    for user in $users; do
        attack_found='' attack_left=$try_expected
        for tier in none pin sandbox; do
            attack_rest=${attack_left#?}
            if [ "${attack_left%"$attack_rest"}" = - ]; then
                attack_found=$attack_found-
            else
                fresh "$user"
                (cd "${from:-.}" && exec 8<"${opened:-.}" && start "$user" "$tier" "$@") \
                    >"$tap_out" 2>"$tap_err" </dev/null
                attack_found=$attack_found$(result $?)
            fi
            attack_left=$attack_rest
        done
        is "$try_name (user $user)" "$attack_found" "$try_expected"
    done
}

try Ess 'a program is executed' execute-path "$here/data/evil"
try GGG '... a verified one is' execute-path "$here/bin/good"
try Ess '... by a link' execute-link "$here/data/evil" "$here/own/link"
try GGG '... by a link to a verified one' execute-link "$here/bin/good" "$here/own/link"
try GGs '... by a hard link of a verified one' execute-path "$here/data/linked"
try Ess '... by descriptor' execute-descriptor "$here/data/evil"
try GGG '... a verified one by descriptor' execute-descriptor "$here/bin/good"
try Ess '... by O_PATH' execute-place "$here/data/evil"
try Ess '... by /proc/self/fd' execute-proc "$here/data/evil"
try Ess '... a copy' execute-copy "$here/data/evil" "$here/own/copy"
try Gss '... a copy of a verified one' execute-copy "$here/bin/good" "$here/own/copy"
try EEs '... by the loader' execute-by-loader "$loader" "$here/data/evil"
try GGG '... a verified one by the loader' execute-by-loader "$loader" "$here/bin/good"

try EEs 'a library is loaded' load-library "$here/data/evil.so"
try GGG '... a verified one is' load-library "$here/bin/good.so"
try EEs '... mapped' map-file "$here/data/evil.so"
try EEE '... a verified one mapped' map-file "$here/bin/good.so"
try EEs '... mapped and made executable' map-later "$here/data/evil.so"
try Ess '... as its parent sees it' map-by-parent "$here/outside/evil.so"
try EEs '... by the root of a process' map-by-self "$here/data/evil.so"
from=top/data
try EEs '... in the current folder' map-relative "$here/data/evil.so"
from=

try EEs 'a script is read' run-script "$shell" "$here/outside/evil.sh"
try EEE '... where data may be read' run-script "$shell" "$here/data/evil.sh"
try EEE 'text is run' run-text "$shell"
try EEs 'a file is read' read-file "$here/outside/evil"
try EEE '... where data may be read' read-file "$here/data/evil"

try Ess 'a verified file is written' write-file "$here/bin/good"
try Ess '... emptied' truncate-file "$here/bin/good"
try EEs '... its mode changed' change-mode "$here/bin/good"
try Ess '... replaced' rename-over "$here/own/evil" "$here/bin/good"
try Ess '... removed' remove-file "$here/bin/good"
try EEs 'a verified file that may be written is written' write-file "$here/own/verified"
try EEs '... emptied' truncate-file "$here/own/verified"
try EEs '... replaced' rename-over "$here/own/evil" "$here/own/verified"
try EEs '... moved away' rename-away "$here/own/verified" "$here/own/new"
try EEs '... removed' remove-file "$here/own/verified"
try EEE 'another one is replaced' rename-over "$here/own/evil" "$here/own/other"
if [ "$(id -u)" -eq 0 ]; then # only root can change what is in place
    all=$users users=0
    try EEG '... changed by another path to it' change-library "$here/data/evil.so" "$here/own/linked.so" \
        "$here/bin/good.so"
    users=$all
else
    ok '... changed by another path to it: only root is asked'
fi
try Ess 'a file is made' make-file "$here/outside/new"
try EEE '... where it may be' make-file "$here/own/new"
try EEE 'a device is written' write-file /dev/null
try Ess '/proc is written' write-file /proc/self/comm

try EEs 'memory is executed as a file' execute-memory "$here/data/evil"
try EEs '... mapped' map-memory
try EEs 'memory is written, then executed' write-then-execute
try EEs '... written and executed' write-and-execute
try EEs '... written at a second place' write-at-second-place
# A page can be filled where the program lies on a tmpfs; in the sandbox it does, as a copy.
case $(stat -f -c %T "$here") in
tmpfs) try EEs '... filled while it is missing' fill-missing-page ;;
*) try --s '... filled while it is missing' fill-missing-page ;;
esac
try EEs '... shared and executed' share-and-execute
try EEs '... read, which is to be executed' change-personality
try Ess '... written by /proc' write-by-proc
try EEs '... written by a tracer' write-by-tracing
try EEs '... secret' make-secret-memory
try EEs 'io_uring' use-uring

try Ess 'mounts in a nested namespace' nest "$here/data/evil" "$here/own/m"
try EEs 'a nested namespace' nest-by-clone
try EEs '... by clone3' nest-by-clone3
try -ss 'a mount is changed' remount "$here/own/verified"
try -ss '... is removed' unmount "$here/own/verified"
try -ss 'the mounts of the parent are entered' join
try EEk 'calls of 32 bits' call-as-32-bits
try EEk 'calls of x32' call-as-x32
try EEs 'the parent is signalled' signal-parent
try EEs 'something is typed ahead' type-ahead
try Ess 'new rights' gain-rights

more='env LD_PRELOAD=top/data/evil.so'
try -Es 'a library is preloaded' do-nothing
more=
opened=top/data
try EEs 'a library in a folder that is open' map-beneath 8 evil.so
try EEE '... a file' read-beneath 8 evil.so
opened=top/outside
try EEs '... a file that may not be read' read-beneath 8 evil.so
opened=
more='rw /'
try EEs 'its code is written by /proc, where all may be written' write-by-proc
try EEs 'a verified file is written there' write-file "$here/own/verified"
try Ess 'a program is executed there' execute-path "$here/outside/evil"
try EEE 'a file is made there' make-file "$here/outside/new"
more=jit
try EEE 'memory is written, then executed, where that is allowed' write-then-execute
try EEE '... read, which is to be executed' change-personality
try EEE '... written by a tracer' write-by-tracing
try EEs '... executed as a file' execute-memory "$here/data/evil"
more=

# run UID TIER OPTIONS... -- ARGUMENTS...: the shell as a program.
run()
{
    run_user=$1 run_tier=$2
    shift 2
    # shellcheck disable=SC2086 # lists of words
    as "$run_user" "$driver" "$run_tier" in-place "$shell" $libraries "$@"
}

# shellcheck disable=SC2016 # for the shell that is started
tell='echo "$0|$1|$2|$EXAMPLE|$(pwd)"; read -r line <&5; echo "$line"; echo error >&2
while read -r name value; do
    case $name in SigIgn:|SigBlk:|Groups:|Uid:|Gid:) echo "$name $value" ;; esac
done </proc/self/status; read -r line; echo "$line"; exit 7'
fresh "$(id -u)"
mkdir "with space é" && chmod 755 'with space é' && cd 'with space é' || exit
export EXAMPLE='a value'
printf 'line of 5\n' >../five
printf 'line of 0\n' >../zero
tap_in=../zero
exec 5<../five
for user in $users; do
    exec 5<../five
    as "$user" "$shell" -c "trap '' USR1; exec \"\$@\"" x "$shell" -c "$tell" zero '' 'two words' <../zero \
        >../expected 2>/dev/null
    for tier in pin sandbox auto; do
        exec 5<../five
        # shellcheck disable=SC2086 # a list of words
        check_exit "what is passed on: $tier (user $user)" 7 "err=got ${tier%auto}$(
            [ $tier != auto ] || echo sandbox)
error" as "$user" "$shell" -c "trap '' USR1; exec \"\$@\"" x "$driver" $tier in-place "$shell" \
            $libraries ro "$here" -- "$shell" -c "$tell" zero '' 'two words'
        same_bytes '... all of it' "$tap_out" ../expected
    done
done
exec 5<&-
tap_in=
cd ..

# The terminal: it is asked, and answers, and is the controlling one.
for user in $users; do
    for tier in pin sandbox; do
        # shellcheck disable=SC2016,SC2086 # for the shell that is started; a list of words
        check_exit "a terminal: $tier (user $user)" 0 'out~answer: typed' as "$user" python3 \
            "$SIGNET_SOURCE/tests/common/terminal.py" '?question' '!typed' -- "$driver" $tier \
            in-place "$shell" $libraries -- "$shell" -c \
            '[ -t 0 ] && [ -t 1 ] && echo question >/dev/tty && read -r x </dev/tty && echo "answer: $x"'
    done
done

# What the sandbox is made of, as /proc has it.
# shellcheck disable=SC2016 # for the shell that is started
list_executable='while read -r id parent device root point options rest; do
    case ,$options, in *,noexec,*) ;; *,ro,*) echo "$point" ;; *) echo "$point is not ro" ;; esac
done </proc/self/mountinfo'
# shellcheck disable=SC2016 # for the shell that is started
list_status='while read -r name value; do
    case $name in CapEff:|CapPrm:|CapAmb:|NoNewPrivs:|Seccomp:) echo "$name$value" ;; esac
done </proc/self/status'
images=$(printf '%s\n' "in-place $shell" "$libraries" | sed 's/^in-place //' | sort)
for user in $users; do
    # shellcheck disable=SC2086 # a list of words
    check_exit "mounts (user $user)" 0 'err=got sandbox' as "$user" "$driver" sandbox copied "$shell" \
        $libraries -- "$shell" -c "$list_executable"
    is '... are noexec, but for images' "$(sort "$tap_out")" "$images"
    check_exit "rights (user $user)" 0 'out~Seccomp:2' run "$user" sandbox -- "$shell" -c "$list_status"
    also '... none are gained' 'out~NoNewPrivs:1'
    also '... none are held for later' 'out~CapAmb:0000000000000000'
done
is '... an ordinary user has none' "$(grep -c '^Cap...:0000000000000000$' "$tap_out")" 3
if [ "$(id -u)" -eq 0 ]; then
    run 0 sandbox -- "$shell" -c "$list_status" >"$tap_out" 2>&1
    admin=$(sed -n 's/^CapEff://p' "$tap_out")
    is '... and of root, without those over mounts' "$((0x$admin >> 21 & 1))" 0
    # shellcheck disable=SC2016 # for the shell that is started
    check_exit 'root has all ids' 0 'out=0 0 4294967295' run 0 sandbox -- "$shell" -c \
        'read -r a b c </proc/self/uid_map; echo "$a $b $c"'
else
    ok 'root: is not tested'
    ok 'root: is not tested'
fi

# What cannot be.
me=$(id -u)
check_exit 'a path that is to be read and is not there' 125 "err~IO $here/none: cannot open" \
    run "$me" pin ro "$here/none" -- sh
check_exit '... in the sandbox' 125 "err~IO $here/none: cannot open" \
    run "$me" sandbox ro "$here/none" -- sh
check_exit '... to be written' 125 "err~IO $here/none: cannot open" \
    run "$me" sandbox rw "$here/none" -- sh
check_exit '... which is' 0 'err=got sandbox' run "$me" sandbox rw "$here/own" -- sh -c :
check_exit 'a process of two threads' 125 'err~INTERNAL expected a process of one thread' \
    run "$me" pin thread -- sh
check_exit 'another file where an image is in place' 125 "err~MISMATCH $here/bin/good: another file" \
    run "$me" sandbox in-place-as "$here/bin/attack" "$here/bin/good" -- sh
check_exit '... the file itself' 0 'err=got sandbox' \
    run "$me" sandbox in-place-as "$here/bin/good" "$here/bin/good" -- sh -c :
check_exit 'where nothing can be mounted' 125 "err~USAGE $here/own/m: nothing can be mounted" \
    run "$me" sandbox copied-as "$here/bin/good" "$here/own/m" -- sh
check_exit 'where there is nothing' 125 "err~USAGE $here/bin/none: nothing can be mounted" \
    run "$me" sandbox copied-as "$here/bin/good" "$here/bin/none" -- sh
# Each in a namespace of its own, of which this is the end.
limited='echo 0 >/proc/sys/user/max_user_namespaces && exec "$@"'
check_exit 'no user namespaces' 125 'err~UNSUPPORTED no sandbox here: the system refuses a user namespace' \
    unshare -r sh -c "$limited" sh "$driver" sandbox in-place "$shell" -- sh
# shellcheck disable=SC2086 # a list of words
check_exit '... is a reason to pin' 0 'err=got pin' \
    unshare -r sh -c "$limited" sh "$driver" auto in-place "$shell" $libraries -- sh -c :
limited='mount --bind /proc/sys /proc/sys && mount -o remount,bind,ro /proc/sys && "$@"; exit $?'
for tier in sandbox auto; do
    # shellcheck disable=SC2086 # a list of words
    check_exit "no limit of user namespaces: $tier" 125 'err~refuses a limit of user namespaces' \
        unshare -rm sh -c "$limited" sh "$driver" $tier in-place "$shell" $libraries -- sh
done
limited='mount -t tmpfs none own && cd own && umount -l . && exec "$@"'
cd top || exit
# shellcheck disable=SC2086 # a list of words
check_exit 'a current folder that is nowhere' 125 'err~it lies outside of all mounts' \
    unshare -rm sh -c "$limited" sh "$driver" sandbox in-place "$shell" $libraries -- sh
limited='mount -t tmpfs -o noexec none own && cd own && umount -l . && exec "$@"'
# shellcheck disable=SC2086 # a list of words
check_exit '... nor where code is forbidden' 125 'err~it lies outside of all mounts' \
    unshare -rm sh -c "$limited" sh "$driver" sandbox in-place "$shell" $libraries -- sh
# shellcheck disable=SC2086 # a list of words
check_exit '... one that is mounted' 0 'err=got sandbox' \
    unshare -rm sh -c 'mount -t tmpfs none own && cd own && exec "$@"' sh \
    "$driver" sandbox in-place "$shell" $libraries -- sh -c :
cd ..

# What is started is what was opened, whatever stands at its path.
cp "$programs/start_evil" top/bin/path
for tier in pin sandbox; do
    for kind in copied-as in-place-as; do
        [ $tier$kind != sandboxin-place-as ] || continue
        # shellcheck disable=SC2086 # a list of words
        check_exit "other bytes at the path: $tier, $kind" 0 out=GOOD as "$me" "$driver" $tier $kind \
            "$here/bin/good" "$here/bin/path" $libraries -- x
    done
    # shellcheck disable=SC2086 # a list of words
    check_exit "a program that stands nowhere: $tier" 0 out=GOOD as "$me" "$driver" $tier \
        nowhere "$here/bin/good" $libraries -- x
done
for kind in copied in-place; do
    cp "$(realpath "$(command -v readlink)")" 'top/bin/with space é'
    # shellcheck disable=SC2046,SC2086 # lists of words
    check_exit "its name: $kind" 0 "out=$here/bin/with space é" as "$me" "$driver" sandbox $kind \
        "$here/bin/with space é" $(system_images "$here/bin/good") \
        $(system_images "$(command -v readlink)") -- readlink /proc/self/exe
done

# The table of what can be read is the one of the manual page.
is 'the manual page lists what can be read' "$(sed -n '/^\.Ss What a program in the sandbox/,/^\.El/s,^\.Pa \(/[^ ]*\)$,\1,p' \
    "$SIGNET_SOURCE/cmd/enforce/signet-enforce.1")" \
    "$(sed -n '/\*const base\[\]/,/NULL/s/^    "\(.*\)",$/\1/p' "$SIGNET_SOURCE/lib/gate/places.c")"

# On overlayfs.
mkdir top/upper top/index top/merged
cp "$programs/start_good" top/upper/good
limited='mount -t overlay -o lowerdir=data,upperdir=upper,workdir=index none merged && exec "$@"'
cd top || exit
if unshare -rm sh -c "$limited" sh true 2>/dev/null; then
    for tier in pin sandbox; do
        for kind in copied in-place; do
            # shellcheck disable=SC2086 # a list of words
            check_exit "overlayfs: $tier, $kind" 0 out=GOOD unshare -rm sh -c "$limited" sh "$driver" $tier \
                $kind "$here/merged/good" $libraries -- x
        done
        # shellcheck disable=SC2086 # a list of words
        check_exit "... another file: $tier" 126 "err~ermission denied" unshare -rm sh -c "$limited" sh "$driver" \
            $tier in-place "$shell" $libraries ro "$here/merged" -- sh -c "$here/merged/evil"
    done
else
    note 'no overlayfs in user namespaces here'
    for name in 1 2 3 4 5 6; do ok "overlayfs: not tested $name"; done
fi
cd ..
