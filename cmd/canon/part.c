/* SPDX-License-Identifier: Apache-2.0
 *
 * signet-canon --part: the digests of a part of a folder, for signet-sign --manifest to join
 * (signet/part.h). Owns the option and where the lines go; what they are is the library's.
 */
#include <signet/io.h>
#include <signet/part.h>
#include <signet/text.h>
#include <stdlib.h>

#include "canon/canon.h"
#include "common/say.h"
#include "common/sidecar.h"

/* "I/N". */
static bool read_part(const char *text, uint64_t *part, uint64_t *part_count)
{
    const char *slash = strchr(text, '/');
    return slash != NULL &&
           signet_num_parse(signet_span_of(text, (size_t)(slash - text)), part) == SIGNET_OK &&
           signet_num_parse(signet_span_str(slash + 1), part_count) == SIGNET_OK && *part >= 1 &&
           *part <= *part_count && *part_count <= SIGNET_PART_MAX;
}

int signet_canon_take_part(struct signet_canon *canon)
{
    char shown[SIGNET_SHOW_MAX];
    static const int one_line[] = {SIGNET_CANON_PART, SIGNET_CANON_DIGEST, 0};
    const char *text = signet_opts_value(&canon->tool.opts, SIGNET_CANON_PART);
    if (text == NULL) {
        return SIGNET_OK;
    }
    if (!read_part(text, &canon->part, &canon->part_count)) {
        return signet_tool_fail_with(&canon->tool, SIGNET_E_USAGE, NULL,
                                     "option --part: expected I/N, I from 1 to N and N at most %d, "
                                     "found \"%s\"",
                                     SIGNET_PART_MAX,
                                     signet_utf8_show(signet_span_str(text), shown));
    }
    if (signet_opts_at_most_one(&canon->tool.opts, one_line, &canon->err) != SIGNET_OK) {
        return signet_canon_fail(canon, SIGNET_E_USAGE, NULL);
    }
    if (canon->alg != SIGNET_DIGEST_SHA256) {
        return signet_canon_usage_error(canon, "option --part goes with sha256 alone");
    }
    return SIGNET_OK;
}

int signet_canon_check_part(struct signet_canon *canon,
                            const struct signet_artifact *artifact,
                            const struct signet_ignores *ignores)
{
    char shown[SIGNET_SHOW_MAX];
    char *inside = NULL;
    if (canon->part_count == 0) {
        return SIGNET_OK;
    }
    if (signet_artifact_kind(artifact) != SIGNET_ARTIFACT_BUNDLE) {
        return signet_canon_usage_error(canon, "option --part goes with a directory");
    }
    int rc = SIGNET_OK;
    if (canon->output != NULL) {
        rc = signet_sidecar_inside(canon->output, canon->path, &inside, &canon->err);
    }
    if (rc != SIGNET_OK) {
        rc = signet_canon_fail(canon, rc, NULL);
    } else if (inside != NULL && !signet_ignores_cover(ignores, inside)) {
        rc =
            signet_tool_fail_with(&canon->tool, SIGNET_E_USAGE,
                                  "write it elsewhere, or leave it out of every part with --ignore",
                                  "option --output: %s lies inside the directory, where the next "
                                  "part would list it",
                                  signet_utf8_show(signet_span_str(canon->output), shown));
    }
    free(inside);
    return rc;
}

static int write_piece(void *ctx, struct signet_span piece, struct signet_err *err)
{
    return signet_output_write(ctx, piece, err);
}

static int
write_part(const char *path, const struct signet_manifest *manifest, struct signet_err *err)
{
    struct signet_output *out = NULL;
    int rc = signet_output_open(path, 0644, false, &out, err);
    if (rc == SIGNET_OK) {
        rc = signet_part_write(manifest, (struct signet_sink){write_piece, out}, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_output_commit(out, err);
    }
    signet_output_free(out);
    return rc;
}

static int show_lines(struct signet_span lines, struct signet_err *err)
{
    int rc = SIGNET_OK;
    while (rc == SIGNET_OK && lines.len > 0) {
        const uint8_t *end = memchr(lines.ptr, '\n', lines.len);
        size_t len = end != NULL ? (size_t)(end - lines.ptr) : lines.len;
        rc = signet_say_result(signet_span_of(lines.ptr, len), err);
        len += end != NULL ? 1 : 0;
        lines = signet_span_of(lines.ptr + len, lines.len - len);
    }
    return rc;
}

/* On a terminal names are escaped: they may hold characters that deceive a reader. */
static int show_part(const struct signet_manifest *manifest, struct signet_err *err)
{
    struct signet_buf text;
    signet_buf_init(&text, SIZE_MAX);
    int rc = signet_part_write(manifest, signet_sink_to_buf(&text), err);
    if (rc == SIGNET_OK) {
        rc = show_lines(signet_buf_span(&text), err);
    }
    signet_buf_free(&text);
    return rc;
}

void signet_canon_put_part(struct signet_canon *canon, const struct signet_manifest *manifest)
{
    if (canon->output == NULL) {
        return;
    }
    bool terminal = strcmp(canon->output, "-") == 0 && signet_say_to_terminal();
    int rc = terminal ? show_part(manifest, &canon->err)
                      : write_part(canon->output, manifest, &canon->err);
    if (rc != SIGNET_OK) {
        signet_canon_fail(canon, rc, NULL);
    }
}
