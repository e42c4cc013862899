/* SPDX-License-Identifier: Apache-2.0
 *
 * Artifacts: what is signed. A regular file, or a bundle (a directory, or an archive on request,
 * read as the list of its regular files). Opening reads no contents; measuring reads each byte once
 * and gives the canonical manifest, which is all that signing and verifying look at.
 */
#ifndef SIGNET_ARTIFACT_H
#define SIGNET_ARTIFACT_H

#include <signet/digest.h>
#include <signet/err.h>
#include <signet/limits.h>
#include <signet/usage.h>

SIGNET_BEGIN_DECLS

enum signet_artifact_kind {
    SIGNET_ARTIFACT_FILE = 1,   /* identity: SHA-256 of its bytes */
    SIGNET_ARTIFACT_BUNDLE = 2, /* identity: signetBundle, see struct signet_manifest */
};

/** An opened artifact; one thread at a time. What is measured is what was opened, whatever happens
 *  to its path meanwhile. */
struct signet_artifact;

/**
 * Opens a regular file or a directory that a user named; a link at path itself is followed.
 * *artifact is owned (free with signet_artifact_close()) and set on success only.
 * Returns SIGNET_OK, SIGNET_E_IO (missing, unreadable), SIGNET_E_FORBIDDEN (a FIFO, socket or
 * device; a name with control characters or invalid UTF-8) or SIGNET_E_NOMEM.
 */
SIGNET_API SIGNET_NODISCARD int
signet_artifact_open(const char *path, struct signet_artifact **artifact, struct signet_err *err);

/** Releases the artifact, which may be NULL. */
SIGNET_API void signet_artifact_close(struct signet_artifact *artifact);

/** What was opened. */
SIGNET_API enum signet_artifact_kind signet_artifact_kind(const struct signet_artifact *artifact);

/** The last component of the path without slashes after it; for ".", ".." and "/" that of the
 *  resolved path, "root" for the root itself. Unlike a name in a bundle it may hold a backslash.
 *  Valid as long as the artifact. */
SIGNET_API const char *signet_artifact_name(const struct signet_artifact *artifact);

/**
 * The absolute path of what was opened, of which no part is a link, if that is what stands there
 * now: by device and inode. *path is owned (free with free()); NULL if there is none, as it was
 * deleted, moved, or lies where this process cannot look. Returns SIGNET_OK or SIGNET_E_NOMEM.
 */
SIGNET_API SIGNET_NODISCARD int
signet_real_path(const struct signet_artifact *artifact, char **path, struct signet_err *err);

/**
 * Tells which archive a FILE artifact is: *format is "tar", "zip", "7z", "tar.gz", "tar.bz2",
 * "tar.xz" or "tar.zst" (static storage), by its contents, whatever its name; NULL if it is none.
 * Returns SIGNET_OK, SIGNET_E_IO, SIGNET_E_NOMEM or SIGNET_E_INTERNAL (libarchive cannot be loaded
 * from its compiled-in path).
 */
SIGNET_API SIGNET_NODISCARD int signet_artifact_archive(struct signet_artifact *artifact,
                                                        const char **format,
                                                        struct signet_err *err);

/** Names at the top of a bundle that OMS leaves out unless told otherwise: ".git",
 * ".gitattributes",
 *  ".github", ".gitignore", then NULL. Static storage. */
SIGNET_API const char *const *signet_artifact_git_names(void);

/** One regular file of a bundle; a FILE artifact has one, named as the file. */
struct signet_entry {
    const char *name;        /* relative, "/"-separated, NUL-terminated; the manifest's */
    uint64_t size;           /* bytes */
    uint64_t first;          /* private: see signet_entry_digest() */
    uint64_t inode;          /* private: of the file that was read as a whole, or 0 */
    uint64_t changed;        /* private: when that had changed last */
    uint8_t sha256[32];      /* of its contents; zero if the manifest is of shards */
    enum signet_usage usage; /* what it is for, if that is code and somebody looked; or 0 */
};

