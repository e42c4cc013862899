/* SPDX-License-Identifier: Apache-2.0
 *
 * artifact/tree_names: what lies at given names, and that nothing else is looked at. Expected
 * values are what the test itself made.
 */
#include "scratch.h"

#include "artifact/tree.h"

/* One name, and what the tree must make of it. */
struct row {
    const char *name;
    int code;
    unsigned mode; /* 0: nothing is there */
    uint64_t size;
    const char *msg;
};

static void check_row(const struct scratch *scratch, const struct row *row)
{
    const char *const names[] = {row->name, NULL};
    struct signet_err err;
    struct signet_tree *tree = NULL;
    struct signet_tree_item item;
    signet_err_clear(&err);
    CHECK_OK(signet_tree_open_names(scratch->fd, names, &tree, &err), &err);
    int rc = signet_tree_next(tree, &item, &err);
    if (rc != row->code) {
        fail_msg("%s: expected %s, got %s: %s", row->name, signet_err_name(row->code),
                 signet_err_name(rc), err.msg);
    }
    if (row->msg != NULL) {
        assert_string_equal(err.msg, row->msg);
    }
    if (rc == SIGNET_OK && row->mode != 0) {
        CHECK_SPAN(item.name, row->name);
        assert_int_equal(item.mode, row->mode);
        assert_int_equal(item.size, row->size);
        CHECK_OK(signet_tree_next(tree, &item, &err), &err);
    }
    assert_int_equal(item.name.len, 0);
    signet_tree_close(tree);
}

static void what_lies_at_a_name(void **state)
{
    (void)state;
    char long_name[260];
    memset(long_name, 'n', sizeof(long_name) - 1);
    long_name[sizeof(long_name) - 1] = '\0';
    const struct row rows[] = {
        {"a", SIGNET_OK, S_IFREG, 3, NULL},
        {"w/b", SIGNET_OK, S_IFREG, 5, NULL},
        {"w/v/c", SIGNET_OK, S_IFREG, 0, NULL},
        {"w", SIGNET_OK, S_IFDIR, 0, NULL},
        {"p", SIGNET_OK, S_IFIFO, 0, NULL},
        {"l", SIGNET_OK, S_IFLNK, 0, NULL},
        {"w/l", SIGNET_OK, S_IFLNK, 0, NULL},
        /* nothing there, or nothing below it */
        {"b", SIGNET_OK, 0, 0, NULL},
        {"x/b", SIGNET_OK, 0, 0, NULL},
        {"w/x/b", SIGNET_OK, 0, 0, NULL},
        {"a/b", SIGNET_OK, 0, 0, NULL},
        {"p/b", SIGNET_OK, 0, 0, NULL},
        {long_name, SIGNET_OK, 0, 0, NULL},
        /* a link on the way */
        {"d/b", SIGNET_E_FORBIDDEN, 0, 0, "d: is a link or leads through one"},
        {"d/v/c", SIGNET_E_FORBIDDEN, 0, 0, "d/v: is a link or leads through one"},
        /* names that stand in no bundle, although something lies there */
        {"", SIGNET_E_FORBIDDEN, 0, 0, "a name is empty"},
        {"./a", SIGNET_E_FORBIDDEN, 0, 0, "./a: the name has a \".\" or \"..\" component"},
        {"w/../a", SIGNET_E_FORBIDDEN, 0, 0, "w/../a: the name has a \".\" or \"..\" component"},
        {"w/", SIGNET_E_FORBIDDEN, 0, 0,
         "w/: the name has an empty component; expected a relative path"},
        {"/etc/passwd", SIGNET_E_FORBIDDEN, 0, 0,
         "/etc/passwd: the name is absolute; expected a relative path"},
    };
    struct scratch scratch;
    scratch_open(&scratch);
    scratch_put(&scratch, "a", "abc");
    scratch_put(&scratch, "w/b", "bytes");
    scratch_put(&scratch, "w/v/c", "");
    scratch_link(&scratch, "a", "l");
    scratch_link(&scratch, "/etc/passwd", "w/l");
    scratch_link(&scratch, "w", "d");
    assert_int_equal(mkfifoat(scratch.fd, "p", 0600), 0);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        check_row(&scratch, &rows[i]);
    }
    scratch_close(&scratch);
}

/* Folders that change between names, absent ones first, in the middle and last. */
static void names_come_in_their_order(void **state)
{
    (void)state;
    static const char *const names[] = {"0", "w/b", "w/0", "w/v/c", "a", "w/a", "x/y", NULL};
    static const char *const found[] = {"w/b", "w/v/c", "a", "w/a", ""};
    struct scratch scratch;
    struct signet_err err;
    struct signet_tree *tree = NULL;
    struct signet_tree_item item;
    signet_err_clear(&err);
    scratch_open(&scratch);
    scratch_put(&scratch, "a", "1");
    scratch_put(&scratch, "w/a", "22");
    scratch_put(&scratch, "w/b", "333");
    scratch_put(&scratch, "w/v/c", "4444");
    CHECK_OK(signet_tree_open_names(scratch.fd, names, &tree, &err), &err);
    for (size_t i = 0; i < sizeof(found) / sizeof(found[0]); i++) {
        CHECK_OK(signet_tree_next(tree, &item, &err), &err);
        CHECK_SPAN(item.name, found[i]);
    }
    signet_tree_close(tree);
    scratch_close(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_lies_at_a_name),
        cmocka_unit_test(names_come_in_their_order),
    };
    return CHECK_RUN(tests);
}
