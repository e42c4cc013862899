/* SPDX-License-Identifier: Apache-2.0
 *
 * signet/closure.h: scripts are followed as the kernel follows them, whose answer each line is
 * compared with; what env starts, what is added, and who may take hold of it.
 */
#include <signet/closure.h>

#include "gate/loader.h"
#include "loader_says.h"

/* A program that says its arguments, and what a test opened. */
struct world {
    struct scratch scratch;
    struct signet_closure closure;
    struct signet_closure_opts opts;
    struct signet_err err;
    char show[512];
};

static void world_open(struct world *world)
{
    static const char make[] =
        "cd \"$1\" && printf '%s' '#include <stdio.h>\nint main(int c, char **v)\n"
        "{ for (int i = 0; i < c; i++) printf(\"[%s]\", v[i]); }' | cc -o show -x c -";
    *world = (struct world){.opts = {.size = sizeof(world->opts)}};
    scratch_open(&world->scratch);
    const char *const argv[] = {"sh", "-c", make, "sh", world->scratch.path, NULL};
    scratch_run(argv);
    scratch_path(&world->scratch, "show", world->show);
}

static void world_close(struct world *world)
{
    signet_closure_free(&world->closure);
    scratch_close(&world->scratch);
}

/* A script of that text, in which @ is the folder. */
static void put_script(const struct world *world, const char *name, const char *text)
{
    char filled[1024];
    char path[512];
    const char *folder = strchr(text, '@');
    size_t before = folder != NULL ? (size_t)(folder - text) : strlen(text);
    int len = snprintf(filled, sizeof(filled), "%.*s%s%s", (int)before, text,
                       folder != NULL ? world->scratch.path : "", folder != NULL ? folder + 1 : "");
    assert_true(len > 0 && (size_t)len < sizeof(filled));
    scratch_put(&world->scratch, name, filled);
    assert_int_equal(chmod(scratch_path(&world->scratch, name, path), 0755), 0);
}

static int open_closure(struct world *world, const char *name)
{
    char path[512];
    signet_closure_free(&world->closure);
    signet_err_clear(&world->err);
    int rc = signet_closure_open(scratch_path(&world->scratch, name, path), &world->opts,
                                 &world->closure, &world->err);
    assert_int_equal(rc, world->err.code);
    return rc;
}

static void expect_refused(struct world *world, const char *name, int code, const char *text)
{
    int rc = open_closure(world, name);
    if (rc != code || strstr(world->err.msg, text) == NULL) {
        fail_msg("%s: expected %s and \"%s\", got %s: %s", name, signet_err_name(code), text,
                 signet_err_name(rc), world->err.msg);
    }
}

/* What the program said that the kernel started for a script; empty if it started none. */
static void run_script(const struct world *world, const char *name, char said[2048])
{
    char path[512];
    char first[] = "first";
    char second[] = "x y";
    char variable[1300] = "PATH=";
    char *const arguments[] = {first, second, NULL};
    char *const environment[] = {variable, NULL};
    if (world->opts.search != NULL) {
        assert_true(strlen(world->opts.search) < sizeof(variable) - 5);
        memcpy(variable + 5, world->opts.search, strlen(world->opts.search));
    }
    scratch_put(&world->scratch, "said", "");
    FILE *file = NULL;
    posix_spawn_file_actions_t actions;
    pid_t child = -1;
    int status = 0;
    assert_int_equal(posix_spawn_file_actions_init(&actions), 0);
    assert_int_equal(posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO,
                                                      scratch_path(&world->scratch, "said", path),
                                                      O_WRONLY, 0),
                     0);
    if (posix_spawn(&child, scratch_path(&world->scratch, name, path), &actions, NULL, arguments,
                    environment) == 0) {
        assert_int_equal(waitpid(child, &status, 0), child);
    }
    assert_int_equal(posix_spawn_file_actions_destroy(&actions), 0);
    file = fopen(scratch_path(&world->scratch, "said", path), "rb");
    assert_non_null(file);
    said[fread(said, 1, 2047, file)] = '\0';
    assert_int_equal(fclose(file), 0);
}

static void expect_words(const struct world *world, const char *name)
{
    char said[2048];
    char words[2048] = "";
    size_t used = 0;
    run_script(world, name, said);
    for (size_t i = 0; i < world->closure.word_count; i++) {
        used +=
            (size_t)snprintf(words + used, sizeof(words) - used, "[%s]", world->closure.words[i]);
    }
    assert_true(used + 6 < sizeof(words));
    memcpy(words + used, "[x y]", 6);
    if (strcmp(words, said) != 0) {
        fail_msg("%s: the kernel starts %s, we %s", name, said, words);
    }
}

