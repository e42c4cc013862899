# SPDX-License-Identifier: Apache-2.0
"""What a case of tests/policy/cases says, as files: a root, a policy, an artifact and what was signed
about it, all of it signed here and not by this project.

A case is a whole one, or `like` another with a `change` ({JSON pointer: value}) or a `drop` (a JSON
pointer). In its texts "now-30d" is that instant, "now" with an hour, a minute or a second (h, m, s) as
well, and {here} the folder of the case; keys go by names, and a member of a key that is null is left out.

    root      signet-root/1; root_by: who signs it
    policy    signet-policy/1; policy_by: who signs it
    artifact  {path, text}, or {path, files: {name: text}}
    evidence  [{file, by, form, type, predicate, subject, time, …}], see Evidence
    before    [change, …]: runs before this one, which share its state and must pass
    expect    {exit, rule, says}
"""
import copy
import datetime
import hashlib
import json
import os
import re
import shutil

import signing

ROOT = "application/vnd.signet.root+json"
POLICY = "application/vnd.signet.policy+json"
SIGNED = "https://sigstore.dev/cosign/sign/v1"
OMS = "https://model_signing/signature/v1.0"
RELEASE = "https://in-toto.io/attestation/release/v0.1"
UNITS = {"d": 86400, "h": 3600, "m": 60, "s": 1}
PARTS = ("root", "root_by", "root_type", "policy", "policy_by", "policy_type", "artifact", "evidence", "before", "arguments",
         "action", "state")

# ---- cases ----


def load(folder):
    """All cases by their names, each as a whole one."""
    texts = {}
    for name in sorted(os.listdir(folder)):
        if name.endswith(".json"):
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                texts[name[:-5]] = json.load(file)
    return {name: whole(texts, name) for name in texts}


def whole(texts, name):
    case = copy.deepcopy(texts[name])
    if "like" not in case:
        return dict(case, name=name)
    found = whole(texts, case["like"])
    for member in ("pending", "what"):
        found.pop(member, None)
    changes = case.pop("change", {})
    for pointer, value in changes.items():
        put(found, pointer, value)
    dropped = [case.pop("drop")] if "drop" in case else []
    for pointer in dropped:
        put(found, pointer)
    found.update(case, name=name, changed=list(changes) + dropped)
    return found


ABSENT = object()


def put(document, pointer, value=ABSENT):
    """Puts a value at a JSON pointer (RFC 6901), behind the end for "-", or takes what is there away."""
    *way, last = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
    for step in way:
        document = document[int(step) if isinstance(document, list) else step]
    if isinstance(document, list):
        last = len(document) if last == "-" else int(last)
        document[last:last + 1] = [] if value is ABSENT else [value]
    elif value is ABSENT:
        del document[last]
    else:
        document[last] = value


def differences(one, other, pointer=""):
    """The JSON pointers of the least parts in which two documents differ."""
    if isinstance(one, dict) and isinstance(other, dict):
        for name in sorted(set(one) | set(other)):
            at = pointer + "/" + name.replace("~", "~0").replace("/", "~1")
            yield from differences(one.get(name, ABSENT), other.get(name, ABSENT), at)
    elif isinstance(one, list) and isinstance(other, list):
        for index in range(max(len(one), len(other))):
            pair = [part[index] if index < len(part) else ABSENT for part in (one, other)]
            yield from differences(*pair, "%s/%d" % (pointer, index))
    elif one != other or type(one) is not type(other):
        yield pointer


def parts(case):
    return {part: case[part] for part in PARTS if part in case}


# ---- values ----


def instant(text, now):
    """An instant of a case, in seconds."""
    offset = re.fullmatch(r"now(?:([+-][0-9]+)([dhms]))?", text)
    if offset is None:
        return None
    return now + (int(offset[1]) * UNITS[offset[2]] if offset[1] else 0)