/** The canonical manifest. Zero-initialised is empty; free with signet_manifest_free(). */
struct signet_manifest {
    enum signet_artifact_kind kind;
    enum signet_digest_alg alg;   /* of the digests, see signet_entry_digest() */
    uint64_t shard_size;          /* bytes; 0: each digest is of a whole file */
    struct signet_entry *entries; /* sorted by name, as bytes */
    size_t count;
    uint64_t bytes; /* of all entries together */
    /* SHA-256 over the concatenated digests, in the order in which OMS lists them: the OMS root.
     * Holds no names, so it identifies nothing alone. */
    struct signet_digest root;
    /* FILE: SHA-256 of the bytes. BUNDLE: SHA-256 over, per entry in order, lower-case hex SHA-256
     * of its contents, two spaces, its name, one NUL byte. Absent (len 0) if shard_size is not 0,
     * because no file was digested as a whole then, and if it is partial. */
    struct signet_digest identity;
    /* FILE: SHA-256 of the RFC 8785 form of the JSON text that it holds. Measuring leaves it absent
     * (len 0): it is computed where somebody signs, or signed, that form. */
    struct signet_digest canonical;
    const char **ignored; /* ignore paths that named something that exists, each once, sorted */
    size_t ignored_count;
    /* Directories without any entry below them, sorted: nothing signs them. */
    const char **uncovered;
    size_t uncovered_count;
    bool partial; /* of some entries alone: there is no root and no identity (len 0) */
    /* Which part it is (from 1), of how many, and SHA-256 over the names and sizes of all files of
     * the bundle, see <signet/part.h>; 0 and absent (len 0) unless it was measured as a part. */
    uint64_t part;
    uint64_t part_count;
    struct signet_digest listing;
    size_t from_parts;    /* entries whose digests others computed, see part_files */
    const char *twins[2]; /* two names that differ in ASCII case only, or NULL: the first of all */
    /* The folder of an archive that all names began with and that was taken off them, or NULL. */
    const char *stripped;
    void *storage; /* private */
};

/** When a folder at the top of an archive is taken off all names. */
enum signet_strip_rule {
    SIGNET_STRIP_NONE = 0,
    SIGNET_STRIP_ONE,   /* if everything lies below one */
    SIGNET_STRIP_NAMED, /* if everything lies below one, and that has the given name */
    SIGNET_STRIP_COUNT, /* so many of them, one below the other; another archive is refused */
};

/** A rule and what it needs. Zero-initialised takes nothing off. */
struct signet_strip {
    enum signet_strip_rule rule;
    const char *name; /* NAMED; borrowed */
    uint64_t count;   /* COUNT; 0 takes nothing off */
};

struct signet_part_file;
struct signet_engine_memory;
struct signet_lane_look;

/** How to measure. Zero-initialise, then set size and what differs from the defaults. */
struct signet_measure_opts {
    size_t size;                /* sizeof(struct signet_measure_opts) */
    enum signet_digest_alg alg; /* NONE means SHA-256 */
    /* Bytes; 0: digest whole files. Otherwise each file is digested in pieces of this size, of
     * which the last may be shorter, so that one large file keeps all processors busy. Bundles
     * only. */
    uint64_t shard_size;
    /* Of these path, and entries: so many files and so many directories. NULL means the defaults.
     */
    const struct signet_limits *limits;
    /* Relative paths left out with all below them; NULL-terminated, may be NULL; no effect on a
     * file. */
    const char *const *ignore;
    /* Of the paths to ignore, those that may stand for a regular file alone, such as a signature
     * inside its bundle: anything else of that name is refused. NULL-terminated, may be NULL. */
    const char *const *files_only;
    bool contents; /* measure a FILE artifact as the bundle that it holds: it must be an archive */
    struct signet_strip strip; /* of contents */
    /* Measures these files of a bundle alone, NULL-terminated; NULL means all. Nothing else is
     * looked at and no directory is listed, so the manifest is partial. A name where no file lies
     * is not in it. Each must be one that signet_path_check() lets pass. */
    const char *const *only;
    /* The bundle is these files of a folder, NULL-terminated, wherever in it they lie: its manifest
     * is whole. A name where no file lies is not in it; nothing else is looked at and no directory
     * is listed. NULL: it is all that lies in the folder. Goes with neither only nor parts. */
    const char *const *files;
    /* Measures one part of a bundle that several machines share: number part (from 1) of
     * part_count, by SHA-256 of whole files. All is listed, and what the part is does not depend on
     * the machine. The manifest is partial. part_count 0: all. */
    uint64_t part;
    uint64_t part_count;
    /* Reads no file of a bundle, but takes all digests, SHA-256 of whole files, from the manifests
     * of its parts, which whoever made them is believed about; all is listed, and must be what was
     * shared out. NULL: reads them. */
    const struct signet_part_file *part_files;
    size_t part_file_count;
    bool may_be_empty; /* a bundle without any file is not refused: whoever compares it says so */
    size_t jobs;       /* threads, at most 64; 0 means one for each processor */
    /* Called after about each MiB, and when all is done, with bytes read so far and in all, from
     * one thread at a time; may be NULL. */
    void (*progress)(void *ctx, uint64_t done, uint64_t total);
    void *progress_ctx;
    /* Asked before each entry and file and about once a MiB, by several threads at once: true ends
     * the measuring with SIGNET_E_UNVERIFIED. May be NULL. */
    bool (*stop)(void *ctx);
    void *stop_ctx;
    const struct signet_engine_memory *memory; /* private: NULL */
    const struct signet_lane_look *look;       /* private: NULL */
};

