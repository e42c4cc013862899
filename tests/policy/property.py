# SPDX-License-Identifier: Apache-2.0
"""Holds the library against naive.py: the same random questions, the same answers.

    property.py DRIVER COUNT SEED

Speaks TAP. Also counts which checks decided how many questions, that is, without which the answer
would be another: a run in which some check decided hardly any says nothing of it, and fails.
"""
import collections
import json
import os
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "common"))

import naive  # noqa: E402
import questions  # noqa: E402

COUNTED = 10000  # questions of which every check is left out in turn
AT_LEAST = 2000  # a check decides one question in so many, or more
SHOWN = 5


def ask(driver, asked):
    lines = "".join(json.dumps({"root": json.dumps(root), "policy": json.dumps(policy),
                                "question": question}) + "\n" for root, policy, question in asked)
    run = subprocess.run([driver], input=lines.encode(), stdout=subprocess.PIPE, check=True)
    return [json.loads(line) for line in run.stdout.splitlines()]


def difference(expected, found):
    """What the library said otherwise, or None."""
    decision, rule, codes, releases = expected
    denied = found["denied"] or found["exit"] != 0
    if denied != (decision == "deny"):
        return "expected " + decision
    if found["denied"]:
        return None
    if (rule or "") != found["rule"]:
        return "expected rule %s" % rule
    if found["exit"] not in codes:
        return "expected an exit code of %s" % sorted(codes)
    if decision == "allow" and releases != [None]:
        release = (found["name"], found["version"])
        if release not in releases:
            return "expected a release of %s" % releases
        if any(naive.Version(release[1]) < naive.Version(other[1]) for other in releases):
            return "expected the highest of %s" % releases
    return None


def agreeing(one, other):
    """The checks without any one of which the answers would agree."""
    return [check for check in naive.CHECKS if not difference(naive.judge(*one, [check]), other)]


def count_deciding(asked, answers):
    decided = collections.Counter()
    for (root, policy, question), answer in zip(asked[:COUNTED], answers):
        for check in naive.CHECKS:
            if naive.judge(root, policy, question, [check])[0] != answer[0]:
                decided[check] += 1
    return decided


def say(text):
    print("\n".join("# " + line for line in text.splitlines()))


def verdict(number, name, wrong):
    print("%s %d - %s" % ("not ok" if wrong else "ok", number, name))
    for line in wrong[:SHOWN]:
        say(line)


def main(driver, count, seed):
    print("1..3")
    say("%d questions from seed %d" % (count, seed))
    asked = [questions.make(seed + n) for n in range(count)]
    expected = [naive.judge(*one) for one in asked]
    found = ask(driver, asked)
    wrong = [] if len(found) == count else ["%d answers" % len(found)]
    for n, (one, answer, other) in enumerate(zip(asked, expected, found)):
        text = difference(answer, other)
        if text:
            wrong.append("seed %d: %s, found %s; as without %s\nroot: %s\npolicy: %s\nquestion: %s" %
                         (seed + n, text, json.dumps(other), agreeing(one, other) if len(wrong) < SHOWN else "",
                          *map(json.dumps, one)))
    verdict(1, "no answer differs", wrong)
    passed = sum(answer[0] == "allow" for answer in expected)
    verdict(2, "both answers are frequent",
            [] if 0.2 < passed / count < 0.8 else ["%d of %d are allowed" % (passed, count)])
    decided = count_deciding(asked, expected)
    say("allowed: %d; decided by %s" % (passed, ", ".join("%s %d" % (c, decided[c]) for c in naive.CHECKS)))
    least = max(1, min(count, COUNTED) // AT_LEAST)
    verdict(3, "each check decides often enough",
            ["%s decided %d, expected %d" % (c, decided[c], least) for c in naive.CHECKS if decided[c] < least])
    return 1 if wrong else 0


sys.exit(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
