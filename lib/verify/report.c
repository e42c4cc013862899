/* SPDX-License-Identifier: Apache-2.0
 *
 * Verifications as members of the JSON object "signet-report/1". Owns their names and order;
 * decides nothing.
 */
#include <signet/report.h>

#include <stdio.h>

#include "base/clock.h"
#include "base/compiler.h"
#include "trust/trust.h"
#include "verify/count.h"
#include "verify/report_words.h"
#include "verify/verification.h"

int signet_report_code(const struct signet_report *report)
{
    int code = report->artifact_count > 0 ? SIGNET_OK : SIGNET_E_USAGE;
    for (size_t i = 0; i < report->artifact_count; i++) {
        code = signet_err_worse(code, signet_verification_code(report->artifacts[i]));
    }
    return code;
}

const struct signet_err *signet_report_error(const struct signet_verification *verification)
{
    return &verification->err;
}

/* Digests that never count, weak ones and those of unknown algorithms, over all subjects. */
static size_t unknown_digests(const struct signet_source *source)
{
    size_t count = 0;
    for (size_t i = 0; source->evidence != NULL && i < source->evidence->statement.subject_count;
         i++) {
        count += source->evidence->statement.subjects[i].digests.other_count;
    }
    return count;
}

/* A text as a document says it, escapes of JSON resolved. */
static void put_said(struct signet_jsonout *json, const char *name, struct signet_json_value value)
{
    struct signet_buf text;
    signet_buf_init(&text, value.text.len);
    int rc =
        value.kind == SIGNET_JSON_STRING ? signet_json_string(value, &text) : SIGNET_E_MALFORMED;
    if (rc == SIGNET_OK) {
        signet_jsonout_bytes(json, name, signet_buf_span(&text));
    } else {
        signet_jsonout_null(json, name);
    }
    signet_buf_free(&text);
}

/* What a signature inside a document says or is, beyond what all have. */
static void put_particulars(struct signet_jsonout *json,
                            const struct signet_signer *signer,
                            const struct signet_signature *signature)
{
    signet_jsonout_text(json, "reading", signet_report_reading(signer != NULL && signer->hex));
    signet_jsonout_bool(json, "counter_signature", signature != NULL && signature->counter);
    signet_jsonout_bool(json, "says_revoked", signature != NULL && signature->revoked);
    signet_jsonout_text(json, "says_valid_from", signature != NULL ? signature->valid_from : NULL);
    signet_jsonout_text(json, "says_valid_until",
                        signature != NULL ? signature->valid_until : NULL);
}

/* The members of the document that a signature leaves out. */
static void put_excluded(struct signet_jsonout *json, const struct signet_source *source)
{
    const struct signet_json_value *names = NULL;
    size_t count = signet_source_excluded(source, &names);
    signet_jsonout_open_array(json, "excluded");
    for (size_t i = 0; i < count; i++) {
        put_said(json, NULL, names[i]);
    }
    signet_jsonout_close_array(json);
}

static void put_time(struct signet_jsonout *json, const struct signet_signer *signer)
{
    char text[SIGNET_CLOCK_TEXT];
    bool known = signer != NULL && signer->signed_at != SIGNET_TIME_UNKNOWN;
    signet_jsonout_text(json, "signed_at",
                        known ? signet_clock_format(signer->signed_at, text) : NULL);
}

static const char *reason(const struct signet_source *source,
                          const struct signet_signer *signer,
                          const struct signet_signature *signature)
{
    const char *discounted = signer != NULL ? signet_report_discounted(signature, signer) : NULL;
    return discounted != NULL ? discounted : source->err.code != SIGNET_OK ? source->err.msg : NULL;
}

/* The entry of a list by which that vouches for the artifact. */
static void put_entry_used(struct signet_jsonout *json, const struct signet_source *source)
{
    if (source->entry != NULL) {
        signet_jsonout_bytes(json, "entry", signet_oms_use_name(source->entry));
    } else {
        signet_jsonout_null(json, "entry");
    }
}

