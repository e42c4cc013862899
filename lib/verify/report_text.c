/* SPDX-License-Identifier: Apache-2.0
 *
 * Verifications as lines for people. Owns wording and layout; decides nothing.
 */
#include <signet/report.h>

#include "base/clock.h"
#include "base/num.h"
#include "base/utf8.h"
#include "trust/trust.h"
#include "verify/about.h"
#include "verify/count.h"
#include "verify/report_words.h"
#include "verify/stored.h"
#include "verify/verification.h"
#include "verify/whole.h"

const char *signet_report_kind(enum signet_artifact_kind kind)
{
    return kind == SIGNET_ARTIFACT_BUNDLE ? "bundle" : "file";
}

/* What was just signed, and is no artifact. */
static const char *covers_endorsed(const struct signet_source *source)
{
    const char *type = source->content_matches ? source->env.payload_type : "";
    return strcmp(type, SIGNET_PAYLOAD_TYPE_POLICY) == 0 ? "policy"
           : strcmp(type, SIGNET_PAYLOAD_TYPE_ROOT) == 0 ? "root"
                                                         : NULL;
}

const char *signet_report_covers(const struct signet_source *source)
{
    if (source->evidence == NULL) {
        return covers_endorsed(source);
    }
    switch (source->evidence->claim) {
    case SIGNET_CLAIM_OMS:
        return "bundle";
    case SIGNET_CLAIM_SIGNED:
        return signet_whole_subject(&source->evidence->statement) != NULL ? "bundle"
               : signet_report_canonical(source)                          ? "canonical"
                                                                          : "file";
    case SIGNET_CLAIM_DOCUMENT:
        return source->covers;
    case SIGNET_CLAIM_ATTESTATION:
    default:
        return "attestation";
    }
}

bool signet_report_canonical(const struct signet_source *source)
{
    const struct signet_statement *statement = &source->evidence->statement;
    bool all = statement->subject_count > 0;
    for (size_t i = 0; i < statement->subject_count; i++) {
        all = all && statement->subjects[i].canonical;
    }
    return all;
}

uint64_t signet_report_inexact(const struct signet_verification *verification)
{
    const struct signet_embedded *embedded = &verification->embedded;
    if (verification->content.canonical && embedded->document.manifest.canonical.len > 0) {
        return embedded->inexact;
    }
    bool by_document = verification->bom == NULL && verification->decided != NULL &&
                       verification->decided->evidence->claim == SIGNET_CLAIM_DOCUMENT;
    uint64_t after = by_document ? embedded->json.index.inexact : 0;
    return after != 0 ? after - 1 : SIGNET_NO_OFFSET;
}

const char *signet_report_algorithm(const struct signet_source *source,
                                    const struct signet_signer *signer,
                                    const struct signet_pubkey *key)
{
    enum signet_sig_alg stated = source->env.signatures[signer - source->signers.list].alg;
    if (stated != SIGNET_SIG_NONE) {
        return signet_sig_alg_name(stated);
    }
    return signer->prehashed ? "ed25519ph" : signet_key_alg_name(key->alg);
}

const char *signet_report_discounted(const struct signet_signature *signature,
                                     const struct signet_signer *signer)
{
    if (signer->key == SIGNET_NO_KEY || signer->status == SIGNET_OK) {
        return NULL;
    }
    if (signer->undated) {
        return "its key does not count now, and no trusted time says that it signed while it did";
    }
    return signature->counter ? "it is a counter-signature, over another signature"
                              : "it says itself that it is revoked";
}

const char *signet_report_reading(bool hex)
{
    return hex ? "hex reading of X.590" : NULL;
}

static void put_escaped(struct signet_buf *out, const char *text)
{
    signet_utf8_escape(out, signet_span_str(text));
}

void signet_report_number(struct signet_buf *out, uint64_t value, const char *after)
{
    char digits[SIGNET_NUM_TEXT];
    signet_num_format(value, digits);
    signet_buf_puts(out, digits);
    signet_buf_puts(out, after);
}

/* The first valid signer of the source that decided. */
static const struct signet_signer *deciding_signer(const struct signet_source *source)
{
    const struct signet_signer *signer = source->signers.list;
    while (signer->status != SIGNET_OK) {
        signer++; /* a source that decided has one */
    }
    return signer;
}

/* The members that a signature leaves out. */
static void put_excluded(struct signet_buf *out, const struct signet_source *source)
{
    char shown[SIGNET_SHOW_MAX];
    const struct signet_json_value *names = NULL;
    size_t count = signet_source_excluded(source, &names);
    for (size_t i = 0; i < count; i++) {
        signet_buf_puts(out, i == 0 ? " without \"" : ", \"");
        signet_buf_puts(out, signet_utf8_show(signet_json_between_quotes(names[i]), shown));
        signet_buf_putc(out, '"');
    }
}

