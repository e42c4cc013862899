# SPDX-License-Identifier: Apache-2.0
"""The programs of the benchmarks: where they are, what they print, and how they are measured in turns.

Owns the paths, the build and the runs of bench_measure; knows no job and words no figure. A peer that
is not installed leaves a gap; a program of ours that is missing or fails is a Failure.
"""

import os
import re
import resource
import shutil
import subprocess
import time

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.path.dirname(os.path.dirname(HERE))
BUILD = os.path.join(SOURCE, "build/release")
DATA = os.path.join(SOURCE, "build/bench/data")
MODULES = os.environ.get("SIGNET_NODE_MODULES", os.path.join(SOURCE, "build/node/node_modules"))

DIGEST = re.compile(rb"\b[0-9a-f]{64}\b")


class Failure(Exception):
    """The benchmark cannot be run, or two programs disagree."""


def built(path):
    path = os.path.join(BUILD, path)
    if not os.path.exists(path):
        raise Failure("%s is not built" % os.path.relpath(path, SOURCE))
    return path


def tool(name):
    return built("bin/" + name)


def helper(name):
    return built("tests/bench/" + name)


def data(name):
    return os.path.join(DATA, name)


def build():
    output_of("cmake", "-S", SOURCE, "--preset", "release")
    output_of("cmake", "--build", BUILD, "-j", "2", "--target", "all", "bench_helpers")


def installed(name):
    return shutil.which(name) is not None or os.path.exists(name)


def output_of(*argv):
    """What ARGV prints, which must succeed."""
    try:
        done = subprocess.run(
            argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False
        )
    except FileNotFoundError as missing:
        raise Failure("%s is not installed" % argv[0]) from missing
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip()
        raise Failure("%s: exit status %d\n%s" % (os.path.basename(argv[0]), done.returncode, said))
    return done.stdout


def command(label, *argv, needs=(), **more):
    """A program of a job. Targets name it by its label; NEEDS are programs and files that a shell or
    an interpreter in ARGV needs. MORE: entries, where they differ from the job's, and turns in a round."""
    absent = [os.path.basename(name) for name in dict.fromkeys((argv[0], *needs)) if not installed(name)]
    return {"label": label, "argv": list(argv), "absent": absent, **more}


def shell(label, script, *argv, needs=(), **more):
    """As command(), for a pipeline that finds ARGV in $0, $1 and so on."""
    return command(label, "sh", "-c", script, *argv, needs=needs, **more)


def result(each):
    """What a command of a job prints, or None if it is not installed."""
    return None if each["absent"] else output_of(*each["argv"])


def amount(each):
    """How many bytes a command of a job prints, or None if it is not installed."""
    return None if each["absent"] else int(output_of("sh", "-c", '"$0" "$@" | wc -c', *each["argv"]))


def digests(text):
    """Every SHA-256 in hex that a program printed, sorted; None if it is not installed."""
    return None if text is None else sorted(DIGEST.findall(text))


def listed(manifest):
    """The digests of the entries of a manifest, sorted: its last two lines are sums of them."""
    return digests(b"\n".join(manifest.splitlines()[:-2]))


def same(what, ours, *theirs):
    """Each of THEIRS must equal OURS, but for what was not installed, which is None."""
    if any(other is not None and other != ours for other in theirs):
        raise Failure("%s: signet and its peer disagree" % what)


class Elsewhere:
    """What others took of the processors while something was measured, as a share of all."""

    def __init__(self):
        self.begin = self.now()

    @staticmethod
    def now():
        """Seconds since some time, of processors in use by anybody, and in use by our children."""
        with open("/proc/stat", encoding="ascii") as stat:
            user, nice, system, _, _, *interrupts = (int(word) for word in stat.readline().split()[1:9])
        busy = (user + nice + system + sum(interrupts)) / os.sysconf("SC_CLK_TCK")
        ours = resource.getrusage(resource.RUSAGE_CHILDREN)
        return time.monotonic(), busy, ours.ru_utime + ours.ru_stime

    def share(self):
        wall, busy, ours = (after - before for before, after in zip(self.begin, self.now()))
        return round(max(0.0, busy - ours) / (wall * os.cpu_count()), 3)


def measure(rounds, commands, before=None):
    """Runs the commands in turns, each after the command BEFORE, which is not measured; the first
    round only warms up. A command that asks for several turns in a round gets them one by one.
    Returns what others took of the processors meanwhile."""
    elsewhere = Elsewhere()
    turns = [each for each in commands if not each["absent"] for _ in range(each.get("turns", 1))]
    if not turns:
        return 0.0
    words = ["--before", *before] if before else []
    for each in turns:
        words += ["---", *each["argv"]]
        each["runs"] = []
    lines = output_of(helper("bench_measure"), str(rounds + 1), *words).decode().splitlines()
    for line in lines[len(turns) :]:
        number, wall, cpu, peak = (int(word) for word in line.split())
        turns[number]["runs"].append({"wall_us": wall, "cpu_us": cpu, "peak_kib": peak})
    return elsewhere.share()
