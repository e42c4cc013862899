# SPDX-License-Identifier: Apache-2.0
"""What a policy says of an artifact, a second time: slow, and written from the specification alone.

Knows nothing of how the library decides. A policy and a root are what json.loads() makes of them, a
question is a dict of plain values (see questions.py). Every check has a name, and can be left out by
it: so a test can tell which checks decided how many of its questions.
"""
import datetime
import re

FIVE_MINUTES = 300
PROVENANCE = "https://slsa.dev/provenance/v1"
VERSIONED = ("https://cyclonedx.org/bom", "https://spdx.dev/Document")
RUNNABLE = {
    "execute": {"program", "interp", "script"},
    "load": {"lib", "interp", "script"},
}
# Roles whose keys never speak about artifacts.
RESERVED = ("root", "policy", "time")

CHECKS = """
expired min_version revoked_file revoked_bundle
actions paths paths_safe paths_none kinds names names_signed formats formats_unknown
role_missing role_reserved threshold signed_by_formats
uses not_before not_after trusted_time retired retired_time revoked revoked_time distinct
release_names release_version minimum signature_age signature_age_unknown signature_age_ahead
expect_name expect_version usage_execute usage_load same_release
attestation_type attestation_role attestation_threshold attestation_failed
builders parameters sources sources_none age age_unknown age_ahead severity severity_none
ignored partial
""".split()


def instant(text):
    """Seconds since 1970 of an instant of a root or policy."""
    moment = datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ")
    return int((moment - datetime.datetime(1970, 1, 1)).total_seconds())


def duration(text):
    """Seconds of P<n>D or PT<n>H."""
    if text.startswith("PT"):
        return int(text[2:-1]) * 3600
    return int(text[1:-1]) * 86400


def glob_fits(pattern, text):
    """Whether a glob fits the whole of a text: by trying all there is to try."""
    return segments_fit(pattern.split("/"), text.split("/"))


def segments_fit(patterns, segments):
    if not patterns:
        return not segments
    if patterns[0] == "**":
        return any(segments_fit(patterns[1:], segments[n:]) for n in range(len(segments) + 1))
    if not segments:
        return False
    one = ".*".join(re.escape(part) for part in patterns[0].split("*"))
    return bool(re.fullmatch(one, segments[0], re.DOTALL)) and segments_fit(patterns[1:], segments[1:])


class Version:
    """A version that compares by the precedence of SemVer 2.0, section 11."""

    def __init__(self, text):
        text = text.split("+", 1)[0]
        numbers, _, prerelease = text.partition("-")
        self.numbers = [int(number) for number in numbers.split(".")]
        self.prerelease = prerelease.split(".") if prerelease else []

    def key(self):
        # Without a pre-release is higher; numbers are lower than words; more fields are higher.
        fields = [(0, int(f), "") if f.isdigit() else (1, 0, f) for f in self.prerelease]
        return (self.numbers, 0 if fields else 1, fields)

    def __lt__(self, other):
        return self.key() < other.key()


def is_of_type(found, demanded):
    if found == demanded:
        return True
    if demanded not in VERSIONED or not found.startswith(demanded + "/v"):
        return False
    return re.fullmatch(r"[0-9]+\.[0-9]+", found[len(demanded) + 2:]) is not None