/**
 * Reads every byte of the artifact once and fills *manifest.
 *
 * A bundle is refused with a text of its own for each: a symbolic link, FIFO, socket or device in
 * it; a name that is not UTF-8, holds a control character (below 0x20, or 0x7F) or a backslash, or
 * is longer than limits->path; two names that are equal; no regular file at all. A file that
 * changes while it is read (contents, times, mode, links) is an error that names it, and so is what
 * was listed as a regular file and is none when it is opened. Ignored paths are not looked into.
 * Result and error do not depend on jobs.
 *
 * An archive is measured to the same manifest as a directory with the same files. It is refused
 * for all of that and, with a text of its own for each: an absolute name, a hard link, a set-id or
 * sticky bit, two entries of one name, an entry below a file, a sparse or encrypted file, anything
 * behind its end, and whatever two readers of it do not agree on. One leading "./" is dropped.
 *
 * Returns SIGNET_OK, SIGNET_E_FORBIDDEN (the refusals above), SIGNET_E_LIMIT, SIGNET_E_IO,
 * SIGNET_E_NOMEM, SIGNET_E_UNSUPPORTED (alg; no archive, or of a kind that is not read),
 * SIGNET_E_MALFORMED (an archive or a part manifest), SIGNET_E_MISMATCH (part manifests that do not
 * make up the bundle), SIGNET_E_USAGE (opts->size; shards, chosen entries or parts of a file; parts
 * by another algorithm than SHA-256, or with what they do not go with; an ignore path that is no
 * relative path), SIGNET_E_UNVERIFIED (opts->stop said so) or
 * SIGNET_E_INTERNAL. *manifest is empty on failure.
 */
SIGNET_API SIGNET_NODISCARD int signet_artifact_measure(struct signet_artifact *artifact,
                                                        const struct signet_measure_opts *opts,
                                                        struct signet_manifest *manifest,
                                                        struct signet_err *err);

/** How many digests the entry has: 1, or in a manifest of shards one for each piece, which is none
 *  for an empty file. */
SIGNET_API uint64_t signet_entry_digests(const struct signet_manifest *manifest,
                                         const struct signet_entry *entry);

/** The digest by manifest->alg of the whole entry, or of its piece of that number (from 0, below
 *  signet_entry_digests()). Valid as long as the manifest. */
SIGNET_API struct signet_span signet_entry_digest(const struct signet_manifest *manifest,
                                                  const struct signet_entry *entry,
                                                  uint64_t number);

/** The entry of exactly that name, or NULL. */
SIGNET_API const struct signet_entry *signet_manifest_find(const struct signet_manifest *manifest,
                                                           struct signet_span name);

/** Releases what the manifest holds and empties it. manifest may be NULL. */
SIGNET_API void signet_manifest_free(struct signet_manifest *manifest);

/**
 * Checks a name against the rules of the canonical manifest: relative, no empty, "." or ".."
 * component, no leading or trailing "/", valid UTF-8, no byte below 0x20, no 0x7F, no backslash, 1
 * to max bytes. Returns SIGNET_OK, SIGNET_E_FORBIDDEN or SIGNET_E_LIMIT.
 */
SIGNET_API SIGNET_NODISCARD int
signet_path_check(struct signet_span name, uint64_t max, struct signet_err *err);

SIGNET_END_DECLS

#endif
