/* SPDX-License-Identifier: Apache-2.0
 *
 * The canonical form of one JSON document (RFC 8785) as signet-canon prints it. Owns where the
 * bytes go; the form itself is the library's.
 */
#include <signet/io.h>
#include <signet/json.h>
#include <signet/text.h>

#include "canon/canon.h"
#include "common/say.h"

/* Where canonical JSON goes: into the digest, and to the output or, for a terminal, kept. */
struct target {
    struct signet_hash *hash;  /* or NULL: nobody asked for a digest */
    struct signet_output *out; /* or NULL */
    struct signet_buf *kept;   /* or NULL */
    uint64_t bytes;
};

static int write_piece(void *ctx, struct signet_span piece, struct signet_err *err)
{
    struct target *target = ctx;
    target->bytes += piece.len;
    int rc = target->hash != NULL ? signet_hash_update(target->hash, piece) : SIGNET_OK;
    if (rc != SIGNET_OK) {
        return signet_err_set(err, rc, "the digest cannot be computed");
    }
    if (target->kept != NULL && signet_buf_put(target->kept, piece) != SIGNET_OK) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for the output");
    }
    return target->out != NULL ? signet_output_write(target->out, piece, err) : SIGNET_OK;
}

static void report_document(struct signet_canon *canon,
                            const struct target *target,
                            const struct signet_digest *digest)
{
    char hex[SIGNET_DIGEST_HEX];
    struct signet_jsonout *body = &canon->tool.body;
    signet_jsonout_text(body, "kind", "json");
    signet_jsonout_text(body, "algorithm", signet_digest_name(canon->alg));
    signet_jsonout_text(body, "digest", signet_digest_hex(digest, hex));
    signet_jsonout_number(body, "bytes", target->bytes);
}

static const char *document_hint(const struct signet_canon *canon, int rc)
{
    if (rc == SIGNET_E_MALFORMED && !canon->from_stdin) {
        return "a file that is not JSON can be listed with --manifest";
    }
    return rc == SIGNET_E_LIMIT ? "--limit document=BYTES and --limit json-depth=N raise the limits"
                                : NULL;
}

/* Canonical form of text, which name stands for in messages. */
static void canon_text(struct signet_canon *canon, struct signet_span text, const char *name)
{
    char shown[SIGNET_SHOW_MAX];
    struct signet_buf kept;
    struct target target = {NULL, NULL, NULL, 0};
    struct signet_sink sink = {write_piece, &target};
    struct signet_digest digest;
    struct signet_err *err = &canon->err;
    bool prints = canon->output != NULL && !canon->digest;
    bool terminal = prints && strcmp(canon->output, "-") == 0 && signet_say_to_terminal();
    bool streams = prints && !terminal;

    signet_buf_init(&kept, SIZE_MAX);
    target.kept = terminal ? &kept : NULL;
    bool hashes = canon->digest || canon->tool.json || canon->tool.report != NULL;
    int rc = hashes ? signet_hash_new(canon->alg, &target.hash, err) : SIGNET_OK;
    if (rc == SIGNET_OK && streams) {
        rc = signet_output_open(canon->output, 0644, false, &target.out, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_json_canon(text, &canon->tool.limits, sink, err);
        if (rc == SIGNET_E_MALFORMED || rc == SIGNET_E_LIMIT) {
            signet_err_prefix(err, "%s", signet_utf8_show(signet_span_str(name), shown));
        }
    }
    if (rc == SIGNET_OK && hashes) {
        rc = signet_hash_final(target.hash, &digest);
    }
    if (rc == SIGNET_OK && streams) {
        rc = signet_output_commit(target.out, err);
    }
    if (rc == SIGNET_OK && terminal) {
        rc = signet_say_result(signet_buf_span(&kept), err);
    }
    signet_buf_free(&kept);
    signet_output_free(target.out);
    signet_hash_free(target.hash);
    if (rc != SIGNET_OK) {
        signet_canon_fail(canon, rc, document_hint(canon, rc));
        return;
    }
    if (hashes) {
        report_document(canon, &target, &digest);
    }
    signet_tool_detail(&canon->tool, "read as JSON: %zu bytes, canonical %llu", text.len,
                       (unsigned long long)target.bytes);
    if (canon->digest) {
        signet_canon_put_digest(canon, &digest);
    }
}

void signet_canon_document(struct signet_canon *canon, int fd, const char *name)
{
    struct signet_buf text;
    uint64_t max = canon->tool.limits.document;
    if (signet_opts_has(&canon->tool.opts, SIGNET_CANON_IGNORE)) {
        signet_canon_usage_error(canon, "option --ignore goes with a directory or an archive");
        return;
    }
    if (signet_opts_has(&canon->tool.opts, SIGNET_CANON_STRIP)) {
        signet_canon_usage_error(canon, "option --strip goes with an archive");
        return;
    }
    if (signet_opts_has(&canon->tool.opts, SIGNET_CANON_HASH) && !canon->digest &&
        !canon->tool.json) {
        signet_canon_usage_error(canon, "option --hash goes with --digest, --json or a manifest");
        return;
    }
    int rc = canon->from_stdin ? signet_io_read("-", max, &text, &canon->err)
                               : signet_io_read_fd(fd, name, max, &text, &canon->err);
    if (rc == SIGNET_OK) {
        canon_text(canon, signet_buf_span(&text), name);
    } else {
        signet_canon_fail(canon, rc, document_hint(canon, rc));
    }
    signet_buf_free(&text);
}
