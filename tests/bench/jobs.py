# SPDX-License-Identifier: Apache-2.0
"""The jobs of the benchmarks: which programs do the same work, and which figures they are to reach.

A job makes its data, checks that its programs give the same result, and yields what is to be measured,
once or more often; what it yielded is measured before it goes on. Owns programs, sizes and targets;
knows no clock and no table.
"""

import hashlib
import json
import os
import re
import shutil

import bom
import material
import policies
from figures import beyond, faster, memory, often, rate, slower, within
from material import GIB
from programs import (
    HERE,
    MODULES,
    amount,
    command,
    data,
    digests,
    helper,
    listed,
    output_of,
    result,
    same,
    shell,
    tool,
)

MIB = 1 << 20
COMPONENTS = 24000
SIGNED_COMPONENTS = 1000
KERNEL_MIB = 2048
SHARD = 64 * MIB
VERIFICATIONS = 2000
RULES, EVIDENCE_FEW, EVIDENCE_MANY = 100, 1000, 100000
MANY_FOLDERS, MANY_FILES = 1000, 100
COLD_FOLDERS, COLD_FILES = 200, 100

JOBS = {}


class Job:
    """What a run must know of a job: how to get what it measures, which data it shares with the jobs
    beside it, how much disk it takes with theirs, and whether it runs only when asked for."""

    def __init__(self, groups, shares, gib, only_asked):
        self.groups = groups
        self.shares = shares
        self.gib = gib
        self.only_asked = only_asked


def job(name, gib, shares=None, only_asked=False):
    """Enters the function below it into JOBS, which are run in that order. Jobs that share data stand
    together; it is removed behind the last, as some file systems are slow to reuse the place of many
    files that were just removed."""

    def enter(groups):
        JOBS[name] = Job(groups, shares or name, gib, only_asked)
        return groups

    return enter


def key_pair():
    """A signing key and its public key."""
    base = data("key")
    if not os.path.exists(base + ".key"):
        output_of(tool("signet-key"), "generate", "--no-passphrase", "-o", base)
    return base + ".key", base + ".pub"


def signing(folder, *options, suffix="", **more):
    """The programs that sign a folder and verify it; it is signed and verified once on return."""
    key, public = key_pair()
    signature = folder + ".sig"
    words = [tool("signet-sign"), "-k", key, "--force", *options, "-o", signature, folder]
    sign = command("`signet-sign`" + suffix, *words, **more)
    words = [tool("signet-verify"), "-k", public, "-s", signature, folder]
    verify = command("`signet-verify`" + suffix, *words, **more)
    output_of(*sign["argv"])
    output_of(*verify["argv"])
    return sign, verify


@job("json", gib=0.1)
def canonicalize():
    """Canonical JSON against those who parse and print it."""
    path, script = data("bom.json"), os.path.join(HERE, "canonicalize.mjs")
    bom.write(path, COMPONENTS)
    package = os.path.join(MODULES, "canonicalize")
    ours = command("`signet-canon`", tool("signet-canon"), path)
    npm = command("node, npm `canonicalize` 4.0.0", "node", script, path, needs=[package])
    parser = command("cJSON, parsing alone", helper("bench_parse_cjson"), path)
    same("canonical JSON", result(ours), result(npm))
    size = os.path.getsize(path)
    yield {
        "title": "RFC 8785 form of a %.0f MB CycloneDX document" % (size / 1e6),
        "bytes": size,
        "commands": [ours, npm, parser],
        "targets": [
            faster(ours, npm, 10),
            faster(ours, parser, 1.2),
            memory(ours, "the size of the input", size, 3),
        ],
    }


def peer_of_bom(what, *words):
    """npm @cyclonedx/sign at the same work."""
    script = os.path.join(HERE, "cyclonedx_sign.mjs")
    package = os.path.join(MODULES, "@cyclonedx/sign")
    label = "node, npm `@cyclonedx/sign` 0.5.2, %s" % what
    return command(label, "node", script, what, *words, needs=[package])


