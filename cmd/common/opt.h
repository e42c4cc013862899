/* SPDX-License-Identifier: Apache-2.0
 *
 * Command lines by table. A tool has one const table of options; parsing, the errors and the text
 * of --help all come from it. Nothing is abbreviated, guessed or silently dropped.
 */
#ifndef SIGNET_COMMON_OPT_H
#define SIGNET_COMMON_OPT_H

#include <signet/buf.h>
#include <signet/err.h>

/** One option. A table ends with SIGNET_OPT_COMMON, which every tool has, and SIGNET_OPT_END. */
struct signet_opt_spec {
    int id;           /* SIGNET_OPT_FIRST and up; what the tool asks by */
    char short_name;  /* or 0 */
    bool repeat;      /* may be given more than once */
    bool rare;        /* only --help --verbose lists it */
    unsigned verbs;   /* bit mask of the verbs it goes with; 0: all of them */
    const char *name; /* without its dashes */
    const char *arg;  /* placeholder of its value, such as "FILE"; NULL: takes none */
    const char *help; /* one line; longer than a screen allows fails a test */
};

/** The options of every tool, and those that several share. */
enum signet_opt_common {
    SIGNET_OPT_QUIET = 1,
    SIGNET_OPT_VERBOSE,
    SIGNET_OPT_JSON,
    SIGNET_OPT_REPORT,
    SIGNET_OPT_JOBS,
    SIGNET_OPT_NO_PROGRESS,
    SIGNET_OPT_LIMIT,
    SIGNET_OPT_HELP,
    SIGNET_OPT_VERSION,
    SIGNET_OPT_PASSPHRASE_FILE, /* these two: of tools that use secret keys */
    SIGNET_OPT_PASSPHRASE_FD,
    SIGNET_OPT_SIGNATURE, /* these: of tools that verify */
    SIGNET_OPT_POLICY,
    SIGNET_OPT_ROOT,
    SIGNET_OPT_STATE,
    SIGNET_OPT_EXPLAIN,
    SIGNET_OPT_INSECURE_UNSIGNED_POLICY,
    SIGNET_OPT_INSECURE_NO_STATE,
    SIGNET_OPT_INSECURE_VERIFY_TIME,
    SIGNET_OPT_FIRST = 32, /* of a tool's own */
};

#define SIGNET_OPT_COMMON                                                                          \
    {.id = SIGNET_OPT_QUIET,                                                                       \
     .short_name = 'q',                                                                            \
     .name = "quiet",                                                                              \
     .help = "no notes, no progress; errors are printed"},                                         \
        {.id = SIGNET_OPT_VERBOSE,                                                                 \
         .short_name = 'v',                                                                        \
         .name = "verbose",                                                                        \
         .help = "say more on stderr"},                                                            \
        {.id = SIGNET_OPT_JSON, .name = "json", .help = "one JSON object on stdout"},              \
        {.id = SIGNET_OPT_REPORT,                                                                  \
         .rare = true,                                                                             \
         .name = "report",                                                                         \
         .arg = "FILE",                                                                            \
         .help = "write the same object to FILE"},                                                 \
        {.id = SIGNET_OPT_JOBS,                                                                    \
         .rare = true,                                                                             \
         .name = "jobs",                                                                           \
         .arg = "N",                                                                               \
         .help = "threads for hashing [one a processor]"},                                         \
        {.id = SIGNET_OPT_NO_PROGRESS,                                                             \
         .rare = true,                                                                             \
         .name = "no-progress",                                                                    \
         .help = "no progress line"},                                                              \
        {.id = SIGNET_OPT_LIMIT,                                                                   \
         .rare = true,                                                                             \
         .name = "limit",                                                                          \
         .arg = "NAME=VALUE",                                                                      \
         .repeat = true,                                                                           \
         .help = "raise or lower a ceiling, see signet(7)"},                                       \
        {.id = SIGNET_OPT_HELP, .short_name = 'h', .name = "help", .help = "this text"},           \
    {                                                                                              \
        .id = SIGNET_OPT_VERSION, .short_name = 'V', .name = "version",                            \
        .help = "the version; with --verbose also of libraries"                                    \
    }

#define SIGNET_OPT_END                                                                             \
    {                                                                                              \
        .id = 0                                                                                    \
    }

