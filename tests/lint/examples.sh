#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The sample model is what its AIBOM says, byte for byte, and its weights are sound safetensors.
# shellcheck source=tests/common/lint.sh
. "${0%/*}/../common/lint.sh"
plan 8

model=$SIGNET_SOURCE/examples/model

check_exit 'the model is made' 0 out= sh "$model/make.sh" sentiment-tiny
check_exit 'and never over another' 1 'err~sentiment-tiny' sh "$model/make.sh" sentiment-tiny
is 'its four files have the digests of the AIBOM' \
    "$(cd sentiment-tiny && sha256sum ./* | sed 's,\./,,' | sort)" \
    "$(jq -r '.components[] | select(.type == "file") | "\(.hashes[0].content)  \(.name)"' \
        "$model/aibom.cdx.json" | sort)"
for file in config.json tokenizer.json; do
    is "$file is JSON" "$(jq -r type "sentiment-tiny/$file" 2>&1)" object
done

# The rules of the safetensors format: https://github.com/huggingface/safetensors#format
weights=sentiment-tiny/model.safetensors
length=$(od -A n -t u8 -N 8 --endian=little "$weights" | tr -d ' ')
dd if="$weights" of=header.json bs=1 skip=8 count="$length" 2>dd.log
is 'the tensors follow one another to the end of the file' \
    "$(jq -r 'del(.__metadata__) | map(.data_offsets) | sort | flatten | [0] + . + [.[-1]] |
        [range(0; length; 2) as $i | .[$i] == .[$i + 1]] | all' header.json) $(jq -r \
        'del(.__metadata__) | map(.data_offsets[1]) | max' header.json)" \
    "true $(($(stat -c %s "$weights") - 8 - length))"
is 'each is as long as its shape says' \
    "$(jq -r 'del(.__metadata__) | map(.data_offsets[1] - .data_offsets[0] ==
        4 * (.shape | reduce .[] as $n (1; . * $n))) | all' header.json)" true
is 'and the SBOM names the same model' \
    "$(jq -r '.components[] | select(.type == "machine-learning-model").purl' "$model/sbom.cdx.json")" \
    "$(jq -r .metadata.component.purl "$model/aibom.cdx.json")"
