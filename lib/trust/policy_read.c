/* SPDX-License-Identifier: Apache-2.0
 *
 * Values of a policy, copied into its memory: see trust/policy_read.h.
 */
#include "trust/policy_read.h"

#include "base/err.h"

static int no_memory(struct signet_policy_reading *r)
{
    return signet_err_set(r->err, SIGNET_E_NOMEM, "out of memory for a policy");
}

static void *make_room(struct signet_policy_reading *r, size_t count, size_t size)
{
    return signet_arena_array(&r->policy->storage, count, size);
}

/* A copy that lives as long as the policy. */
int signet_policy_take_text(struct signet_policy_reading *r,
                            const struct signet_field *field,
                            const char **text)
{
    const char *found = NULL;
    int rc = signet_field_text(field, &found, r->err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    *text = signet_arena_copy(&r->policy->storage, signet_span_str(found));
    return *text != NULL ? SIGNET_OK : no_memory(r);
}

/* A list of so many elements, with room for them. */
int signet_policy_take_list(struct signet_policy_reading *r,
                            const struct signet_field *array,
                            size_t size,
                            void **list,
                            size_t *count)
{
    int rc = signet_field_list(array, count, r->err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    if (*count > SIGNET_POLICY_LIST) {
        return signet_err_set(r->err, SIGNET_E_LIMIT,
                              "a list of a policy has more than %d elements", SIGNET_POLICY_LIST);
    }
    *list = make_room(r, *count, size);
    return *list != NULL ? SIGNET_OK : no_memory(r);
}

/* A list of texts that is not empty; check may be NULL. */
int signet_policy_take_texts(struct signet_policy_reading *r,
                             const struct signet_field *array,
                             signet_policy_check *check,
                             struct signet_texts *texts)
{
    struct signet_field item;
    void *room = NULL;
    size_t count = 0;
    size_t at = 0;
    int rc = signet_policy_take_list(r, array, sizeof(const char *), &room, &count);
    const char **list = room;
    bool more = rc == SIGNET_OK && signet_field_first(array, &item);
    for (; rc == SIGNET_OK && more; more = signet_field_next(&item)) {
        rc = signet_policy_take_text(r, &item, &list[at]);
        if (rc == SIGNET_OK && check != NULL) {
            rc = check(&item, list[at], r->err);
        }
        at++;
    }
    *texts = (struct signet_texts){list, count};
    return rc;
}

/* The same for a member that need not be there. */
int signet_policy_find_texts(struct signet_policy_reading *r,
                             const struct signet_field *object,
                             const char *name,
                             signet_policy_check *check,
                             struct signet_texts *texts)
{
    struct signet_field member;
    return signet_field_find(object, name, &member)
               ? signet_policy_take_texts(r, &member, check, texts)
               : (int)SIGNET_OK;
}

/* The bits of a list of words, bit i for words[i]. */
int signet_policy_take_bits(struct signet_policy_reading *r,
                            const struct signet_field *array,
                            const char *const *words,
                            unsigned *bits)
{
    struct signet_field item;
    size_t count = 0;
    size_t word = 0;
    int rc = signet_field_list(array, &count, r->err);
    bool more = rc == SIGNET_OK && signet_field_first(array, &item);
    for (*bits = 0; rc == SIGNET_OK && more; more = signet_field_next(&item)) {
        rc = signet_field_word(&item, words, &word, r->err);
        *bits |= rc == SIGNET_OK ? 1U << word : 0;
    }
    return rc;
}

int signet_policy_find_bits(struct signet_policy_reading *r,
                            const struct signet_field *object,
                            const char *name,
                            const char *const *words,
                            unsigned *bits)
{
    struct signet_field member;
    return signet_field_find(object, name, &member)
               ? signet_policy_take_bits(r, &member, words, bits)
               : (int)SIGNET_OK;
}

int signet_policy_get_text(struct signet_policy_reading *r,
                           const struct signet_field *object,
                           const char *name,
                           const char **text)
{
    struct signet_field member;
    int rc = signet_field_get(object, name, &member, r->err);
    return rc == SIGNET_OK ? signet_policy_take_text(r, &member, text) : rc;
}

int signet_policy_get_uint(struct signet_policy_reading *r,
                           const struct signet_field *object,
                           const char *name,
                           uint64_t *number)
{
    struct signet_field member;
    int rc = signet_field_get(object, name, &member, r->err);
    return rc == SIGNET_OK ? signet_field_uint(&member, 1, UINT32_MAX, number, r->err) : rc;
}

int signet_policy_get_instant(struct signet_policy_reading *r,
                              const struct signet_field *object,
                              const char *name,
                              int64_t *seconds)
{
    struct signet_field member;
    int rc = signet_field_get(object, name, &member, r->err);
    return rc == SIGNET_OK ? signet_field_instant(&member, seconds, r->err) : rc;
}

int signet_policy_find_duration(struct signet_policy_reading *r,
                                const struct signet_field *object,
                                const char *name,
                                int64_t *seconds)
{
    struct signet_field member;
    return signet_field_find(object, name, &member)
               ? signet_field_duration(&member, seconds, r->err)
               : (int)SIGNET_OK;
}

int signet_policy_find_bool(struct signet_policy_reading *r,
                            const struct signet_field *object,
                            const char *name,
                            bool *truth)
{
    struct signet_field member;
    return signet_field_find(object, name, &member) ? signet_field_bool(&member, truth, r->err)
                                                    : (int)SIGNET_OK;
}
