/* SPDX-License-Identifier: Apache-2.0
 *
 * The option parser and the text of --help: each spelling that is accepted, and beside it the
 * nearest one that is not. Expected texts are those a user is promised.
 */
#include "check.h"

#include "common/opt.h"

enum {
    OPT_OUTPUT = SIGNET_OPT_FIRST,
    OPT_KEY,
    OPT_MANIFEST,
    OPT_FORCE,
    VERB_MAKE = 1,
    VERB_SHOW = 2
};

static const struct signet_opt_spec table[] = {
    {.id = OPT_OUTPUT, .short_name = 'o', .name = "output", .arg = "FILE", .help = "write here"},
    {.id = OPT_KEY,
     .short_name = 'k',
     .name = "key",
     .arg = "KEY",
     .repeat = true,
     .help = "a key; again for more"},
    {.id = OPT_MANIFEST, .short_name = 'm', .name = "manifest", .help = "list entries"},
    {.id = OPT_FORCE, .name = "force", .verbs = VERB_MAKE, .help = "replace"},
    SIGNET_OPT_COMMON,
    SIGNET_OPT_END,
};

static const struct signet_opt_spec starting[] = {
    {.id = OPT_MANIFEST, .short_name = 'm', .name = "manifest", .help = "list entries"},
    SIGNET_OPT_END_COMMAND,
};

/* A command line and what came of it. */
struct line {
    char text[256];
    char *argv[32];
    struct signet_opts opts;
    struct signet_err err;
};

/* Parses words separated by single spaces; the word ~ stands for an empty argument. */
static int parse_by(struct line *line, const char *words, const struct signet_opt_spec *options)
{
    int argc = 1;
    assert_true(strlen(words) < sizeof(line->text));
    memset(line, 0, sizeof(*line));
    memcpy(line->text, words, strlen(words));
    line->argv[0] = line->text + strlen(words);
    for (char *word = line->text; *word != '\0';) {
        char *end = word + strcspn(word, " ");
        bool last = *end == '\0';
        *end = '\0';
        if (strcmp(word, "~") == 0) {
            word[0] = '\0';
        }
        assert_true(argc < 32);
        line->argv[argc++] = word;
        word = last ? end : end + 1;
    }
    signet_err_clear(&line->err);
    return signet_opts_parse(&line->opts, options, argc, line->argv, &line->err);
}

static int parse(struct line *line, const char *words)
{
    return parse_by(line, words, table);
}

static void expect_output(const char *words, const char *value)
{
    struct line line;
    CHECK_OK(parse(&line, words), &line.err);
    assert_string_equal(signet_opts_value(&line.opts, OPT_OUTPUT), value);
    signet_opts_free(&line.opts);
}

static void expect_mistake(const char *words, const char *text)
{
    struct line line;
    int rc = parse(&line, words);
    if (rc != SIGNET_E_USAGE || strcmp(line.err.msg, text) != 0) {
        fail_msg("\"%s\": got %s \"%s\", expected \"%s\"", words, signet_err_name(rc), line.err.msg,
                 text);
    }
    signet_opts_free(&line.opts);
}

static void values_may_be_joined_or_apart(void **state)
{
    (void)state;
    expect_output("--output=out", "out");
    expect_output("--output out", "out");
    expect_output("-o out", "out");
    expect_output("-oout", "out");
    expect_output("-moout", "out");
    expect_output("-o -", "-");
    expect_output("--output -", "-");
    expect_output("--output=--force", "--force");
    expect_output("--output==x", "=x");
    expect_output("-o-x", "-x");
}

static void operands_and_options_mix(void **state)
{
    (void)state;
    struct line line;
    CHECK_OK(parse(&line, "one --manifest - --key a two -kb -- --force -k"), &line.err);
    static const char *const operands[] = {"one", "-", "two", "--force", "-k"};
    assert_int_equal(line.opts.operand_count, 5);
    for (size_t i = 0; i < 5; i++) {
        assert_string_equal(line.opts.operands[i], operands[i]);
    }
    assert_true(signet_opts_has(&line.opts, OPT_MANIFEST));
    assert_false(signet_opts_has(&line.opts, OPT_FORCE));
    assert_null(signet_opts_value(&line.opts, OPT_OUTPUT));
    size_t at = 0;
    assert_string_equal(signet_opts_next(&line.opts, OPT_KEY, &at), "a");
    assert_string_equal(signet_opts_next(&line.opts, OPT_KEY, &at), "b");
    assert_null(signet_opts_next(&line.opts, OPT_KEY, &at));
    assert_null(signet_opts_next(&line.opts, OPT_KEY, &at));
    assert_int_equal(signet_opts_count(&line.opts, OPT_KEY), 2);
    assert_int_equal(signet_opts_count(&line.opts, SIGNET_OPT_LIMIT), 0);
    signet_opts_free(&line.opts);
}

