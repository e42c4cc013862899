/* SPDX-License-Identifier: Apache-2.0
 *
 * json/num.h: canonical numbers, through signet_json_canon(). Expected texts come from RFC 8785
 * appendix B, from node (tests/vectors/json/PROVENANCE) and from the published ES6 sequence.
 */
#include "json_vectors.h"

#include <locale.h>
#include <math.h>
#include <sys/wait.h>
#include <unistd.h>

#include "json/doc.h"

/* A line "HEX<separator>TEXT" is a double by its bits: as a lexeme, the 17 digits that are always
 * enough. */
static void put_bits(struct signet_buf *in, struct signet_span digits)
{
    char hex[17] = "";
    char lexeme[32];
    double value = 0;
    assert_in_range(digits.len, 1, 16);
    memcpy(hex, digits.ptr, digits.len);
    uint64_t bits = strtoull(hex, NULL, 16);
    memcpy(&value, &bits, sizeof(value));
    assert_true(isfinite(value));
    assert_in_range(snprintf(lexeme, sizeof(lexeme), "%.16e", value), 1, sizeof(lexeme) - 1);
    assert_int_equal(signet_buf_puts(in, lexeme), SIGNET_OK);
}

static void put_lexeme(struct signet_buf *in, struct signet_span lexeme)
{
    assert_int_equal(signet_buf_put(in, lexeme), SIGNET_OK);
}

/* Every line of a table: the numbers put into one array come out as the texts of the lines do, and
 * these as themselves. Returns how many. */
static size_t check_table(const char *dir,
                          const char *file,
                          char separator,
                          void (*put)(struct signet_buf *in, struct signet_span number))
{
    struct signet_buf rows;
    struct signet_buf in;
    struct signet_buf out;
    size_t count = 0;
    json_read(dir, file, &rows);
    signet_buf_init(&in, 1 << 20);
    signet_buf_init(&out, 1 << 20);
    for (struct signet_span rest = signet_buf_span(&rows); rest.len > 0; count++) {
        struct signet_span line = json_take(&rest, '\n');
        signet_buf_putc(&in, count == 0 ? '[' : ',');
        signet_buf_putc(&out, count == 0 ? '[' : ',');
        put(&in, json_take(&line, separator));
        signet_buf_put(&out, line);
    }
    signet_buf_putc(&in, ']');
    signet_buf_putc(&out, ']');
    assert_int_equal(in.status, SIGNET_OK);
    assert_int_equal(out.status, SIGNET_OK);
    json_expect(signet_buf_span(&in), signet_buf_span(&out));
    signet_buf_free(&rows);
    signet_buf_free(&in);
    signet_buf_free(&out);
    return count;
}

static void rfc8785_appendix_b(void **state)
{
    (void)state;
    assert_int_equal(check_table(JSON_OWN_VECTORS, "rfc8785-appendix-b.tsv", '\t', put_bits), 24);
}

static void every_power_of_two(void **state)
{
    (void)state;
    assert_int_equal(check_table(JSON_OWN_VECTORS, "powers-of-two.tsv", '\t', put_bits), 2098);
}

static void ten_thousand_of_the_published_sequence(void **state)
{
    (void)state;
    char dir[1024];
    if (json_has_testdata()) {
        assert_in_range(snprintf(dir, sizeof(dir), "%s/jcs", json_testdata()), 1, 1023);
        assert_int_equal(check_table(dir, "es6-10k.csv", ',', put_bits), 10000);
    }
}

static void middles_of_neighbours(void **state)
{
    (void)state;
    assert_int_equal(check_table(JSON_OWN_VECTORS, "numbers-midpoints.tsv", '\t', put_lexeme), 99);
}

/* 2^1024 - 2^970 is as far from the greatest double as from what would come next, and rounds away.
 * Computed with Python. */
