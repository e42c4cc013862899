# SPDX-License-Identifier: Apache-2.0
"""Gives every archive of hostile.py to the tools and speaks TAP.

A refusal must have its exit status and its text, say nothing on standard output, change no file, and
take neither long nor much memory, in the C locale as in C.UTF-8; its twin must be read.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import hostile

SECONDS = 60  # of one run: bombs would take hours; sanitizers and busy machines take their time
MEBIBYTES = 320  # sanitizers take most of it

DATA = os.environ.get("SIGNET_TESTDATA", "")

# Archives of others, and what is wrong with them (their expected.tsv names the same).
FOREIGN = [
    ("scan/handmade/tar/traversal.tar", 3, "\"..\""),
    ("scan/handmade/zip/dup.pt", 3, "two entries"),
    ("scan/modelaudit/samples/archives/path_traversal.zip", 3, "\"..\""),
    ("scan/modelscan/password_protected.zip", 3, "encrypted"),
    ("scan/picklescan/benign_password_protected.zip", 3, "encrypted"),
    ("scan/picklescan/malicious1_crc.zip", 3, ""),
    ("scan/picklescan/malicious1_0x20.zip", 3, ""),
    ("scan/picklescan/malicious1_0x40.zip", 3, "encrypted"),
    ("scan/picklescan/malicious1_central_directory.zip", 3, ""),
]


class Tap:
    """Counts checks, and prints each."""

    def __init__(self, plan):
        self.run = self.failed = 0
        print("1..%d" % plan)

    def check(self, name, problems, seen=""):
        self.run += 1
        print("%s %d - %s" % ("not ok" if problems else "ok", self.run, name))
        for line in problems + (seen.splitlines() if problems else []):
            print("#", line)
        self.failed += 1 if problems else 0


def run(argv, locale, limit_seconds=SECONDS):
    """Exit status, output, errors, seconds and the peak memory in MiB of one program."""
    environment = dict(os.environ, LC_ALL=locale)
    environment["ASAN_OPTIONS"] = environment.get("ASAN_OPTIONS", "") + ":quarantine_size_mb=16"
    start = time.monotonic()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=environment)
        while True:
            pid, status, usage = os.wait4(child.pid, os.WNOHANG)
            if pid:
                break
            if time.monotonic() - start > limit_seconds:
                child.kill()
            time.sleep(0.002)
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        return (child.returncode, out.read(), err.read().decode("utf-8", "replace"),
                time.monotonic() - start, usage.ru_maxrss / 1024)


def judge(result, status, text):
    code, out, err, seconds, peak = result
    problems = []
    if code != status:
        problems.append("expected exit status %d, found %d" % (status, code))
    if status and out:
        problems.append("a refusal printed a result")
    if text not in err:
        problems.append("expected on stderr: " + text)
    if any(ord(c) < 32 and c != "\n" for c in err) or "\x7f" in err:
        problems.append("a control character reached the terminal")
    if seconds > SECONDS:
        problems.append("took %.0f s" % seconds)
    if peak > MEBIBYTES:
        problems.append("took %.0f MiB" % peak)
    return problems


def sevenzip(files):
    with tempfile.TemporaryDirectory() as folder:
        for name, data in files.items():
            os.makedirs(os.path.join(folder, os.path.dirname(name)), exist_ok=True)
            with open(os.path.join(folder, name), "wb") as out:
                out.write(data)
        subprocess.run(["7z", "a", "-bso0", "-bsp0", "packed.7z", "m"], cwd=folder, check=True)
        with open(os.path.join(folder, "packed.7z"), "rb") as made:
            return made.read()


def check_case(tap, name, status, text):
    before = sorted(os.listdir("."))
    problems, seen = [], ""
    for argv, locale in (
        (["signet-canon", name], "C.UTF-8"),
        (["signet-canon", name], "C"),
        (["signet-sign", "--contents", "--dry-run", name], "C.UTF-8"),
    ):
        result = run(argv, locale)
        for problem in judge(result, status, text):
            problems.append("%s in %s: %s" % (argv[0], locale, problem))
            seen = result[2]
    if sorted(os.listdir(".")) != before:
        problems.append("files came or went")
    tap.check("%s: %s" % (name, "refused" if status else "read"), problems, seen)


def check_bomb(tap, name, options, status, text):
    result = run(["signet-canon", "--digest"] + options + [name], "C.UTF-8")
    tap.check("bomb: %s %s" % (name, " ".join(options)), judge(result, status, text), result[2])


def make(folder):
    """Writes all archives; a process of its own, as the memory of who starts a tool counts as the tool's."""
    os.chdir(folder)
    cases = list(hostile.cases()) + list(hostile.sevenzip_cases(sevenzip)) + list(hostile.bombs())
    for name, status, text, data in cases:
        with open(name, "wb") as out:
            out.write(data)
        print("%s\t%d\t%s" % (name, status, text))


# Very many entries and headers, within a limit and beyond it: archive, options, status, text.
BOMBS = [
    ("many.tar", ["--limit", "entries=100000"], 0, ""),
    ("many.tar", ["--limit", "entries=40000"], 3, "entries"),
    ("many.tar.gz", ["--limit", "ratio=10000"], 0, ""),
    ("many.tar.gz", ["--limit", "entries=40000", "--limit", "ratio=10000"], 3, "entries"),
    ("many.tar.gz", ["--limit", "unpacked=1000000"], 3, "unpacked"),
    ("headers.tar.gz", [], 3, "expected"),
]


def main():
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with tempfile.TemporaryDirectory() as folder:
        made = subprocess.run([sys.executable, __file__, "--make", folder], stdout=subprocess.PIPE, check=True)
        cases = [line.split("\t") for line in made.stdout.decode().splitlines()]
        cases = [case for case in cases if case[0] not in {bomb[0] for bomb in BOMBS}]
        foreign = [row for row in FOREIGN if DATA]
        tap = Tap(len(cases) + len(foreign) + len(BOMBS))
        os.chdir(folder)
        for name, status, text in cases:
            check_case(tap, name, int(status), text)
        for path, status, text in foreign:
            name = "foreign-" + os.path.basename(path)
            os.symlink(os.path.join(DATA, path), name)
            check_case(tap, name, status, text)
        for bomb in BOMBS:
            check_bomb(tap, *bomb)
        os.chdir("/")
    if not foreign:
        print("# no larger test data: archives of others are left out")
    return 1 if tap.failed else 0


if sys.argv[1:2] == ["--make"]:
    make(sys.argv[2])
else:
    sys.exit(main())