static void flags_may_be_bundled(void **state)
{
    (void)state;
    struct line line;
    CHECK_OK(parse(&line, "-qm"), &line.err);
    assert_true(signet_opts_has(&line.opts, SIGNET_OPT_QUIET));
    assert_true(signet_opts_has(&line.opts, OPT_MANIFEST));
    assert_int_equal(line.opts.operand_count, 0);
    signet_opts_free(&line.opts);
}

static void nothing_is_given_by_default(void **state)
{
    (void)state;
    struct line line;
    CHECK_OK(parse(&line, ""), &line.err);
    assert_int_equal(line.opts.given_count, 0);
    assert_int_equal(line.opts.operand_count, 0);
    signet_opts_free(&line.opts);
}

static void mistakes_are_named(void **state)
{
    (void)state;
    expect_mistake("--output",
                   "option --output: expected a value (FILE), found the end of the line");
    expect_mistake("-o", "option --output: expected a value (FILE), found the end of the line");
    expect_mistake("--output=", "option --output: expected a value (FILE), found an empty one");
    expect_mistake("--output ~", "option --output: expected a value (FILE), found an empty one");
    expect_mistake("-o ~", "option --output: expected a value (FILE), found an empty one");
    expect_mistake("--output --force",
                   "option --output: expected a value (FILE), found \"--force\"; if that is the "
                   "value, join them as --output=VALUE");
    expect_mistake("-o -m",
                   "option --output: expected a value (FILE), found \"-m\"; if that is the "
                   "value, join them as --output=VALUE");
    expect_mistake("-o=x", "option -o: expected \"-o FILE\" or \"--output=FILE\"");
    expect_mistake("--manifest=yes", "option --manifest takes no value");
    expect_mistake("--manifest=", "option --manifest takes no value");
    expect_mistake("-o a --output=b", "option --output is given twice");
    expect_mistake("--manifest -m", "option --manifest is given twice");
    expect_mistake("-qmq", "option --quiet is given twice");
    expect_mistake("a ~", "an operand is empty; is a shell variable not set?");
    expect_mistake("-- ~", "an operand is empty; is a shell variable not set?");
}

static void a_command_is_handed_on_as_it_is(void **state)
{
    (void)state;
    struct line line;
    CHECK_OK(parse_by(&line, "run -m -- prog ~ -m -- ~", starting), &line.err);
    assert_true(signet_opts_has(&line.opts, OPT_MANIFEST));
    assert_int_equal(line.opts.operand_count, 6);
    assert_int_equal(line.opts.command_at, 1);
    assert_string_equal(line.opts.operands[2], "");
    assert_string_equal(line.opts.operands[3], "-m");
    assert_string_equal(line.opts.operands[4], "--");
    assert_string_equal(signet_opts_take_verb(&line.opts), "run");
    assert_int_equal(line.opts.command_at, 0);
    assert_string_equal(line.opts.operands[0], "prog");
    signet_opts_free(&line.opts);
    CHECK_OK(parse_by(&line, "run prog", starting), &line.err);
    assert_true(line.opts.command_at == SIZE_MAX);
    signet_opts_free(&line.opts);
    assert_int_equal(parse_by(&line, "run ~ -- prog", starting), SIGNET_E_USAGE);
    signet_opts_free(&line.opts);
}

static void unknown_options_are_refused_with_the_nearest(void **state)
{
    (void)state;
    expect_mistake("--manfest", "unknown option --manfest; the nearest one is --manifest");
    expect_mistake("--outptu=x", "unknown option --outptu; the nearest one is --output");
    expect_mistake("--mani", "unknown option --mani; the nearest one is --manifest");
    expect_mistake("--Force", "unknown option --Force; the nearest one is --force");
    expect_mistake("--strip", "unknown option --strip");
    expect_mistake("--x", "unknown option --x");
    expect_mistake("---", "unknown option ---");
    expect_mistake("--=x", "unknown option --");
    expect_mistake("-x", "unknown option -x");
    expect_mistake("-mx", "unknown option -x");
    expect_mistake("-manifest", "unknown option -anifest");
    expect_mistake("--a\x1b[2J", "unknown option --a\\x1b[2J");
}

/* So that a mistake beside --json is reported as JSON. */
static void options_after_a_mistake_still_count(void **state)
{
    (void)state;
    struct line line;
    CHECK_CODE(parse(&line, "--wrong --json --also-wrong"), SIGNET_E_USAGE);
    assert_true(signet_opts_has(&line.opts, SIGNET_OPT_JSON));
    assert_string_equal(line.err.msg, "unknown option --wrong");
    signet_opts_free(&line.opts);
}

static void help_wins_over_what_follows_only(void **state)
{
    (void)state;
    struct line line;
    CHECK_OK(parse(&line, "--help --wrong"), &line.err);
    assert_true(signet_opts_has(&line.opts, SIGNET_OPT_HELP));
    signet_opts_free(&line.opts);
    expect_mistake("--wrong --help", "unknown option --wrong");
}

