#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# What signed programs can do that signet-enforce run has started, if they are told to: start, read
# and make code that nobody signed, and make themselves a place where it is not forbidden.
# shellcheck source=tests/common/adversarial.sh
. "${0%/*}/../common/adversarial.sh"
plan $((51 * places - 1))

interpreted()
{
    script EVIL 18-script /bin/sh "$own/evil.sh"
    script GOOD 18-script /bin/sh "$own/signed.sh"
    vouch "$own/signed.sh" script
    printf 'print("TOKEN=EVIL:18-python")\n' >"$own/evil.py"
    good 18-script 'a signed script, by its interpreter' --also "$own/signed.sh" -- /bin/sh "$own/signed.sh"
    open_with pin 18-script 'an unsigned one, by its interpreter' '*' -- /bin/sh "$own/evil.sh"
    open_with pin 18-script 'an unsigned one, by "."' '*' -- /bin/sh -c ". '$own/evil.sh'"
    script EVIL 18-data /bin/sh "$own/data.sh"
    open_with 'pin sandbox' 18-data 'one among the data' '*' --ro "$own" -- /bin/sh "$own/data.sh"
    # shellcheck disable=SC2086 # a list of words
    open_with pin 18-python 'an unsigned one of python' '*' $python_paths -- /usr/bin/python3 -I "$own/evil.py"
    open_with 'pin sandbox' 19-argument 'an argument' '*' -- /bin/sh -c 'echo TOKEN=EVIL:19-argument'
    echo 'echo TOKEN=EVIL:19-input' >"$own/input"
    tap_in=$own/input
    open_with 'pin sandbox' 19-input 'standard input' '*' -- /bin/sh
    tap_in=
    printf 'TOKEN=EVIL:20-asking\n' >"$own/evil.asked" && chmod 755 "$own/evil.asked"
    { echo "#!$world/bin/starts" && echo 'TOKEN=GOOD:20-asking'; } >"$own/signed.asked"
    chmod 755 "$own/signed.asked" && vouch "$own/signed.asked" script
    good 20-asking 'a signed script, by an interpreter that asks' --also "$own/signed.asked" -- \
        "$world/bin/starts" asking "$own/signed.asked"
    evil 20-asking 'an unsigned one' 9 --ro "$own" -- "$world/bin/starts" asking "$own/evil.asked"
}

memory()
{
    unsigned 21-memory say-static "$own/evil"
    open_with pin 21-memory 'a program in memory' 9 --ro "$own" -- "$world/bin/starts" memory "$own/evil"
    open_with pin 21-code 'code in memory that is a file' 9 -- \
        "$world/bin/loads" shared-memory TOKEN=EVIL:21-code
    open_with pin 21-file 'code in a file that it wrote' 9 --rw "$own/writable" -- \
        "$world/bin/loads" file TOKEN=EVIL:21-file
    for way in writing both second-place child missing-pages missing-pages-of-file; do
        if [ $way = missing-pages-of-file ] && [ -z "${ADVERSARIAL_SPACE-}" ]; then
            skip 22-$way 'needs a tmpfs, and a right to mount it'
            skip "22-$way, and where it may" 'as before'
            continue
        fi
        open_with pin 22-$way "memory that was written, $way" 9 -- "$world/bin/loads" $way TOKEN=EVIL:22-$way
        good 22-$way "and where it may, $way" --insecure-allow-jit -- "$world/bin/loads" $way TOKEN=GOOD:22-$way
    done
    evil 22-own-memory 'its own code' 9 -- "$world/bin/loads" own-memory TOKEN=EVIL:22-own-memory
}

started()
{
    unsigned 23-descriptor say-static "$own/evil"
    unsigned 23-library library.so "$own/library.so"
    signed 23-descriptor say-static "$own/signed"
    for way in path descriptor place proc root; do
        good 23-descriptor "a signed program, by $way" --also "$own/signed" -- \
            "$world/bin/starts" $way "$own/signed"
        evil 23-descriptor "an unsigned one, by $way" 9 --ro "$own" -- "$world/bin/starts" $way "$own/evil"
    done
    for way in unlinked copy; do
        evil 23-descriptor "an unsigned one, $way" 9 --ro "$own" --rw "$own/writable" -- \
            "$world/bin/starts" $way "$own/evil"
    done
    [ "$person" = user ] && [ "$mode" = none ] && return 0
    FOLDER=$own
    export FOLDER
    evil 23-descriptor 'by its handle' 9 --ro "$own" -- "$world/bin/starts" handle "$own/evil"
}