@job("bom", gib=0.5)
def documents():
    """A document signed in place, as a whole and in a thousand of its parts."""
    key, public = key_pair()
    path, signed, other = data("bom.json"), data("bom.signed.json"), data("bom.other.json")
    bom.write(path, COMPONENTS)
    size = os.path.getsize(path)
    words = ["-k", key, "--format", "jsf", "--force", "-o"]
    sign = command("`signet-sign --format jsf`", tool("signet-sign"), *words, signed, path)
    verify = command("`signet-verify`", tool("signet-verify"), "-k", public, signed)
    places = [word for number in range(SIGNED_COMPONENTS) for word in ("--at", bom.component(number)["bom-ref"])]
    parts = command(
        "`signet-sign --format jsf`, %d components" % SIGNED_COMPONENTS,
        *(tool("signet-sign"), *words, data("bom.parts.json"), *places, path),
    )
    peer_sign, peer_verify = peer_of_bom("sign", path, other, key), peer_of_bom("verify", signed, public)
    for each in (sign, verify, parts, peer_sign, peer_verify):
        result(each)
    if not peer_sign["absent"]:
        output_of(tool("signet-verify"), "-k", public, other)
    yield {
        "title": "signing a CycloneDX document of %.0f MB in place" % (size / 1e6),
        "bytes": size,
        "commands": [sign, parts, peer_sign],
        "targets": [
            rate(sign, size, 60),
            faster(sign, peer_sign, 4),
            memory(sign, "the size of the input", size, 3),
            slower(parts, sign, 3),
        ],
    }
    yield {
        "title": "verifying a signed CycloneDX document of %.0f MB" % (size / 1e6),
        "bytes": size,
        "commands": [verify, peer_verify],
        "targets": [
            rate(verify, size, 120),
            faster(verify, peer_verify, 4),
            memory(verify, "the size of the input", size, 3),
        ],
    }


@job("verify", gib=0.1)
def verify_one():
    """The whole process for a small file."""
    path, other = data("one"), data("minisign")
    key, public = key_pair()
    material.noise(path, MIB)
    output_of(tool("signet-sign"), "-k", key, path)
    ours = command("`signet-verify -k`", tool("signet-verify"), "-k", public, path)
    peer = command("`minisign -V`", "minisign", "-V", "-p", other + ".pub", "-m", path)
    if not peer["absent"]:
        output_of("minisign", "-G", "-W", "-p", other + ".pub", "-s", other + ".key")
        output_of("minisign", "-S", "-m", path, "-s", other + ".key")
    yield {
        "title": "verifying a file of 1 MiB, the whole process",
        "least_rounds": 200,
        "commands": [ours, peer, command("`/bin/true`", "/bin/true")],
        "targets": [slower(ours, peer, 1.25)],
    }


@job("ed25519", gib=0.1)
def verify_many():
    """The signature check alone."""
    ways = (
        ("signet", "signet: libsodium, and A and R checked"),
        ("libsodium", "libsodium alone"),
        ("openssl", "OpenSSL"),
    )
    program = helper("bench_ed25519")
    yield {
        "title": "{:,} Ed25519 verifications in one process".format(VERIFICATIONS),
        "commands": [command(label, program, way, str(VERIFICATIONS)) for way, label in ways],
        "targets": [],
    }


