# SPDX-License-Identifier: Apache-2.0
"""Races against signet-enforce open: whoever may write a file changes it all the time, and what the
reader got is compared with what was signed.

usage: open_race.py FILE ROUNDS WAY COMMAND...

WAY is "write" (open, write, close), "map" (open, map, close, store) or "exchange" (another file by
rename, for a file in a folder). COMMAND is started ROUNDS
times; it prints what it reads, each time whole. Prints "N read, N refused, N wrong": wrong is any
output that holds another byte than the signed file at that place, and any unexpected status.
"""
import mmap
import os
import random
import signal
import subprocess
import sys
import time


def pause():
    time.sleep(random.choice((0, 0.001, 0.01, 0.1)))


def write(path, text):
    fd = os.open(path, os.O_WRONLY)
    os.pwrite(fd, text, 0)
    os.close(fd)


def store(path, text):
    fd = os.open(path, os.O_RDWR)
    with mmap.mmap(fd, 0) as mapping:
        os.close(fd)
        mapping[:] = text


def exchange(path, text):
    """Another file of that name, made outside of the folder."""
    fresh = os.path.join(os.path.dirname(os.path.dirname(path)), "exchanged")
    with open(fresh, "wb") as file:
        file.write(text)
    os.rename(fresh, path)


def flip(path, good, change):
    evil = bytes(reversed(good))
    while True:
        change(path, evil)
        if random.random() < 0.5:
            pause()
        change(path, good)
        pause()
        pause()


def judge(output, status, good):
    """Whether the reader got signed bytes, none, or others."""
    repeated = good * (len(output) // len(good) + 1)
    if not repeated.startswith(output):
        return "wrong"
    if status == 0:
        return "read" if output == good * 2 else "wrong"
    return "refused" if status in (125, 126) else "wrong"


def main():
    path, rounds, way, command = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4:]
    with open(path, "rb") as file:
        good = file.read()
    writer = os.fork()
    if writer == 0:
        flip(path, good, {"write": write, "map": store, "exchange": exchange}[way])
    counts = {"read": 0, "refused": 0, "wrong": 0}
    try:
        for _ in range(rounds):
            run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
            verdict = judge(run.stdout, run.returncode, good)
            counts[verdict] += 1
            if verdict == "wrong":
                print(run.returncode, run.stdout[:60], run.stderr.decode(), file=sys.stderr)
    finally:
        os.kill(writer, signal.SIGKILL)
        os.waitpid(writer, 0)
        write(path, good)
    print(", ".join(f"{number} {name}" for name, number in counts.items()))


main()