/* The parts of a document that were asked for. */
static void put_parts(struct signet_buf *out, const struct signet_embedded *embedded)
{
    signet_buf_puts(out, "only ");
    signet_buf_puts(out, embedded->places[0].type);
    signet_buf_putc(out, ' ');
    put_escaped(out, embedded->places[0].pointer);
    if (embedded->place_count > 1) {
        signet_buf_puts(out, " and ");
        signet_report_number(out, embedded->place_count - 1, " others");
    }
}

/* What it is, and how much of it was verified. */
static void put_extent(struct signet_buf *out, const struct signet_verification *verification)
{
    size_t matched = verification->content.matched;
    bool of_document = verification->bom == NULL && verification->decided->covers != NULL;
    if (of_document && verification->embedded.places[0].pointer[0] != '\0') {
        put_parts(out, &verification->embedded);
        put_excluded(out, verification->decided);
        return;
    }
    if (verification->partial && !of_document) {
        signet_report_number(out, matched, " of ");
        signet_report_number(out, matched + verification->content.not_checked, " entries");
    } else if (verification->embedded.bom.kind != 0) {
        signet_bom_describe(&verification->embedded.bom, out);
        put_excluded(out, verification->decided);
    } else {
        signet_buf_puts(out, signet_report_kind(verification->kind));
    }
    if (verification->kind == SIGNET_ARTIFACT_BUNDLE && !verification->partial) {
        signet_buf_puts(out, " of ");
        signet_report_number(out, matched, matched == 1 ? " file" : " files");
    }
    signet_buf_puts(out, ", ");
    signet_report_number(out, verification->manifest->bytes, " bytes");
}

static void put_rule(struct signet_buf *out, const struct signet_verification *verification)
{
    const struct signet_policy *policy = &verification->trust->policy;
    size_t keys = verification->verified->signed_by;
    signet_report_number(out, keys, keys == 1 ? " key" : " keys");
    signet_buf_puts(out, " as rule ");
    put_escaped(out, verification->rule);
    signet_buf_puts(out, " of policy ");
    put_escaped(out, policy->name);
    signet_buf_puts(out, ", version ");
    signet_report_number(out, policy->version, ", demands");
}

/* The release that decided, if it was one; its texts are of characters that stand for themselves.
 */
static void put_release(struct signet_buf *out, const struct signet_facts *facts)
{
    if (facts->release_name != NULL) {
        signet_buf_puts(out, ", ");
        signet_buf_puts(out, facts->release_name);
        signet_buf_putc(out, ' ');
        signet_buf_puts(out, facts->release_version);
    }
}

static void put_passed(struct signet_buf *out, const struct signet_verification *verification)
{
    char fingerprint[SIGNET_FINGERPRINT_TEXT];
    const struct signet_signer *signer = deciding_signer(verification->decided);
    signet_buf_puts(out, verification->partial ? ": PARTIAL: " : ": ");
    put_extent(out, verification);
    put_release(out, &verification->decided->evidence->facts);
    if (verification->bom != NULL) {
        signet_buf_puts(out, ", listed in ");
        put_escaped(out, verification->bom->path);
    }
    signet_report_entry(out, verification->decided);
    signet_buf_puts(out, verification->content.canonical ? ", its RFC 8785 form signed by "
                                                         : ", signed by ");
    if (verification->trust != NULL) {
        put_rule(out, verification);
        return;
    }
    if (verification->verified->signed_by > 1) {
        signet_report_number(out, verification->verified->signed_by, " keys, one of them ");
    }
    signet_buf_puts(out,
                    signet_pubkey_fingerprint(&verification->keys[signer->key].key, fingerprint));
}

int signet_report_verdict(const struct signet_verification *verification, struct signet_buf *out)
{
    bool passed = signet_verification_code(verification) == SIGNET_OK;
    signet_buf_puts(out, passed ? "verified: " : "REFUSED: ");
    put_escaped(out, verification->path);
    if (passed) {
        put_passed(out, verification);
    }
    return signet_buf_putc(out, '\n');
}

