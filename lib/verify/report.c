/* SPDX-License-Identifier: Apache-2.0
 *
 * Verifications as JSON ("signet-report/1") and as text. Owns wording and layout; decides nothing.
 * The JSON is ASCII: what is not printable ASCII is escaped, so that a terminal shows it unharmed.
 */
#include <signet/report.h>

#include <stdio.h>

#include "base/clock.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/num.h"
#include "base/utf8.h"
#include "verify/verification.h"

int signet_report_code(const struct signet_report *report)
{
    int code = report->artifact_count > 0 ? SIGNET_OK : SIGNET_E_USAGE;
    for (size_t i = 0; i < report->artifact_count; i++) {
        code = signet_err_worse(code, signet_verification_code(report->artifacts[i]));
    }
    return code;
}

static const char *kind_word(enum signet_artifact_kind kind)
{
    return kind == SIGNET_ARTIFACT_BUNDLE ? "bundle" : "file";
}

/* ---- JSON ---- */

static void put_utf16(struct signet_buf *out, uint32_t unit)
{
    char text[8];
    SIGNET_IGNORE(snprintf(text, sizeof(text), "\\u%04x", (unsigned)unit & 0xFFFF) < 0);
    signet_buf_puts(out, text);
}

/* A JSON string of printable ASCII only; bytes that are not UTF-8 become U+FFFD. */
static void put_string(struct signet_buf *out, const char *text)
{
    struct signet_span rest = signet_span_str(text);
    signet_buf_putc(out, '"');
    while (rest.len > 0) {
        size_t len = signet_utf8_sequence(rest);
        uint32_t c = len > 0 ? signet_utf8_decode(rest.ptr, len) : 0xFFFD;
        if (c == '"' || c == '\\') {
            signet_buf_putc(out, '\\');
            signet_buf_putc(out, (char)c);
        } else if (c >= 0x20 && c < 0x7F) {
            signet_buf_putc(out, (char)c);
        } else if (c > 0xFFFF) {
            put_utf16(out, 0xD800 + ((c - 0x10000) >> 10));
            put_utf16(out, 0xDC00 + ((c - 0x10000) & 0x3FF));
        } else {
            put_utf16(out, c);
        }
        len = len > 0 ? len : 1;
        rest = signet_span_of(rest.ptr + len, rest.len - len);
    }
    signet_buf_putc(out, '"');
}

static void put_member(struct signet_buf *out, const char *name, const char *value)
{
    signet_buf_puts(out, ",\"");
    signet_buf_puts(out, name);
    signet_buf_puts(out, "\":");
    put_string(out, value);
}

static void put_number(struct signet_buf *out, const char *name, uint64_t value)
{
    char digits[SIGNET_NUM_TEXT];
    signet_num_format(value, digits);
    signet_buf_puts(out, ",\"");
    signet_buf_puts(out, name);
    signet_buf_puts(out, "\":");
    signet_buf_puts(out, digits);
}

static void put_bool(struct signet_buf *out, const char *name, bool value)
{
    signet_buf_puts(out, ",\"");
    signet_buf_puts(out, name);
    signet_buf_puts(out, value ? "\":true" : "\":false");
}

static void put_names(struct signet_buf *out, const char *name, const char *const *list)
{
    signet_buf_puts(out, ",\"");
    signet_buf_puts(out, name);
    signet_buf_puts(out, "\":[");
    for (size_t i = 0; list != NULL && list[i] != NULL; i++) {
        if (i > 0) {
            signet_buf_putc(out, ',');
        }
        put_string(out, list[i]);
    }
    signet_buf_putc(out, ']');
}

static const char *result_word(int code)
{
    if (code == SIGNET_OK) {
        return "pass";
    }
    int exit_status = signet_err_exit(code);
    return exit_status == 2 || exit_status == 3 || exit_status == 70 ? "error" : "fail";
}

static const char *covers_word(const struct signet_source *source)
{
    if (source->evidence == NULL) {
        return "";
    }
    switch (source->evidence->claim) {
    case SIGNET_CLAIM_OMS:
        return "bundle";
    case SIGNET_CLAIM_SIGNED:
        return "file";
    case SIGNET_CLAIM_ATTESTATION:
    default:
        return "attestation";
    }
}

