/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading a JSON text from its own bytes: for statements, resource lists and BOMs, which can be far
 * bigger than a tree of them should be. Checking comes first and once; after it, walking cannot
 * fail.
 */
#ifndef SIGNET_JSON_READ_H
#define SIGNET_JSON_READ_H

#include <signet/buf.h>
#include <signet/err.h>
#include <signet/limits.h>

/** Kinds of value, by first byte. */
enum signet_json_kind {
    SIGNET_JSON_NULL = 1,
    SIGNET_JSON_BOOL,
    SIGNET_JSON_NUMBER,
    SIGNET_JSON_STRING,
    SIGNET_JSON_ARRAY,
    SIGNET_JSON_OBJECT,
};

/** One value: the bytes of its lexeme inside a checked text, without white space around it. */
struct signet_json_value {
    enum signet_json_kind kind;
    struct signet_span text;
};

/**
 * Checks one JSON text to its end by the rules of signet_json_canon() and gives its top value.
 * depth is the greatest nesting allowed. Results as signet_json_canon(). *top borrows from text.
 */
SIGNET_NODISCARD int signet_json_check(struct signet_span text,
                                       uint64_t depth,
                                       struct signet_json_value *top,
                                       struct signet_err *err);

/** The top value of a text that was checked already; it borrows from it. */
struct signet_json_value signet_json_top(struct signet_span checked);

/** Where a walk over the members or elements of one container stands. */
struct signet_json_walk {
    struct signet_span rest; /* up to the end of the container or beyond it */
    bool object;
};

/** Starts a walk; a value that is no container has no members. */
struct signet_json_walk signet_json_walk(struct signet_json_value container);

/** Steps to the next member; false at the end. *name is a STRING value, never for an array. */
bool signet_json_next_member(struct signet_json_walk *walk,
                             struct signet_json_value *name,
                             struct signet_json_value *value);

/** Steps to the next element of an array; false at the end. */
bool signet_json_next_element(struct signet_json_walk *walk, struct signet_json_value *value);

/**
 * One cursor through nested containers, for readers that go into some values and step over others:
 * each byte is looked at once, however deep it lies. A walk that stands before value:
 */
struct signet_json_walk signet_json_before(struct signet_json_value value);

/** Steps to the next member and reads its name alone: the walk then stands before the value. */
bool signet_json_next_name(struct signet_json_walk *walk, struct signet_json_value *name);

/** Steps to the next element of an array: the walk then stands before it. */
bool signet_json_next_item(struct signet_json_walk *walk);

/** The kind of the value that the walk stands before. */
enum signet_json_kind signet_json_ahead(const struct signet_json_walk *walk);

/** Steps over the value that the walk stands before, and gives it. */
struct signet_json_value signet_json_take(struct signet_json_walk *walk);

/** Goes into the container that the walk stands before. */
void signet_json_enter(struct signet_json_walk *walk);

/** Steps out of a container that signet_json_enter() went into, of which there is no next name or
 *  item; object says whether the one around it is an object. */
void signet_json_leave(struct signet_json_walk *walk, bool object);

/** Finds the member whose unescaped name is exactly name; false if there is none. */
bool signet_json_member(struct signet_json_value object,
                        const char *name,
                        struct signet_json_value *value);

/** Finds a value by its place: the names of members from object down to it, joined with dots, each
 *  shorter than 64 bytes. false if there is none. */
bool signet_json_find(struct signet_json_value object,
                      const char *place,
                      struct signet_json_value *value);

/**
 * Finds several members in one walk: values[i] becomes that of the member whose unescaped name is
 * exactly names[i] (NULL-terminated), or kind 0. Returns how many members have other names.
 */
size_t signet_json_members(struct signet_json_value object,
                           const char *const *names,
                           struct signet_json_value *values);

/**
 * Steps to the next element of an array, as signet_json_next_element(), and finds the members of it
 * in the same walk, as signet_json_members(): *others is how many have other names.
 */
bool signet_json_next_object(struct signet_json_walk *walk,
                             const char *const *names,
                             struct signet_json_value *element,
                             struct signet_json_value *values,
                             size_t *others);

/** Whether value is a STRING that, unescaped, is exactly these bytes (which may hold NUL). */
bool signet_json_string_is(struct signet_json_value value, struct signet_span bytes);

/** Whether value is a STRING that, unescaped, begins with these characters. */
bool signet_json_string_begins(struct signet_json_value value, const char *prefix);

/** Whether both are STRING and, unescaped, the same. */
bool signet_json_same_string(struct signet_json_value a, struct signet_json_value b);

/** Appends an unescaped STRING to out. Returns SIGNET_OK, SIGNET_E_MALFORMED (no string), or as
 *  signet_buf_reserve(). */
SIGNET_NODISCARD int signet_json_string(struct signet_json_value value, struct signet_buf *out);

/**
 * A STRING without escapes as a span of the text itself: no copy. false if value is no string or
 * has an escape; signet_json_string() reads those.
 */
bool signet_json_plain_string(struct signet_json_value value, struct signet_span *bytes);

/** What stands between the quotes of a STRING, escapes as they are: for messages. */
struct signet_span signet_json_between_quotes(struct signet_json_value string);

/**
 * A NUMBER that is an integer from 0 to 2^53 - 1 by its lexeme: digits, and at most a fraction of
 * zeros (1000000000.0, as some writers print integers). false otherwise.
 */
bool signet_json_uint(struct signet_json_value value, uint64_t *number);

/** Appends bytes as a JSON string with quotes, escaped as RFC 8785 section 3.2.2.2 has it. bytes is
 *  valid UTF-8. Result as signet_buf_reserve(). */
int signet_json_put_string(struct signet_buf *out, struct signet_span bytes);

#endif
