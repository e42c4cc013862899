# SPDX-License-Identifier: Apache-2.0
"""Runs the cases of tests/policy/cases and says in TAP how each went: cases.py FOLDER [NAME...].

A case that refuses is like one that passes and differs from it in one member, which is checked here; and
each member of both schemas is the one of some such pair. A case whose feature is not there yet is marked
`pending`: it must not do what it expects, so that the mark cannot outlive the feature.
"""
import concurrent.futures
import json
import os
import re
import subprocess
import sys
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "common"))

import world  # noqa: E402

CASES = os.path.join(HERE, "cases")
SOURCES = ["policy.c", "root.c", "root_key.c"]
RESULTS = {0: "pass", 1: "fail", 4: "fail", 5: "fail", 6: "fail"}
# Members that no pair can be about: the deny list needs one of two, its reason is a text for people, and a
# key, a role or a rule cannot be called nothing.
UNPAIRED = {"reason"}


def run(case, here, now):
    world.write_case(case, here, now)
    words = world.command(case, here)
    try:
        done = subprocess.run(words, cwd=here, stdin=subprocess.DEVNULL, capture_output=True, timeout=120)
    except FileNotFoundError as err:
        return 127, "", str(err)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def wrong(case, expect, found):
    """What a run did otherwise than it is expected to, or None."""
    code, out, err = found
    if code != expect["exit"]:
        return "expected exit %d, found %d" % (expect["exit"], code)
    try:
        report = json.loads(out)
    except ValueError:
        return "expected one JSON object"
    if report["result"] != RESULTS.get(code, "error"):
        return "expected the result %s, found %s" % (RESULTS.get(code, "error"), report["result"])
    if (report.get("decision") == "verified") != (code == 0):
        return "the decision is %s" % report.get("decision")
    if report.get("rule") != expect.get("rule"):
        return "expected the rule %s, found %s" % (expect.get("rule"), report.get("rule"))
    if expect.get("says", "") not in err:
        return "expected to be told: " + expect["says"]
    return None


def judge(case, folder):
    """What is wrong with a case, or None."""
    here = os.path.join(os.path.realpath(folder), case["name"])
    os.makedirs(here)
    now = int(time.time())
    for earlier in world.before(case):
        found = run(earlier, here, now)
        if found[0] != 0:
            return "a run before: exit %d\n%s" % (found[0], found[2])
    found = run(case, here, now)
    text = wrong(case, case["expect"], found)
    return text and "%s\nran: %s\n%s%s" % (text, " ".join(world.command(case, here)), found[2], found[1])


def is_pending(cases, case):
    return "pending" in case or ("like" in case and is_pending(cases, cases[case["like"]]))


def pair_fault(cases, case):
    """What keeps a refusal from being the twin of a pass that differs from it in one member, or None."""
    if case["expect"]["exit"] == 0:
        return None
    if "like" not in case or cases[case["like"]]["expect"]["exit"] != 0:
        return "expected to be like a case that passes"
    if len(case["changed"]) != 1:
        return "expected one change, found %d" % len(case["changed"])
    member = re.sub("/-$", "", case["changed"][0])
    found = list(world.differences(world.parts(cases[case["like"]]), world.parts(case)))
    if not found or not all(one == member or one.startswith(member + "/") for one in found):
        return "expected to differ in %s, found %s" % (member, found)
    return None


def schema_members(source):
    """The names of members that the two schemas have, as the code lists them."""
    found = set()
    for name in SOURCES:
        with open(os.path.join(source, "lib/trust", name), encoding="utf-8") as file:
            for listed in re.findall(r"(?:allowed|members)\[\] = \{([^}]*)\}", file.read()):
                found |= set(re.findall(r'"([^"]+)"', listed))
    return found


def unpaired(cases, source):
    """Members of the schemas that no pair of a pass and a refusal is about."""
    about = {step for case in cases.values() if case["expect"]["exit"] != 0
             for member in case.get("changed", []) for step in member.split("/")
             if member.startswith(("/root/", "/policy/"))}
    return sorted(schema_members(source) - about - UNPAIRED)


def main(folder, chosen):
    cases = world.load(CASES)
    shown = sorted(chosen or cases)
    print("1..%d" % (len(shown) + 2))
    started = time.time()
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda name: judge(cases[name], folder), shown))
    pending = [name for name in shown if is_pending(cases, cases[name])]
    for number, (name, text) in enumerate(zip(shown, results), 1):
        if name in pending and "pending" in cases[name]:
            text = None if text else "is marked pending, and does what it expects: take the mark away"
        elif name in pending:
            text = None
        text = text or pair_fault(cases, cases[name])
        print("%s %d - %s: %s" % ("not ok" if text else "ok", number, name, cases[name]["what"]))
        for line in (text or "").splitlines():
            print("# " + line[:1500])
    for number, (what, found) in enumerate((("each member of a schema has a pair", unpaired(cases, sys.argv[1])),
                                            ("there are 150 cases", [] if len(cases) >= 150 else [len(cases)])), 1):
        print("%s %d - %s" % ("not ok" if found else "ok", len(shown) + number, what))
        print("".join("# %s\n" % one for one in found), end="")
    print("# %d cases in %.1f s; pending: %s" % (len(shown), time.time() - started, " ".join(pending) or "none"))


main(sys.argv[2], sys.argv[3:])