/* One signature of a file, or the file itself if it could not be read that far. */
static void put_signature(struct signet_buf *out,
                          const struct signet_verification *verification,
                          const struct signet_source *source,
                          const struct signet_signer *signer)
{
    char fingerprint[SIGNET_FINGERPRINT_TEXT] = "";
    const char *owner = "";
    bool valid = signer != NULL && signer->status == SIGNET_OK;
    if (valid) {
        signet_pubkey_fingerprint(&verification->keys[signer->key].key, fingerprint);
        owner = verification->keys[signer->key].name;
    }
    signet_buf_puts(out, "{\"file\":");
    put_string(out, source->name);
    put_member(out, "format", source->env.format != NULL ? source->env.format->name : "");
    put_member(out, "key", fingerprint);
    put_member(out, "owner", owner);
    put_member(out, "algorithm", !valid ? "" : (signer->prehashed ? "ed25519ph" : "ed25519"));
    put_member(out, "covers", covers_word(source));
    put_bool(out, "valid", valid);
    put_bool(out, "trusted", valid);
    put_bool(out, "content_matches", source->content_matches);
    signet_buf_puts(out, ",\"signed_at\":null");
    if (source->evidence != NULL) {
        put_member(out, "predicateType", source->evidence->statement.predicate_type);
    }
    if (source->env.unchecked_log_entries || source->env.unchecked_timestamps) {
        put_bool(out, "log_entries_not_checked", source->env.unchecked_log_entries);
        put_bool(out, "timestamps_not_checked", source->env.unchecked_timestamps);
    }
    put_bool(out, "free_form_hint", signer != NULL && signer->free_hint);
    put_member(out, "reason", source->err.msg);
    signet_buf_putc(out, '}');
}

static void put_signatures(struct signet_buf *out, const struct signet_verification *verification)
{
    bool first = true;
    signet_buf_puts(out, ",\"signatures\":[");
    for (size_t i = 0; i < verification->source_count; i++) {
        const struct signet_source *source = &verification->sources[i];
        size_t count = source->signers.count > 0 ? source->signers.count : 1;
        for (size_t j = 0; j < count; j++) {
            if (!first) {
                signet_buf_putc(out, ',');
            }
            first = false;
            put_signature(out, verification, source,
                          source->signers.count > 0 ? &source->signers.list[j] : NULL);
        }
    }
    signet_buf_putc(out, ']');
}

static void put_differences(struct signet_buf *out,
                            const struct signet_content *content,
                            enum signet_difference_kind kind,
                            const char *name)
{
    bool first = true;
    signet_buf_puts(out, ",\"");
    signet_buf_puts(out, name);
    signet_buf_puts(out, "\":[");
    for (size_t i = 0; i < content->difference_count; i++) {
        const struct signet_difference *difference = &content->differences[i];
        if (difference->kind != kind) {
            continue;
        }
        if (!first) {
            signet_buf_putc(out, ',');
        }
        first = false;
        if (kind == SIGNET_DIFFERENCE_CHANGED) {
            signet_buf_puts(out, "{\"name\":");
            put_string(out, difference->name);
            put_member(out, "expected", difference->expected);
            put_member(out, "found", difference->found);
            signet_buf_putc(out, '}');
        } else {
            put_string(out, difference->name);
        }
    }
    signet_buf_putc(out, ']');
}

static void put_uncovered(struct signet_buf *out, const struct signet_manifest *manifest)
{
    signet_buf_puts(out, ",\"uncovered\":[");
    for (size_t i = 0; i < manifest->uncovered_count; i++) {
        if (i > 0) {
            signet_buf_putc(out, ',');
        }
        put_string(out, manifest->uncovered[i]);
    }
    signet_buf_putc(out, ']');
}

static void put_measured(struct signet_buf *out, const struct signet_verification *verification)
{
    char hex[SIGNET_DIGEST_HEX];
    const struct signet_manifest *manifest = verification->manifest;
    bool bundle = verification->kind == SIGNET_ARTIFACT_BUNDLE;
    put_number(out, "size", manifest->bytes);
    signet_buf_puts(out, ",\"identity\":{");
    signet_buf_puts(out, bundle ? "\"bundle\":\"sha256:" : "\"file\":\"sha256:");
    signet_buf_puts(out, signet_digest_hex(&manifest->identity, hex));
    signet_buf_puts(out, "\"}");
    if (bundle) {
        char text[SIGNET_DIGEST_HEX + 8];
        SIGNET_IGNORE(
            snprintf(text, sizeof(text), "sha256:%s", signet_digest_hex(&manifest->root, hex)) < 0);
        put_member(out, "root", text);
    }
}

