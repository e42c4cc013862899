# SPDX-License-Identifier: Apache-2.0
"""For scripts: make.py CASE FOLDER [POINTER VALUE]... writes the files of a case of tests/policy/cases, with
other JSON values at some JSON pointers; make.py --key NAME FILE writes the private key of that name. The
environment can say what is now (CASE_NOW), so that several of them have the same root.
"""
import json
import os
import sys
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "common"))

import signing  # noqa: E402
import world  # noqa: E402


def main(name, folder, *changes):
    if name == "--key":
        # PKCS#8 of RFC 8410.
        world.write(os.path.abspath(*changes), bytes.fromhex("302e020100300506032b657004220420") + signing.secret(folder))
        return
    case = world.load(os.path.join(HERE, "cases"))[name]
    case = world.changed(case, dict(zip(changes[::2], map(json.loads, changes[1::2]))))
    os.makedirs(folder, exist_ok=True)
    world.write_case(case, os.path.realpath(folder), int(os.environ.get("CASE_NOW", time.time())))


main(*sys.argv[1:])
