#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Classifies words with the sample model: classify.py MODEL WORD..."""
import json
import os
import struct
import sys


def read_tensors(path):
    """The tensors of a safetensors file of binary32 numbers, by name: lists of rows."""
    with open(path, "rb") as file:
        data = file.read()
    (length,) = struct.unpack_from("<Q", data)
    tensors = {}
    for name, entry in json.loads(data[8 : 8 + length]).items():
        if name == "__metadata__":
            continue
        begin, end = entry["data_offsets"]
        numbers = struct.unpack_from("<%df" % ((end - begin) // 4), data, 8 + length + begin)
        width = entry["shape"][-1]
        tensors[name] = [numbers[at : at + width] for at in range(0, len(numbers), width)]
    return tensors


def read_json(*path):
    with open(os.path.join(*path), encoding="utf-8") as file:
        return json.load(file)


def classify(model, words):
    tensors = read_tensors(os.path.join(model, "model.safetensors"))
    vocabulary = read_json(model, "tokenizer.json")["model"]["vocab"]
    rows = [tensors["embedding.weight"][vocabulary.get(word.lower(), 0)] for word in words]
    hidden = [sum(column) / len(rows) for column in zip(*rows)]
    scores = [
        sum(weight * value for weight, value in zip(row, hidden)) + bias
        for row, bias in zip(tensors["classifier.weight"], tensors["classifier.bias"][0])
    ]
    return read_json(model, "config.json")["id2label"][str(scores.index(max(scores)))]


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit("usage: classify.py MODEL WORD...")
    print(classify(sys.argv[1], sys.argv[2:]))