static void put_attestation(struct signet_buf *out, const struct signet_source *source)
{
    signet_buf_puts(out, " over an attestation of type ");
    put_escaped(out, source->evidence->statement.predicate_type);
    signet_buf_puts(out, " about ");
    signet_buf_puts(out, signet_about_name(source->about));
    signet_buf_puts(out, ", which is no signature");
    if (source->evidence->facts_code != SIGNET_OK) {
        signet_buf_puts(out, " and says nothing to a policy: its predicate is malformed");
    }
    if (source->err.code != SIGNET_OK) {
        signet_buf_puts(out, ": ");
        put_escaped(out, source->err.msg);
    }
}

/* A signature that does not verify by a given key. */
static void put_unproven(struct signet_buf *out,
                         const struct signet_source *source,
                         const struct signet_signer *signer,
                         const struct signet_signature *signature)
{
    signet_buf_puts(out, signature->counter ? ": counter-signature, " : ": ");
    signet_buf_puts(out, "not counted: ");
    put_escaped(out, source->evidence == NULL && !signature->counter
                         ? source->err.msg
                         : signet_err_meaning(signer->status));
    signet_buf_putc(out, '\n');
}

static void put_made_by(struct signet_buf *out,
                        const struct signet_source *source,
                        const struct signet_signer *signer,
                        const struct signet_trusted_key *key)
{
    char fingerprint[SIGNET_FINGERPRINT_TEXT];
    signet_buf_puts(out, ": valid ");
    signet_buf_puts(out, signet_report_algorithm(source, signer, &key->key));
    signet_buf_puts(out, " signature by ");
    signet_buf_puts(out, signet_pubkey_fingerprint(&key->key, fingerprint));
    if (key->name[0] != '\0') {
        signet_buf_puts(out, " (");
        put_escaped(out, key->name);
        signet_buf_putc(out, ')');
    }
}

/* What a signature says of the time in which it holds; nobody knows that time for sure. */
static void put_said(struct signet_buf *out, const struct signet_signature *signature)
{
    if (signature->valid_from == NULL && signature->valid_until == NULL) {
        return;
    }
    signet_buf_puts(out, "    it says that it is valid");
    if (signature->valid_from != NULL) {
        signet_buf_puts(out, " from ");
        put_escaped(out, signature->valid_from);
    }
    if (signature->valid_until != NULL) {
        signet_buf_puts(out, " until ");
        put_escaped(out, signature->valid_until);
    }
    signet_buf_puts(out, ", which was not checked\n");
}

static void put_notes_on(struct signet_buf *out,
                         const struct signet_source *source,
                         const struct signet_signer *signer,
                         const struct signet_signature *signature)
{
    if (signer->free_hint) {
        signet_buf_puts(out, "    its key id is in no known form\n");
    }
    if (signer->signed_at != SIGNET_TIME_UNKNOWN) {
        char text[SIGNET_CLOCK_TEXT];
        signet_buf_puts(out, "    it was there at ");
        signet_buf_puts(out, signet_clock_format(signer->signed_at, text));
        signet_buf_puts(out, ", by a trusted time\n");
    }
    if (signer->hex) {
        signet_buf_puts(out, "    ");
        signet_buf_puts(out, source->env.format->name);
        signet_buf_puts(out, " (");
        signet_buf_puts(out, signet_report_reading(true));
        signet_buf_puts(out, "): made over the hex text of the digest, not its bytes\n");
    }
    put_said(out, signature);
}

static void put_signer(struct signet_buf *out,
                       const struct signet_verification *verification,
                       const struct signet_source *source,
                       size_t index)
{
    const struct signet_signer *signer = &source->signers.list[index];
    const struct signet_signature *signature = &source->env.signatures[index];
    const char *discounted = signet_report_discounted(signature, signer);
    signet_buf_puts(out, "  ");
    put_escaped(out, source->name);
    if (signer->key == SIGNET_NO_KEY) {
        put_unproven(out, source, signer, signature);
        return;
    }
    put_made_by(out, source, signer, &verification->keys[signer->key]);
    if (discounted != NULL || source->evidence == NULL) {
        signet_buf_puts(out, ", but not counted: ");
        put_escaped(out, discounted != NULL ? discounted : source->err.msg);
    } else if (source->covers != NULL) {
        signet_buf_puts(out, source->covers[0] == '\0' ? " over the whole document" : " over ");
        put_escaped(out, source->covers);
        put_excluded(out, source);
    } else if (source->evidence->claim == SIGNET_CLAIM_ATTESTATION) {
        put_attestation(out, source);
    } else {
        signet_buf_puts(out, " over a statement: ");
        put_escaped(out, source->evidence->statement.predicate_type);
        signet_buf_puts(out, signet_report_canonical(source) ? ", of the RFC 8785 form" : "");
    }
    signet_buf_putc(out, '\n');
    put_notes_on(out, source, signer, signature);
}

