/* SPDX-License-Identifier: Apache-2.0
 *
 * signet-canon: prints what is signed, or its digest. A JSON document gives its RFC 8785 bytes, a
 * directory or an archive its manifest (signet/artifact.h). Owns what is read as what; signs and
 * verifies nothing.
 */
#include "canon/canon.h"

#include <signet/io.h>
#include <signet/text.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct signet_opt_spec options[] = {
    {.id = SIGNET_CANON_DIGEST, .name = "digest", .help = "print one line, the digest, instead"},
    {.id = SIGNET_CANON_HASH,
     .name = "hash",
     .arg = "ALGORITHM",
     .help = "sha256 [default], sha384, sha512 or blake2b"},
    {.id = SIGNET_CANON_MANIFEST,
     .name = "manifest",
     .help = "list any file as a bundle of one entry"},
    {.id = SIGNET_CANON_PART,
     .name = "part",
     .arg = "I/N",
     .help = "digest one of N parts, for signet-sign --manifest"},
    {.id = SIGNET_CANON_STRIP,
     .name = "strip",
     .arg = "N",
     .help = "take N folders off the names of an archive"},
    {.id = SIGNET_CANON_IGNORE,
     .name = "ignore",
     .arg = "PATH",
     .repeat = true,
     .help = "leave PATH out of a bundle; may repeat"},
    {.id = SIGNET_CANON_OUTPUT,
     .short_name = 'o',
     .name = "output",
     .arg = "FILE",
     .help = "write to a new FILE instead of stdout"},
    SIGNET_OPT_COMMON,
    SIGNET_OPT_END,
};

static const char *const usage[] = {"[options] PATH", "[options] -   (JSON on standard input)",
                                    NULL};

static const char *const examples[] = {
    "signet-canon bom.json              the canonical bytes of a JSON document",
    "signet-canon --digest - <bom.json  their SHA-256",
    "signet-canon models/tiny.tar.zst   names and digests, as of the folder itself",
    NULL,
};

static const struct signet_tool_info info = {
    .help = {.name = "signet-canon",
             .summary = "Prints the bytes that are signed: a JSON document in RFC 8785 form, or "
                        "the\nmanifest of a directory or archive. Git's own names (.git, "
                        ".gitignore,\n.gitattributes, .github) at the top of either are left out.",
             .usage = usage,
             .examples = examples},
    .schema = "signet-canon/1",
    .options = options,
};

int signet_canon_fail(struct signet_canon *canon, int rc, const char *hint)
{
    signet_err_set(&canon->err, rc, "%s", signet_err_meaning(rc));
    signet_tool_fail(&canon->tool, &canon->err, hint);
    return rc;
}

int signet_canon_usage_error(struct signet_canon *canon, const char *text)
{
    return signet_tool_fail_with(&canon->tool, SIGNET_E_USAGE, NULL, "%s", text);
}

static int take_hash(struct signet_canon *canon)
{
    char shown[SIGNET_SHOW_MAX];
    const char *name = signet_opts_value(&canon->tool.opts, SIGNET_CANON_HASH);
    canon->alg = SIGNET_DIGEST_SHA256;
    if (name != NULL) {
        canon->alg = signet_digest_by_name(signet_span_str(name));
    }
    if (canon->alg == SIGNET_DIGEST_NONE || canon->alg > SIGNET_DIGEST_BLAKE2B) {
        return signet_tool_fail_with(
            &canon->tool, SIGNET_E_USAGE, NULL,
            "option --hash: expected sha256, sha384, sha512 or blake2b, found \"%s\"",
            signet_utf8_show(signet_span_str(name), shown));
    }
    return SIGNET_OK;
}

static int take_strip(struct signet_canon *canon)
{
    char shown[SIGNET_SHOW_MAX];
    const char *count = signet_opts_value(&canon->tool.opts, SIGNET_CANON_STRIP);
    canon->strip.rule = count != NULL ? SIGNET_STRIP_COUNT : SIGNET_STRIP_ONE;
    if (count != NULL &&
        signet_num_parse(signet_span_str(count), &canon->strip.count) != SIGNET_OK) {
        return signet_tool_fail_with(&canon->tool, SIGNET_E_USAGE, NULL,
                                     "option --strip: expected a number of folders, found \"%s\"",
                                     signet_utf8_show(signet_span_str(count), shown));
    }
    return SIGNET_OK;
}