static void first_lines_are_read_as_by_the_kernel(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "#!@/show\n",        "#! @/show\n",         "#! \t @/show \t \n", "#!@/show a\n",
        "#!@/show a b  c\n", "#!@/show\ta\tb\t \n", "#!@/show",           "#!@/show a",
        "#!@/show ",         "#!@/show a ",         "#!@/show -\nmore\n", "#!@/show \"a\\ b\"\n",
        "#!@/show  a\r\n",
    };
    struct world world;
    world_open(&world);
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        put_script(&world, "s", lines[i]);
        CHECK_OK(open_closure(&world, "s"), &world.err);
        expect_words(&world, "s");
        assert_int_equal(world.closure.parts[0].kind, SIGNET_PART_SCRIPT);
        assert_int_equal(world.closure.parts[0].needed_by, 0);
        assert_int_equal(world.closure.program, 1);
        assert_int_equal(world.closure.parts[1].kind, SIGNET_PART_PROGRAM);
        assert_string_equal(world.closure.parts[1].path, world.show);
        assert_int_equal(world.closure.parts[1].needed_by, 0);
        assert_int_equal(world.closure.parts[2].kind, SIGNET_PART_INTERPRETER);
        assert_int_equal(world.closure.parts[2].needed_by, 1);
        assert_false(world.closure.has_origin);
    }
    world_close(&world);
}

static void what_the_kernel_does_not_start_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        int code;
        const char *text;
    } lines[] = {
        {"#!\n", SIGNET_E_UNSUPPORTED, "s: its first line: expected #! and the path"},
        {"#!", SIGNET_E_UNSUPPORTED, "expected #! and the path"},
        {"#! \t \n", SIGNET_E_UNSUPPORTED, "expected #! and the path"},
        {"#!@/none\n", SIGNET_E_IO, "none"},
        {"#!@/show\r\n", SIGNET_E_IO, "show"},
        {"#!@\n", SIGNET_E_FORBIDDEN, "expected a regular file, found a directory"},
        {"@/show\n", SIGNET_E_UNSUPPORTED, "s: expected an ELF file"},
        {"@", SIGNET_E_UNSUPPORTED, "s: expected an ELF file"},
    };
    struct world world;
    char said[2048];
    world_open(&world);
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        put_script(&world, "s", lines[i].line);
        run_script(&world, "s", said);
        assert_string_equal(said, "");
        expect_refused(&world, "s", lines[i].code, lines[i].text);
    }
    char path[512];
    put_script(&world, "s", "#!@/show\n");
    assert_int_equal(chmod(scratch_path(&world.scratch, "s", path), 0644), 0);
    run_script(&world, "s", said);
    assert_string_equal(said, "");
    expect_refused(&world, "s", SIGNET_E_IO, "s: cannot be executed: Permission denied");
    assert_int_equal(world.err.sys_errno, EACCES);
    expect_refused(&world, "missing", SIGNET_E_IO, "missing");
    assert_int_equal(world.err.sys_errno, ENOENT);
    world_close(&world);
}

/* A line of len bytes with its newline. */
static void put_long(const struct world *world, size_t len)
{
    char line[600];
    char path[512];
    int used = snprintf(line, sizeof(line), "#!%s/show ", world->scratch.path);
    assert_true(used > 0 && (size_t)used < len && len < sizeof(line));
    memset(line + used, 'a', len - 1 - (size_t)used);
    line[len - 1] = '\n';
    scratch_write(&world->scratch, "s", signet_span_of(line, len));
    assert_int_equal(chmod(scratch_path(&world->scratch, "s", path), 0755), 0);
}

static void a_line_that_is_cut_is_refused(void **state)
{
    (void)state;
    struct world world;
    char path[512];
    world_open(&world);
    put_long(&world, 256);
    CHECK_OK(open_closure(&world, "s"), &world.err);
    expect_words(&world, "s");
    put_long(&world, 257);
    expect_refused(&world, "s", SIGNET_E_UNSUPPORTED, "at most 255 bytes");
    put_script(&world, "s", "#!show\n");
    expect_refused(&world, "s", SIGNET_E_UNSUPPORTED,
                   "an interpreter of an absolute path, found show");
    put_script(&world, "s", "#!./show\n");
    expect_refused(&world, "s", SIGNET_E_UNSUPPORTED, "an interpreter of an absolute path");
    scratch_write(&world.scratch, "s", signet_span_of("#!/bin/sh\0x\n", 12));
    assert_int_equal(chmod(scratch_path(&world.scratch, "s", path), 0755), 0);
    expect_refused(&world, "s", SIGNET_E_UNSUPPORTED, "its first line: expected a text");
    world_close(&world);
}

