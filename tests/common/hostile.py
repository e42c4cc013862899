# SPDX-License-Identifier: Apache-2.0
"""Archives that must be refused, each put together byte by byte, and their accepted twins.

Owns the bytes; judges nothing. cases() yields (name, exit status, text of the refusal, bytes). The
twin of a case differs from it in one thing and stands right before it, with exit status 0.
"""

import bz2
import gzip
import lzma
import struct
import zlib


# --- tar (POSIX.1-2017 pax, section "pax Interchange Format"; GNU tar manual, "Basic Tar Format") ---

def octal(number, width):
    return b"%0*o\0" % (width - 1, number)


def header(name, size=0, kind=b"0", mode=0o644, link=b"", magic=b"ustar\0" + b"00", prefix=b"",
           size_field=None, checksum=None, device=b""):
    name = name.encode() if isinstance(name, str) else name
    fields = [
        name.ljust(100, b"\0"), octal(mode, 8), octal(0, 8), octal(0, 8),
        size_field if size_field is not None else octal(size, 12), octal(0, 12), b" " * 8, kind,
        link.ljust(100, b"\0"), magic, b"\0" * 64, device.ljust(16, b"\0"), prefix.ljust(155, b"\0"),
    ]
    block = b"".join(fields).ljust(512, b"\0")
    total = sum(block) if checksum is None else checksum
    return block[:148] + b"%06o\0 " % total + block[156:]


def padded(data):
    return data + b"\0" * (-len(data) % 512)


def entry(name, data=b"x", **how):
    return header(name, len(data), **how) + padded(data)


def folder(name):
    return header(name, kind=b"5", mode=0o755)


def pax(*records, kind=b"x"):
    text = b""
    for key, value in records:
        value = value if isinstance(value, bytes) else value.encode()
        body = b" " + key.encode() + b"=" + value + b"\n"
        length = len(body) + 1
        while len(b"%d" % length) + len(body) != length:
            length = len(b"%d" % length) + len(body)
        text += b"%d" % length + body
    return entry("pax", text, kind=kind)


def long_name(name, kind=b"L"):
    return entry("././@LongLink", name + b"\0", kind=kind, magic=b"ustar  \0")


END = b"\0" * 1024


def tar(*parts, end=END):
    return b"".join(parts) + end


# --- zip (APPNOTE.TXT 6.3.10) ---

class Zip:
    """A zip of entries, with every field open to change."""

    def __init__(self):
        self.local = b""
        self.central = b""
        self.count = 0

    def add(self, name, data=b"x", method=0, flags=0x800, made=0x031E, mode=0o100644, crc=None,
            packed=None, size=None, central=None, local_name=None, extra=b"", local_extra=b"", gap=b"",
            central_size=None, local_crc=None, offset=None, descriptor=None):
        name = name.encode() if isinstance(name, str) else name
        body = data
        if method == 8:
            squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
            body = squeeze.compress(data) + squeeze.flush()
        crc = zlib.crc32(data) if crc is None else crc
        packed = len(body) if packed is None else packed
        size = len(data) if size is None else size
        self.local += gap
        at = len(self.local) if offset is None else offset
        there = (0, 0, 0) if descriptor is not None else (
            crc if local_crc is None else local_crc, packed, size)
        self.local += struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, flags, method, 0, 0x21, *there,
                                  len(local_name or name), len(local_extra))
        self.local += (local_name or name) + local_extra + body + (descriptor or b"")
        central = central or {}
        self.central += struct.pack(
            "<IHHHHHHIIIHHHHHII", 0x02014B50, central.get("made", made), 20,
            central.get("flags", flags), central.get("method", method), 0, 0x21,
            central.get("crc", crc), packed, size if central_size is None else central_size, len(name),
            len(extra), 0, central.get("disk", 0), 0, mode << 16, at)
        self.central += name + extra
        self.count += 1
        return self

    def bytes(self, comment=b"", count=None, tail=b"", before_end=b"", disk=0, start=None, length=None):
        start = len(self.local) if start is None else start
        length = len(self.central) if length is None else length
        count = self.count if count is None else count
        return (self.local + self.central + before_end +
                struct.pack("<IHHHHIIH", 0x06054B50, disk, 0, count, count, length, start, len(comment)) +
                comment + tail)