static void put_artifact(struct signet_buf *out, const struct signet_verification *verification)
{
    int code = signet_verification_code(verification);
    signet_buf_puts(out, "{\"path\":");
    put_string(out, verification->path);
    put_member(out, "result", result_word(code));
    if (verification->kind != 0) {
        put_member(out, "kind", kind_word(verification->kind));
        put_member(out, "name", verification->artifact_name);
    }
    if (verification->manifest != NULL) {
        put_measured(out, verification);
    }
    put_signatures(out, verification);
    if (verification->decided != NULL) {
        put_member(out, "predicateType", verification->decided->evidence->statement.predicate_type);
        put_number(out, "signed_by", verification->verified->signed_by);
    }
    if (verification->threshold > 0) {
        put_number(out, "threshold", verification->threshold);
    }
    signet_buf_puts(out, ",\"release\":null");
    if (verification->manifest != NULL) {
        const struct signet_content *content = &verification->content;
        char digits[SIGNET_NUM_TEXT];
        signet_num_format(content->matched, digits);
        signet_buf_puts(out, ",\"entries\":{\"matched\":");
        signet_buf_puts(out, digits);
        put_differences(out, content, SIGNET_DIFFERENCE_CHANGED, "changed");
        put_differences(out, content, SIGNET_DIFFERENCE_MISSING, "missing");
        put_differences(out, content, SIGNET_DIFFERENCE_UNSIGNED, "unsigned");
        put_differences(out, content, SIGNET_DIFFERENCE_IGNORED, "ignored");
        put_uncovered(out, verification->manifest);
        signet_buf_puts(out, ",\"not_checked\":0}");
    }
    signet_buf_putc(out, '}');
}

static void put_errors(struct signet_buf *out, const struct signet_report *report)
{
    bool first = true;
    signet_buf_puts(out, ",\"errors\":[");
    for (size_t i = 0; i < report->artifact_count; i++) {
        const struct signet_verification *verification = report->artifacts[i];
        int code = signet_verification_code(verification);
        if (code == SIGNET_OK) {
            continue;
        }
        signet_buf_puts(out, first ? "{\"code\":" : ",{\"code\":");
        first = false;
        put_string(out, signet_err_name(code));
        put_member(out, "path", verification->path);
        put_member(out, "message", verification->err.msg);
        if (verification->err.offset != SIGNET_NO_OFFSET) {
            put_number(out, "offset", verification->err.offset);
        } else {
            signet_buf_puts(out, ",\"offset\":null");
        }
        put_member(out, "hint", signet_err_meaning(code));
        signet_buf_putc(out, '}');
    }
    signet_buf_putc(out, ']');
}

int signet_report_json(const struct signet_report *report, struct signet_buf *out)
{
    char when[SIGNET_CLOCK_TEXT];
    int code = signet_report_code(report);
    signet_buf_puts(out, "{\"schema\":\"signet-report/1\"");
    put_member(out, "tool", report->tool);
    put_member(out, "version", signet_version());
    put_member(out, "result", result_word(code));
    put_bool(out, "partial", false);
    put_member(out, "decision", code == SIGNET_OK ? "verified" : signet_err_name(code));
    put_member(out, "rule", "keys given on the command line");
    put_member(out, "now", signet_clock_format(report->now, when));
    put_names(out, "environment", report->environment);
    put_names(out, "insecure", report->insecure);
    signet_buf_puts(out, ",\"artifacts\":[");
    for (size_t i = 0; i < report->artifact_count; i++) {
        if (i > 0) {
            signet_buf_putc(out, ',');
        }
        put_artifact(out, report->artifacts[i]);
    }
    signet_buf_putc(out, ']');
    put_errors(out, report);
    return signet_buf_puts(out, "}\n");
}

/* ---- text ---- */

static void text_escaped(struct signet_buf *out, const char *text)
{
    signet_utf8_escape(out, signet_span_str(text));
}

static void text_number(struct signet_buf *out, uint64_t value, const char *after)
{
    char digits[SIGNET_NUM_TEXT];
    signet_num_format(value, digits);
    signet_buf_puts(out, digits);
    signet_buf_puts(out, after);
}

static void text_what(struct signet_buf *out, const struct signet_verification *verification)
{
    const struct signet_manifest *manifest = verification->manifest;
    if (manifest == NULL) {
        return;
    }
    signet_buf_puts(out, kind_word(verification->kind));
    if (verification->kind == SIGNET_ARTIFACT_BUNDLE) {
        signet_buf_puts(out, " of ");
        text_number(out, manifest->count, manifest->count == 1 ? " file" : " files");
    }
    signet_buf_puts(out, ", ");
    text_number(out, manifest->bytes, " bytes");
}