class Judge:
    def __init__(self, root, policy, question, without=()):
        self.root, self.policy, self.question = root, policy, question
        self.without = frozenset(without)
        self.now = question["now"]

    def wants(self, check):
        return check not in self.without

    # ---- keys ----

    def key_counts(self, signature):
        """Whether this signature is in a format of its key, and made while the key was valid."""
        key = self.root["keys"][signature["key"]]
        if self.wants("uses") and signature["use"] not in key.get("uses", ["bundle", "dsse"]):
            return False
        trusted = signature["signed_at"] if self.wants("trusted_time") else None
        when = self.now if trusted is None else trusted
        if "not_before" in key and when < instant(key["not_before"]) and self.wants("not_before"):
            return False
        if "not_after" in key and when > instant(key["not_after"]) and self.wants("not_after"):
            return False
        return self.status_counts(key, trusted)

    def status_counts(self, key, trusted):
        for status in ("retired", "revoked"):
            if key["status"] == status and self.wants(status):
                if trusted is None:
                    return not self.wants(status + "_time")
                return trusted < instant(key[status + "_at"])
        return True

    def role_keys(self, role):
        """The keys that speak for a role about artifacts."""
        if role not in self.root["roles"]:
            return set()
        if role in RESERVED and self.wants("role_reserved"):
            return set()
        return set(self.root["roles"][role]["keys"])

    def signers(self, payload, role, formats):
        """The distinct keys of a role that count for a payload, in one of some formats."""
        found = []
        for signature in payload["keys"]:
            if formats and signature["use"] not in formats and self.wants("signed_by_formats"):
                continue
            if signature["key"] in self.role_keys(role) and self.key_counts(signature):
                found.append(signature["key"])
        return len(set(found)) if self.wants("distinct") else len(found)

    # ---- which rule ----

    def path_fits(self, rule):
        """True, False, or None: there is no path to tell by."""
        paths = rule["match"].get("paths")
        question = self.question
        if paths is None:
            return True
        if question["path"] is None:
            return None if self.wants("paths_none") else True
        if question["action"] in RUNNABLE and not question["path_is_safe"] and self.wants("paths_safe"):
            return False
        return not self.wants("paths") or any(glob_fits(p, question["path"]) for p in paths)

    def names_fit(self, rule):
        names = rule["match"].get("names")
        if names is None or not self.wants("names"):
            return True
        for payload in self.question["payloads"]:
            name = payload["facts"]["release_name"]
            if name is None or not any(glob_fits(glob, name) for glob in names):
                continue
            if not self.wants("names_signed"):
                return True
            for entry in rule["signed_by"]:
                if self.signers(payload, entry["role"], entry.get("formats")) > 0:
                    return True
        return False

    def rule_fits(self, rule):
        match = rule["match"]
        if self.question["action"] not in rule["actions"] and self.wants("actions"):
            return False
        if "kinds" in match and self.question["kind"] not in match["kinds"] and self.wants("kinds"):
            return False
        if self.formats_fit(rule) is False and self.wants("formats"):
            return False
        return self.path_fits(rule) is not False and self.names_fit(rule)

    def formats_fit(self, rule):
        """Whether all files are models of its formats, or texts beside such; None: it cannot be told."""
        models = self.question.get("models")
        if "formats" not in rule["match"]:
            return True
        if models is None or models["ambiguous"]:
            return None
        found = set(models["formats"])
        return bool(found) and not models["others"] and not found - set(rule["match"]["formats"])

    # ---- what it demands ----

    def age_fits(self, time, limit, check):
        if time is None:
            return not self.wants(check + "_unknown")
        if time > self.now + FIVE_MINUTES and self.wants(check + "_ahead"):
            return False
        return time >= self.now - duration(limit) or not self.wants(check)

    def release_fits(self, rule, facts):
        """What a rule, and who asks, demand of the release that a payload is."""
        name, version = facts["release_name"], facts["release_version"]
        names, expect = rule["match"].get("names"), self.question["expect"]
        if names and self.wants("release_names"):
            if name is None or not any(glob_fits(glob, name) for glob in names):
                return False
        if "version" in rule and name is None and self.wants("release_version"):
            return False
        minimum = rule.get("version", {}).get("minimum")
        if minimum and name is not None and self.wants("minimum"):
            if Version(version) < Version(minimum):
                return False
        if expect and self.wants("expect_name") and name != expect["name"]:
            return False
        if expect and expect["version"] is not None and self.wants("expect_version"):
            return version == expect["version"]
        return True

    def eligible(self, rule, payload):
        facts, action = payload["facts"], self.question["action"]
        if not self.release_fits(rule, facts):
            return False
        if "max_signature_age" in rule:
            if not self.age_fits(facts["time"], rule["max_signature_age"], "signature_age"):
                return False
        if action in RUNNABLE and self.wants("usage_" + action):
            return facts["usage"] in RUNNABLE[action]
        return True

    def signed(self, rule, payloads):
        """Whether each entry of signed_by holds over one of these payloads."""
        for entry in rule["signed_by"]:
            if entry["role"] not in self.root["roles"] and not self.wants("role_missing"):
                continue
            needed = entry["threshold"] if self.wants("threshold") else 1
            if not any(self.signers(p, entry["role"], entry.get("formats")) >= needed for p in payloads):
                return False
        return True

    def releases(self, rule):
        """The releases by which the demand for signatures holds; [None] if it is not one."""
        payloads = [p for p in self.question["payloads"] if self.eligible(rule, p)]
        bound = "names" in rule["match"] or "version" in rule or self.question["expect"]
        if not bound or not self.wants("same_release"):
            return [None] if self.signed(rule, payloads) else []
        found = {(p["facts"]["release_name"], p["facts"]["release_version"]) for p in payloads}
        of = {r: [p for p in payloads
                  if (p["facts"]["release_name"], p["facts"]["release_version"]) == r] for r in found}
        return [release for release in of if self.signed(rule, of[release])]

    def is_older(self, rule):
        """Whether some release is of a lower version than the rule allows."""
        minimum = rule.get("version", {}).get("minimum")
        versions = [p["facts"]["release_version"] for p in self.question["payloads"]]
        return minimum is not None and any(v and Version(v) < Version(minimum) for v in versions)

    def provenance_fits(self, entry, facts):
        if "builders" in entry and facts["builder"] not in entry["builders"] and self.wants("builders"):
            return False
        if entry["type"] == PROVENANCE and self.wants("parameters"):
            if set(facts["parameters"]) - set(entry.get("parameters", [])):
                return False
        if "sources" in entry:
            if not facts["sources"] and self.wants("sources_none"):
                return False
            return not set(facts["sources"]) - set(entry["sources"]) or not self.wants("sources")
        return True

    def attestation_fits(self, entry, payload):
        facts, role = payload["facts"], self.root["roles"].get(entry["role"])
        if role is None:
            return not self.wants("attestation_role")
        needed = role["threshold"] if self.wants("attestation_threshold") else 1
        if self.signers(payload, entry["role"], None) < needed:
            return False
        if facts["failed"] and self.wants("attestation_failed"):
            return False
        if "max_age" in entry and not self.age_fits(facts["time"], entry["max_age"], "age"):
            return False
        if "max_severity" in entry:
            if facts["severity"] is None:
                return not self.wants("severity_none")
            if facts["severity"] > round(entry["max_severity"] * 10) and self.wants("severity"):
                return False
        return self.provenance_fits(entry, facts)

    def attested(self, rule):
        """The exit codes of the entries of attestations that do not hold."""
        codes = set()
        for entry in rule.get("attestations", []):
            found = [p for p in self.question["attestations"] if is_of_type(p["facts"]["type"], entry["type"])]
            if not self.wants("attestation_type"):
                found = self.question["attestations"]
            if not any(self.attestation_fits(entry, p) for p in found):
                codes.add(1 if found else 4)
                if not self.role_keys(entry["role"]):
                    codes.add(1)
        return codes

    def demands(self, rule):
        """The exit codes of the demands of a rule that do not hold, and the releases that do."""
        releases = self.releases(rule)
        codes = self.attested(rule)
        if not releases:
            codes |= {1, 6} if self.is_older(rule) else {1}
        if self.path_fits(rule) is None:
            codes.add(1)
        if self.formats_fit(rule) is None and self.wants("formats_unknown"):
            codes.add(1)
        if set(self.question["left_out"]) - set(rule.get("ignored", [])) and self.wants("ignored"):
            codes.add(1)
        if self.question["partial"] and not rule.get("partial", False) and self.wants("partial"):
            codes.add(1)
        return codes, releases

    # ---- the answer ----

    def on_deny_list(self):
        for digest in self.question["digests"]:
            kind = digest["kind"]
            for entry in self.policy.get("revoked", []):
                if entry.get(kind) == "sha256:" + digest["sha256"] and self.wants("revoked_" + kind):
                    return True
        return False

    def stale(self):
        least = self.policy.get("root", {}).get("min_version", 0)
        return ((self.now >= instant(self.policy["expires"]) and self.wants("expired")) or
                (self.root["version"] < least and self.wants("min_version")))

    def answer(self):
        """(decision, id of the rule or None, exit codes it may have, releases it may be by)."""
        if self.stale():
            return "deny", None, {6}, []
        if self.on_deny_list():
            return "deny", None, {1}, []
        for rule in self.policy["rules"]:
            if self.rule_fits(rule):
                codes, releases = self.demands(rule)
                return ("deny" if codes else "allow"), rule["id"], codes or {0}, releases
        return "deny", None, {1}, []


def judge(root, policy, question, without=()):
    return Judge(root, policy, question, without).answer()
