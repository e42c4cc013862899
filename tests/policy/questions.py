# SPDX-License-Identifier: Apache-2.0
"""Random roots, policies and questions to hold against each other, as valid documents of few names.

A question is made to pass the first rule that it can, and then spoiled in a few places, so that both
answers are frequent and most refusals have one cause.
"""
import datetime
import random

import naive
import signing

NOW = 1780000000
DAY = 86400
FIVE_MINUTES = 300
ACTIONS = ["verify", "execute", "load", "open"]
USES = ["bundle", "dsse", "jsf", "jss", "minisign", "signify", "sshsig"]
RAW = ["minisign", "signify", "sshsig"]
USAGES = ["program", "interp", "lib", "script", "model", "data"]
ROLES = ["release", "ci", "lab"]
NAMES = ["app", "app/core", "app/x.y", "lib", "a", "app-2", ".app", "aap/aab", "a/b/a/a/b", "a/a/b"]
NAME_GLOBS = ["app", "app/*", "app/**", "**", "*", "a*p", "*p*", "l*b", ".*",
              "**/core", "app/*.*", "*ap/*ab", "**/a/b", "**/a/*/a/**"]
PATHS = ["/opt/a", "/opt/a/b", "/opt", "/opt/.a", "/srv/m/a/b", "/srv/m", "/opt/ab", "/", "/opt/a.b/c", "/srv/a/b/a/a/b", "/srv/a/a/b", "/opt/aab"]
PATH_GLOBS = ["/opt/**", "/opt/*", "/**", "/opt/a", "/*/a", "/srv/**/b", "/opt/a*", "/**/a/**", "/srv/m/**",
              "/*", "/opt/*.*/*", "/**/a/b", "/opt/*ab", "/srv/**/a/*/a/**"]
# In their order, but for those that have the same rank.
VERSIONS = ["0.9.9", "1.0.0-0", "1.0.0-1", "1.0.0-2", "1.0.0-10", "1.0.0-B", "1.0.0-a", "1.0.0-a.1",
            "1.0.0-a.b", "1.0.0-a-", "1.0.0-rc.9", "1.0.0-rc.10", "1.0.0", "1.0.0+b", "1.0.0+c", "1.0.1", "1.2.0",
            "1.10.0", "2.0.0", "10.0.0", "18446744073709551616.0.0", "18446744073709551617.0.0"]
TYPES = ["https://slsa.dev/provenance/v1", "https://cyclonedx.org/bom", "https://spdx.dev/Document",
         "https://in-toto.io/attestation/vulns/v0.2", "https://in-toto.io/attestation/test-result/v0.1"]
NEAR_TYPES = ["https://slsa.dev/provenance/v0.2", "https://slsa.dev/provenance", "https://cyclonedx.org/bom/v1.6",
              "https://cyclonedx.org/bom/1.6", "https://cyclonedx.org/bomb", "https://cyclonedx.org/bom/v",
              "https://cyclonedx.org/bom/v1.6x", "https://spdx.dev/Document/v2.3", "https://spdx.dev/Document/",
              "https://in-toto.io/attestation/vulns/v0.1", "https://in-toto.io/attestation/vulns/v0.2/v1.0",
              "https://slsa.dev/provenance/v1/v1.0", "HTTPS://CYCLONEDX.ORG/BOM"]
BUILDERS = ["https://b/1", "https://b/2", "https://b/1/"]
SOURCES = ["git+https://s/1", "git+https://s/2", "git+https://s/1 "]
PARAMETERS = ["workflow", "inputs", "target"]
FORMATS = ["safetensors", "gguf", "onnx"]
LEFT_OUT = [".git", "x", "x/y", ".gitignore"]
DURATIONS = {"P1D": DAY, "PT1H": 3600, "P7D": 7 * DAY, "PT168H": 7 * DAY, "P400D": 400 * DAY}
# Of now, at and beside every limit that the documents here can have.
AGES = [0, -1, 1, -299, -300, -301, *(n + d for n in (3600, DAY, 7 * DAY, 400 * DAY) for d in (-1, 0, 1))]
# What two questions in three are about, and the more seldom answers twice.
THEMES = ["names", "names", "releases", "releases", "stale", "version", "expect", "window", "status", "path",
          "signature_age", "signature_age", "age", "age", "severity", "severity", "builders", "sources", "sources",
          "parameters", "type", "deny", "stale", "roles", "attested", "attested", "formats", "distinct", "models"]
KEYS = [signing.Key("k%d" % n) for n in range(9)]
PUBLIC = {key.id: signing.b64(key.spki) for key in KEYS}


def instant(seconds):
    moment = datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=seconds)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