# What was opened before, where everything may be executed still.
# shellcheck disable=SC2094 # a folder is not written
inherited()
{
    "$world/bin/loads" making "$own/code"
    unsigned 23-input say "$own/input-program"
    evil 23-descriptor 'inherited: a descriptor, to execute' 9 --ro "$own" -- "$world/bin/starts" inherited "$own" \
        7<"$own/evil"
    open_with pin 23-mapped 'a descriptor, as code' 9 --ro "$own" -- \
        "$world/bin/loads" inherited TOKEN=EVIL:23-mapped 7<"$own/code"
    open_with 'pin sandbox' 23-output 'what it writes to, as code' '*' --ro "$own" -- \
        "$world/bin/loads" output TOKEN=EVIL:23-output 7>"$own/output"
    tap_in=$own/input-program
    open_with pin 23-input 'standard input, by the linker' '*' --ro "$own" -- \
        "$world/bin/starts" linked /proc/self/fd/0
    tap_in=
    # A folder that was opened before has no mount of the sandbox above it.
    evil 23-descriptor 'from a folder that is open' 9 --ro "$own" -- "$world/bin/starts" below evil 7<"$own"
    open_with pin 23-library 'a library from a folder that is open' 9 --ro "$own" -- \
        "$world/bin/loads" path /proc/self/fd/7/library.so 7<"$own"
}

# A hard link of a signed program, at a place that nobody judged.
linked()
{
    ln "$own/signed" "$own/link"
    observe start --also "$own/signed" --ro "$own" -- "$world/bin/starts" path "$own/link"
    tap_name='04-inside: a hard link of a signed program elsewhere' tap_problem=
    case $mode-$tap_found in
    none-0 | pin-0 | sandbox-9) ;;
    *) tap_problem='expected it to start without a sandbox, and not with it' ;;
    esac
    told linked
}

spaces()
{
    mkdir "$own/lower"
    unsigned 25-place say "$own/lower/evil"
    # Landlock forbids mounts to whoever is under it, in both tiers.
    for way in tmpfs overlay; do
        evil 25-place "a $way of its own" 9 --ro "$own" --rw "$own/writable" -- \
            "$world/bin/spaces" $way "$own/lower/evil"
    done
    if [ -n "${fuse-}" ]; then
        evil 25-fuse 'a file system of its own' 9 --rw "$own/writable" -- \
            "$world/bin/spaces" fuse TOKEN=EVIL:25-fuse
    else
        skip 25-fuse 'there is no /dev/fuse, or no right to mount'
    fi
    for way in user-namespace clone; do
        open_with pin 26-$way "a $way of its own" 9 -- "$world/bin/spaces" $way TOKEN=EVIL:26-$way
    done
    unsigned 27-library library.so "$own/evil.so"
    open_with pin 27-library 'a library that the ring opens' 9 --ro "$own" -- \
        "$world/bin/loads" ring "$own/evil.so"
}

rows()
{
    mkdir "$own/writable" && chmod 777 "$own/writable"
    WRITABLE=$own/writable
    export WRITABLE
    interpreted
    memory
    started
    inherited
    linked
    spaces
}

world
# The device is not everybody's everywhere; here it is.
if [ "${ADVERSARIAL_SPACE-}" = own ] && [ -e /dev/fuse ] && mknod "$world/fuse" c 10 229; then
    chmod 666 "$world/fuse"
    mount --bind "$world/fuse" /dev/fuse && fuse=yes
fi
python_paths='--ro /usr/lib/python3.11 --ro /usr/lib/python3'
vouch_all /usr/bin/python3
in_each_mode rows