static void options_are_held_to_their_verb(void **state)
{
    (void)state;
    struct line line;
    CHECK_OK(parse(&line, "--force --manifest --json"), &line.err);
    CHECK_OK(signet_opts_check_verb(&line.opts, VERB_MAKE, "make", &line.err), &line.err);
    CHECK_CODE(signet_opts_check_verb(&line.opts, VERB_SHOW, "show", &line.err), SIGNET_E_USAGE);
    assert_string_equal(line.err.msg, "option --force does not go with \"show\"");
    signet_opts_free(&line.opts);
}

static void options_may_exclude_each_other(void **state)
{
    (void)state;
    static const int ids[] = {OPT_OUTPUT, OPT_KEY, OPT_FORCE, 0};
    struct line line;
    CHECK_OK(parse(&line, "-k a -k b"), &line.err);
    CHECK_OK(signet_opts_at_most_one(&line.opts, ids, &line.err), &line.err);
    signet_opts_free(&line.opts);
    CHECK_OK(parse(&line, "--force -k a"), &line.err);
    CHECK_CODE(signet_opts_at_most_one(&line.opts, ids, &line.err), SIGNET_E_USAGE);
    assert_string_equal(line.err.msg, "options --key and --force exclude each other");
    signet_opts_free(&line.opts);
}

static void an_option_may_exclude_others(void **state)
{
    (void)state;
    static const int others[] = {OPT_OUTPUT, OPT_KEY, 0};
    static const char *const good[] = {"--force", "-k a -o b", "one"};
    struct line line;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        CHECK_OK(parse(&line, good[i]), &line.err);
        CHECK_OK(signet_opts_apart(&line.opts, OPT_FORCE, others, &line.err), &line.err);
        signet_opts_free(&line.opts);
    }
    CHECK_OK(parse(&line, "-k a --force"), &line.err);
    CHECK_CODE(signet_opts_apart(&line.opts, OPT_FORCE, others, &line.err), SIGNET_E_USAGE);
    assert_string_equal(line.err.msg, "options --force and --key exclude each other");
    signet_opts_free(&line.opts);
}

static void options_may_go_with_one_operand(void **state)
{
    (void)state;
    static const int ids[] = {OPT_OUTPUT, OPT_FORCE, 0};
    static const char *const good[] = {"-k a one two", "--force one", "--force"};
    struct line line;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        CHECK_OK(parse(&line, good[i]), &line.err);
        CHECK_OK(signet_opts_one_operand(&line.opts, ids, &line.err), &line.err);
        signet_opts_free(&line.opts);
    }
    CHECK_OK(parse(&line, "--force one two"), &line.err);
    CHECK_CODE(signet_opts_one_operand(&line.opts, ids, &line.err), SIGNET_E_USAGE);
    assert_string_equal(line.err.msg, "option --force goes with one PATH");
    signet_opts_free(&line.opts);
}

static void help_is_made_from_the_table(void **state)
{
    (void)state;
    static const char *const usage[] = {"[options] PATH", "--force", NULL};
    static const char *const examples[] = {"signet-x one", "signet-x two", NULL};
    static const struct signet_help help = {"signet-x", "Does x.", usage, examples};
    static const char expected[] = "usage: signet-x [options] PATH\n"
                                   "       signet-x --force\n"
                                   "Does x.\n"
                                   "\n"
                                   "  -o, --output FILE  write here\n"
                                   "  -k, --key KEY      a key; again for more\n"
                                   "  -m, --manifest     list entries\n"
                                   "      --force        replace\n"
                                   "\n"
                                   "Examples:\n"
                                   "  signet-x one\n"
                                   "  signet-x two\n";
    struct signet_opt_spec own[5];
    memcpy(own, table, 4 * sizeof(own[0]));
    memset(&own[4], 0, sizeof(own[4]));
    struct signet_buf out;
    signet_buf_init(&out, 4096);
    assert_int_equal(signet_opts_help(&out, &help, true, own), SIGNET_OK);
    CHECK_SPAN(signet_buf_span(&out), expected);
    signet_buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_may_be_joined_or_apart),
        cmocka_unit_test(operands_and_options_mix),
        cmocka_unit_test(flags_may_be_bundled),
        cmocka_unit_test(nothing_is_given_by_default),
        cmocka_unit_test(mistakes_are_named),
        cmocka_unit_test(a_command_is_handed_on_as_it_is),
        cmocka_unit_test(unknown_options_are_refused_with_the_nearest),
        cmocka_unit_test(options_after_a_mistake_still_count),
        cmocka_unit_test(help_wins_over_what_follows_only),
        cmocka_unit_test(options_are_held_to_their_verb),
        cmocka_unit_test(options_may_exclude_each_other),
        cmocka_unit_test(an_option_may_exclude_others),
        cmocka_unit_test(options_may_go_with_one_operand),
        cmocka_unit_test(help_is_made_from_the_table),
    };
    return CHECK_RUN(tests);
}