def unicode_path(name, new):
    body = b"\1" + struct.pack("<I", zlib.crc32(name)) + new
    return struct.pack("<HH", 0x7075, len(body)) + body


def names():
    """Names that no bundle may hold, in a tar and in a zip."""
    return [
        ("absolute", b"/m/a", "absolute"),
        ("parent", b"m/../a", "\"..\""),
        ("parent-first", b"../a", "\"..\""),
        ("dot-inside", b"m/./a", "\".\""),
        ("empty-component", b"m//a", "empty"),
        ("backslash", b"m\\a", "backslash"),
        ("control", b"m/a\nb", "control character"),
        ("escape", b"m/\x1b[2Ja", "control character"),
        ("delete", b"m/a\x7f", "control character"),
        ("not-utf8", b"m/\xff\xfe", "UTF-8"),
        ("overlong", b"m/\xc0\xaf", "UTF-8"),
        ("surrogate", b"m/\xed\xa0\x80", "UTF-8"),
    ]


def tar_cases():
    good = entry("m/a")
    yield "plain.tar", 0, "", tar(good, entry("m/b"))
    for name, text, why in names():
        yield "name-%s.tar" % name, 3, why, tar(good, entry(text))
        yield "pax-name-%s.tar" % name, 3, why, tar(good, pax(("path", text)), entry("m/b"))
        if b"\n" not in text:
            yield "long-name-%s.tar" % name, 3, why, tar(good, long_name(text), entry("m/b"))
    yield "nul-in-name.tar", 3, "behind the end of a name", tar(entry(b"m/a\0hidden"))
    yield "nul-in-pax-path.tar", 3, "NUL", tar(pax(("path", b"m/a\0b")), entry("m/b"))
    yield "nul-in-long-name.tar", 3, "NUL", tar(long_name(b"m/a\0b"), entry("m/b"))
    yield "duplicate.tar", 3, "two entries", tar(good, entry("m/a", b"y"))
    yield "duplicate-by-dot.tar", 3, "two entries", tar(good, entry("./m/a", b"y"))
    yield "duplicate-by-pax.tar", 3, "two entries", tar(good, pax(("path", "m/a")), entry("m/b"))
    yield "file-and-folder.tar", 3, "m/a", tar(good, folder("m/a/"))
    yield "file-below-file.tar", 3, "m/a", tar(good, entry("m/a/b"))
    yield "two-folders.tar", 3, "two entries", tar(folder("m/"), folder("m/"), good)
    for kind, word in ((b"1", "hard link"), (b"2", "symbolic link"), (b"3", "character device"),
                       (b"4", "block device"), (b"6", "FIFO")):
        name = word.replace(" ", "-")
        yield name + ".tar", 3, word, tar(good, header("m/b", kind=kind, link=b"m/a"))
        yield name + "-outside.tar", 3, word, tar(good, header("m/b", kind=kind, link=b"/etc/passwd"))
    yield "link-with-data.tar", 3, "size 0", tar(good, entry("m/b", kind=b"1", link=b"m/a"))
    yield "long-link.tar", 3, "symbolic link", tar(
        good, long_name(b"x" * 200, b"K"), header("m/b", kind=b"2", link=b"x" * 100, magic=b"ustar  \0"))
    for bit, name in ((0o4755, "setuid"), (0o2755, "setgid"), (0o1755, "sticky")):
        yield name + ".tar", 3, name, tar(good, entry("m/b", mode=bit))
        yield name + "-folder.tar", 3, name, tar(good, header("m/d", kind=b"5", mode=bit))
    yield "sparse-gnu.tar", 3, "sparse", tar(good, entry("m/b", kind=b"S", magic=b"ustar  \0"))
    for version in ("0.0", "0.1", "1.0"):
        major, minor = version.split(".")
        records = {
            "0.0": [("GNU.sparse.size", "1"), ("GNU.sparse.numblocks", "0")],
            "0.1": [("GNU.sparse.size", "1"), ("GNU.sparse.map", "0,1"), ("GNU.sparse.name", "m/b")],
            "1.0": [("GNU.sparse.major", major), ("GNU.sparse.minor", minor),
                    ("GNU.sparse.name", "m/b"), ("GNU.sparse.realsize", "1")],
        }[version]
        yield "sparse-pax-%s.tar" % version, 3, "sparse", tar(good, pax(*records), entry("m/b"))
    for kind, name in ((b"7", "contiguous"), (b"M", "multi-volume"), (b"D", "dump-folder"), (b"N", "old-names"),
                       (b"V", "volume"), (b"A", "solaris-acl"), (b"E", "solaris-attributes"),
                       (b"X", "solaris-pax"), (b"!", "unknown"), (b"\xff", "beyond-ascii")):
        yield "type-%s.tar" % name, 3, "expected", tar(good, entry("m/b", kind=kind))
    yield "pax-size-agrees.tar", 0, "", tar(pax(("size", "1")), entry("m/a"))
    # A pax size that hides an archive from readers that believe the header, and the other way round.
    inner = entry("m/hidden")
    yield "pax-size-larger.tar", 3, "one size", tar(
        pax(("size", "%d" % len(inner))), header("m/a", 512) + inner)
    yield "pax-size-smaller.tar", 3, "one size", tar(pax(("size", "0")), header("m/a", len(inner)) + inner)
    yield "pax-size-negative.tar", 3, "expected", tar(pax(("size", "-1")), entry("m/a"))
    yield "pax-size-huge.tar", 3, "expected", tar(pax(("size", "9" * 30)), entry("m/a"))
    yield "pax-size-hex.tar", 3, "expected", tar(pax(("size", "0x1")), entry("m/a"))
    yield "pax-twice-key.tar", 3, "once", tar(pax(("path", "m/a"), ("path", "m/b")), entry("m/a"))
    yield "pax-twice.tar", 3, "pax header", tar(pax(("path", "m/a")), pax(("path", "m/b")), entry("m/a"))
    yield "pax-global-comment.tar", 0, "", tar(pax(("comment", "0" * 40), kind=b"g"), good)
    yield "pax-global-path.tar", 3, "global", tar(pax(("path", "m/z"), kind=b"g"), good)
    yield "pax-global-size.tar", 3, "global", tar(pax(("size", "0"), kind=b"g"), good)
    yield "pax-charset.tar", 3, "UTF-8", tar(pax(("hdrcharset", "BINARY"), ("path", "m/a")), entry("m/a"))
    yield "pax-length-lies.tar", 3, "pax record", tar(entry("pax", b"99 path=m/b\n", kind=b"x"), good)
    yield "pax-length-short.tar", 3, "pax record", tar(entry("pax", b"5 path=m/b\n", kind=b"x"), good)
    yield "pax-length-zero.tar", 3, "pax record", tar(entry("pax", b"0 path=m/b\n", kind=b"x"), good)
    yield "pax-alone.tar", 3, "expected an entry", tar(good, pax(("path", "m/b")))
    yield "long-name-alone.tar", 3, "expected an entry", tar(good, long_name(b"m/b"))
    yield "long-name-twice.tar", 3, "long name", tar(long_name(b"m/b"), long_name(b"m/c"), good)
    yield "pax-huge.tar", 3, "at most", tar(header("pax", 1 << 33, kind=b"x", size_field=octal(1 << 32, 12)), good)
    yield "size-beyond.tar", 3, "end", tar(header("m/a", 1 << 30))
    yield "size-negative.tar", 3, "expected", tar(header("m/a", size_field=b"\xff" * 12) + padded(b"x"))
    yield "size-overflow.tar", 3, "expected", tar(header("m/a", size_field=b"\x80" + b"\x7f" * 11) + padded(b"x"))
    yield "size-signed.tar", 3, "", tar(header("m/a", size_field=b"-0000000001\0") + padded(b"x"))
    yield "size-not-octal.tar", 3, "", tar(header("m/a", size_field=b"00000000009\0") + padded(b"x"))
    yield "folder-with-data.tar", 3, "expected size 0", tar(good, entry("m/d", kind=b"5"))
    wrong = bytearray(tar(good))
    wrong[0] ^= 1
    yield "checksum.tar", 3, "sum", bytes(wrong) + b"\0"
    yield "no-end.tar", 3, "end", tar(good, end=b"")
    yield "half-end.tar", 3, "end", tar(good, end=b"\0" * 512)
    yield "padded-end.tar", 0, "", tar(good, end=b"\0" * 10240)
    yield "data-after-end.tar", 3, "behind the end", tar(good) + b"hidden"
    yield "archive-after-end.tar", 3, "behind the end", tar(good) + tar(entry("m/hidden"))
    yield "one-zero-block.tar", 3, "zero block", tar(good, b"\0" * 512, entry("m/hidden"))
    yield "truncated.tar", 3, "end", tar(entry("m/a", b"x" * 2000))[:1024]
    yield "empty.tar", 3, "at least one file", tar(folder("m/"))
    yield "prefix-trick.tar", 3, "\"..\"", tar(header("a", 1, prefix=b"../m") + padded(b"x"))


