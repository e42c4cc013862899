/* SPDX-License-Identifier: Apache-2.0
 *
 * Taking hold of a file before a byte of it is read, so that what is verified then is what is used
 * afterwards: nobody changes it in between, or a copy is used that nobody can change. Part of
 * libsignet-gate. Linux only.
 *
 * The order is: signet_artifact_open(), signet_gate_hold(), signet_verify(),
 * signet_gate_check_hold(), and then whatever is to happen with signet_gate_descriptor().
 */
#ifndef SIGNET_HOLD_H
#define SIGNET_HOLD_H

#include <signet/verify.h>

SIGNET_BEGIN_DECLS

/** How a file is held. */
enum signet_hold {
    SIGNET_HOLD_AUTO = 0, /* to be executed or loaded: SAFE, else LEASE (no script), else MEMORY */
    /* As it is. Nobody but root can change it, or what stands at a folder on the way to it: all of
     * them are root's, no others may write to them, and they lie on a file system of this machine
     * (ext2 to ext4, XFS, Btrfs, tmpfs, overlayfs), which no server or program provides. */
    SIGNET_HOLD_SAFE,
    /* As it is, by a read lease of fcntl(2), for its owner and with CAP_LEASE, on ext2 to ext4,
     * XFS, Btrfs and tmpfs. It is not granted while anybody could write, by a mapping either.
     * Whoever wants to write waits, and this process gets SIGURG; but after
     * /proc/sys/fs/lease-break-time (45 seconds mostly) the system ends the lease, so whoever uses
     * the file must have ended by then. It ends with the last descriptor that was inherited. */
    SIGNET_HOLD_LEASE,
    /* A copy in a file that has no name, held by a lease as well: see signet_gate_copy(). */
    SIGNET_HOLD_COPY,
    /* A copy in sealed memory (memfd_create(2)). It takes as much memory as the file has bytes. */
    SIGNET_HOLD_MEMORY,
};

/** Its word: "auto", "safe", "lease", "copy" or "memfd". Static storage. */
SIGNET_API const char *signet_hold_word(enum signet_hold hold);

/**
 * Takes hold of an artifact before anything of it was read: everything that reads it later reads
 * what is held, while its path stays that of what was opened. *got is how it is held, set on
 * success only; after a failure the artifact is as it was.
 *
 * A FILE is held once. Of a bundle each file is held when it is opened to be verified: by LEASE or
 * not at all, which ends the verification; with AUTO that is LEASE, and only
 * signet_gate_check_hold() tells that one could not be held. COPY ends that again, and holds
 * nothing: signet_gate_show_bundle() makes copies of what was verified.
 *
 * AUTO takes the first way that works, LEASE not on Linux 6.11 and 6.12, which let a program be
 * written to while it runs. Its copy may be executed as far as the file may; that of MEMORY never,
 * since Linux 6.3. max bounds a copy in memory, in bytes; memory is taken as it is filled. COPY of
 * a file is not taken here.
 *
 * Returns SIGNET_OK; SIGNET_E_USAGE (a bundle by SAFE or MEMORY; COPY of a file; held already);
 * SIGNET_E_UNSUPPORTED (SAFE: others can change it; LEASE: err->sys_errno is EOPNOTSUPP if its file
 * system has none that can be relied on, EACCES if it belongs to somebody else; MEMORY: the kernel
 * cannot seal memory, or vm.memfd_noexec keeps it from being executed); SIGNET_E_DENIED (LEASE:
 * err->sys_errno is ETXTBSY, as somebody has it open for writing); SIGNET_E_LIMIT (larger than
 * max); SIGNET_E_IO or SIGNET_E_NOMEM.
 */
SIGNET_API SIGNET_NODISCARD int signet_gate_hold(struct signet_artifact *artifact,
                                                 enum signet_hold wanted,
                                                 uint64_t max,
                                                 enum signet_hold *got,
                                                 struct signet_err *err);

/**
 * signet_gate_hold() by COPY: into a file without a name in folder, which must be on a file system
 * on which leases are relied on. It is opened again for reading alone, and the descriptor that
 * could write is closed; then a read lease is taken, which is granted only if there is no other
 * such descriptor. So even who runs as the same user, and finds the file below /proc, either keeps
 * the lease from being granted, or has to wait like any writer, see LEASE. What is verified is read
 * after that. XFS and Btrfs share the blocks instead of copying them, if the file is there.
 *
 * Results as signet_gate_hold(); SIGNET_E_IO also if folder cannot be written to or is full.
 */
SIGNET_API SIGNET_NODISCARD int
signet_gate_copy(struct signet_artifact *artifact, const char *folder, struct signet_err *err);

/** How artifact is held; SIGNET_HOLD_AUTO: it is not. */
SIGNET_API enum signet_hold signet_gate_held_by(const struct signet_artifact *artifact);

/**
 * Requires that artifact is held still, as *got of signet_gate_hold() said: to be asked when all
 * was decided, right before it is used, and while LEASE or COPY is used, whenever SIGURG arrives.
 * Returns SIGNET_OK, SIGNET_E_UNSUPPORTED (SAFE: others can change it now) or SIGNET_E_DENIED
 * (somebody asked to write to it, with err->sys_errno ETXTBSY; SAFE: root did; or it is not held
 * so).
 */
SIGNET_API SIGNET_NODISCARD int signet_gate_check_hold(const struct signet_artifact *artifact,
                                                       enum signet_hold hold,
                                                       struct signet_err *err);

/** The folder in which signet_gate_show_bundle() puts a bundle, by the name of its artifact. */
#define SIGNET_GATE_SHOWN "/signet"

/**
 * Puts what a verification of a bundle vouches for where this process, and what it executes, finds
 * it: below SIGNET_GATE_SHOWN, in a mount namespace of its own, read-only, without set-id bits,
 * devices and programs, and nothing else of the bundle. Everything else is where it was, and
 * private: mounts that others make later do not appear. Held by LEASE the files are those that were
 * verified, each mounted by itself; the leases must be kept by a process that ends this one in
 * time. As a COPY they are written into memory, and digested meanwhile: what was verified, or
 * nothing. The current folder and all ids stay. Without the right to mount it is done in a user
 * namespace, which maps the ids of this process alone, so that files of others seem to belong to
 * nobody, and set-user-ID programs are not what they are outside. Whoever runs as the same user may
 * enter it, and mount there what they like, as they may trace this process. This process must have
 * one thread; after a failure it must end.
 *
 * Returns SIGNET_OK, SIGNET_E_USAGE (no bundle, or held another way), SIGNET_E_UNVERIFIED (it did
 * not pass), SIGNET_E_UNSUPPORTED (the system refuses a namespace or a mount), SIGNET_E_EXISTS
 * (there is something at SIGNET_GATE_SHOWN), SIGNET_E_MISMATCH (the bundle changed since),
 * SIGNET_E_IO, SIGNET_E_NOMEM, or what signet_extract() returns.
 */
SIGNET_API SIGNET_NODISCARD int
signet_gate_show_bundle(const struct signet_verification *verification,
                        struct signet_artifact *artifact,
                        enum signet_hold hold,
                        struct signet_err *err);

/** The descriptor of what stands at the path of artifact, which is that of the held bytes unless
 *  they are a copy. Borrowed: valid as long as the artifact. */
SIGNET_API int signet_gate_place(const struct signet_artifact *artifact);

/** The descriptor of the held bytes, which is open for reading alone and closed on execve(2).
 *  Borrowed: valid as long as the artifact. */
SIGNET_API int signet_gate_descriptor(const struct signet_artifact *artifact);

SIGNET_END_DECLS

#endif