static void scripts_interpret_one_another_as_by_the_kernel(void **state)
{
    (void)state;
    struct world world;
    char said[2048];
    world_open(&world);
    put_script(&world, "s1", "#!@/show 1\n");
    put_script(&world, "s2", "#!@/s1\n");
    put_script(&world, "s3", "#!@/s2 3 3\n");
    put_script(&world, "s4", "#!@/s3 \t\n");
    put_script(&world, "s5", "#!@/s4 5\n");
    put_script(&world, "s6", "#!@/s5 6\n");
    static const char *const names[] = {"s1", "s2", "s3", "s4", "s5"};
    for (size_t i = 0; i < 5; i++) {
        CHECK_OK(open_closure(&world, names[i]), &world.err);
        expect_words(&world, names[i]);
        assert_int_equal(world.closure.program, i + 1);
        assert_int_equal(world.closure.parts[i].kind, SIGNET_PART_SCRIPT);
    }
    run_script(&world, "s6", said);
    assert_string_equal(said, "");
    expect_refused(&world, "s6", SIGNET_E_UNSUPPORTED,
                   "at most 5 scripts that interpret one another");
    put_script(&world, "s1", "#!@/s1\n");
    run_script(&world, "s1", said);
    assert_string_equal(said, "");
    expect_refused(&world, "s1", SIGNET_E_UNSUPPORTED, "at most 5 scripts");
    world_close(&world);
}

/* The part of that name, or the number of parts. */
static size_t part_named(const struct world *world, const char *name)
{
    char path[512];
    size_t i = 0;
    scratch_path(&world->scratch, name, path);
    while (i < world->closure.count && strcmp(world->closure.parts[i].path, path) != 0) {
        i++;
    }
    return i;
}

static void what_env_starts_is_a_part(void **state)
{
    (void)state;
    static const char *const lines[] = {"#!/usr/bin/env show\n", "#!/usr/bin/env -S show a b\n",
                                        "#!/usr/bin/env -Sshow\ta\n", "#!/usr/bin/env @/show\n",
                                        "#!/usr/bin/env -S @/show\n"};
    struct world world;
    char search[600];
    char said[2048];
    world_open(&world);
    snprintf(search, sizeof(search), "/nowhere:%s:/usr/bin", world.scratch.path);
    world.opts.search = search;
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        put_script(&world, "s", lines[i]);
        CHECK_OK(open_closure(&world, "s"), &world.err);
        assert_int_equal(world.closure.program, 1);
        assert_string_equal(world.closure.parts[1].path, "/usr/bin/env");
        assert_string_equal(world.closure.words[0], "/usr/bin/env");
        assert_int_equal(world.closure.word_count, 3);
        size_t show = part_named(&world, "show");
        assert_true(show < world.closure.count);
        assert_int_equal(world.closure.parts[show].kind, SIGNET_PART_PROGRAM);
        assert_int_equal(world.closure.parts[show].needed_by, 0);
        run_script(&world, "s", said);
        assert_non_null(strstr(said, "/s][x y]"));
    }
    put_script(&world, "t", "#!/usr/bin/env s\n"); /* a script that env starts */
    put_script(&world, "u", "#!/usr/bin/env t\n");
    CHECK_OK(open_closure(&world, "u"), &world.err);
    size_t t = part_named(&world, "t");
    assert_int_equal(world.closure.parts[t].kind, SIGNET_PART_SCRIPT);
    assert_int_equal(world.closure.parts[part_named(&world, "s")].needed_by, t);
    assert_int_equal(world.closure.parts[part_named(&world, "show")].kind, SIGNET_PART_PROGRAM);
    put_script(&world, "s", "#!/usr/bin/env u\n"); /* in a circle: nothing more is found */
    CHECK_OK(open_closure(&world, "u"), &world.err);
    world_close(&world);
}