static void text_signers(struct signet_buf *out,
                         const struct signet_verification *verification,
                         const struct signet_source *source)
{
    for (size_t i = 0; i < source->signers.count; i++) {
        const struct signet_signer *signer = &source->signers.list[i];
        char fingerprint[SIGNET_FINGERPRINT_TEXT];
        signet_buf_puts(out, "  ");
        text_escaped(out, source->name);
        if (signer->status != SIGNET_OK) {
            signet_buf_puts(out, ": not valid: ");
            text_escaped(out, source->err.code != SIGNET_OK ? source->err.msg
                                                            : signet_err_meaning(signer->status));
            signet_buf_putc(out, '\n');
            continue;
        }
        const struct signet_trusted_key *key = &verification->keys[signer->key];
        signet_buf_puts(out, signer->prehashed ? ": valid Ed25519ph signature by "
                                               : ": valid Ed25519 signature by ");
        signet_buf_puts(out, signet_pubkey_fingerprint(&key->key, fingerprint));
        if (key->name[0] != '\0') {
            signet_buf_puts(out, " (");
            text_escaped(out, key->name);
            signet_buf_putc(out, ')');
        }
        signet_buf_puts(out, ", covers ");
        signet_buf_puts(out, covers_word(source));
        signet_buf_putc(out, '\n');
    }
}

static void text_sources(struct signet_buf *out, const struct signet_verification *verification)
{
    for (size_t i = 0; i < verification->source_count; i++) {
        const struct signet_source *source = &verification->sources[i];
        if (source->signers.count == 0) {
            signet_buf_puts(out, "  ");
            text_escaped(out, source->name);
            signet_buf_puts(out, ": not counted: ");
            text_escaped(out, source->err.msg);
            signet_buf_putc(out, '\n');
        }
        text_signers(out, verification, source);
        if (source->env.unchecked_log_entries || source->env.unchecked_timestamps) {
            signet_buf_puts(out, "    its log entries and timestamps were not checked\n");
        }
    }
}

static void text_differences(struct signet_buf *out, const struct signet_content *content)
{
    static const char *const words[] = {"", "changed", "missing", "unsigned", "left out"};
    for (size_t i = 0; i < content->difference_count; i++) {
        const struct signet_difference *difference = &content->differences[i];
        signet_buf_puts(out, "  ");
        signet_buf_puts(out, words[difference->kind]);
        signet_buf_puts(out, ": ");
        text_escaped(out, difference->name);
        signet_buf_putc(out, '\n');
        if (difference->kind == SIGNET_DIFFERENCE_CHANGED) {
            signet_buf_puts(out, "    signed ");
            signet_buf_puts(out, difference->expected);
            signet_buf_puts(out, "\n    found  ");
            signet_buf_puts(out, difference->found);
            signet_buf_putc(out, '\n');
        }
    }
}

static void text_notes(struct signet_buf *out, const struct signet_verification *verification)
{
    const struct signet_manifest *manifest = verification->manifest;
    for (size_t i = 0; manifest != NULL && i < manifest->uncovered_count; i++) {
        signet_buf_puts(out, "  note: no signed file below the folder ");
        text_escaped(out, manifest->uncovered[i]);
        signet_buf_putc(out, '\n');
    }
    if (manifest != NULL && manifest->twins[0] != NULL) {
        signet_buf_puts(out, "  note: names that differ in case only: ");
        text_escaped(out, manifest->twins[0]);
        signet_buf_puts(out, " and ");
        text_escaped(out, manifest->twins[1]);
        signet_buf_putc(out, '\n');
    }
}

int signet_report_text(const struct signet_verification *verification,
                       bool verbose,
                       struct signet_buf *out)
{
    bool passed = signet_verification_code(verification) == SIGNET_OK;
    text_escaped(out, verification->path);
    if (passed) {
        char fingerprint[SIGNET_FINGERPRINT_TEXT];
        const struct signet_signer *signer = &verification->decided->signers.list[0];
        for (size_t i = 0; i < verification->decided->signers.count; i++) {
            if (verification->decided->signers.list[i].status == SIGNET_OK) {
                signer = &verification->decided->signers.list[i];
                break;
            }
        }
        signet_buf_puts(out, ": verified: ");
        text_what(out, verification);
        signet_buf_puts(out, ", signed by ");
        if (verification->verified->signed_by > 1) {
            text_number(out, verification->verified->signed_by, " keys, among them ");
        }
        signet_buf_puts(
            out, signet_pubkey_fingerprint(&verification->keys[signer->key].key, fingerprint));
    } else {
        signet_buf_puts(out, ": REFUSED: ");
        text_escaped(out, verification->err.msg);
    }
    signet_buf_putc(out, '\n');
    if (verbose || !passed) {
        text_sources(out, verification);
        text_differences(out, &verification->content);
        text_notes(out, verification);
    }
    return out->status;
}
