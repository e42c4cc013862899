#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Makes the sample model bundle: a folder, sentiment-tiny or the one named, with weights in
# safetensors form, configuration, tokenizer and model card. The same bytes on every machine;
# aibom.cdx.json beside this script lists their digests.
set -eu
umask 022
folder=${1:-sentiment-tiny}
mkdir "$folder"
cd "$folder"

# floats NUMBER...: as little-endian binary32 (IEEE 754).
floats()
{
    for number in "$@"; do
        case $number in
        0) printf '\000\000\000\000' ;;
        0.5) printf '\000\000\000\077' ;;
        1) printf '\000\000\200\077' ;;
        2) printf '\000\000\000\100' ;;
        -0.5) printf '\000\000\000\277' ;;
        -1) printf '\000\000\200\277' ;;
        -2) printf '\000\000\000\300' ;;
        esac
    done
}

# A safetensors file: length of the header (8 bytes, little-endian), header padded with spaces to a
# multiple of 8, tensors without gaps.
safetensors()
{
    header=$1
    while [ $((${#header} % 8)) -ne 0 ]; do
        header="$header "
    done
    length=${#header}
    # shellcheck disable=SC2059 # the format is the octal digits
    printf "\\$(printf '%03o' $((length % 256)))\\$(printf '%03o' $((length / 256)))"
    printf '\000\000\000\000\000\000%s' "$header"
    floats 0 0 2 -2 1 -1 -1 1 -2 2 0.5 0.5 # embedding.weight
    floats 1 -1 -1 1                       # classifier.weight
    floats -0.5 0.5                        # classifier.bias
}

safetensors '{"__metadata__":{"format":"pt"},"embedding.weight":{"dtype":"F32","shape":[6,2],"data_offsets":[0,48]},"classifier.weight":{"dtype":"F32","shape":[2,2],"data_offsets":[48,64]},"classifier.bias":{"dtype":"F32","shape":[2],"data_offsets":[64,72]}}' >model.safetensors

cat >config.json <<'JSON'
{
  "architectures": ["BagOfWordsClassifier"],
  "hidden_size": 2,
  "id2label": { "0": "NEGATIVE", "1": "POSITIVE" },
  "model_type": "sentiment-tiny",
  "torch_dtype": "float32",
  "vocab_size": 6
}
JSON

cat >tokenizer.json <<'JSON'
{
  "version": "1.0",
  "truncation": null,
  "padding": null,
  "added_tokens": [],
  "normalizer": { "type": "Lowercase" },
  "pre_tokenizer": { "type": "Whitespace" },
  "post_processor": null,
  "decoder": null,
  "model": {
    "type": "WordLevel",
    "vocab": { "[UNK]": 0, "awful": 1, "bad": 2, "good": 3, "great": 4, "film": 5 },
    "unk_token": "[UNK]"
  }
}
JSON

cat >README.md <<'TEXT'
---
license: apache-2.0
library_name: safetensors
pipeline_tag: text-classification
---
# sentiment-tiny

A bag-of-words classifier with eighteen weights, small enough to read and large enough to sign.
TEXT
