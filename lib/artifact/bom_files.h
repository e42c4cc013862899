/* SPDX-License-Identifier: Apache-2.0
 *
 * The files of a model as a bill of materials (AIBOM) lists them: names and hashes, as data. The
 * text is one that somebody has verified; whether a model is what is listed is not judged here.
 */
#ifndef SIGNET_ARTIFACT_BOM_FILES_H
#define SIGNET_ARTIFACT_BOM_FILES_H

#include <signet/digest.h>

#include "artifact/bom.h"
#include "base/arena.h"

/** A file that a BOM lists. */
struct signet_bom_file {
    const char *name; /* relative path; of a model that is one file, the name of the model */
    const struct signet_digest *digests; /* strong ones, all of which must match */
    size_t count;                        /* of digests: at least 1 */
};

/** What a BOM says that its model is. Zero-initialised is empty; free with
 *  signet_bom_files_free(). */
struct signet_bom_files {
    const char *subject;          /* name of the model, never NULL once it was read */
    struct signet_bom_file *list; /* sorted by name, as bytes; no name twice */
    size_t count;                 /* at least 1 */
    bool single;   /* the model is one file, whatever its name: list has it alone, `complete` */
    bool complete; /* there are no files but these */
    unsigned algs; /* 1 << alg of every algorithm that is used */
    struct signet_arena storage;
};

/**
 * Reads the list of the document top, which bom was recognised from.
 *
 * The subject is metadata.component, which must be of type machine-learning-model. Its files are
 * the components of type file and data below it (in `components`, at any depth) and those that a
 * composition of aggregate "complete" names together with it or with one of them; if there are
 * none, those of the one complete composition that names any. They are complete if a complete
 * composition names the subject or every one of them. Without any the `hashes` of the subject are
 * those of a model that is one file.
 *
 * The path of a file is the subpath of its purl, whose last component or whole its name then must
 * be, else its name. Strong algorithms are SHA-256, SHA-384, SHA-512 and BLAKE2b of 256, 384 and
 * 512 bits. MD5 and SHA-1 count for nothing; any other algorithm cannot be checked and is refused.
 *
 * Returns SIGNET_OK; SIGNET_E_UNSUPPORTED (no CycloneDX of a known version, no model as its
 * subject, an algorithm that cannot be checked); SIGNET_E_MISMATCH (a file or the model is not
 * bound: it has no strong hash); SIGNET_E_MALFORMED (a member is not what the schema has, a hash
 * that is no hex of its length, a path twice); SIGNET_E_AMBIGUOUS (two components of one bom-ref,
 * two lists, name and purl that differ, files and a hash of the model); SIGNET_E_FORBIDDEN (a path
 * that signet_path_check() refuses); SIGNET_E_LIMIT or SIGNET_E_NOMEM. *files is empty on failure.
 */
SIGNET_NODISCARD int signet_bom_files_read(struct signet_json_value top,
                                           const struct signet_bom *bom,
                                           const struct signet_limits *limits,
                                           struct signet_bom_files *files,
                                           struct signet_err *err);

/** Releases what files holds and empties it. files may be NULL. */
void signet_bom_files_free(struct signet_bom_files *files);

#endif