static void put_source(struct signet_buf *out,
                       const struct signet_verification *verification,
                       const struct signet_source *source)
{
    if (source->signers.count == 0) {
        signet_buf_puts(out, "  ");
        put_escaped(out, source->name);
        signet_buf_puts(out, ": not counted: ");
        put_escaped(out, source->err.msg);
        signet_buf_putc(out, '\n');
    }
    for (size_t i = 0; i < source->signers.count; i++) {
        put_signer(out, verification, source, i);
    }
    if (source->env.unchecked_log_entries || source->env.unchecked_timestamps) {
        signet_buf_puts(out, "    its log entries and timestamps were not checked\n");
    }
    if (source->env.unchecked_counters) {
        signet_buf_puts(out, "    counter-signatures of counter-signatures were not checked\n");
    }
}

static void put_inner_place(struct signet_buf *out, const struct signet_inner *inner)
{
    bool whole = inner->pointer[0] == '\0';
    signet_buf_puts(out, "  ");
    signet_buf_puts(out, whole ? "the whole document" : inner->type);
    signet_buf_puts(out, whole ? "" : " ");
    put_escaped(out, inner->pointer);
}

/* A signature inside a document besides those asked for. */
static void put_inner_signature(struct signet_buf *out,
                                const struct signet_verification *verification,
                                const struct signet_inner *inner,
                                const struct signet_inner_signature *signature)
{
    put_inner_place(out, inner);
    signet_buf_puts(out, signature->broken   ? ": BROKEN "
                         : signature->intact ? ": valid "
                                             : ": unknown ");
    signet_buf_puts(out, signature->algorithm);
    signet_buf_puts(out, signature->counter ? " counter-signature" : " signature");
    signet_buf_puts(out, signature->key[0] == '\0' ? ""
                         : signature->broken       ? " that names "
                                                   : " by ");
    signet_buf_puts(out, signature->key);
    if (signature->broken) {
        signet_buf_putc(out, '\n');
        return;
    }
    if (signature->trusted != SIGNET_NO_KEY) {
        signet_buf_puts(out, " (");
        put_escaped(out, verification->keys[signature->trusted].name);
        signet_buf_putc(out, ')');
    } else {
        signet_buf_puts(out, ", a key that was not given");
    }
    if (signature->revoked) {
        signet_buf_puts(out, ": it says itself that it is revoked");
    }
    if (signature->hex) {
        signet_buf_puts(out, " (");
        signet_buf_puts(out, signet_report_reading(true));
        signet_buf_putc(out, ')');
    }
    signet_buf_putc(out, '\n');
}

static void put_inner(struct signet_buf *out,
                      const struct signet_verification *verification,
                      const struct signet_inner *inner)
{
    if (inner->count == 0) {
        put_inner_place(out, inner);
        signet_buf_puts(out, ": not counted: ");
        put_escaped(out, inner->unreadable);
        signet_buf_putc(out, '\n');
    }
    for (size_t i = 0; i < inner->count; i++) {
        put_inner_signature(out, verification, inner, &inner->list[i]);
    }
}

/* The first few: a document can hold thousands, and the JSON report has them all. */
static void put_all_inner(struct signet_buf *out, const struct signet_verification *verification)
{
    enum {
        SHOWN = 20
    };
    const struct signet_embedded *embedded = &verification->embedded;
    for (size_t i = 0; i < embedded->inner_count && i < SHOWN; i++) {
        put_inner(out, verification, &embedded->inner[i]);
    }
    if (embedded->inner_count > SHOWN) {
        signet_buf_puts(out, "  and ");
        signet_report_number(out, embedded->inner_count - SHOWN, " other parts are signed\n");
    }
}

static void put_difference(struct signet_buf *out, const struct signet_difference *difference)
{
    static const char *const words[] = {"", "changed", "missing", "unsigned", "left out"};
    signet_buf_puts(out, "  ");
    signet_buf_puts(out, words[difference->kind]);
    signet_buf_puts(out, ": ");
    put_escaped(out, difference->name);
    if (difference->kind == SIGNET_DIFFERENCE_CHANGED) {
        signet_buf_puts(out, "\n    signed ");
        signet_buf_puts(out, difference->expected);
        signet_buf_puts(out, "\n    found  ");
        signet_buf_puts(out, difference->found);
    }
    signet_buf_putc(out, '\n');
}