static void what_env_cannot_be_asked_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        int code;
        const char *text;
    } lines[] = {
        {"#!/usr/bin/env\n", SIGNET_E_UNSUPPORTED, "expected env and the name of a program"},
        {"#!/usr/bin/env -i show\n", SIGNET_E_UNSUPPORTED, "no other option"},
        {"#!/usr/bin/env -S\n", SIGNET_E_UNSUPPORTED, "expected env and the name"},
        {"#!/usr/bin/env -S -i show\n", SIGNET_E_UNSUPPORTED, "no other option"},
        {"#!/usr/bin/env -S A=1 show\n", SIGNET_E_UNSUPPORTED, "no variable"},
        {"#!/usr/bin/env A=1\n", SIGNET_E_UNSUPPORTED, "no variable"},
        {"#!/usr/bin/env -S \"show\"\n", SIGNET_E_UNSUPPORTED, "no quotes"},
        {"#!/usr/bin/env -S ${A} show\n", SIGNET_E_UNSUPPORTED, "no quotes, variables"},
        {"#!/usr/bin/env show a\n", SIGNET_E_IO,
         "show a: expected a program in one of the folders"},
        {"#!/usr/bin/env none\n", SIGNET_E_IO, "s: started by env: none: expected a program"},
        {"#!/usr/bin/env ./show\n", SIGNET_E_UNSUPPORTED, "by its name or an absolute path"},
    };
    struct world world;
    world_open(&world);
    world.opts.search = world.scratch.path;
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        put_script(&world, "s", lines[i].line);
        expect_refused(&world, "s", lines[i].code, lines[i].text);
        put_script(&world, "s", "#!/usr/bin/env show\n");
        CHECK_OK(open_closure(&world, "s"), &world.err);
    }
    world_close(&world);
}

static void programs_are_found_as_by_execvp(void **state)
{
    (void)state;
    struct world world;
    char search[1200];
    char *path = NULL;
    char expected[600];
    world_open(&world);
    scratch_put(&world.scratch, "first/show", "not executable");
    scratch_folder(&world.scratch, "second");
    scratch_folder(&world.scratch, "second/show");
    snprintf(search, sizeof(search), "/nowhere:%s/first:%s/second:%s", world.scratch.path,
             world.scratch.path, world.scratch.path);
    signet_err_clear(&world.err);
    CHECK_OK(signet_closure_find_program("show", search, &path, &world.err), &world.err);
    assert_string_equal(path, world.show);
    free(path);
    snprintf(expected, sizeof(expected), "%s/first", world.scratch.path);
    CHECK_CODE(signet_closure_find_program("show", expected, &path, &world.err), SIGNET_E_IO);
    assert_int_equal(world.err.sys_errno, EACCES);
    signet_err_clear(&world.err);
    CHECK_CODE(signet_closure_find_program("none", search, &path, &world.err), SIGNET_E_IO);
    assert_int_equal(world.err.sys_errno, ENOENT);
    signet_err_clear(&world.err);
    CHECK_CODE(signet_closure_find_program("", search, &path, &world.err), SIGNET_E_IO);
    signet_err_clear(&world.err);
    CHECK_OK(signet_closure_find_program("./none", search, &path, &world.err), &world.err);
    assert_string_equal(path, "./none");
    free(path);
    CHECK_OK(signet_closure_find_program("sh", NULL, &path, &world.err), &world.err);
    assert_string_equal(path, "/bin/sh");
    free(path);
    assert_int_equal(chdir(world.scratch.path), 0);
    CHECK_OK(signet_closure_find_program("show", "/nowhere:", &path, &world.err), &world.err);
    assert_string_equal(path, "./show");
    CHECK_OK(signet_closure_open(path, &world.opts, &world.closure, &world.err), &world.err);
    snprintf(expected, sizeof(expected), "%s/./show", world.scratch.path);
    assert_string_equal(world.closure.parts[0].path, expected);
    free(path);
    assert_int_equal(chdir("/"), 0);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_lines_are_read_as_by_the_kernel),
        cmocka_unit_test(what_the_kernel_does_not_start_is_refused),
        cmocka_unit_test(a_line_that_is_cut_is_refused),
        cmocka_unit_test(scripts_interpret_one_another_as_by_the_kernel),
        cmocka_unit_test(what_env_starts_is_a_part),
        cmocka_unit_test(what_env_cannot_be_asked_is_refused),
        cmocka_unit_test(programs_are_found_as_by_execvp),
    };
    return CHECK_RUN(tests);
}