/* A signature of a file, by index, or the file itself if it could not be read that far. */
static void put_signature(struct signet_jsonout *json,
                          const struct signet_verification *verification,
                          const struct signet_source *source,
                          size_t index)
{
    char fingerprint[SIGNET_FINGERPRINT_TEXT];
    const struct signet_signer *signer =
        index < source->signers.count ? &source->signers.list[index] : NULL;
    const struct signet_signature *signature =
        signer != NULL ? &source->env.signatures[index] : NULL;
    bool valid = signer != NULL && signer->key != SIGNET_NO_KEY;
    const struct signet_trusted_key *key = valid ? &verification->keys[signer->key] : NULL;

    signet_jsonout_open_object(json, NULL);
    signet_jsonout_text(json, "file", source->name);
    signet_jsonout_text(json, "format",
                        source->env.format != NULL ? source->env.format->name : NULL);
    signet_jsonout_text(json, "key",
                        valid ? signet_pubkey_fingerprint(&key->key, fingerprint) : NULL);
    signet_jsonout_text(json, "owner", valid ? key->name : NULL);
    signet_jsonout_text(json, "algorithm",
                        valid ? signet_report_algorithm(source, signer, &key->key) : NULL);
    signet_jsonout_text(json, "covers", signet_report_covers(source));
    signet_jsonout_bool(json, "valid", valid);
    signet_jsonout_bool(json, "trusted", valid && signer->status == SIGNET_OK);
    signet_jsonout_bool(json, "content_matches",
                        source->content_matches || source->about == SIGNET_ABOUT_THIS);
    put_time(json, signer);
    signet_jsonout_text(json, "predicateType",
                        source->evidence != NULL ? source->evidence->statement.predicate_type
                                                 : NULL);
    put_entry_used(json, source);
    signet_jsonout_number(json, "unknown_members_ignored",
                          source->evidence != NULL ? source->evidence->oms.unknown_members : 0);
    signet_jsonout_number(json, "unknown_digests_ignored", unknown_digests(source));
    signet_jsonout_bool(json, "log_entries_not_checked", source->env.unchecked_log_entries);
    signet_jsonout_bool(json, "timestamps_not_checked", source->env.unchecked_timestamps);
    signet_jsonout_bool(json, "free_form_hint", signer != NULL && signer->free_hint);
    put_particulars(json, signer, signature);
    put_excluded(json, source);
    signet_jsonout_text(json, "reason", reason(source, signer, signature));
    signet_jsonout_close_object(json);
}

/* A signature inside a document besides those asked for, or an object that could not be read. */
static void put_inner(struct signet_jsonout *json,
                      const struct signet_verification *verification,
                      const struct signet_inner *inner,
                      const struct signet_inner_signature *signature)
{
    bool trusted = signature != NULL && signature->trusted != SIGNET_NO_KEY;
    bool named = signature != NULL && signature->key[0] != '\0';
    signet_jsonout_open_object(json, NULL);
    signet_jsonout_text(json, "file", verification->path);
    signet_jsonout_text(json, "format", verification->embedded.format->name);
    signet_jsonout_text(json, "key", named ? signature->key : NULL);
    signet_jsonout_text(json, "owner",
                        trusted ? verification->keys[signature->trusted].name : NULL);
    signet_jsonout_text(json, "algorithm", signature != NULL ? signature->algorithm : NULL);
    signet_jsonout_text(json, "covers", inner->pointer);
    signet_jsonout_bool(json, "valid", signature != NULL && signature->intact);
    signet_jsonout_bool(json, "trusted", trusted && !signature->counter && !signature->revoked);
    signet_jsonout_null(json, "signed_at");
    signet_jsonout_text(json, "reading", signet_report_reading(trusted && signature->hex));
    signet_jsonout_bool(json, "counter_signature", signature != NULL && signature->counter);
    signet_jsonout_bool(json, "says_revoked", signature != NULL && signature->revoked);
    signet_jsonout_text(json, "reason",
                        signature == NULL    ? inner->unreadable
                        : signature->broken  ? "the signature does not verify"
                        : !signature->intact ? "its key was not given"
                                             : NULL);
    signet_jsonout_close_object(json);
}

