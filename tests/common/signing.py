# SPDX-License-Identifier: Apache-2.0
"""Signed documents that this project had no part in making: Ed25519 by OpenSSL's libcrypto, and
DSSE, sigstore bundles and key identifiers as their specifications have them.
"""
import base64
import ctypes
import ctypes.util
import hashlib
import json

ED25519 = 1087  # NID_ED25519
SPKI = bytes.fromhex("302a300506032b6570032100")  # RFC 8410, before the 32 bytes of the key
STATEMENT = "application/vnd.in-toto+json"
BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json"

crypto = ctypes.CDLL(ctypes.util.find_library("crypto"))
for name in ("EVP_PKEY_new_raw_private_key", "EVP_MD_CTX_new"):
    getattr(crypto, name).restype = ctypes.c_void_p


def b64(data):
    return base64.b64encode(data).decode()


def secret(name):
    """The secret half of a key, which its name tells: for tests, and for nothing else."""
    return hashlib.sha256(b"test key " + name.encode()).digest()


class Key:
    """A key pair by its name."""

    def __init__(self, name):
        self.pkey = ctypes.c_void_p(crypto.EVP_PKEY_new_raw_private_key(
            ED25519, None, secret(name), ctypes.c_size_t(32)))
        raw = ctypes.create_string_buffer(32)
        length = ctypes.c_size_t(32)
        must(crypto.EVP_PKEY_get_raw_public_key(self.pkey, raw, ctypes.byref(length)))
        self.raw = raw.raw
        self.spki = SPKI + self.raw
        # OpenSSH: SHA-256 of the key in the wire form of RFC 8709.
        wire = b"".join(len(part).to_bytes(4, "big") + part for part in (b"ssh-ed25519", self.raw))
        self.id = "SHA256:" + b64(hashlib.sha256(wire).digest()).rstrip("=")

    def sign(self, message):
        context = ctypes.c_void_p(crypto.EVP_MD_CTX_new())
        signature = ctypes.create_string_buffer(64)
        length = ctypes.c_size_t(64)
        must(crypto.EVP_DigestSignInit(context, None, None, None, self.pkey))
        must(crypto.EVP_DigestSign(context, signature, ctypes.byref(length), message,
                                   ctypes.c_size_t(len(message))))
        crypto.EVP_MD_CTX_free(context)
        return signature.raw


def must(result):
    if result != 1:
        raise RuntimeError("libcrypto refuses")


def text(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def pae(payload_type, payload):
    """What signatures of DSSE are over (secure-systems-lab/dsse, v1.0.2)."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def dsse(payload_type, payload, keys):
    """A DSSE envelope of payload, signed by each of keys."""
    message = pae(payload_type, payload)
    return {"payload": b64(payload), "payloadType": payload_type,
            "signatures": [{"sig": b64(key.sign(message)), "keyid": key.id} for key in keys]}


def bundle(payload, key, hint=None):
    """A sigstore bundle v0.3 of a statement; hint stands for the public key."""
    envelope = dsse(STATEMENT, payload, [key])
    envelope["signatures"][0]["keyid"] = ""
    return {"mediaType": BUNDLE,
            "verificationMaterial": {"publicKey": {"hint": key.id if hint is None else hint}},
            "dsseEnvelope": envelope}