def rfc3339(seconds):
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def real(value, here, now):
    """A value of a case with its instants, paths and digests put in."""
    if isinstance(value, dict):
        return {name: real(member, here, now) for name, member in value.items()}
    if isinstance(value, list):
        return [real(element, here, now) for element in value]
    if not isinstance(value, str):
        return value
    seconds = instant(value, now)
    value = value if seconds is None else rfc3339(seconds)
    value = re.sub(r"\{sha256 (.*?)\}", lambda found: hashlib.sha256(found[1].encode()).hexdigest(), value)
    return value.replace("{here}", here)


def key_entry(name, given):
    key = signing.Key(name)
    entry = {"algorithm": "ed25519", "public": signing.b64(key.spki), "owner": name, "status": "active", **given}
    return {member: value for member, value in entry.items() if value is not None}


def root_text(root):
    """A root by the names of its keys, as its schema has it."""
    root = copy.deepcopy(root)
    known = root.get("keys", {})
    if "keys" in root:
        root["keys"] = {given.pop("id", signing.Key(name).id): key_entry(name, given)
                        for name, given in copy.deepcopy(known).items()}
    for role in root.get("roles", {}).values():
        if isinstance(role.get("keys"), list):
            role["keys"] = [signing.Key(name).id for name in role["keys"]]
    return signing.text(root)


# ---- the artifact ----


class Artifact:
    def __init__(self, given):
        self.path, self.files, self.text = given["path"], given.get("files"), given.get("text")

    def write(self, here):
        path = os.path.join(here, self.path)
        if self.files is None:
            write(path, self.text.encode())
            os.chmod(path, 0o755)  # or the system itself refuses to execute it
        for name, text in (self.files or {}).items():
            write(os.path.join(path, name), text.encode())

    def entries(self, left_out):
        """(name, SHA-256) of the files of a bundle, in the order of their bytes."""
        kept = [name for name in self.files
                if not any(name == out or name.startswith(out + "/") for out in left_out)]
        return [(name, hashlib.sha256(self.files[name].encode())) for name in sorted(kept, key=str.encode)]

    def digest(self, kind, left_out=()):
        if kind == "file":
            return {"sha256": hashlib.sha256(self.text.encode()).hexdigest()}
        if kind == "bundle":
            lines = (b"%s  %s\0" % (digest.hexdigest().encode(), name.encode())
                     for name, digest in self.entries(left_out))
            return {"signetBundle": hashlib.sha256(b"".join(lines)).hexdigest()}
        joined = b"".join(digest.digest() for _, digest in self.entries(left_out))
        return {"sha256": hashlib.sha256(joined).hexdigest()}


def write(path, data):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)


# ---- evidence ----


class Evidence:
    """A file with a signed statement.

    file: its name, by the artifact's if it begins with "."; by: one name, or for form "dsse" several;
    type and predicate, or release: "NAME@VERSION" with usage and signed_at; ignore: what an OMS
    statement leaves out; subject: another digest set; text: other bytes of the payload; time: [{by, at}],
    cosignatures beside it.
    """

    def __init__(self, given, artifact):
        self.given, self.artifact = given, artifact
        self.form = given.get("form", "bundle")

    def statement(self):
        given, bundle = self.given, self.artifact.files is not None
        kind, predicate = given.get("type", OMS if bundle else SIGNED), given.get("predicate", {})
        ignored = given.get("ignore", [])
        if "release" in given:
            kind = RELEASE
            predicate = {"purl": "pkg:generic/" + given["release"], **given.get("predicate", {})}
        if kind == OMS:
            predicate = self.resources(ignored)
        digest = self.artifact.digest("oms" if kind == OMS else "bundle" if bundle else "file", ignored)
        subject = {"name": os.path.basename(self.artifact.path), "digest": given.get("subject", digest)}
        return {"_type": "https://in-toto.io/Statement/v1", "subject": [subject], "predicateType": kind,
                "predicate": predicate}

    def resources(self, ignored):
        entries = [{"name": name, "algorithm": "sha256", "digest": digest.hexdigest()}
                   for name, digest in self.artifact.entries(ignored)]
        return {"resources": entries,
                "serialization": {"method": "files", "hash_type": "sha256", "allow_symlinks": False,
                                  "ignore_paths": ignored}}

    def write(self, here, now):
        path = self.given["file"]
        path = os.path.join(here, self.artifact.path + path if path.startswith(".") else path)
        payload = self.given["text"].encode() if "text" in self.given else signing.text(self.statement())
        keys = [signing.Key(name) for name in names(self.given["by"])]
        if self.form == "bundle":
            write(path, signing.text(signing.bundle(payload, keys[0])))
        else:
            write(path, signing.text(signing.dsse(self.given.get("payload_type", signing.STATEMENT), payload, keys)))
        if "time" in self.given:
            write(path + ".time", b"".join(note(payload, keys[0], given) for given in self.given["time"]))