class Maker:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.choice = self.random.choice
        self.wanted = None  # globs of a name, where the rule has none
        self.theme = self.choice(THEMES + [None] * (len(THEMES) // 2))
        self.spoiled = self.choice([0, 0.3, 1] if self.theme is None else [0, 0.1])

    def chance(self, percent, *themes):
        """Whether to do something: often if it is what this question is about."""
        return self.random.random() * 100 < (75 if self.theme in themes else percent)

    def odd(self, percent, *themes):
        """Whether to do what makes a pass less likely."""
        return self.chance(50 if self.theme in themes else percent * self.spoiled)

    def some(self, values, most=2):
        return self.random.sample(values, self.random.randint(1, min(most, len(values))))

    # ---- the root ----

    def key_uses(self):
        uses = self.some(USES, 5)
        if set(uses) & {"jsf", "jss"}:
            uses = [use for use in uses if use not in ("minisign", "signify")]
        return uses

    def root_key(self, index):
        key = {"algorithm": "ed25519", "public": PUBLIC[KEYS[index].id], "owner": "o%d" % index,
               "status": "active"}
        if index == 2:
            key["uses"] = ["time"]
        elif index < 2:
            return key
        elif self.chance(35):
            key["uses"] = self.key_uses()
        if self.odd(20, "status"):
            key["status"] = self.choice(["retired", "revoked"])
            key[key["status"] + "_at"] = instant(NOW - self.choice(AGES))
        if self.odd(20, "window"):
            key["not_before"] = instant(NOW - self.choice(AGES))
        if self.odd(20, "window"):
            key["not_after"] = instant(NOW - self.choice(AGES))
        if key.get("not_before", "0") >= key.get("not_after", "9"):
            del key["not_after"]
        return key

    def role(self, indices):
        keys = [KEYS[index].id for index in indices]
        return {"keys": keys, "threshold": self.random.randint(1, min(2, len(keys)))}

    def root(self):
        roles = {"root": self.role([0]), "policy": self.role([1]), "time": self.role([2])}
        for name in ROLES:
            if not self.odd(5):
                roles[name] = self.role(self.random.sample(range(3, 9), self.random.randint(2, 4)))
        return {"schema": "signet-root/1", "version": self.random.randint(2, 4),
                "issued": instant(NOW - 900 * DAY), "expires": instant(NOW + 900 * DAY),
                "keys": {key.id: self.root_key(index) for index, key in enumerate(KEYS)}, "roles": roles}

    # ---- the policy ----

    def match(self):
        match = {}
        if self.chance(55):
            match["paths"] = self.some(PATH_GLOBS)
        if self.chance(35, "names", "releases"):
            match["names"] = self.some(NAME_GLOBS)
        if self.chance(30) or not match:
            match["kinds"] = self.some(["file", "bundle"])
        if self.chance(2, "models"):
            match["formats"] = self.some(FORMATS)
        return match

    def a_role(self, theme):
        if self.odd(5, theme):
            return self.choice(["root", "policy", "time", "nobody", "nobody"])
        return self.choice(ROLES)

    def signers(self):
        entry = {"role": self.a_role("roles"), "threshold": self.choice([1, 1, 2, 3 if self.odd(60) else 1])}
        if self.chance(30, "formats"):
            entry["formats"] = self.some(USES[:4], 3) if self.odd(50) else ["bundle", "dsse"]
        return entry

    def attestation(self):
        themes = {"severity": 3, "builders": 0, "sources": 0, "parameters": 0, "attested": self.choice([0, 0, 4]), "type": self.random.randint(1, 2)}
        kind = TYPES[themes[self.theme]] if self.theme in themes else self.choice(TYPES)
        entry = {"type": kind, "role": self.a_role("attested")}
        if entry["type"] == TYPES[0]:
            if self.chance(60, "builders"):
                entry["builders"] = self.some(BUILDERS)
            if self.chance(60, "sources"):
                entry["sources"] = self.some(SOURCES)
            if self.chance(60, "parameters"):
                entry["parameters"] = self.some(PARAMETERS)
        if self.chance(30, "age"):
            entry["max_age"] = self.choice(list(DURATIONS))
        if "vulns" in entry["type"] and self.chance(80):
            entry["max_severity"] = self.choice([0, 0.1, 6.9, 7, 7.0, 9.9, 10])
        return entry

    def rule(self, index):
        rule = {"id": "r%d" % index, "actions": self.some(["execute", "load"] if self.theme == "path" else ACTIONS, 3), "match": self.match(),
                "signed_by": [self.signers() for _ in range(self.choice([1, 1, 1, 2, 2, 3]) + (self.theme == "releases"))]}
        if self.chance(30, "version", "releases"):
            rule["version"] = {"monotonic": self.chance(50)}
            if self.chance(70):
                rule["version"]["minimum"] = self.choice(VERSIONS)
        if self.chance(20, "signature_age"):
            rule["max_signature_age"] = self.choice(list(DURATIONS))
        if self.chance(40, "age", "severity", "builders", "sources", "parameters", "type",
                       "attested"):
            rule["attestations"] = [self.attestation() for _ in range(self.choice([1, 1, 2]))]
        if self.chance(25):
            rule["ignored"] = self.some(LEFT_OUT)
        if self.chance(25):
            rule["partial"] = self.chance(60)
        return rule

    def digest(self):
        return self.choice("0123456789abcdef") * 64

    def policy(self):
        policy = {"schema": "signet-policy/1", "name": "p", "version": 1, "issued": instant(NOW - 800 * DAY),
                  "expires": instant(NOW + (800 * DAY if not self.odd(5, "stale") else self.choice([-1, 0, 1]))),
                  "rules": [self.rule(index) for index in range(self.random.randint(1, 3))]}
        if self.theme == "names" and len(policy["rules"]) > 1:
            # The first rule is for what it can only be if a key of its own says so.
            policy["rules"][0].update(actions=ACTIONS, match={"names": self.some(NAME_GLOBS, 4)})
            policy["rules"][0]["signed_by"] = [{"role": self.choice(["lab", "nobody"]), "threshold": 1}]
            self.wanted = policy["rules"][0]["match"]["names"]
        if self.chance(10, "stale"):
            policy["root"] = {"min_version": self.random.randint(1, 4 if self.odd(50, "stale") else 2)}
        if self.chance(25, "deny"):
            policy["revoked"] = [{self.choice(["file", "bundle"]): "sha256:" + self.digest(), "reason": "bad"}]
        return policy

    # ---- the question ----

    def signed_at(self, key):
        """A trusted time, often at or beside a limit of the key; or None."""
        limits = [key[name] for name in ("retired_at", "revoked_at", "not_before", "not_after") if name in key]
        if limits and self.chance(40):
            return naive.instant(self.choice(limits)) + self.choice([-1, 0, 1])
        return NOW - self.choice(AGES) if self.chance(25) else None

    def signature(self, root, key_id):
        key = root["keys"][key_id]
        uses = key.get("uses", USES[:2])
        return {"key": key_id, "use": self.choice(uses if not self.odd(20, "formats") else USES),
                "signed_at": self.signed_at(key)}

    def facts(self, kind, **known):
        return {"type": kind, "time": None, "release_name": None, "release_version": None, "usage": None,
                "builder": None, "sources": [], "parameters": [], "severity": None, "failed": False, **known}

    def time(self):
        if self.odd(20, "age", "signature_age"):
            return self.choice([None, NOW + FIVE_MINUTES, NOW + FIVE_MINUTES + 1, NOW - self.choice(AGES),
                                NOW - 401 * DAY])
        return NOW - (self.choice(AGES) if self.odd(70) else 60)

    def keys_of(self, root, roles):
        found = [key for role in roles for key in root["roles"].get(role, {"keys": []})["keys"]]
        return sorted(set(found))

    def release_name(self, rule):
        globs = rule["match"].get("names", self.wanted)
        if globs and not self.odd(40, "releases"):
            return self.choice([n for n in NAMES if any(fits_loosely(g, n) for g in globs)] or NAMES)
        return self.choice(NAMES)

    def release(self, rule, usage):
        minimum = rule.get("version", {}).get("minimum", VERSIONS[0])
        versions = VERSIONS if self.odd(60, "version", "releases") else VERSIONS[VERSIONS.index(minimum):]
        return self.facts("https://in-toto.io/attestation/release/v0.1", time=self.time(),
                          release_name=self.release_name(rule),
                          release_version=self.choice(versions), usage=usage)

    def payload(self, root, rule, usage, index):
        roles = [entry["role"] for entry in rule["signed_by"]]
        keys = self.keys_of(root, roles)
        if self.theme == "releases":
            keys = self.keys_of(root, [roles[index % len(roles)]])
        if self.odd(20, "names"):
            keys = [key.id for key in self.some(KEYS, 5)]
        signatures = [self.signature(root, key) for key in keys if not self.odd(30, "distinct")]
        if signatures and self.chance(30, "distinct"):
            signatures.append(dict(self.choice(signatures), use=self.choice(USES)))
        facts = self.release(rule, usage)
        if "names" not in rule["match"] and "max_signature_age" not in rule and self.odd(50, "version"):
            facts = self.facts("https://sigstore.dev/cosign/sign/v1")
        if self.odd(5):
            facts = self.facts("")
            signatures = [dict(s, use=self.choice(RAW)) for s in signatures]
        return {"facts": facts, "keys": signatures}

    def payload_count(self):
        if self.theme == "releases":
            return 3
        return self.choice([0, 1, 1, 2, 3]) if self.odd(80, "names") else 1

    def statement(self, root, entry):
        """An attestation that this entry asks for, more or less."""
        kind = entry["type"]
        if self.odd(50, "type"):
            kind = self.choice(NEAR_TYPES + TYPES + [t for t in NEAR_TYPES if t.startswith(kind)])
        facts = self.facts(kind, time=self.time(), failed=self.odd(10, "attested"))
        if "slsa" in kind:
            facts["builder"] = self.choice(entry.get("builders", BUILDERS)
                                           if not self.odd(60, "builders") else [None] + BUILDERS)
            allowed = entry.get("sources", SOURCES)
            facts["sources"] = self.some(SOURCES if self.odd(60, "sources") else allowed)
            if self.odd(30, "attested"):
                facts["sources"] = []
            allowed = entry.get("parameters", [])
            facts["parameters"] = [p for p in (PARAMETERS if self.odd(40, "parameters") else allowed) if self.chance(70)]
        if "vulns" in kind and not self.odd(30, "severity"):
            facts["severity"] = self.choice([0, 1, 68, 69, 70, 71, 99, 100] if self.odd(90, "severity") else [0])
        keys = self.keys_of(root, [entry["role"]])
        return {"facts": facts, "keys": [self.signature(root, key) for key in keys if not self.odd(30)]}

    def models(self, rule):
        """What the files of the artifact are; None: it cannot be told."""
        if "formats" not in rule["match"] or self.chance(10):
            return None
        found = self.some(FORMATS if self.chance(30) else rule["match"]["formats"])
        return {"formats": [] if self.chance(10) else found, "others": self.chance(10), "ambiguous": self.chance(10)}

    def question(self, root, policy):
        rule = self.choice(policy["rules"]) if self.odd(60) else policy["rules"][0]
        if self.theme == "names":
            rule = policy["rules"][-1]
        action = self.choice(rule["actions"] if not self.odd(10) else ACTIONS)
        globs = rule["match"].get("paths", ["/**"])
        fitting = [p for p in PATHS if any(fits_loosely(g, p) for g in globs)]
        usage = {"execute": "program", "load": "lib"}.get(action) if not self.odd(60) else \
            self.choice([None] + USAGES)
        payloads = [self.payload(root, rule, usage, index) for index in range(self.payload_count())]
        attestations = [self.statement(root, entry) for entry in rule.get("attestations", []) if not self.odd(15)]
        return {"action": action,
                "path": self.choice(fitting if fitting and not self.odd(25, "path") else PATHS + 3 * [None]),
                "path_is_safe": not self.odd(15, "path"), "partial": self.odd(15) or (rule.get("partial", False) and self.chance(50)),
                "kind": self.choice(rule["match"].get("kinds", ["file", "bundle"])
                                    if not self.odd(15) else ["file", "bundle"]),
                "now": NOW, "expect": self.expect(payloads), "payloads": payloads, "attestations": attestations,
                "left_out": self.some(LEFT_OUT if self.odd(30) else rule.get("ignored", LEFT_OUT))
                if self.odd(10) or "ignored" in rule and self.chance(70) else [],
                "models": self.models(rule),
                "digests": [{"kind": kind, "sha256": self.digest()}
                            for kind in self.some(["file", "bundle", "file"], 3)]}

    def expect(self, payloads):
        named = [p["facts"] for p in payloads if p["facts"]["release_name"]]
        if not self.chance(15, "expect") or not named:
            return None
        facts = self.choice(named)
        return {"name": facts["release_name"] if not self.odd(50, "expect") else self.choice(NAMES),
                "version": self.expected_version(facts["release_version"]) if self.chance(60) else None}

    def expected_version(self, version):
        if not self.odd(50, "expect"):
            return version
        # Of the same rank, or any.
        return version.partition("+")[0] + self.choice(["", "+b"]) if self.chance(50) else self.choice(VERSIONS)


def fits_loosely(glob, text):
    """Whether a glob may fit: what the question is made from, and no verdict."""
    part = max(glob.replace("/**", "").replace("**/", "").split("*"), key=len)
    return part in text


def make(seed):
    """One root, policy and question, always the same for a seed."""
    maker = Maker(seed)
    root = maker.root()
    policy = maker.policy()
    return root, policy, maker.question(root, policy)