@job("policy", gib=1)
def by_policy():
    """A policy with folders of evidence: one file by it, and what many statements cost."""
    key, public = key_pair()
    path = data("file")
    material.noise(path, 10**6)
    few = policies.evidence("few", "files", EVIDENCE_FEW - 1)
    output_of(tool("signet-sign"), "-k", key, "-o", os.path.join(few, "one.sigstore.json"), path)
    root, policy_key = policies.root(key, public)
    policy = policies.policy(policy_key, RULES, few)
    words = [tool("signet-enforce"), "check", "--action", "open", "--insecure-no-state"]
    check = command("`signet-enforce check`", *words, "--root", root, "--policy", policy, path)
    output_of(*check["argv"])
    yield {
        "title": "one file of 1 MB by a policy of %d rules and %s statements of evidence"
        % (RULES, "{:,}".format(EVIDENCE_FEW)),
        "commands": [check],
        "targets": [within(check, 40)],
    }
    program, count = helper("bench_evidence"), str(EVIDENCE_MANY)
    lines = policies.evidence("lines", "lines", EVIDENCE_MANY)
    files = policies.evidence("files", "files", EVIDENCE_MANY)
    of_lines = command("index of one file of lines", program, "index", count, lines)
    of_files = command("index of single files", program, "index", count, files)
    yield {
        "title": "index of {:,} statements of evidence".format(EVIDENCE_MANY),
        "entries": EVIDENCE_MANY,
        "commands": [of_lines, of_files],
        "targets": [often(of_lines, 20000), often(of_files, 20000)],
    }
    about = policies.evidence("about", "lines", EVIDENCE_MANY, path)
    verify = command("all, by all cores", program, "verify", count, about, path)
    single = command(
        "the signature check alone, one thread",
        *(helper("bench_ed25519"), "signet", str(VERIFICATIONS)),
        entries=VERIFICATIONS,
    )
    yield {
        "title": "verifying {:,} statements of evidence about one file".format(EVIDENCE_MANY),
        "entries": EVIDENCE_MANY,
        "commands": [verify, single],
        "targets": [faster(verify, single, 0.8 * len(os.sched_getaffinity(0)))],
    }


@job("run", gib=0.1)
def starting():
    """What it costs to start a program, against a wrapper that checks nothing and against bwrap."""
    key, public = key_pair()
    root, policy_key = policies.root(key, public)
    folder = data("evidence")
    os.makedirs(folder)
    policy = policies.policy(policy_key, 1, folder, ("execute", "load"))
    static, dynamic = data("static"), "/bin/true"
    shutil.copy(helper("bench_start"), static)
    libraries = re.findall(r"/\S+", output_of("ldd", dynamic).decode())
    closure = list(dict.fromkeys(os.path.realpath(path) for path in (dynamic, *libraries)))
    sign = [tool("signet-sign"), "-q", "-k", key, "-o"]
    output_of(*sign, os.path.join(folder, "system.sigstore.json"), "--system", *closure)
    release = ("--release", "static@1.0.0", "--usage", "program", static)
    output_of(*sign, os.path.join(folder, "static.sigstore.json"), *release)
    words = [tool("signet-enforce"), "run", "-q", "--insecure-no-state", "--root", root, "--policy", policy]

    def gate(tier, program):
        label = "`signet-enforce run --tier %s`, %s" % (tier, "static" if program == static else "dynamic")
        started = command(label, *words, "--tier", tier, "--", program)
        output_of(*started["argv"])
        return started

    bare_static = command("open and execute, static", helper("bench_start"), static)
    bare = command("open and execute, dynamic", helper("bench_start"), dynamic)
    pin_static, pin, sandbox = gate("pin", static), gate("pin", dynamic), gate("sandbox", dynamic)
    bwrap = command("`bwrap --ro-bind / /`, dynamic", "bwrap", "--ro-bind", "/", "/", dynamic)
    hashing = command("our SHA-256 over 64 MiB, one stream", helper("bench_sha256"), "one", "64")
    share = sum(os.path.getsize(path) for path in closure) / (64 * MIB)
    yield {
        "title": "starting a program that does nothing; its closure has %s files, %.1f MiB"
        % (len(closure), 64 * share),
        "least_rounds": 200,
        "commands": [pin_static, bare_static, pin, bare, sandbox, bwrap, hashing],
        "targets": [
            beyond(pin, bare, hashing, share, 1.2),
            slower(pin_static, bare_static, 1.35),
            beyond(sandbox, bwrap, hashing, share, 0),
        ],
    }


