/* SPDX-License-Identifier: Apache-2.0
 *
 * Differences between what was signed and what is there.
 */
#ifndef SIGNET_VERIFY_ENTRIES_H
#define SIGNET_VERIFY_ENTRIES_H

#include "verify/content.h"

/** Notes a difference of an entry (name is copied). Returns SIGNET_OK or SIGNET_E_NOMEM. */
SIGNET_NODISCARD int signet_content_add(struct signet_content *content,
                                        enum signet_difference_kind kind,
                                        struct signet_span name,
                                        bool refuses,
                                        struct signet_err *err);

/** Notes that an entry has another digest by alg than was signed, which refuses. Returns SIGNET_OK
 *  or SIGNET_E_NOMEM. */
SIGNET_NODISCARD int signet_content_add_changed(struct signet_content *content,
                                                struct signet_span name,
                                                enum signet_digest_alg alg,
                                                const uint8_t *expected,
                                                const uint8_t *found,
                                                struct signet_err *err);

/**
 * Compares every entry of a manifest with every resource of a statement, notes what differs and
 * counts what matches. Returns SIGNET_OK, whatever differs, SIGNET_E_NOMEM or SIGNET_E_INTERNAL
 * (measured in other shards than were signed).
 */
SIGNET_NODISCARD int signet_content_compare_lists(struct signet_content *content,
                                                  const struct signet_manifest *manifest,
                                                  const struct signet_oms *oms,
                                                  const struct signet_verify_opts *opts,
                                                  struct signet_err *err);

#endif
