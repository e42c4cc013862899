# SPDX-License-Identifier: Apache-2.0
"""The manifest that signet-canon has to print of a folder, computed by hashlib.

usage: manifest.py FOLDER ALGORITHM [LEFT-OUT...]
"""
import hashlib
import os
import sys


def main():
    folder, algorithm, left_out = sys.argv[1].encode(), sys.argv[2], sys.argv[3:]
    new = {'blake2b': hashlib.blake2b}.get(algorithm) or (lambda: hashlib.new(algorithm))
    names = []
    for at, _, files in os.walk(folder):
        for name in files:
            name = os.path.relpath(os.path.join(at, name), folder)
            if not any(name == o.encode() or name.startswith(o.encode() + b'/') for o in left_out):
                names.append(name)
    root, bundle = hashlib.sha256(), hashlib.sha256()
    for name in sorted(names):
        digest, sha256 = new(), hashlib.sha256()
        with open(os.path.join(folder, name), 'rb') as file:
            while data := file.read(1 << 20):
                digest.update(data)
                sha256.update(data)
        root.update(digest.digest())
        bundle.update(sha256.hexdigest().encode() + b'  ' + name + b'\0')
        sys.stdout.buffer.write(digest.hexdigest().encode() + b'  ' + name + b'\n')
    print('root  ' + root.hexdigest(), 'bundle  ' + bundle.hexdigest(), sep='\n')


main()