static void put_all_inner(struct signet_jsonout *json,
                          const struct signet_verification *verification)
{
    const struct signet_embedded *embedded = &verification->embedded;
    for (size_t i = 0; i < embedded->inner_count; i++) {
        const struct signet_inner *inner = &embedded->inner[i];
        if (inner->count == 0) {
            put_inner(json, verification, inner, NULL);
        }
        for (size_t j = 0; j < inner->count; j++) {
            put_inner(json, verification, inner, &inner->list[j]);
        }
    }
}

static void put_signatures(struct signet_jsonout *json,
                           const struct signet_verification *verification)
{
    signet_jsonout_open_array(json, "signatures");
    for (size_t i = 0; i < verification->source_count; i++) {
        const struct signet_source *source = &verification->sources[i];
        if (source->signers.count == 0) {
            put_signature(json, verification, source, 0);
        }
        for (size_t j = 0; j < source->signers.count; j++) {
            put_signature(json, verification, source, j);
        }
    }
    put_all_inner(json, verification);
    signet_jsonout_close_array(json);
}

static void put_differences(struct signet_jsonout *json,
                            const struct signet_content *content,
                            enum signet_difference_kind kind,
                            const char *name)
{
    signet_jsonout_open_array(json, name);
    for (size_t i = 0; i < content->difference_count; i++) {
        const struct signet_difference *difference = &content->differences[i];
        if (difference->kind != kind) {
            continue;
        }
        if (kind != SIGNET_DIFFERENCE_CHANGED) {
            signet_jsonout_text(json, NULL, difference->name);
            continue;
        }
        signet_jsonout_open_object(json, NULL);
        signet_jsonout_text(json, "name", difference->name);
        signet_jsonout_text(json, "expected", difference->expected);
        signet_jsonout_text(json, "found", difference->found);
        signet_jsonout_close_object(json);
    }
    signet_jsonout_close_array(json);
}

static void put_entries(struct signet_jsonout *json, const struct signet_verification *verification)
{
    const struct signet_content *content = &verification->content;
    const struct signet_manifest *manifest = verification->manifest;
    signet_jsonout_open_object(json, "entries");
    signet_jsonout_number(json, "matched", content->matched);
    put_differences(json, content, SIGNET_DIFFERENCE_CHANGED, "changed");
    put_differences(json, content, SIGNET_DIFFERENCE_MISSING, "missing");
    put_differences(json, content, SIGNET_DIFFERENCE_UNSIGNED, "unsigned");
    put_differences(json, content, SIGNET_DIFFERENCE_IGNORED, "ignored");
    signet_jsonout_open_array(json, "uncovered");
    for (size_t i = 0; i < manifest->uncovered_count; i++) {
        signet_jsonout_text(json, NULL, manifest->uncovered[i]);
    }
    signet_jsonout_close_array(json);
    signet_jsonout_number(json, "not_checked", content->not_checked);
    signet_jsonout_number(json, "from_parts", manifest->from_parts);
    signet_jsonout_close_object(json);
}

static void
put_digest(struct signet_jsonout *json, const char *name, const struct signet_digest *digest)
{
    char hex[SIGNET_DIGEST_HEX];
    char text[SIGNET_DIGEST_HEX + 16];
    SIGNET_IGNORE(snprintf(text, sizeof(text), "%s:%s", signet_digest_name(digest->alg),
                           signet_digest_hex(digest, hex)) < 0); /* always fits */
    signet_jsonout_text(json, name, text);
}