static void range_ends_at_the_last_middle(void **state)
{
    (void)state;
    static const char middle[] =
        "179769313486231580793728971405303415079934132710037826936173778980444968292764"
        "750946649017977587207096330286416692887910946555547851940402630657488671505820"
        "681908902000708383676273854845817711531764475730270069855571366959622842914819"
        "860834936475292719074168444365510704342711559699508093042880177904174497792";
    struct signet_buf text;
    signet_buf_init(&text, 1000);
    signet_buf_puts(&text, middle);
    assert_int_equal(json_expect_refusal(signet_buf_span(&text), SIGNET_E_MALFORMED), 0);
    signet_buf_puts(&text, ".0000e0");
    assert_int_equal(json_expect_refusal(signet_buf_span(&text), SIGNET_E_MALFORMED), 0);
    text.len = strlen(middle);
    text.data[text.len - 1]--;
    json_expect(signet_buf_span(&text), JSON_TEXT("1.7976931348623157e+308"));
    signet_buf_puts(&text, ".999");
    json_expect(signet_buf_span(&text), JSON_TEXT("1.7976931348623157e+308"));
    signet_buf_free(&text);

    assert_int_equal(json_expect_refusal(JSON_TEXT("[0, -1e309]"), SIGNET_E_MALFORMED), 4);
    assert_int_equal(json_expect_refusal(JSON_TEXT("1E99999999999999999999"), SIGNET_E_MALFORMED),
                     0);
    json_expect(JSON_TEXT("1E-99999999999999999999"), JSON_TEXT("0"));
    json_expect(JSON_TEXT("0E99999999999999999999"), JSON_TEXT("0"));
}

static void doc_keeps_the_lexeme(void **state)
{
    (void)state;
    struct signet_err err;
    struct signet_doc *doc = NULL;
    uint64_t number = 0;
    signet_err_clear(&err);
    CHECK_OK(signet_doc_parse(JSON_TEXT("[1.5,7.0]"), 100, &doc, &err), &err);
    assert_true(signet_doc_uint(signet_doc_element(signet_doc_top(doc), 1), &number));
    assert_int_equal(number, 7);
    signet_doc_free(doc);
}

/* Runs what takes no double through the C library, where that would write a comma. */
static int run_in_locale(const char *name)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(middles_of_neighbours),
        cmocka_unit_test(range_ends_at_the_last_middle),
        cmocka_unit_test(doc_keeps_the_lexeme),
    };
    locale_t locale = newlocale(LC_ALL_MASK, name, (locale_t)0);
    if (locale == (locale_t)0) {
        return EXIT_FAILURE;
    }
    uselocale(locale);
    int rc = strcmp(localeconv()->decimal_point, ",") == 0 ? CHECK_RUN(tests) : EXIT_FAILURE;
    uselocale(LC_GLOBAL_LOCALE);
    freelocale(locale);
    return rc;
}

/* Runs a command with a folder as $0 and this program as $1; whether it succeeded. */
static bool run(const char *command, const char *dir)
{
    char self[1024] = "";
    int status = -1;
    assert_in_range(readlink("/proc/self/exe", self, sizeof(self) - 1), 1, sizeof(self) - 2);
    pid_t child = fork();
    if (child == 0) {
        execl("/bin/sh", "sh", "-c", command, dir, self, (char *)NULL);
        _exit(127);
    }
    return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) &&
           WEXITSTATUS(status) == 0;
}

/* A locale is made for the purpose: glibc finds it by its environment, so in another process, and
 * never frees what it noted of the folder. */
static void the_locale_has_no_say(void **state)
{
    (void)state;
    char dir[] = "/tmp/signet-locale-XXXXXX";
    assert_non_null(mkdtemp(dir));
    if (run("localedef -i de_DE -f UTF-8 \"$0/de_DE.UTF-8\"", dir)) {
        assert_true(
            run("ASAN_OPTIONS=detect_leaks=0 LOCPATH=\"$0\" exec \"$1\" de_DE.UTF-8 >&2", dir));
    } else {
        print_message("# localedef cannot make a locale with a decimal comma here\n");
    }
    assert_true(run("rm -r \"$0\"", dir));
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rfc8785_appendix_b),
        cmocka_unit_test(every_power_of_two),
        cmocka_unit_test(ten_thousand_of_the_published_sequence),
        cmocka_unit_test(middles_of_neighbours),
        cmocka_unit_test(range_ends_at_the_last_middle),
        cmocka_unit_test(doc_keeps_the_lexeme),
        cmocka_unit_test(the_locale_has_no_say),
    };
    return argc == 2 ? run_in_locale(argv[1]) : CHECK_RUN(tests);
}
