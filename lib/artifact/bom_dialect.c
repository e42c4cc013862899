/* SPDX-License-Identifier: Apache-2.0
 *
 * Naming foreign signatures: see bom_dialect.h. JSF 0.82 has base64url without padding in `value`
 * (section 5), which is what tells the others.
 */
#include "artifact/bom_dialect.h"

static bool is_alphanumeric(uint8_t byte)
{
    return (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') ||
           (byte >= '0' && byte <= '9');
}

/* RFC 7515 section 7.1: three parts in base64url with dots between them. */
static bool is_compact_jws(struct signet_span text)
{
    size_t parts = 1;
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        uint8_t byte = text.ptr[i];
        if (byte == '.' && len > 0) {
            parts++;
            len = 0;
        } else if (is_alphanumeric(byte) || byte == '-' || byte == '_') {
            len++;
        } else {
            return false;
        }
    }
    return parts == 3 && len > 0;
}

/* RFC 4648 section 4, with a character that base64url without padding does not have. */
static bool is_standard_base64(struct signet_span text)
{
    bool telling = false;
    for (size_t i = 0; i < text.len; i++) {
        bool other = text.ptr[i] == '+' || text.ptr[i] == '/' || text.ptr[i] == '=';
        if (!other && !is_alphanumeric(text.ptr[i])) {
            return false;
        }
        telling = telling || other;
    }
    return telling;
}

const char *signet_bom_dialect(struct signet_json_value signature)
{
    static const char *const names[] = {"algorithm", "value", NULL};
    struct signet_json_value members[2];
    struct signet_span algorithm;
    struct signet_span value;
    signet_json_members(signature, names, members);
    if (!signet_json_plain_string(members[1], &value)) {
        return NULL;
    }
    if (is_compact_jws(value)) {
        return "a JWS inside (cdxgen until 2025)";
    }
    if (!is_standard_base64(value)) {
        return NULL;
    }
    bool rsa =
        signet_json_plain_string(members[0], &algorithm) && signet_span_begins(algorithm, "RS");
    return rsa ? "RSA in standard base64 (as sbomqs checks)" : "standard base64, not base64url";
}

const char *signet_bom_document_dialect(struct signet_json_value top)
{
    struct signet_json_value metadata = {0};
    struct signet_json_value properties = {0};
    struct signet_json_value property;
    struct signet_json_value name;
    if (!signet_json_member(top, "metadata", &metadata) ||
        !signet_json_member(metadata, "properties", &properties)) {
        return NULL;
    }
    struct signet_json_walk walk = signet_json_walk(properties);
    while (signet_json_next_element(&walk, &property)) {
        if (signet_json_member(property, "name", &name) &&
            signet_json_string_is(name, signet_span_str("BOM Signature"))) {
            return "a metadata property over the generator's own text (AIBoMGen)";
        }
    }
    return NULL;
}