static void put_measured(struct signet_jsonout *json,
                         const struct signet_verification *verification)
{
    const struct signet_manifest *manifest = verification->manifest;
    const struct signet_verified *verified = verification->verified;
    bool bundle = manifest->kind == SIGNET_ARTIFACT_BUNDLE;
    signet_jsonout_number(json, "size", manifest->bytes);
    if (verification->partial) {
        signet_jsonout_null(json, "identity");
        return;
    }
    if (manifest->identity.len == 0) { /* of shards */
        signet_jsonout_null(json, "identity");
    } else {
        signet_jsonout_open_object(json, "identity");
        put_digest(json, bundle ? "bundle" : "file",
                   verified != NULL ? &verified->identity : &manifest->identity);
        signet_jsonout_close_object(json);
    }
    if (bundle) {
        put_digest(json, "root", &manifest->root);
    }
}

/* The offset of the integer for which other documents have the same canonical form. */
static void put_inexact(struct signet_jsonout *json, const struct signet_verification *verification)
{
    uint64_t inexact = signet_report_inexact(verification);
    if (inexact == SIGNET_NO_OFFSET) {
        signet_jsonout_null(json, "inexact_integer");
    } else {
        signet_jsonout_number(json, "inexact_integer", inexact);
    }
}

static void put_document(struct signet_jsonout *json,
                         const struct signet_verification *verification)
{
    const struct signet_bom *bom = &verification->embedded.bom;
    signet_jsonout_open_object(json, "document");
    signet_jsonout_text(json, "type", bom->kind == SIGNET_BOM_CYCLONEDX ? "CycloneDX" : "SPDX");
    put_said(json, "version", bom->version_text);
    put_said(json, "serial", bom->serial);
    signet_jsonout_number(json, "components", bom->components);
    put_inexact(json, verification);
    signet_jsonout_close_object(json);
}

/* The form of the file that was verified, if its bytes were not. */
static void put_canonical(struct signet_jsonout *json,
                          const struct signet_verification *verification)
{
    signet_jsonout_open_object(json, "canonical");
    signet_jsonout_text(json, "form", SIGNET_FORM_CANONICAL);
    put_digest(json, "digest", &verification->manifest->canonical);
    put_inexact(json, verification);
    signet_jsonout_close_object(json);
}

/* The BOM that lists the files, as far as that was read. */
static void put_bound(struct signet_jsonout *json, const struct signet_verification *verification)
{
    const struct signet_bom_files *files = &verification->files;
    signet_jsonout_open_object(json, "bound_by");
    signet_jsonout_text(json, "path", verification->bom->path);
    signet_jsonout_text(json, "subject", files->subject);
    signet_jsonout_number(json, "files", files->count);
    signet_jsonout_bool(json, "complete", files->complete);
    signet_jsonout_close_object(json);
}

/* As which release the artifact passed: that of the statement that decided, or of another one that
 * enough of the given keys signed. */
static const struct signet_facts *find_release(const struct signet_verification *verification)
{
    if (verification->verified == NULL || verification->decided == NULL ||
        verification->bom != NULL) {
        return NULL;
    }
    const struct signet_facts *decided = &verification->decided->evidence->facts;
    if (decided->release_name != NULL || verification->trust != NULL) {
        return decided->release_name != NULL ? decided : NULL;
    }
    for (size_t i = 0; i < verification->source_count; i++) {
        const struct signet_source *source = &verification->sources[i];
        if (source->content_matches && source->evidence->facts.release_name != NULL &&
            signet_count_keys(verification, source->alike) >= verification->threshold) {
            return &source->evidence->facts;
        }
    }
    return NULL;
}

static void put_release(struct signet_jsonout *json, const struct signet_verification *verification)
{
    const struct signet_facts *release = find_release(verification);
    signet_jsonout_text(json, "name", release != NULL ? release->release_name : NULL);
    signet_jsonout_text(json, "release", release != NULL ? release->release_version : NULL);
}

