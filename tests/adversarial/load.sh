#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# What a program that signet-enforce run starts can load: libraries, and what takes the place of
# the dynamic linker. What stands there before is judged; what comes later only the sandbox stops.
# shellcheck disable=SC2016 # $ORIGIN is of the dynamic linker
# shellcheck source=tests/common/adversarial.sh
. "${0%/*}/../common/adversarial.sh"
plan $((34 * places))

# speaker OUT FLAG...: a signed program that needs later.so, which lies beside it or as FLAG says.
speaker()
{
    speaker_out=$1
    shift
    compile "$speaker_out" speaker.c "$own/lib/later.so" "$@"
    vouch "$speaker_out" program
}

# For the program alone: $ORIGIN of the tool itself is another folder.
environment()
{
    signed 12-program say "$own/program"
    unsigned 12-library library.so "$own/evil.so"
    hand_over
    for name in LD_PRELOAD LD_AUDIT; do
        export $name='$ORIGIN/evil.so'
        evil 12-library "$name names a library" 0 -- "$own/program"
        has_12=$(has_token GOOD 12-program && echo yes)
        is "$person, $mode: 12: the program runs without it" "$has_12" yes
        because='changes which libraries are loaded'
        evil 12-library "$name names a library, and may stay" 125 --env $name -- "$own/program"
        unset $name
    done
}

# Searched for by the program itself; $own/lib is where it was linked, no more.
searched()
{
    mkdir "$own/lib" "$own/origin"
    signed 13-origin later.so "$own/lib/later.so" lib
    speaker "$own/origin/runpath" -Wl,-rpath,'$ORIGIN/..' -Wl,--enable-new-dtags
    speaker "$own/origin/rpath" -Wl,-rpath,'$ORIGIN/..' -Wl,--disable-new-dtags
    speaker "$own/origin/absolute" -Wl,-rpath,"$own"
    hand_over
    for name in runpath rpath absolute; do
        cp "$own/lib/later.so" "$own/later.so"
        good 13-origin "a signed library by $name" -- "$own/origin/$name"
        unsigned 13-origin later.so "$own/later.so"
        because=later.so
        evil 13-origin "an unsigned library by $name" 126 -- "$own/origin/$name"
    done
    cp "$own/lib/later.so" "$own/later.so"
    unsigned 12-path later.so "$own/origin/later.so"
    hand_over
    export LD_LIBRARY_PATH='$ORIGIN'
    evil 12-path 'LD_LIBRARY_PATH leads to a library' 0 -- "$own/origin/runpath"
    unset LD_LIBRARY_PATH
    rm "$own/later.so" "$own/origin/later.so"
}

# The dynamic linker of a program, which lies elsewhere, and may be anything.
interpreters()
{
    signed 14-interpreter say "$own/linked"
    good 14-interpreter 'the dynamic linker of the system' -- "$own/linked"
    unsigned 14-interpreter interpreter "$own/ld.so"
    compile "$own/linked" say.c -Wl,--dynamic-linker="$own/ld.so"
    vouch "$own/linked" program
    because=ld.so
    evil 14-interpreter 'one that nobody signed' 126 -- "$own/linked"
}

# The dynamic linker as a program, which loads what it is told to.
by_linker()
{
    unsigned 15-program say "$own/evil"
    signed 15-program say "$own/signed"
    unsigned 15-library library.so "$own/evil.so"
    open_with pin 15-program 'an unsigned program, by the linker' '*' --also "$own/signed" -- \
        "$linker" "$own/evil"
    good 15-program 'a signed program, by the linker' --also "$own/signed" -- \
        "$world/bin/starts" linked "$own/signed"
    open_with pin 15-program 'an unsigned one' '*' -- "$world/bin/starts" linked "$own/evil"
    open_with pin 15-program 'one that can be read' '*' --ro "$own" -- "$world/bin/starts" linked "$own/evil"
    open_with pin 15-program 'one that can be read, after a signed one was asked about' '*' --ro "$own" -- \
        "$world/bin/starts" linker "$own/evil"
    open_with pin 15-library 'an unsigned library that is preloaded' '*' --ro "$own" --also "$own/signed" -- \
        "$world/bin/starts" linked --preload "$own/evil.so" "$own/signed"
}

plug_ins()
{
    unsigned 16-library library.so "$own/evil.so"
    signed 16-library library.so "$own/plug-in.so" lib
    mkdir "$own/writable" && chmod 777 "$own/writable"
    export WRITABLE="$own/writable"
    for way in path namespace descriptor; do
        good 16-library "a signed plug-in, by $way" --also "$own/plug-in.so" -- \
            "$world/bin/loads" $way "$own/plug-in.so"
        open_with pin 16-library "an unsigned one, by $way" 9 -- "$world/bin/loads" $way "$own/evil.so"
        open_with pin 16-library "an unsigned one that can be read, by $way" 9 --ro "$own" -- \
            "$world/bin/loads" $way "$own/evil.so"
    done
    open_with pin 16-library 'a copy in memory' 9 --ro "$own" -- "$world/bin/loads" memory "$own/evil.so"
    open_with pin 16-library 'a copy that it wrote' 9 --ro "$own" --rw "$own/writable" -- \
        "$world/bin/loads" copy "$own/evil.so"
}

# While it runs: the file of a program cannot be written, that of a library can.
running()
{
    signed 11-library later.so "$own/lib/later.so" lib
    cp "$own/lib/later.so" "$own/later.so"
    unsigned 11-library later.so "$own/evil.so"
    hand_over
    mkfifo "$own/line" && chmod 666 "$own/line" "$own/later.so"
    : >"$world/seen"
    start -- "$own/origin/runpath" wait >"$own/said" 2>&1 <"$own/line" 9>>"$world/seen" &
    exec 8>"$own/line"
    for round in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        grep -q ready "$own/said" && break
        sleep 0.1
    done
    : "$round"
    $nobody dd if="$own/evil.so" of="$own/later.so" conv=notrunc status=none
    written=$( (echo evil >>"$own/origin/runpath") 2>&1)
    echo >&8
    exec 8>&-
    wait $!
    tap_found=$? tokens=$(cat "$own/said" "$world/seen" | LC_ALL=C grep -ao 'TOKEN=[A-Z]*:[-a-z0-9]*' | sort -u)
    tap_name='11-library: a library changes while it is loaded' tap_problem=
    case $mode in
    none) has_token EVIL 11-library || tap_problem='without a gate nothing happened' ;;
    pin) doctor_lists 11-library pin || tap_problem='expected doctor to list 11 as open with pin' ;;
    sandbox) has_token GOOD 11-library && no_evil || tap_problem='expected the bytes that were judged' ;;
    esac
    told running
    case $mode-$written in
    *busy*) ok "$person, $mode: 11-program: it cannot be written meanwhile" ;;
    sandbox-*) ok "$person, $mode: 11-program: it is a copy that runs" ;;
    *) not_ok "$person, $mode: 11-program: it cannot be written meanwhile" "$written" ;;
    esac
}

rows()
{
    environment
    searched
    interpreters
    by_linker
    plug_ins
    running
}

world
in_each_mode rows