static void put_notes(struct signet_buf *out, const struct signet_verification *verification)
{
    const struct signet_manifest *manifest = verification->manifest;
    uint64_t inexact = signet_report_inexact(verification);
    if (inexact != SIGNET_NO_OFFSET) {
        signet_buf_puts(out, "  note: the integer at byte ");
        signet_report_number(out, inexact,
                             " is beyond 2^53 - 1: in RFC 8785 form others are the same\n");
    }
    if (manifest->stripped != NULL) {
        signet_buf_puts(out, "  note: all entries lie below ");
        put_escaped(out, manifest->stripped);
        signet_buf_puts(out, ": read as that folder\n");
    }
    for (size_t i = 0; i < manifest->uncovered_count; i++) {
        signet_buf_puts(out, "  note: nothing is signed below the folder ");
        put_escaped(out, manifest->uncovered[i]);
        signet_buf_putc(out, '\n');
    }
    if (manifest->twins[0] != NULL) {
        signet_buf_puts(out, "  note: names that differ in case only: ");
        put_escaped(out, manifest->twins[0]);
        signet_buf_puts(out, " and ");
        put_escaped(out, manifest->twins[1]);
        signet_buf_putc(out, '\n');
    }
}

static bool differs_by(const struct signet_content *content, enum signet_difference_kind kind)
{
    for (size_t i = 0; i < content->difference_count; i++) {
        if (content->differences[i].refuses && content->differences[i].kind == kind) {
            return true;
        }
    }
    return false;
}

const char *signet_report_next_step(const struct signet_verification *verification)
{
    const struct signet_content *content = &verification->content;
    switch (signet_verification_code(verification)) {
    case SIGNET_E_NO_SIGNATURE:
        if (verification->embedded.place_count > 0 &&
            verification->embedded.places[0].asked.len > 0) {
            return NULL; /* a part is signed inside the document or not at all */
        }
        if (verification->embedded.inner_count > 0 && verification->trust == NULL) {
            return "to verify a signed part alone, name it with --at";
        }
        return "name the signature file with -s, or put it beside the artifact";
    case SIGNET_E_UNTRUSTED:
        if (verification->trust != NULL) {
            return signet_count_undated(verification) > 0
                       ? "have it signed by a key that counts, or dated: signet-sign --time"
                       : "if you trust that key, have it put into a role of the root";
        }
        return "if you trust that key, pass its public half with -k";
    case SIGNET_E_MISMATCH:
        if (verification->bom != NULL && verification->manifest == NULL) {
            return "have the model bound and signed again: signet-sign --bind lists its files";
        }
        if (verification->partial && differs_by(content, SIGNET_DIFFERENCE_UNSIGNED)) {
            return "take a name from the statement, which --print-statement prints for the whole";
        }
        if (differs_by(content, SIGNET_DIFFERENCE_CHANGED) ||
            differs_by(content, SIGNET_DIFFERENCE_MISSING) ||
            differs_by(content, SIGNET_DIFFERENCE_UNSIGNED)) {
            return "get it again from its source, or have it signed again";
        }
        return differs_by(content, SIGNET_DIFFERENCE_IGNORED) && verification->trust == NULL
                   ? "if it may be there, pass --accept-ignored with its name"
                   : NULL;
    default:
        return NULL;
    }
}

/* Notes about the time that are none: the signatures that they lie beside may count all the same.
 */
static void put_time_errors(struct signet_buf *out, const struct signet_verification *verification)
{
    for (size_t i = 0; i < verification->source_count; i++) {
        const struct signet_source *source = &verification->sources[i];
        if (source->time_err.code != SIGNET_OK) {
            signet_buf_puts(out, "  note: ");
            put_escaped(out, source->name);
            signet_buf_puts(out, ".time counts for nothing: ");
            put_escaped(out, source->time_err.msg);
            signet_buf_putc(out, '\n');
        }
    }
}

int signet_report_details(const struct signet_verification *verification,
                          bool signers,
                          struct signet_buf *out)
{
    /* A lone file that does not count is what the error is about. */
    bool said =
        !signers || (verification->source_count == 1 && verification->sources[0].evidence == NULL);
    for (size_t i = 0; !said && i < verification->source_count; i++) {
        put_source(out, verification, &verification->sources[i]);
    }
    if (signers && verification->stored_refused > SIGNET_STORED_LISTED) {
        signet_buf_puts(out, "  ");
        signet_report_number(out, verification->stored_refused - SIGNET_STORED_LISTED,
                             " more in folders of evidence: not counted\n");
    }
    if (signers) {
        put_all_inner(out, verification);
    }
    put_time_errors(out, verification);
    for (size_t i = 0; i < verification->content.difference_count; i++) {
        put_difference(out, &verification->content.differences[i]);
    }
    if (verification->manifest != NULL) {
        put_notes(out, verification);
    }
    return out->status;
}