/** Ends the table of a tool that starts programs: what stands behind "--" is handed on as it is,
 * and may be empty. */
#define SIGNET_OPT_END_COMMAND                                                                     \
    {                                                                                              \
        .id = 0, .name = "--"                                                                      \
    }

/** One option as it was given. */
struct signet_opt_given {
    const struct signet_opt_spec *spec;
    const char *value; /* borrowed from argv; NULL for a flag */
};

/** A parsed command line. Zero-initialised is empty; free with signet_opts_free(). */
struct signet_opts {
    struct signet_opt_given *given; /* in order */
    size_t given_count;
    const char **operands; /* borrowed from argv; empty only as SIGNET_OPT_END_COMMAND has it */
    size_t operand_count;
    size_t command_at; /* how many operands stood before "--"; SIZE_MAX: there was none */
};

/**
 * Parses argv[1] … argv[argc - 1]: "--name", "--name=value", "--name value", "-n", "-n value",
 * "-nvalue", flags together as "-qv"; "--" ends options; "-" is an operand. Options and operands
 * may mix. After the first mistake parsing goes on, so that *opts tells whether JSON was asked
 * for, unless --help came before it.
 *
 * A mistake is an unknown option, a missing or empty value, a value that looks like an option and
 * is not joined to its name, a value given to a flag, a single-value option or flag given twice,
 * an empty operand (but behind "--" with SIGNET_OPT_END_COMMAND). Returns SIGNET_OK, SIGNET_E_USAGE
 * (the text names the option) or SIGNET_E_NOMEM; *opts is valid in each case.
 */
SIGNET_NODISCARD int signet_opts_parse(struct signet_opts *opts,
                                       const struct signet_opt_spec *table,
                                       int argc,
                                       char *const *argv,
                                       struct signet_err *err);

/** Releases what *opts holds and empties it. */
void signet_opts_free(struct signet_opts *opts);

/** Whether the option was given. */
bool signet_opts_has(const struct signet_opts *opts, int id);

/** Its value, the first if repeated; NULL if it was not given. */
const char *signet_opts_value(const struct signet_opts *opts, int id);

/** How often the option was given. */
size_t signet_opts_count(const struct signet_opts *opts, int id);

/** Steps through the values of a repeated option in order: *at starts at 0; NULL at the end. */
const char *signet_opts_next(const struct signet_opts *opts, int id, size_t *at);

/** Takes the first operand away and returns it: the verb of a tool that has verbs; NULL if there is
 *  none. */
const char *signet_opts_take_verb(struct signet_opts *opts);

/** Requires every option given to go with the verb whose bit is in mask. Returns SIGNET_OK or
 *  SIGNET_E_USAGE. */
SIGNET_NODISCARD int signet_opts_check_verb(const struct signet_opts *opts,
                                            unsigned mask,
                                            const char *verb,
                                            struct signet_err *err);

/** Requires at most one of the options ids (which ends with 0). Returns SIGNET_OK or
 *  SIGNET_E_USAGE naming two. */
SIGNET_NODISCARD int
signet_opts_at_most_one(const struct signet_opts *opts, const int *ids, struct signet_err *err);

/** Requires none of the options ids (which ends with 0) if the option id was given. Returns
 * SIGNET_OK or SIGNET_E_USAGE naming both. */
SIGNET_NODISCARD int
signet_opts_apart(const struct signet_opts *opts, int id, const int *ids, struct signet_err *err);

/** Requires at most one operand if one of the options ids (which ends with 0) was given. Returns
 *  SIGNET_OK or SIGNET_E_USAGE naming the option. */
SIGNET_NODISCARD int
signet_opts_one_operand(const struct signet_opts *opts, const int *ids, struct signet_err *err);

/** What --help says beside the options. */
struct signet_help {
    const char *name;            /* of the tool */
    const char *summary;         /* one sentence */
    const char *const *usage;    /* operands and options of each form, without the name */
    const char *const *examples; /* command lines */
};

/** Appends the text of --help, at most 80 columns; of rare options, unless all is true, only how
 *  many there are. Result as signet_buf_reserve(). */
int signet_opts_help(struct signet_buf *out,
                     const struct signet_help *help,
                     bool all,
                     const struct signet_opt_spec *table);

#endif
