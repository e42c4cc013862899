# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2154 # tap_dir is of tap.sh
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
# By openssl, as signet-sign signs nothing that nobody would read (DSSE v1.0.2, protocol.md).
sign_document()
{
    document_type=application/vnd.signet.$1+json document_out=$2 document_signatures=
    printf '%s' "$3" >"$2.json"
    shift 3
    {
        printf 'DSSEv1 %d %s %d ' ${#document_type} "$document_type" "$(wc -c <"$document_out.json")"
        cat "$document_out.json"
    } >"$tap_dir/message"
    for document_key in "$@"; do
        openssl pkeyutl -sign -inkey "$document_key.key" -rawin -in "$tap_dir/message" -out "$tap_dir/sig"
        document_signatures="$document_signatures${document_signatures:+,}{\"keyid\":\"$(
            signet-key show "$document_key.pub")\",\"sig\":\"$(base64 -w 0 "$tap_dir/sig")\"}"
    done
    printf '{"payload":"%s","payloadType":"%s","signatures":[%s]}' \
        "$(base64 -w 0 "$document_out.json")" "$document_type" "$document_signatures" \
        >"$document_out"
}
sign_root() { sign_document root "$@"; }
sign_policy() { sign_document policy "$@"; }

# release KEY OUT FILE NAME@VERSION MEMBER...: a DSSE file that signs FILE as that release, by the key
# KEY.key, made without the tools; MEMBERs are further ones of the predicate, such as "usage":"lib".
release()
{
    release_key=$1 release_out=$2 release_file=$3
    release_predicate="{\"purl\":\"pkg:generic/$4\",\"signedAt\":\"2026-11-01T00:00:00Z\""
    shift 4
    for release_member in "$@"; do
        release_predicate="$release_predicate,$release_member"
    done
    printf '{"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"%s","digest":{"sha256":"%s"}}],%s}' \
        "${release_file##*/}" "$(sha256sum "$release_file" | cut -d' ' -f1)" \
        "\"predicateType\":\"https://in-toto.io/attestation/release/v0.1\",\"predicate\":$release_predicate}" \
        >"$tap_dir/payload"
    {
        printf 'DSSEv1 28 application/vnd.in-toto+json %d ' "$(wc -c <"$tap_dir/payload")"
        cat "$tap_dir/payload"
    } >"$tap_dir/pae"
    openssl pkeyutl -sign -rawin -inkey "$release_key.key" -in "$tap_dir/pae" -out "$tap_dir/sig" || return
    printf '{"payloadType":"application/vnd.in-toto+json","payload":"%s","signatures":[{"sig":"%s"}]}' \
        "$(base64 -w 0 <"$tap_dir/payload")" "$(base64 -w 0 <"$tap_dir/sig")" >"$release_out"
}