def zip_cases():
    yield "plain.zip", 0, "", Zip().add("m/a").add("m/b", method=8, data=b"y" * 99).bytes()
    for name, text, why in names():
        yield "name-%s.zip" % name, 3, why, Zip().add("m/a").add(text).bytes()
    yield "nul-in-name.zip", 3, "NUL", Zip().add(b"m/a\0b").bytes()
    yield "not-marked.zip", 3, "marked as UTF-8", Zip().add("m/é", flags=0).bytes()
    yield "marked.zip", 0, "", Zip().add("m/é").bytes()
    yield "duplicate.zip", 3, "two entries", Zip().add("m/a").add("m/a", b"y").bytes()
    yield "file-below-file.zip", 3, "m/a", Zip().add("m/a").add("m/a/b").bytes()
    yield "folder.zip", 0, "", Zip().add("m/", b"", mode=0o040755).add("m/a").bytes()
    yield "folder-with-data.zip", 3, "without data", Zip().add("m/", b"x", mode=0o040755).add("m/a").bytes()
    for mode, word in ((0o120777, "symbolic link"), (0o020644, "character device"),
                       (0o060644, "block device"), (0o010644, "FIFO"), (0o140644, "socket")):
        yield "%s.zip" % word.replace(" ", "-"), 3, word, Zip().add("m/a").add("m/b", b"m/a", mode=mode).bytes()
    for mode, name in ((0o104755, "setuid"), (0o102755, "setgid"), (0o101755, "sticky")):
        yield name + ".zip", 3, name, Zip().add("m/a", mode=mode).bytes()
    other = {"method": 0}
    yield "method-differs.zip", 3, "expected one size", Zip().add("m/a", b"y" * 99, method=8, central=other).bytes()
    yield "name-differs.zip", 3, "the same name", Zip().add("m/a", local_name=b"m/b").bytes()
    yield "crc-differs.zip", 3, "in the local header", Zip().add("m/a", local_crc=1).bytes()
    yield "flags-differ.zip", 3, "in the local header", Zip().add("m/a", central={"flags": 0}).bytes()
    yield "crc-wrong.zip", 3, "CRC", Zip().add("m/a", crc=1).bytes()
    yield "crc-wrong-deflated.zip", 3, "CRC", Zip().add("m/a", b"y" * 99, method=8, crc=1).bytes()
    yield "size-differs.zip", 3, "expected", Zip().add("m/a", central_size=2).bytes()
    yield "size-lies-deflated.zip", 3, "", Zip().add("m/a", b"y" * 99, method=8, size=98).bytes()
    yield "stored-two-sizes.zip", 3, "one size", Zip().add("m/a", b"xy", size=1).bytes()
    yield "gap-before.zip", 3, "expected", Zip().add("m/a", gap=b"#!/bin/sh\n").bytes()
    yield "gap-between.zip", 3, "expected", Zip().add("m/a").add("m/b", gap=b"hidden").bytes()
    yield "gap-behind.zip", 3, "central directory", bytes_with_gap()
    yield "overlap.zip", 3, "expected", Zip().add("m/a").add("m/b", offset=0).bytes()
    yield "unlisted.zip", 3, "expected", unlisted()
    yield "count-less.zip", 3, "entries", Zip().add("m/a").add("m/b").bytes(count=1)
    yield "count-more.zip", 3, "expected", Zip().add("m/a").bytes(count=2)
    yield "comment.zip", 0, "", Zip().add("m/a").bytes(comment=b"a comment")
    yield "data-after-end.zip", 3, "end", Zip().add("m/a").bytes(tail=b"hidden")
    inner = Zip().add("m/hidden").bytes()
    yield "end-in-comment.zip", 3, "end record", Zip().add("m/a").bytes(comment=inner)
    yield "two-zips.zip", 3, "expected", Zip().add("m/a").bytes() + inner
    yield "encrypted.zip", 3, "encrypted", Zip().add("m/a", b"x" * 20, flags=0x801).bytes()
    yield "strongly-encrypted.zip", 3, "encrypted", Zip().add("m/a", b"x" * 20, flags=0x841).bytes()
    yield "masked-headers.zip", 3, "encrypted", Zip().add("m/a", flags=0x2800).bytes()
    for method in (1, 6, 9, 12, 14, 93, 95, 98, 99):
        yield "method-%d.zip" % method, 3, "method", Zip().add("m/a", method=method).bytes()
    yield "unicode-path-same.zip", 0, "", Zip().add(
        "m/a", extra=unicode_path(b"m/a", b"m/a"), local_extra=unicode_path(b"m/a", b"m/a")).bytes()
    yield "unicode-path-other.zip", 3, "Unicode path", Zip().add(
        "m/a", extra=unicode_path(b"m/a", b"m/b"), local_extra=unicode_path(b"m/a", b"m/b")).bytes()
    yield "extra-beyond.zip", 3, "extra field", Zip().add("m/a", extra=b"\x01\x99\xff\xff").bytes()
    yield "volumes.zip", 3, "volume", Zip().add("m/a").bytes(disk=1)
    yield "entry-elsewhere.zip", 3, "volume", Zip().add("m/a", central={"disk": 1}).bytes()
    right = struct.pack("<IIII", 0x08074B50, zlib.crc32(b"x"), 1, 1)
    wrong = struct.pack("<IIII", 0x08074B50, zlib.crc32(b"x"), 1, 2)
    yield "descriptor.zip", 0, "", Zip().add("m/a", flags=0x808, descriptor=right).bytes()
    yield "descriptor-lies.zip", 3, "data descriptor", Zip().add("m/a", flags=0x808, descriptor=wrong).bytes()
    yield "directory-beyond.zip", 3, "central directory", Zip().add("m/a").bytes(start=1 << 20)
    yield "directory-early.zip", 3, "expected", Zip().add("m/a").bytes(start=0)
    yield "zip64-without-record.zip", 3, "expected", Zip().add("m/a").bytes(start=0xFFFFFFFF)
    yield "truncated.zip", 3, "end", Zip().add("m/a").bytes()[:-5]
    yield "truncated-data.zip", 3, "", Zip().add("m/a", b"x" * 99).bytes()[20:]
    yield "empty.zip", 3, "", Zip().bytes()