static void put_artifact(struct signet_jsonout *json,
                         const struct signet_report *report,
                         const struct signet_verification *verification)
{
    const struct signet_source *decided = verification->decided;
    signet_jsonout_open_object(json, NULL);
    signet_jsonout_text(json, "path", verification->path);
    signet_jsonout_text(json, "result", signet_err_result(signet_verification_code(verification)));
    if (report->verdict != NULL) {
        signet_jsonout_text(json, "verdict", report->verdict(verification));
    }
    if (verification->artifact_name != NULL) {
        signet_jsonout_text(json, "kind", signet_report_kind(verification->kind));
    }
    if (verification->content.archive != NULL) {
        signet_jsonout_text(json, "format", verification->content.archive);
        signet_jsonout_text(json, "stripped",
                            verification->manifest != NULL ? verification->manifest->stripped
                                                           : NULL);
    }
    if (verification->embedded.bom.kind != 0) {
        put_document(json, verification);
    }
    if (verification->manifest != NULL) {
        put_measured(json, verification);
    }
    if (verification->manifest != NULL && verification->content.canonical) {
        put_canonical(json, verification);
    }
    if (verification->bom != NULL) {
        put_bound(json, verification);
    }
    put_signatures(json, verification);
    signet_jsonout_text(json, "predicateType",
                        decided != NULL ? decided->evidence->statement.predicate_type : NULL);
    signet_jsonout_number(json, "signed_by",
                          verification->verified != NULL ? verification->verified->signed_by
                                                         : verification->attested_by);
    signet_jsonout_number(json, "threshold", verification->threshold);
    if (verification->trust != NULL) {
        signet_jsonout_text(json, "rule", verification->rule);
        signet_report_demands(verification, json);
    }
    put_release(json, verification);
    if (verification->manifest != NULL) {
        put_entries(json, verification);
    }
    signet_jsonout_close_object(json);
}

/* What decided: the keys of the command line, or a rule of a policy, which is that of the first
 * artifact; each has its own besides. */
static void put_rule(const struct signet_report *report, struct signet_jsonout *json)
{
    const struct signet_verification *first =
        report->artifact_count > 0 ? report->artifacts[0] : NULL;
    if (first == NULL || first->trust == NULL) {
        signet_jsonout_text(json, "rule", "keys of the command line");
        return;
    }
    const struct signet_policy *policy = &first->trust->policy;
    signet_jsonout_text(json, "rule", first->rule);
    signet_jsonout_open_object(json, "policy");
    signet_jsonout_text(json, "name", policy->name);
    signet_jsonout_number(json, "version", policy->version);
    signet_jsonout_close_object(json);
    signet_jsonout_open_object(json, "root");
    signet_jsonout_number(json, "version", first->trust->root.version);
    signet_jsonout_close_object(json);
}

/* The time that a policy was judged by, if one was. */
static int64_t now_of(const struct signet_report *report)
{
    const struct signet_trust *trust =
        report->artifact_count > 0 ? report->artifacts[0]->trust : NULL;
    return trust != NULL ? trust->now : report->now;
}

void signet_report_members(const struct signet_report *report, struct signet_jsonout *json)
{
    char when[SIGNET_CLOCK_TEXT];
    int code = signet_report_code(report);
    bool partial = false;
    for (size_t i = 0; i < report->artifact_count; i++) {
        partial = partial || report->artifacts[i]->partial;
    }
    signet_jsonout_bool(json, "partial", partial);
    signet_jsonout_text(json, "decision", code == SIGNET_OK ? "verified" : signet_err_name(code));
    put_rule(report, json);
    signet_jsonout_text(json, "now", signet_clock_format(now_of(report), when));
    signet_jsonout_open_array(json, "insecure");
    for (size_t i = 0; report->insecure != NULL && report->insecure[i] != NULL; i++) {
        signet_jsonout_text(json, NULL, report->insecure[i]);
    }
    signet_jsonout_close_array(json);
    signet_jsonout_open_array(json, "artifacts");
    for (size_t i = 0; i < report->artifact_count; i++) {
        put_artifact(json, report, report->artifacts[i]);
    }
    signet_jsonout_close_array(json);
}
