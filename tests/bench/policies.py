# SPDX-License-Identifier: Apache-2.0
"""A policy of many rules with a folder of evidence, for the job of that name."""

import json
import os

from programs import data, helper, output_of, tool

TIMES = {"issued": "2026-01-01T00:00:00Z", "expires": "2199-01-01T00:00:00Z"}


def evidence(name, how, count, *about):
    """A folder of COUNT statements, as lines or files."""
    folder = data(name)
    os.makedirs(folder)
    output_of(helper("bench_evidence"), "make", how, str(count), folder, *about)
    return folder


def signed(kind, key, document):
    """A root or policy in its DSSE file."""
    bare, out = data(kind + ".json"), data(kind + ".dsse")
    with open(bare, "w", encoding="ascii") as text:
        json.dump(document, text)
    output_of(tool("signet-sign"), "-q", "--kind", kind, "-k", key, "--force", "-o", out, bare)
    return out


def root(key, public):
    """A root of one key for each of its roles."""
    names = {}
    for role in ("root", "policy", "release"):
        base = data(role)
        output_of(tool("signet-key"), "generate", "--no-passphrase", "-o", base)
        names[role] = (base + ".key", base + ".pub")
    names["release"] = (key, public)
    keys, roles = {}, {}
    for role, (_, half) in names.items():
        name = output_of(tool("signet-key"), "show", half, "--as", "fingerprint").decode().strip()
        with open(half, encoding="ascii") as pem:
            spki = "".join(line.strip() for line in pem if "-----" not in line)
        keys[name] = {"algorithm": "ed25519", "public": spki, "owner": role, "status": "active"}
        roles[role] = {"keys": [name], "threshold": 1}
    document = {"schema": "signet-root/1", "version": 1, **TIMES, "keys": keys, "roles": roles}
    return signed("root", names["root"][0], document), names["policy"][0]


def policy(key, rules, folder, actions=("open",)):
    """A policy of so many rules, of which the last is for everything."""
    demand = [{"role": "release", "threshold": 1}]
    listed = [
        {
            "id": "rule-%d" % number,
            "actions": list(actions),
            "match": {"paths": ["/srv/none-%d/**/*.bin" % number] if number < rules - 1 else ["/**"]},
            "signed_by": demand,
        }
        for number in range(rules)
    ]
    more = {"evidence": [folder], "rules": listed}
    document = {"schema": "signet-policy/1", "name": "bench", "version": 1, **TIMES, **more}
    return signed("policy", key, document)