def bytes_with_gap():
    made = Zip().add("m/a")
    at = len(made.local)
    made.local += b"hidden"
    return made.bytes(start=len(made.local)) if at else b""


def unlisted():
    made = Zip().add("m/hidden").add("m/a")
    first = struct.calcsize("<IHHHHHHIIIHHHHHII") + len("m/hidden")
    made.central = made.central[first:]
    made.count = 1
    return made.bytes()


def many(count):
    """Empty files, one header each."""
    return b"".join(header("m/%07d" % number) for number in range(count))


def packed_cases():
    plain = tar(entry("m/a"), entry("m/b"))
    zeros = tar(entry("m/zeros", b"\0" * (192 << 20)))
    yield "plain.tar.gz", 0, "", gzip.compress(plain)
    yield "plain.tar.xz", 0, "", lzma.compress(plain)
    yield "plain.tar.bz2", 0, "", bz2.compress(plain)
    yield "twice.tar.gz.gz", 3, "", gzip.compress(gzip.compress(plain))
    yield "twice.tar.xz.gz", 3, "", gzip.compress(lzma.compress(plain))
    yield "zip-in-gz.gz", 3, "", gzip.compress(Zip().add("m/a").bytes())
    yield "truncated.tar.gz", 3, "", gzip.compress(plain)[:-20]
    yield "damaged.tar.gz", 3, "", damaged(gzip.compress(plain))
    packed = gzip.compress(plain)
    yield "wrong-sum.tar.gz", 3, "CRC-32", packed[:-8] + bytes([packed[-8] ^ 1]) + packed[-7:]
    yield "wrong-length.tar.gz", 3, "CRC-32", packed[:-1] + bytes([packed[-1] ^ 1])
    yield "garbage-behind.tar.gz", 3, "", gzip.compress(plain) + b"hidden"
    yield "member-behind.tar.gz", 3, "behind the end", gzip.compress(plain) + gzip.compress(b"hidden")
    yield "two-members.tar.gz", 3, "one member", gzip.compress(plain[:700]) + gzip.compress(plain[700:])
    yield "link.tar.gz", 3, "symbolic link", gzip.compress(tar(header("m/b", kind=b"2", link=b"a")))
    yield "data-after-end.tar.xz", 3, "behind the end", lzma.compress(plain + b"hidden")
    yield "ratio.tar.gz", 3, "times", gzip.compress(zeros, 9)
    yield "ratio.tar.xz", 3, "times", lzma.compress(zeros, preset=0)
    yield "ratio.tar.bz2", 3, "times", bz2.compress(zeros)
    yield "ratio.zip", 3, "times", Zip().add("m/zeros", b"\0" * (192 << 20), method=8).bytes()


def damaged(data):
    changed = bytearray(data)
    changed[len(changed) // 2] ^= 0xFF
    return bytes(changed)


def sevenzip_cases(make):
    """make(**files) gives a 7z of them, by a tool."""
    good = make({"m/a": b"x" * 50})
    yield "plain.7z", 0, "", good
    yield "data-after-end.7z", 3, "", good + b"hidden"
    yield "truncated.7z", 3, "", good[:-3]
    changed = bytearray(good)
    changed[34] ^= 0xFF
    yield "damaged.7z", 3, "", bytes(changed)


def bombs():
    """Archives of very many entries or headers; what becomes of them depends on limits."""
    entries = tar(many(100000))
    yield "many.tar", 0, "", entries
    yield "many.tar.gz", 0, "", gzip.compress(entries)
    yield "headers.tar.gz", 3, "", gzip.compress(tar(pax(("comment", "x" * 400)) * 100000, entry("m/a")))


def cases():
    yield from tar_cases()
    yield from zip_cases()
    yield from packed_cases()
