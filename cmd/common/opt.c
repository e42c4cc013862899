/* SPDX-License-Identifier: Apache-2.0
 *
 * The option parser of common/opt.h. Owns the grammar of command lines and the texts of mistakes;
 * knows no tool and judges no value.
 */
#include "common/opt.h"

#include <signet/text.h>
#include <stdio.h>
#include <stdlib.h>

struct parser {
    struct signet_opts *opts;
    const struct signet_opt_spec *table;
    int argc;
    char *const *argv;
    int at; /* index of the next argument */
    struct signet_err *err;
};

static const struct signet_opt_spec *find_long(const struct signet_opt_spec *table,
                                               struct signet_span name)
{
    for (; table->id != 0; table++) {
        if (signet_span_is(name, table->name)) {
            return table;
        }
    }
    return NULL;
}

static const struct signet_opt_spec *find_short(const struct signet_opt_spec *table, char letter)
{
    for (; table->id != 0; table++) {
        if (table->short_name == letter) {
            return table;
        }
    }
    return NULL;
}

static size_t min_of(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Edits (insert, delete, replace) that turn a into b; SIZE_MAX if b is too long to be an option. */
static size_t edit_distance(struct signet_span a, struct signet_span b)
{
    size_t row[64];
    if (b.len >= sizeof(row) / sizeof(row[0])) {
        return SIZE_MAX;
    }
    for (size_t j = 0; j <= b.len; j++) {
        row[j] = j;
    }
    for (size_t i = 1; i <= a.len; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            size_t replaced = diagonal + (a.ptr[i - 1] == b.ptr[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = min_of(replaced, 1 + min_of(row[j], row[j - 1]));
        }
    }
    return row[b.len];
}

/* The option that was probably meant: one that begins so, or is at most two edits away. */
static const struct signet_opt_spec *nearest(const struct signet_opt_spec *table,
                                             struct signet_span name)
{
    const struct signet_opt_spec *best = NULL;
    size_t best_distance = 3;
    for (; table->id != 0; table++) {
        struct signet_span candidate = signet_span_str(table->name);
        size_t distance = edit_distance(candidate, name);
        if (name.len >= 2 && name.len < candidate.len &&
            memcmp(candidate.ptr, name.ptr, name.len) == 0) {
            distance = 1;
        }
        if (distance < best_distance && distance < name.len) {
            best = table;
            best_distance = distance;
        }
    }
    return best;
}

static int unknown_option(struct parser *parser, struct signet_span name)
{
    char shown[SIGNET_SHOW_MAX];
    const struct signet_opt_spec *meant = nearest(parser->table, name);
    signet_utf8_show(name, shown);
    if (meant != NULL) {
        return signet_err_set(parser->err, SIGNET_E_USAGE,
                              "unknown option --%s; the nearest one is --%s", shown, meant->name);
    }
    return signet_err_set(parser->err, SIGNET_E_USAGE, "unknown option --%s", shown);
}

static int record(struct parser *parser, const struct signet_opt_spec *spec, const char *value)
{
    struct signet_opts *opts = parser->opts;
    if (!spec->repeat && signet_opts_has(opts, spec->id)) {
        return signet_err_set(parser->err, SIGNET_E_USAGE, "option --%s is given twice",
                              spec->name);
    }
    if (value != NULL && value[0] == '\0') {
        return signet_err_set(parser->err, SIGNET_E_USAGE,
                              "option --%s: expected a value (%s), found an empty one", spec->name,
                              spec->arg);
    }
    opts->given[opts->given_count].spec = spec;
    opts->given[opts->given_count].value = value;
    opts->given_count++;
    return SIGNET_OK;
}

enum {
    SHORT_VALUE = 40 /* characters of a value that a message may repeat */
};

/* A short argument in quotes; the text of a key is longer, and no message repeats it. */
static const char *quoted(const char *value, char out[SIGNET_SHOW_MAX])
{
    char shown[SIGNET_SHOW_MAX];
    signet_utf8_show(signet_span_str(value), shown);
    bool fits =
        strlen(value) <= SHORT_VALUE && snprintf(out, SIGNET_SHOW_MAX, "\"%.100s\"", shown) > 0;
    return fits ? out : "what looks like an option";
}

/* An option whose value is the next argument. */
static int take_next_value(struct parser *parser, const struct signet_opt_spec *spec)
{
    char shown[SIGNET_SHOW_MAX];
    if (parser->at == parser->argc) {
        return signet_err_set(parser->err, SIGNET_E_USAGE,
                              "option --%s: expected a value (%s), found the end of the line",
                              spec->name, spec->arg);
    }
    const char *value = parser->argv[parser->at];
    if (value[0] == '-' && value[1] != '\0') {
        return signet_err_set(
            parser->err, SIGNET_E_USAGE,
            "option --%s: expected a value (%s), found %s; if that is the value, join "
            "them as --%s=VALUE",
            spec->name, spec->arg, quoted(value, shown), spec->name);
    }
    parser->at++;
    return record(parser, spec, value);
}

static int parse_long(struct parser *parser, const char *text)
{
    const char *equals = strchr(text, '=');
    size_t len = equals != NULL ? (size_t)(equals - text) : strlen(text);
    struct signet_span name = signet_span_of(text, len);
    const struct signet_opt_spec *spec = find_long(parser->table, name);
    if (spec == NULL) {
        return unknown_option(parser, name);
    }
    if (spec->arg == NULL) {
        if (equals != NULL) {
            return signet_err_set(parser->err, SIGNET_E_USAGE, "option --%s takes no value",
                                  spec->name);
        }
        return record(parser, spec, NULL);
    }
    return equals != NULL ? record(parser, spec, equals + 1) : take_next_value(parser, spec);
}

static int parse_short(struct parser *parser, const char *letters)
{
    char shown[SIGNET_SHOW_MAX];
    for (; letters[0] != '\0'; letters++) {
        const struct signet_opt_spec *spec = find_short(parser->table, letters[0]);
        if (spec == NULL) {
            return signet_err_set(parser->err, SIGNET_E_USAGE, "unknown option -%s",
                                  signet_utf8_show(signet_span_str(letters), shown));
        }
        if (spec->arg != NULL) {
            const char *value = letters + 1;
            if (value[0] == '=') {
                return signet_err_set(
                    parser->err, SIGNET_E_USAGE, "option -%c: expected \"-%c %s\" or \"--%s=%s\"",
                    spec->short_name, spec->short_name, spec->arg, spec->name, spec->arg);
            }
            return value[0] != '\0' ? record(parser, spec, value) : take_next_value(parser, spec);
        }
        int rc = record(parser, spec, NULL);
        if (rc != SIGNET_OK) {
            return rc;
        }
    }
    return SIGNET_OK;
}

static int parse_operand(struct parser *parser, const char *text, bool may_be_empty)
{
    if (text[0] == '\0' && !may_be_empty) {
        return signet_err_set(parser->err, SIGNET_E_USAGE,
                              "an operand is empty; is a shell variable not set?");
    }
    parser->opts->operands[parser->opts->operand_count++] = text;
    return SIGNET_OK;
}

static bool takes_command(const struct signet_opt_spec *table)
{
    while (table->id != 0) {
        table++;
    }
    return table->name != NULL;
}

int signet_opts_parse(struct signet_opts *opts,
                      const struct signet_opt_spec *table,
                      int argc,
                      char *const *argv,
                      struct signet_err *err)
{
    struct parser parser = {opts, table, argc, argv, 1, err};
    bool options_ended = false;
    int rc = SIGNET_OK;
    size_t room = 1;

    for (int i = 1; i < argc; i++) { /* one letter may be one option */
        room += strlen(argv[i]) + 1;
    }
    *opts = (struct signet_opts){.command_at = SIZE_MAX};
    opts->given = calloc(room, sizeof(*opts->given));
    opts->operands = calloc(room, sizeof(*opts->operands));
    if (opts->given == NULL || opts->operands == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory");
    }
    while (parser.at < argc) {
        const char *text = argv[parser.at++];
        int one = SIGNET_OK;
        if (options_ended || text[0] != '-' || text[1] == '\0') {
            one = parse_operand(&parser, text, options_ended && takes_command(table));
        } else if (strcmp(text, "--") == 0) {
            options_ended = true;
            opts->command_at = opts->operand_count;
        } else {
            one = text[1] == '-' ? parse_long(&parser, text + 2) : parse_short(&parser, text + 1);
        }
        /* Mistakes behind --help are none. */
        rc = rc != SIGNET_OK || signet_opts_has(opts, SIGNET_OPT_HELP) ? rc : one;
    }
    return rc;
}

void signet_opts_free(struct signet_opts *opts)
{
    free(opts->given);
    free(opts->operands);
    memset(opts, 0, sizeof(*opts));
}

static const struct signet_opt_given *find_given(const struct signet_opts *opts, int id, size_t *at)
{
    for (; *at < opts->given_count; (*at)++) {
        if (opts->given[*at].spec->id == id) {
            return &opts->given[(*at)++];
        }
    }
    return NULL;
}

bool signet_opts_has(const struct signet_opts *opts, int id)
{
    size_t at = 0;
    return find_given(opts, id, &at) != NULL;
}

const char *signet_opts_value(const struct signet_opts *opts, int id)
{
    size_t at = 0;
    return signet_opts_next(opts, id, &at);
}

size_t signet_opts_count(const struct signet_opts *opts, int id)
{
    size_t at = 0;
    size_t count = 0;
    while (find_given(opts, id, &at) != NULL) {
        count++;
    }
    return count;
}

const char *signet_opts_next(const struct signet_opts *opts, int id, size_t *at)
{
    const struct signet_opt_given *given = find_given(opts, id, at);
    return given != NULL ? given->value : NULL;
}

const char *signet_opts_take_verb(struct signet_opts *opts)
{
    if (opts->operand_count == 0) {
        return NULL;
    }
    const char *verb = opts->operands[0];
    opts->operand_count--;
    opts->command_at -= opts->command_at != 0 && opts->command_at != SIZE_MAX ? 1 : 0;
    memmove(opts->operands, opts->operands + 1, opts->operand_count * sizeof(*opts->operands));
    return verb;
}

int signet_opts_check_verb(const struct signet_opts *opts,
                           unsigned mask,
                           const char *verb,
                           struct signet_err *err)
{
    for (size_t i = 0; i < opts->given_count; i++) {
        const struct signet_opt_spec *spec = opts->given[i].spec;
        if (spec->verbs != 0 && (spec->verbs & mask) == 0) {
            return signet_err_set(err, SIGNET_E_USAGE, "option --%s does not go with \"%s\"",
                                  spec->name, verb);
        }
    }
    return SIGNET_OK;
}

int signet_opts_at_most_one(const struct signet_opts *opts, const int *ids, struct signet_err *err)
{
    const struct signet_opt_spec *first = NULL;
    for (; *ids != 0; ids++) {
        size_t at = 0;
        const struct signet_opt_given *given = find_given(opts, *ids, &at);
        if (given != NULL && first != NULL) {
            return signet_err_set(err, SIGNET_E_USAGE, "options --%s and --%s exclude each other",
                                  first->name, given->spec->name);
        }
        first = given != NULL ? given->spec : first;
    }
    return SIGNET_OK;
}

int signet_opts_apart(const struct signet_opts *opts,
                      int id,
                      const int *ids,
                      struct signet_err *err)
{
    int rc = SIGNET_OK;
    for (; rc == SIGNET_OK && *ids != 0; ids++) {
        const int pair[] = {id, *ids, 0};
        rc = signet_opts_at_most_one(opts, pair, err);
    }
    return rc;
}

int signet_opts_one_operand(const struct signet_opts *opts, const int *ids, struct signet_err *err)
{
    for (; opts->operand_count > 1 && *ids != 0; ids++) {
        size_t at = 0;
        const struct signet_opt_given *given = find_given(opts, *ids, &at);
        if (given != NULL) {
            return signet_err_set(err, SIGNET_E_USAGE, "option --%s goes with one PATH",
                                  given->spec->name);
        }
    }
    return SIGNET_OK;
}
