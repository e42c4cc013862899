#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# match.formats of a policy: rules for models, told by the whole structure of files. Each model that a
# rule is for has twins that differ in one thing and that it is not for.
# shellcheck source=tests/common/tap.sh
. "${0%/*}/../common/tap.sh"
# shellcheck source=tests/common/trust.sh
. "$SIGNET_SOURCE/tests/common/trust.sh"
plan 35

for name in rt pol a; do
    signet-key generate -q --no-passphrase -o $name >/dev/null
done
times='"issued":"2026-01-01T00:00:00Z","expires":"2199-01-01T00:00:00Z"'
keys="$(key rt),$(key pol),$(key a)"
roles="$(role root 1 rt),$(role policy 1 pol),$(role owner 1 a),$(role nobody 1 pol)"
sign_root root "{\"schema\":\"signet-root/1\",\"version\":1,$times,\"keys\":{$keys},\"roles\":{$roles}}" rt

# policy_of OUT RULES
policy_of()
{
    sign_policy "$1" "{\"schema\":\"signet-policy/1\",\"name\":\"m\",\"version\":1,$times,\"rules\":[$2]}" pol
}
rule()
{
    printf '{"id":"%s","actions":["verify"],"match":%s,"signed_by":[{"role":"%s","threshold":1}]}' "$@"
}
all="$(rule rest '{"kinds":["file","bundle"]}' owner)"
policy_of tensors "$(rule models '{"formats":["safetensors"]}' owner)"
policy_of any "$(rule models '{"formats":["gguf","onnx","safetensors"]}' owner)"
policy_of first "$(rule models '{"formats":["gguf","safetensors"]}' owner),$all"
policy_of denies "$(rule models '{"formats":["gguf","safetensors"]}' nobody),$all"

by() { by_policy=$1; shift; signet-verify --insecure-no-state --policy "$by_policy" --root root "$@"; }

# Each file is written from the specification of its format.
python3 - <<'END'
import os, struct

def safetensors(header, data):
    return struct.pack('<Q', len(header)) + header + data

def put(path, data):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'wb') as f:
        f.write(data)

def text(s):
    return struct.pack('<Q', len(s)) + s

header = b'{"t":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}'
good = safetensors(header, bytes(8))
gguf = b'GGUF' + struct.pack('<IQQ', 3, 1, 1) + text(b'general.name') + struct.pack('<I', 8) + \
    text(b'tiny') + text(b't') + struct.pack('<IQIQ', 1, 2, 0, 0)
gguf += bytes(-len(gguf) % 32) + bytes(8)
onnx = bytes.fromhex('08083a0c2a0a0802100142004a0200004202100a')
put('f/good.safetensors', good)
put('f/named.pt', good)
put('f/longer.safetensors', good + b'\0')
put('f/hole.safetensors', safetensors(header.replace(b'[0,8]', b'[1,9]'), bytes(9)))
put('f/good.gguf', gguf)
put('f/magic.gguf', b'GGUX' + gguf[4:])
put('f/good.onnx', onnx)
put('f/doc.json', b'{"model": true}')
put('one/model.safetensors', good)
put('one/config.json', b'{"a": 1}\n')
put('one/deep/README.md', 'ü\n'.encode())
put('two/a.safetensors', good)
put('two/b.gguf', gguf)
put('pickle/model.safetensors', good)
put('pickle/extra.bin', b'\x80\x04K\x01.')
put('texts/config.json', b'{"a": 1}\n')
# safetensors whose header is texts of an ONNX model, and whose tensor is the rest of that
start, size = b'{"__metadata__":{"a":"', 0x1c12
end = b'"},"t":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}'
body = bytearray(b'x' * size)
for at in range(len(start), size, 128):
    body[at:at + 2] = b'2' + bytes([min(126, size - at - 2)])
body[:len(start)], body[-len(end):] = start, end
both = safetensors(bytes(body), bytes.fromhex('08083a00'))
put('f/both.safetensors', both)
put('twice/model.safetensors', both)
END
for name in f/* one two pickle texts twice; do
    signet-sign -q -k a.key "$name"
done

# fits NAME FILE, unfit NAME FILE: by the policies for safetensors alone, and by that with a rule
# for all behind it that denies models.
fits()
{
    check_exit "$1" 0 'out~key as rule models' by tensors "$2"
    check_exit "$1: that rule decides" 1 'err~rule models asks for 1 key' by denies "$2"
}
unfit()
{
    check_exit "$1" 1 'err~no rule of policy m is for this' by "$3" "$2"
    check_exit "$1: the next rule is for it" 0 'out~key as rule rest' by denies "$2"
}

fits 'a model' f/good.safetensors
fits 'by any name' f/named.pt
fits 'a bundle of a model and texts' one
unfit 'a byte more' f/longer.safetensors any
unfit 'a hole' f/hole.safetensors any
unfit 'another magic' f/magic.gguf any
unfit 'a document' f/doc.json any
unfit 'a bundle of texts' texts any
unfit 'a bundle with something else' pickle any
check_exit 'another format' 1 'err~no rule of policy m is for this' by tensors f/good.gguf
check_exit 'of several' 0 'out~key as rule models' by any f/good.gguf
check_exit 'of several, the last' 0 'out~key as rule models' by any f/good.onnx
check_exit 'of other formats' 0 'out~key as rule rest' by first f/good.onnx
check_exit 'a bundle of two formats' 0 'out~key as rule models' by any two
check_exit 'a bundle of two formats, one not listed' 1 'err~no rule of policy m is for this' by tensors two
check_exit 'what two parsers claim' 1 'err~two formats claim one file' by first f/both.safetensors
check_exit 'a file of a bundle that two parsers claim' 1 'err~two formats claim one file' by first twice

# ---- before it is opened ----

policy_of opens "$(rule models '{"formats":["safetensors"]}' owner | sed 's/"verify"/"open"/')"
to_open() { signet-enforce check --insecure-no-state --policy opens --root root --action open "$1"; }
check_exit 'to open' 0 'out~demands: ok' to_open f/good.safetensors
check_exit 'to open another' 1 'err~no rule of policy m is for this' to_open f/good.gguf

# ---- what is not known ----

signet-sign -q -k a.key --shard-size 16 --force one
check_exit 'shards' 1 'err~without shards' by first one
signet-sign -q -k a.key --force one
tar -cf one.tar one
signet-sign -q -k a.key --contents one.tar
check_exit 'an archive by its contents' 1 'err~which is told of a file or a folder only' by first one.tar
check_exit 'a part' 1 out~REFUSED by first --only config.json one
signet-sign -q -k a.key --hash blake2b --force one
check_exit 'by another digest' 0 'out~key as rule models' by first one
printf x >>f/good.onnx
check_exit 'changed' 1 'err~content differs' by any f/good.onnx
cp f/good.gguf unsigned
check_exit 'unsigned' 4 'out~REFUSED' by any unsigned
printf '%s' "{\"schema\":\"signet-policy/1\",\"name\":\"m\",\"version\":1,$times,\"rules\":[$(
    rule models '{"formats":["gguff"]}' owner)]}" >odd
check_exit 'a format that nobody knows' 3 'err~/rules/0/match/formats/0: expected one of' \
    by odd --insecure-unsigned-policy one