@job("kernel", gib=0.1)
def kernel():
    """Our SHA-256 alone, over memory that the processor has near."""
    one = command("one stream", helper("bench_sha256"), "one", str(KERNEL_MIB))
    two = command("two streams, the same bytes in all", helper("bench_sha256"), "two", str(KERNEL_MIB))
    yield {
        "title": "our SHA-256 over %d GiB of memory, one thread" % (KERNEL_MIB // 1024),
        "bytes": KERNEL_MIB * MIB,
        "commands": [two, one],
        "targets": [faster(two, one, 1.6)],
    }


@job("small", gib=0.6, shares="many")
def many_small():
    """A hundred thousand files, where opening them is most of the work."""
    folder = data("small")
    material.small_files(folder, MANY_FOLDERS, MANY_FILES, (1024, 4096))
    sign, verify = signing(folder)
    canon = command("`signet-canon`", tool("signet-canon"), folder)
    floor = command("list, open, read, close: two threads", helper("bench_walk"), "read", "2", folder)
    pipe = shell(
        "`find`, `xargs -P2 sha256sum`",
        'find "$0" -type f -print0 | xargs -0 -P2 -n 2000 sha256sum',
        folder,
        needs=["sha256sum"],
    )
    hashdeep = command("`hashdeep -r -c sha256`", "hashdeep", "-r", "-c", "sha256", folder)
    rhash = command("`rhash -r --sha256`", "rhash", "-r", "--sha256", folder)
    peers = [pipe, hashdeep, rhash]
    same("digests of small files", listed(result(canon)), *(digests(result(each)) for each in peers))
    yield {
        "title": "{:,} files of 1 to 4 KiB in {:,} folders".format(MANY_FOLDERS * MANY_FILES, MANY_FOLDERS),
        "entries": MANY_FOLDERS * MANY_FILES,
        "commands": [verify, sign, canon, floor, *peers],
        "targets": [
            slower(verify, floor, 2.0),
            slower(sign, floor, 2.3),
            faster(verify, pipe, 1.8),
            faster(verify, hashdeep, 6),
        ],
    }


@job("cold", gib=0.8, shares="many")
def cold_small():
    """Small files that are not in the page cache, where the disk waits to be asked for more at once."""
    folder = data("cold")
    material.small_files(folder, COLD_FOLDERS, COLD_FILES, (1024, 4096))
    canon = command("`signet-canon`", tool("signet-canon"), folder)
    loop = command("open, read, close: one thread, no digest", helper("bench_walk"), "read", "1", folder)
    yield {
        "title": "manifest of {:,} files not in the page cache".format(COLD_FOLDERS * COLD_FILES),
        "entries": COLD_FOLDERS * COLD_FILES,
        "before": [helper("bench_walk"), "drop", "1", folder],
        "commands": [canon, loop],
        "targets": [faster(canon, loop, 4)],
    }


@job("million", gib=1, shares="many", only_asked=True)
def million():
    """A million entries: what each costs in memory, and that it costs no more time than one of few."""
    many, few = data("many"), data("few")
    names = material.small_files(many, 1000, 1000, (16, 128), contents=1000)
    material.small_files(few, 10, 1000, (16, 128), contents=1000)
    of_many, of_few = {"entries": 10**6}, {"entries": 10**4, "turns": 4}
    sign, verify = signing(many, suffix=", 1,000,000 entries", **of_many)
    sign_few, verify_few = signing(few, suffix=", 10,000 entries", **of_few)
    label, walk = "list, open, read, close: two threads, ", [helper("bench_walk"), "read", "2"]
    floor = command(label + "1,000,000 entries", *walk, many, **of_many)
    floor_few = command(label + "10,000 entries", *walk, few, **of_few)
    bound = 64 * MIB + 200 * 10**6 + 2 * names
    meaning = "64 MiB + 200 B an entry + twice the names"
    yield {
        "title": "a million entries: hard links to a thousand tiny files, with names of 28 bytes",
        "commands": [sign, verify, floor, sign_few, verify_few, floor_few],
        "targets": [
            memory(sign, meaning, bound, 1),
            memory(verify, meaning, bound, 1),
            slower(sign, sign_few, 1.3),
            slower(verify, verify_few, 1.3),
        ],
    }


@job("bundle", gib=4.1, shares="big")
def big_bundle():
    """Big files on all cores."""
    folder, paths = material.big_files()
    two = command("`signet-canon --jobs 2`", tool("signet-canon"), "--jobs", "2", folder)
    one = command("`signet-canon --jobs 1`", tool("signet-canon"), "--jobs", "1", folder)
    blake3 = command("`b3sum` (BLAKE3)", "b3sum", *paths)
    words = "xargs -P2 -n1 openssl dgst -sha256"
    openssl = shell("`%s`" % words, 'ls "$0"/* | ' + words, folder, needs=["openssl"])
    manifest = result(two)
    same("manifest of big files", manifest, result(one))
    same("SHA-256 of big files", listed(manifest), digests(result(openssl)))
    yield {
        "title": "SHA-256 of %d files of 1 GiB" % len(paths),
        "bytes": len(paths) * GIB,
        "commands": [two, one, blake3, openssl],
        "targets": [faster(two, one, 1.8), faster(two, blake3, 0.95), faster(two, openssl, 1.5)],
    }


@job("hash", gib=4.1, shares="big")
def one_file():
    """One file, which is one chain of SHA-256 blocks."""
    path = material.big_files()[1][0]
    ours = command("`signet-canon --manifest`", tool("signet-canon"), "--manifest", path)
    openssl = command("`openssl dgst -sha256`", "openssl", "dgst", "-sha256", "-r", path)
    memory_alone = command(
        "our SHA-256 over 1 GiB of memory, one stream", helper("bench_sha256"), "one", str(GIB // MIB)
    )
    same("SHA-256", listed(result(ours)), digests(result(openssl)))
    yield {
        "title": "SHA-256 of one file of 1 GiB",
        "bytes": GIB,
        "commands": [ours, openssl, memory_alone],
        "targets": [faster(ours, memory_alone, 0.9), faster(ours, openssl, 1.15)],
    }


@job("open", gib=5.1, shares="big")
def opening():
    """What it costs to hand on a verified file of 1 GiB, against hashing and copying it alone."""
    key, public = key_pair()
    path, folder = material.big_files()[1][0], data("vouched")
    os.makedirs(folder)
    root, policy_key = policies.root(key, public)
    policy = policies.policy(policy_key, 1, folder)
    output_of(tool("signet-sign"), "-q", "-k", key, "-o", os.path.join(folder, "big.sigstore.json"), path)
    words = [tool("signet-enforce"), "open", "-q", "--insecure-no-state", "--root", root, "--policy", policy]

    def opened(via):
        label = "`signet-enforce open --via %s`" % via
        return command(label, *words, "--via", via, path, "--", "true", "{}")

    lease, memory, copy = opened("lease"), opened("memfd"), opened("copy")
    canon = tool("signet-canon")
    hashing = command("`signet-canon --manifest`", canon, "--manifest", path)
    in_memory = "/dev/shm/signet-bench-%d" % os.getpid()
    script = 'cp --reflink=never "$0" "$1" && "$2" --manifest "$1" && rm "$1"'
    both = shell("`cp` into memory, and `signet-canon`", script, path, in_memory, canon)
    read = output_of(*words, path, "--", "openssl", "dgst", "-sha256", "-r", "{}")
    same("SHA-256", listed(result(hashing)), digests(read))
    for each in (lease, memory, copy):
        output_of(*each["argv"])
    yield {
        "title": "handing on one verified file of 1 GiB",
        "bytes": GIB,
        "commands": [lease, memory, copy, hashing, both],
        "targets": [slower(lease, hashing, 1.1), slower(memory, both, 1.1)],
    }


def digests_of_shards(path):
    """The name of each shard of a file, and what SHA-256 gives for it."""
    found, start = {}, 0
    with open(path, "rb") as source:
        for shard in iter(lambda: source.read(SHARD), b""):
            name = "%s:%d:%d" % (os.path.basename(path), start, start + len(shard))
            found[name] = hashlib.sha256(shard).hexdigest()
            start += len(shard)
    return found


@job("shards", gib=4.1, shares="big")
def shards():
    """One file that is signed in shards, so that all cores can take part."""
    path, folder = material.big_files()[1][0], data("sharded")
    os.makedirs(folder)
    os.link(path, os.path.join(folder, os.path.basename(path)))
    option = ["--shard-size", str(SHARD)]
    sign, verify = signing(folder, *option, suffix=" in shards of 64 MiB")
    blake3 = command("`b3sum` (BLAKE3)", "b3sum", path)
    statement = json.loads(output_of(tool("signet-sign"), *option, "--dry-run", folder))
    stated = {each["name"]: each["digest"] for each in statement["predicate"]["resources"]}
    same("digests of shards", stated, digests_of_shards(path))
    yield {
        "title": "signing and verifying one file of 1 GiB in shards",
        "bytes": GIB,
        "commands": [sign, verify, blake3],
        "targets": [faster(sign, blake3, 0.9)],
    }


PLAIN = (("tar", "tar", ("tar", "-cf")), ("zip", "zip", ("zip", "-q", "-0")))


@job("tar", gib=8.1, shares="big")
def plain_archives():
    """Archives that are not packed, against the folder they were made of."""
    folder, paths = material.big_files()
    canon = tool("signet-canon")
    manifest = output_of(canon, folder)
    for name, packer, words in PLAIN:
        path = material.archive(folder, "big." + name, packer, words)
        ours = command("`signet-canon` of the " + name, canon, path, needs=[packer])
        directory = command("`signet-canon` of the folder", canon, folder)
        same("manifest of a %s and its folder" % name, manifest, result(ours))
        yield {
            "title": "manifest of a plain %s of %d files of 1 GiB" % (name, len(paths)),
            "bytes": len(paths) * GIB,
            "commands": [ours, directory],
            "targets": [faster(ours, directory, 0.85)],
        }
        material.remove(path)


PACKED = (
    ("tar.zst", "zstd", ("tar", "--zstd", "-cf"), [("zstd", "-dcq")]),
    ("tar.gz", "gzip", ("tar", "-I", "gzip -1", "-cf"), [("gzip", "-dc")]),
    ("zip", "zip", ("zip", "-q", "-1"), [("unzip", "-p"), ("7zz", "e", "-so")]),
)


@job("packed", gib=1.5)
def packed_archives():
    """Packed archives, where unpacking is most of the work, against those who only unpack."""
    folder, size = material.weights()
    manifest = output_of(tool("signet-canon"), folder)
    for name, packer, words, unpackers in PACKED:
        path = material.archive(folder, "weights." + name, packer, words)
        ours = command("`signet-canon`", tool("signet-canon"), path, needs=[packer])
        peers = [
            command("`%s`" % " ".join(unpacker), *unpacker, path, needs=[packer])
            for unpacker in (("bsdtar", "-xOf"), *unpackers)
        ]
        same("manifest of a %s and its folder" % name, manifest, result(ours))
        same("bytes in a %s" % name, size, amount(peers[0]))
        yield {
            "title": "manifest of a %s of %.0f MB of weights and JSON" % (name, size / 1e6),
            "bytes": size,
            "commands": [ours, *peers],
            "targets": [faster(ours, peers[0], 0.95)],
        }
        material.remove(path)
