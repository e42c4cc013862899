# SPDX-License-Identifier: Apache-2.0
"""Generates the CycloneDX 1.6 document of the benchmarks: the same bytes on every machine.

Owns the shape of a merged BOM as tools publish it: indented, members in the order of the schema and
not of RFC 8785, hashes of several lengths, licences, references, evidence with fractions, properties,
names beyond ASCII, and escapes as different producers write them. Knows nothing of who reads it.
"""

import hashlib
import json

PUBLISHERS = ("Acme Industries", "Müller & Søn GmbH", "株式会社サンプル", "Čapek \"Robotics\" s.r.o.", "Data ☃ Labs 🧪")
LICENSES = ("MIT", "Apache-2.0", "BSD-3-Clause", "MPL-2.0", "LGPL-2.1-or-later")
ECOSYSTEMS = ("npm", "pypi", "maven", "cargo", "golang", "deb/debian")
HASHES = (("SHA-256", "sha256"), ("SHA-512", "sha512"))
WORDS = ("parser", "runtime", "codec", "größe", "client", "tensor", "схема", "stream", "cache", "http")


def component(number):
    """Component NUMBER as a dictionary; its members stand in the order of the schema."""
    seed = hashlib.sha256(b"component %d" % number).digest()
    name = "%s-%s-%d" % (WORDS[seed[0] % 10], WORDS[seed[1] % 10], number)
    version = "%d.%d.%d" % (seed[2] % 20, seed[3] % 50, seed[4])
    publisher = PUBLISHERS[seed[5] % 5]
    license_id = LICENSES[seed[6] % 5]
    purl = "pkg:%s/%s@%s" % (ECOSYSTEMS[seed[7] % 6], name, version)
    return {
        "type": "library",
        "bom-ref": "%s?package-id=%s" % (purl, seed[8:16].hex()),
        "supplier": {"name": publisher, "url": ["https://%s.example.com/" % seed[5:7].hex()]},
        "group": "com.example.%s" % WORDS[seed[8] % 10],
        "name": name,
        "version": version,
        "description": "%s for %s;\n\tsee C:\\lib\\%s, the \"%s\" edition."
        % (name.capitalize(), publisher, name, version),
        "scope": "required" if seed[9] % 4 else "optional",
        "hashes": [
            {"alg": label, "content": hashlib.new(kind, seed).hexdigest()} for label, kind in HASHES
        ],
        "licenses": [
            {"license": {"id": license_id, "url": "https://spdx.org/licenses/%s.html" % license_id}}
        ],
        "purl": purl,
        "externalReferences": [
            {"type": "vcs", "url": "git+https://git.example.com/%s.git" % name},
        ],
        "properties": [
            {"name": "example:location:0:path", "value": "/srv/app/node_modules/%s" % name},
            {"name": "example:metadata:installedSize", "value": str(int.from_bytes(seed[10:13], "big"))},
        ],
        "evidence": {
            "identity": {
                "field": "purl",
                "confidence": seed[13] / 256,
                "methods": [
                    {"technique": "manifest-analysis", "confidence": (seed[14] % 101) / 100, "value": name}
                ],
            },
            "occurrences": [{"location": "/srv/app/%s" % name, "line": seed[15], "offset": number}],
        },
    }


def text_of(number):
    """Component NUMBER as text: one in eight as a producer writes it that escapes all it may."""
    ascii_only = number % 8 == 0
    text = json.dumps(component(number), indent=2, ensure_ascii=ascii_only)
    if ascii_only:
        text = text.replace("/", "\\/")
    return "    " + text.replace("\n", "\n    ")


def write(path, components):
    """Writes a document of that many components to PATH."""
    with open(path, "w", encoding="utf-8", newline="") as out:
        out.write(
            '{\n  "bomFormat": "CycloneDX",\n  "specVersion": "1.6",\n'
            '  "serialNumber": "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79",\n  "version": 1,\n'
            '  "metadata": {\n    "timestamp": "2026-01-01T00:00:00Z"\n  },\n  "components": [\n'
        )
        for number in range(components):
            out.write(text_of(number) + (",\n" if number + 1 < components else "\n"))
        out.write("  ]\n}\n")