static int take_options(struct signet_canon *canon)
{
    const struct signet_opts *opts = &canon->tool.opts;
    canon->digest = signet_opts_has(opts, SIGNET_CANON_DIGEST);
    canon->manifest = signet_opts_has(opts, SIGNET_CANON_MANIFEST);
    canon->output = signet_opts_value(opts, SIGNET_CANON_OUTPUT);

    if (opts->operand_count != 1) {
        return signet_canon_usage_error(
            canon, opts->operand_count == 0 ? "expected a PATH to read, or - for standard input"
                                            : "expected one PATH, found more");
    }
    canon->path = opts->operands[0];
    canon->from_stdin = strcmp(canon->path, "-") == 0;
    if (canon->from_stdin && canon->manifest) {
        return signet_canon_usage_error(
            canon, "option --manifest needs a path; standard input has no name");
    }
    if (canon->from_stdin && signet_opts_has(opts, SIGNET_CANON_PART)) {
        return signet_canon_usage_error(canon, "option --part goes with a directory");
    }
    if (canon->output == NULL && !canon->tool.json) {
        canon->output = "-";
    }
    if (canon->output != NULL && canon->tool.json && strcmp(canon->output, "-") == 0) {
        return signet_canon_usage_error(
            canon, "options --json and --output=- would share standard output");
    }
    int rc = take_strip(canon);
    if (rc == SIGNET_OK) {
        rc = take_hash(canon);
    }
    return rc == SIGNET_OK ? signet_canon_take_part(canon) : rc;
}

/* An output that cannot be written is better known before the work than after it. */
static int check_output(struct signet_canon *canon)
{
    char shown[SIGNET_SHOW_MAX];
    struct stat st;
    if (canon->output == NULL || strcmp(canon->output, "-") == 0 ||
        lstat(canon->output, &st) != 0) {
        return SIGNET_OK;
    }
    return signet_tool_fail_with(&canon->tool, SIGNET_E_EXISTS, "remove it or name another file",
                                 "%s: exists, and signet-canon replaces no file",
                                 signet_utf8_show(signet_span_str(canon->output), shown));
}

int signet_canon_put_digest(struct signet_canon *canon, const struct signet_digest *digest)
{
    char hex[SIGNET_DIGEST_HEX];
    struct signet_buf line;
    if (canon->output == NULL) {
        return SIGNET_OK;
    }
    signet_buf_init(&line, SIGNET_DIGEST_HEX + 1);
    signet_buf_puts(&line, signet_digest_hex(digest, hex));
    signet_buf_putc(&line, '\n');
    int rc = line.status;
    if (rc == SIGNET_OK) {
        rc = signet_io_write(canon->output, signet_buf_span(&line), 0644, false, &canon->err);
    }
    signet_buf_free(&line);
    return rc == SIGNET_OK ? rc : signet_canon_fail(canon, rc, NULL);
}

/* What is no document: a directory, any file by --manifest, an archive. True if it was one. */
static bool run_artifact(struct signet_canon *canon, bool document)
{
    struct signet_artifact *artifact = NULL;
    const char *format = NULL;
    int rc = signet_artifact_open(canon->path, &artifact, &canon->err);
    if (rc == SIGNET_OK && document) {
        rc = signet_artifact_archive(artifact, &format, &canon->err);
    }
    if (rc != SIGNET_OK) {
        signet_canon_fail(canon, rc, NULL);
    } else if (!document || format != NULL) {
        signet_canon_bundle(canon, artifact, format);
    }
    signet_artifact_close(artifact);
    return rc != SIGNET_OK || !document || format != NULL;
}

static void run_path(struct signet_canon *canon)
{
    struct stat st;
    int fd = -1;
    int rc = signet_io_open(canon->path, &fd, &canon->err);
    if (rc != SIGNET_OK) {
        signet_canon_fail(canon, rc, NULL);
        return;
    }
    bool found = fstat(fd, &st) == 0;
    bool document = !canon->manifest && canon->part_count == 0 && !(found && S_ISDIR(st.st_mode));
    bool special = document && !(found && S_ISREG(st.st_mode)); /* reading it says what it is */
    if (special || !run_artifact(canon, document)) {
        signet_canon_document(canon, fd, canon->path);
    }
    close(fd);
}

int main(int argc, char **argv)
{
    struct signet_canon canon;
    memset(&canon, 0, sizeof(canon));
    signet_err_clear(&canon.err);
    if (signet_tool_start(&canon.tool, &info, argc, argv) && take_options(&canon) == SIGNET_OK &&
        check_output(&canon) == SIGNET_OK) {
        signet_jsonout_text(&canon.tool.body, "path", canon.path);
        if (canon.from_stdin) {
            signet_canon_document(&canon, STDIN_FILENO, "standard input");
        } else {
            run_path(&canon);
        }
    }
    return signet_tool_finish(&canon.tool);
}
