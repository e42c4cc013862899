/* SPDX-License-Identifier: Apache-2.0
 *
 * A verification as the predicate of a verification summary attestation (SLSA 1.0). Owns which
 * verdicts can be attested and what is said of them; decides nothing.
 */
#include <signet/report.h>

#include "base/clock.h"
#include "base/err.h"
#include "trust/trust.h"
#include "verify/report_words.h"
#include "verify/verification.h"

/* Whether it is a verdict on the artifact, and on the whole of it, by a policy. */
static int check_verdict(const struct signet_verification *verification, struct signet_err *err)
{
    switch (signet_verification_code(verification)) {
    case SIGNET_OK:
    case SIGNET_E_DENIED:
    case SIGNET_E_NO_SIGNATURE:
    case SIGNET_E_BAD_SIGNATURE:
    case SIGNET_E_UNTRUSTED:
    case SIGNET_E_THRESHOLD:
    case SIGNET_E_MISMATCH:
    case SIGNET_E_STALE:
        break;
    default:
        return signet_err_copy(err, &verification->err);
    }
    if (verification->trust == NULL || verification->trust->leaves_no_trace) {
        return signet_err_set(err, SIGNET_E_USAGE, "only what a signed policy decides is attested");
    }
    return verification->partial
               ? signet_err_set(
                     err, SIGNET_E_UNVERIFIED,
                     "only a part of it was verified, which is not attested of the whole")
               : (int)SIGNET_OK;
}

static bool stands_for_itself(char byte)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= 'a' && byte <= 'z') || byte == '-' || byte == '.' || byte == '_' || byte == '~';
}

/* Text as a segment of a URI (RFC 3986, 2.1). */
static void put_segment(struct signet_buf *out, const char *text)
{
    static const char digits[] = "0123456789ABCDEF";
    for (; *text != '\0'; text++) {
        unsigned byte = (unsigned char)*text;
        if (stands_for_itself(*text)) {
            signet_buf_putc(out, *text);
        } else {
            signet_buf_putc(out, '%');
            signet_buf_putc(out, digits[byte >> 4]);
            signet_buf_putc(out, digits[byte & 15]);
        }
    }
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

/* The member uri; empties text. */
static void put_uri(struct signet_jsonout *json, const char *name, struct signet_buf *text)
{
    signet_jsonout_bytes(json, name, signet_buf_span(text));
    if (text->status != SIGNET_OK) {
        json->out->status = text->status;
    }
    text->len = 0;
}

static void put_digest(struct signet_jsonout *json, const struct signet_digest *digest)
{
    char hex[SIGNET_DIGEST_HEX];
    signet_jsonout_open_object(json, "digest");
    signet_jsonout_text(json, "sha256", signet_digest_hex(digest, hex));
    signet_jsonout_close_object(json);
}

/* What was verified: the release that decided, or the name of the artifact. */
static void put_resource(struct signet_jsonout *json,
                         const struct signet_verification *verification,
                         struct signet_buf *text)
{
    const struct signet_source *decided = verification->decided;
    if (decided != NULL && decided->evidence->facts.release_name != NULL) {
        signet_buf_puts(text, "pkg:generic/");
        signet_buf_puts(text, decided->evidence->facts.release_name);
        signet_buf_putc(text, '@');
        signet_buf_puts(text, decided->evidence->facts.release_version);
    } else {
        put_segment(text, verification->artifact_name);
    }
    put_uri(json, "resourceUri", text);
}

static void
put_policy(struct signet_jsonout *json, const struct signet_trust *trust, struct signet_buf *text)
{
    signet_jsonout_open_object(json, "policy");
    signet_buf_puts(text, "signet-policy:");
    put_segment(text, trust->policy.name);
    signet_buf_putc(text, '@');
    signet_report_number(text, trust->policy.version, "");
    put_uri(json, "uri", text);
    put_digest(json, &trust->policy_digest);
    signet_jsonout_close_object(json);
}

/* All that a key of the root signed about the artifact. */
static void put_inputs(struct signet_jsonout *json,
                       const struct signet_verification *verification,
                       struct signet_buf *text)
{
    signet_jsonout_open_array(json, "inputAttestations");
    for (size_t i = 0; i < verification->source_count; i++) {
        const struct signet_source *source = &verification->sources[i];
        bool counts = source->content_matches || source->about == SIGNET_ABOUT_THIS;
        if (source->evidence == NULL || !counts) {
            continue;
        }
        signet_jsonout_open_object(json, NULL);
        put_segment(text, base_name(source->name));
        put_uri(json, "uri", text);
        /* What is signed inside the artifact is attested by the artifact. */
        put_digest(json, source->covers != NULL ? &source->identity : &source->file_digest);
        signet_jsonout_close_object(json);
    }
    signet_jsonout_close_array(json);
}

static void put_result(struct signet_jsonout *json, bool passed)
{
    signet_jsonout_text(json, "verificationResult", passed ? "PASSED" : "FAILED");
    signet_jsonout_open_array(json, "verifiedLevels");
    if (!passed) {
        signet_jsonout_text(json, NULL, "FAILED");
    }
    signet_jsonout_close_array(json);
}

int signet_report_summary(const struct signet_verification *verification,
                          struct signet_buf *out,
                          struct signet_err *err)
{
    char time[SIGNET_CLOCK_TEXT];
    struct signet_buf text;
    struct signet_jsonout json = {.out = out};
    int rc = check_verdict(verification, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    signet_buf_init(&text, SIZE_MAX);
    signet_jsonout_open_object(&json, NULL);
    signet_jsonout_open_object(&json, "verifier");
    signet_buf_puts(&text, "pkg:generic/signet@");
    signet_buf_puts(&text, signet_version());
    put_uri(&json, "id", &text);
    signet_jsonout_close_object(&json);
    signet_jsonout_text(&json, "timeVerified", signet_clock_format(verification->trust->now, time));
    put_resource(&json, verification, &text);
    put_policy(&json, verification->trust, &text);
    put_inputs(&json, verification, &text);
    put_result(&json, signet_verification_code(verification) == SIGNET_OK);
    signet_jsonout_close_object(&json);
    signet_buf_free(&text);
    return out->status == SIGNET_OK
               ? (int)SIGNET_OK
               : signet_err_set(err, out->status, "cannot state what was verified");
}
