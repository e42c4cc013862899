/* SPDX-License-Identifier: Apache-2.0
 *
 * Values of a policy, copied into its memory. Knows which kinds of value there are, and no member.
 */
#ifndef SIGNET_TRUST_POLICY_READ_H
#define SIGNET_TRUST_POLICY_READ_H

#include "trust/field.h"
#include "trust/policy.h"

/** A policy in the making. */
struct signet_policy_reading {
    struct signet_policy *policy;
    struct signet_err *err;
};

/** Whether a text is what a member may hold. Returns SIGNET_OK or SIGNET_E_MALFORMED. */
typedef int
signet_policy_check(const struct signet_field *field, const char *text, struct signet_err *err);

/* All return SIGNET_OK, SIGNET_E_MALFORMED, SIGNET_E_LIMIT or SIGNET_E_NOMEM. */

/** A text that is not empty, copied. */
SIGNET_NODISCARD int signet_policy_take_text(struct signet_policy_reading *r,
                                             const struct signet_field *field,
                                             const char **text);

/** Requires a list that is not too long, and makes room for so many elements of that size; *list is
 * set on success. */
SIGNET_NODISCARD int signet_policy_take_list(struct signet_policy_reading *r,
                                             const struct signet_field *array,
                                             size_t size,
                                             void **list,
                                             size_t *count);

/** A list of texts, each of which check, which may be NULL, accepts. */
SIGNET_NODISCARD int signet_policy_take_texts(struct signet_policy_reading *r,
                                              const struct signet_field *array,
                                              signet_policy_check *check,
                                              struct signet_texts *texts);

/** The same for a member that need not be there. */
SIGNET_NODISCARD int signet_policy_find_texts(struct signet_policy_reading *r,
                                              const struct signet_field *object,
                                              const char *name,
                                              signet_policy_check *check,
                                              struct signet_texts *texts);

/** The words of a list as bits: bit i stands for words[i] (NULL-terminated). */
SIGNET_NODISCARD int signet_policy_take_bits(struct signet_policy_reading *r,
                                             const struct signet_field *array,
                                             const char *const *words,
                                             unsigned *bits);

/** The same for a member that need not be there. */
SIGNET_NODISCARD int signet_policy_find_bits(struct signet_policy_reading *r,
                                             const struct signet_field *object,
                                             const char *name,
                                             const char *const *words,
                                             unsigned *bits);

/** Members that must be there: a text, an integer from 1 on, an instant. */
SIGNET_NODISCARD int signet_policy_get_text(struct signet_policy_reading *r,
                                            const struct signet_field *object,
                                            const char *name,
                                            const char **text);

SIGNET_NODISCARD int signet_policy_get_uint(struct signet_policy_reading *r,
                                            const struct signet_field *object,
                                            const char *name,
                                            uint64_t *number);

SIGNET_NODISCARD int signet_policy_get_instant(struct signet_policy_reading *r,
                                               const struct signet_field *object,
                                               const char *name,
                                               int64_t *seconds);

/** Members that need not be there: a duration, a truth. */
SIGNET_NODISCARD int signet_policy_find_duration(struct signet_policy_reading *r,
                                                 const struct signet_field *object,
                                                 const char *name,
                                                 int64_t *seconds);

SIGNET_NODISCARD int signet_policy_find_bool(struct signet_policy_reading *r,
                                             const struct signet_field *object,
                                             const char *name,
                                             bool *truth);

#endif
