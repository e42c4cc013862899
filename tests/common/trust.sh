# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
#
# Roots and policies for scenarios, after tap.sh: members of their texts, of the key pairs NAME.key
# and NAME.pub in the working folder, and their DSSE files.

# key NAME: its member of the root's keys.
key()
{
    printf '"%s":{"algorithm":"ed25519","public":"%s","owner":"%s","status":"active"}' \
        "$(signet-key show "$1.pub" --as fingerprint)" "$(sed '/-----/d' "$1.pub" | tr -d '\n')" "$1"
}

# role NAME THRESHOLD KEY...: a member of the root's roles.
role()
{
    role_name=$1 role_threshold=$2 role_keys=
    shift 2
    for role_key in "$@"; do
        role_keys="$role_keys${role_keys:+,}\"$(signet-key show "$role_key.pub" --as fingerprint)\""
    done
    printf '"%s":{"keys":[%s],"threshold":%s}' "$role_name" "$role_keys" "$role_threshold"
}

# sign_root OUT TEXT KEY..., sign_policy OUT TEXT KEY...: into a DSSE file, by each of them.
sign_document()
{
    document_kind=$1 document_out=$2
    printf '%s' "$3" >"$2.json"
    shift 3
    signet-sign -q -k "$1.key" --kind "$document_kind" --force -o "$document_out" \
        "$document_out.json" || return
    shift
    for document_key in "$@"; do
        signet-sign -q -k "$document_key.key" --kind "$document_kind" --append --force \
            "$document_out" 2>/dev/null || return
    done
}
sign_root() { sign_document root "$@"; }
sign_policy() { sign_document policy "$@"; }