def names(value):
    return [value] if isinstance(value, str) else value


def note(payload, key, given):
    """A cosignature of the signature of a statement: lib/envelope/TIME.md."""
    clock = signing.Key(given["by"])
    message = signing.pae(signing.STATEMENT, payload)
    signature = key.sign(message) if "of" not in given else signing.Key(given["of"]).sign(message)
    subject = signing.b64(hashlib.sha256(key.raw + hashlib.sha256(message).digest() + signature).digest())
    moment = datetime.datetime.strptime(given["at"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=datetime.timezone.utc)
    time = int(moment.timestamp())
    text = "signet-time/1\n%s\n" % subject
    name = given.get("name", given["by"]).encode()
    key_id = hashlib.sha256(name + b"\n\x04" + clock.raw).digest()[:4]
    over = ("cosignature/v1\ntime %d\n" % time).encode() + text.encode()
    blob = signing.b64(key_id + time.to_bytes(8, "big") + clock.sign(over))
    return text.encode() + "\n\u2014 ".encode() + name + b" " + blob.encode() + b"\n"


# ---- a case as files ----


def write_case(case, here, now):
    """Writes the files of a case below here; what was there of a former one of the same case goes."""
    case = real(case, here, now)
    artifact = Artifact(case["artifact"])
    for name in ("opt", "srv", "evidence"):
        shutil.rmtree(os.path.join(here, name), ignore_errors=True)
    os.makedirs(os.path.join(here, "evidence"))
    artifact.write(here)
    for given in case.get("evidence", []):
        Evidence(given, artifact).write(here, now)
    for part, kind, text in (("root", ROOT, root_text(case["root"])), ("policy", POLICY, policy_text(case["policy"]))):
        keys = [signing.Key(name) for name in case[part + "_by"]]
        write(os.path.join(here, part), signing.text(signing.dsse(case.get(part + "_type", kind), text, keys)))
    if isinstance(case.get("state"), str):
        write(os.path.join(here, "state"), case["state"].encode())
        os.chmod(os.path.join(here, "state"), 0o600)


def policy_text(policy):
    return policy.encode() if isinstance(policy, str) else signing.text(policy)


def command(case, here):
    """The command line that judges a case, run in its folder."""
    words = ["signet-verify"]
    if "action" in case:
        words = ["signet-enforce", "check", "--action", case["action"]]
    state = ["--insecure-no-state"] if case.get("state", True) is None else ["--state", "state"]
    return (words + ["--json", "--policy", "policy", "--root", "root"] + state +
            [argument.replace("{here}", here) for argument in case.get("arguments", [])] + [case["artifact"]["path"]])


def changed(case, changes):
    """A case with other values at some JSON pointers."""
    case = copy.deepcopy(case)
    for pointer, value in changes.items():
        put(case, pointer, value)
    return case


def before(case):
    """The runs before that of a case, as cases."""
    return [changed(case, changes) for changes in case.get("before", [])]
