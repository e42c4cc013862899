# SPDX-License-Identifier: Apache-2.0
"""What the programs of the benchmarks read: the same bytes on every machine, made in seconds.

Owns contents and shapes of files and folders; knows no program that is measured. Noise is AES-CTR of
zeros, so that nothing compresses it; weights are noise with the high bytes of bfloat16 numbers.
"""

import concurrent.futures
import os
import pathlib
import shutil
import statistics
import struct
import subprocess

import bom
from programs import DATA, Failure, data, installed, output_of

GIB = 1 << 30
BIG_FILES = 4
WEIGHTS_FILES = 4
WEIGHTS_BYTES = 100 << 20
KEY = "00112233445566778899aabbccddeeff"


def cipher(size, number, out):
    """Noise of SIZE bytes to OUT, another for each NUMBER; returns it if OUT is a pipe."""
    words = ["openssl", "enc", "-aes-128-ctr", "-K", KEY, "-iv", "%032x" % (number << 64)]
    with subprocess.Popen(["head", "-c", str(size), "/dev/zero"], stdout=subprocess.PIPE) as zeros:
        done = subprocess.run(words, stdin=zeros.stdout, stdout=out, check=False)
    if zeros.returncode != 0 or done.returncode != 0:
        raise Failure("openssl enc: %d bytes of noise cannot be made" % size)
    return done.stdout


def noise(path, size, number=0):
    """A file of SIZE bytes that do not compress."""
    with open(path, "wb") as out:
        cipher(size, number, out)


def big_files():
    """A folder of files of 1 GiB, made once for the jobs that share it; returns it and the files."""
    folder = data("big")
    paths = [os.path.join(folder, "part-%d.bin" % number) for number in range(BIG_FILES)]
    if not os.path.isdir(folder):
        os.makedirs(folder)
        for number, path in enumerate(paths):
            noise(path, GIB, number)
    return folder, paths


def put(inside, name, content):
    """A new file in the folder of a descriptor."""
    entry = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644, dir_fd=inside)
    os.write(entry, content)
    os.close(entry)


def small_files(folder, folders, files, sizes, contents=None):
    """FOLDERS folders of FILES files each, of SIZES[0] to SIZES[1] bytes; the name of an entry has 28
    bytes. With CONTENTS only so many files are made, and all further names are hard links to them: a
    million files take many minutes to make and to remove. Returns the bytes of all names."""
    least, most = sizes
    source = cipher(most + (1 << 20), 0, subprocess.PIPE)
    names = []
    for group in range(folders):
        os.makedirs(os.path.join(folder, "folder-%04d" % group))
        inside = os.open(os.path.join(folder, "folder-%04d" % group), os.O_RDONLY | os.O_DIRECTORY)
        for number in range(group * files, (group + 1) * files):
            name = "entry-%07d.js" % number
            if contents and number >= contents:
                os.link(os.path.join(folder, names[number % contents]), name, dst_dir_fd=inside)
            else:
                start, size = number * 8191 % (1 << 20), least + number * 7919 % (most - least + 1)
                put(inside, name, source[start : start + size])
            names.append("folder-%04d/%s" % (group, name))
        os.close(inside)
    return sum(len(name) for name in names)


def high_bytes():
    """For each of 256 random bytes the high byte of a bfloat16 number, so that many such numbers are
    spread as trained weights are: normally, with a deviation of 0.02."""
    normal = statistics.NormalDist(0, 0.02)
    return bytes(struct.pack(">f", normal.inv_cdf((i + 0.5) / 256))[0] for i in range(256))


def weights():
    """A folder like a model: four files of weights, and JSON. Returns it and how many bytes it holds."""
    folder, table = data("weights"), high_bytes()
    os.makedirs(folder)
    for number in range(WEIGHTS_FILES):
        numbers = bytearray(cipher(WEIGHTS_BYTES, number, subprocess.PIPE))
        numbers[1::2] = numbers[1::2].translate(table)
        with open(os.path.join(folder, "weights-%d.bin" % number), "wb") as out:
            out.write(numbers)
    for name, components in (("config.json", 10), ("index.json", 1000), ("vocabulary.json", 20000)):
        bom.write(os.path.join(folder, name), components)
    return folder, sum(entry.stat().st_size for entry in os.scandir(folder))


def archive(folder, name, packer, words):
    """The files of FOLDER, in order of their names, put by WORDS into an archive; returns its path.
    Nothing is made where the packer is not installed."""
    path = data(name)
    if installed(packer):
        output_of("sh", "-c", 'cd "$0" && exec "$@" *', folder, *words, path)
    return path


def remove(path):
    pathlib.Path(path).unlink(missing_ok=True)


def clear():
    """Removes all data, many folders at once, as some disks make each removed file wait for them."""
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        for folder in pathlib.Path(DATA).glob("*/*/"):
            pool.submit(shutil.rmtree, folder, ignore_errors=True)
    shutil.rmtree(DATA)
