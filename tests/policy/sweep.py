# SPDX-License-Identifier: Apache-2.0
"""Breaks each file that a pass rests on, in each way, one at a time: nothing passes then, and what is
said is one of the documented exit codes: sweep.py FOLDER.
"""
import concurrent.futures
import json
import os
import shutil
import subprocess
import sys
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "common"))

import world  # noqa: E402

REFUSALS = (1, 3, 4, 5, 6)  # what is no usage error and no fault of the program

# A case that passes, the files that are broken, and changes that break what they say.
ROWS = [
    ("signed-twice", ["root", "policy", "opt/app", "opt/app.1.sigstore.json", "opt/app.2.sigstore.json"],
     {"the root by another role": {"/root_by": ["rita"]},
      "the root by nobody known": {"/root_by": ["mallory"]},
      "the root, expired": {"/root/expires": "now-1s"},
      "the policy by another role": {"/policy_by": ["anna"]},
      "the policy by nobody known": {"/policy_by": ["mallory"]},
      "the policy, expired": {"/policy/expires": "now-1s"},
      "a signature by another role": {"/evidence/0/by": "carl"},
      "a signature by the key of policies": {"/evidence/0/by": "paul"},
      "a signature by nobody known": {"/evidence/0/by": "mallory"},
      "a signature by a key that has expired": {"/root/keys/rob": {"not_after": "now-1s"}}}),
    ("release", ["opt/app.sigstore.json"],
     {"a release by another role": {"/evidence/0/by": "carl"}}),
    ("max-age", ["opt/app.provenance.sigstore.json"],
     {"an attestation by another role": {"/evidence/1/by": "rita"},
      "an attestation by nobody known": {"/evidence/1/by": "mallory"},
      "an attestation, too old": {"/evidence/1/predicate/runDetails/metadata/finishedOn": "now-3h"}}),
    ("evidence-folder", ["evidence/p.sigstore.json", "evidence"],
     {"evidence by another role": {"/evidence/1/by": "rita"}}),
    ("time-retired", ["opt/app.sigstore.json", "opt/app.sigstore.json.time"],
     {"a time by another role": {"/evidence/0/time/0/by": "carl"},
      "a time by nobody known": {"/evidence/0/time/0/by": "mallory"},
      "a time by a key that has expired": {"/root/keys/toni": {"uses": ["time"], "not_after": "now-9d"}}}),
    ("bundle", ["srv/model", "srv/model/w", "srv/model/sub/x", "srv/model.sig"],
     {"a folder signed by another role": {"/evidence/0/by": "carl"}}),
    ("policy-state-known", ["state"], {}),
]


def remove(path):
    if os.path.isdir(path):
        shutil.rmtree(path)
    else:
        os.remove(path)


def truncate(part):
    """Keeps so much of a file, but never all."""
    def cut(path):
        if os.path.isfile(path):
            with open(path, "rb+") as file:
                size = os.path.getsize(path)
                file.truncate(min(int(size * part), size - 2))
        else:
            remove(path)
    return cut


def become_folder(path):
    remove(path)
    os.mkdir(path)


def lock(path):
    os.chmod(path, 0)


FAULTS = {
    "missing": remove,
    "empty": truncate(0),
    "a tenth of it": truncate(0.1),
    "half of it": truncate(0.5),
    "almost all of it": truncate(1),
    "an empty folder": become_folder,
    "not readable": lock,
}


def run(case, here, as_user=False):
    words = world.command(case, here)
    if as_user and os.geteuid() == 0:
        # Without what lets root read everything.
        words = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] + words
    done = subprocess.run(words, cwd=here, stdin=subprocess.DEVNULL, capture_output=True, timeout=120)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def prepare(case, here):
    os.makedirs(here)
    now = int(time.time())
    for earlier in world.before(case):
        world.write_case(earlier, here, now)
        if run(earlier, here)[0] != 0:
            return False
    world.write_case(case, here, now)
    return True


def judge(case, here, fault, path, is_pass):
    """What is wrong with one row, or None."""
    if not prepare(case, here):
        return "a run before did not pass"
    if fault is not None:
        fault(os.path.join(here, path))
    code, out, err = run(case, here, fault is lock or is_pass)
    if fault is lock:
        os.chmod(os.path.join(here, path), 0o700)
    if is_pass:
        return "expected a pass, found exit %d\n%s" % (code, err) if code else None
    if code not in REFUSALS:
        return "expected a refusal, found exit %d\n%s" % (code, err)
    return None if json.loads(out)["errors"] else "no error is said"


def rows(cases):
    """(name, case, fault, path, whether it must pass)."""
    for name, paths, changes in ROWS:
        case = cases[name]
        yield name + ": whole", case, None, None, True
        for path in paths:
            for what, fault in FAULTS.items():
                yield "%s: %s: %s" % (name, path, what), case, fault, path, False
        for what, change in changes.items():
            yield "%s: %s" % (name, what), world.changed(case, change), None, None, False


def main(folder):
    folder = os.path.realpath(folder)
    tried = list(rows(world.load(os.path.join(HERE, "cases"))))
    print("1..%d" % len(tried))
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda n: judge(tried[n][1], os.path.join(folder, str(n)), *tried[n][2:]),
                              range(len(tried))))
    for number, (row, text) in enumerate(zip(tried, found), 1):
        print("%s %d - %s" % ("not ok" if text else "ok", number, row[0]))
        for line in (text or "").splitlines():
            print("# " + line)


main(sys.argv[1])
