/* SPDX-License-Identifier: Apache-2.0
 *
 * signet/closure.h: what is added to a closure, what kind each part is, who may take hold of it,
 * what every program of a system loads, and bounds.
 */
#include "gate/loader.h"
#include "loader_says.h"

#include "artifact/artifact.h"
#include "build_elf.h"

/* A folder with programs and libraries, linked by a compiler, and what a test opened. */
struct world {
    struct scratch scratch;
    struct signet_closure closure;
    struct signet_closure_opts opts;
    struct signet_loader_files files;
    struct signet_err err;
    char preload[512];
    char cache[512];
};

static void world_open(struct world *world)
{
    static const char make[] =
        "set -e; cd \"$1\"; link() { o=$1; shift; cc -o $o -x c - -x none \"$@\"; }\n"
        "mkdir lib\n"
        "echo 'int b(void) { return 1; }' | link lib/libb.so -shared -fPIC -Wl,-soname,libb.so\n"
        "echo 'int b(void); int a(void) { return b(); }' | link lib/liba.so -shared -fPIC -Llib "
        "-lb\n"
        "echo 'int main(void) { return 0; }' | link plain\n"
        "echo 'int main(void) { return 0; }' | link beside -Wl,--disable-new-dtags "
        "-Wl,-rpath,'$ORIGIN/lib'\n"
        "echo 'int main(void) { return 0; }' | link fixed -static\n"
        "echo 'int main(void) { return 0; }' | link moving -static-pie\n"
        "echo 'int x;' | link object.o -c\n"
        "echo 'print(1)' >script.py; echo '#!/bin/sh' >script; chmod +x script";
    *world = (struct world){.opts = {.size = sizeof(world->opts)}};
    scratch_open(&world->scratch);
    const char *const argv[] = {"sh", "-c", make, "sh", world->scratch.path, NULL};
    scratch_run(argv);
    scratch_path(&world->scratch, "ld.so.preload", world->preload);
    world->files = (struct signet_loader_files){"/etc/ld.so.cache", world->preload};
    world->opts.files = &world->files;
}

static void world_close(struct world *world)
{
    signet_closure_free(&world->closure);
    scratch_close(&world->scratch);
}

static int open_closure(struct world *world, const char *name)
{
    char path[512];
    signet_closure_free(&world->closure);
    signet_err_clear(&world->err);
    return signet_closure_open(scratch_path(&world->scratch, name, path), &world->opts,
                               &world->closure, &world->err);
}

static int add_file(struct world *world, const char *name)
{
    char path[512];
    signet_err_clear(&world->err);
    return signet_closure_add(&world->closure, scratch_path(&world->scratch, name, path),
                              &world->err);
}

/* The part that is the file of that name, or the number of parts. */
static size_t part_of(const struct world *world, const char *name)
{
    char path[512];
    struct stat st;
    struct stat other;
    assert_int_equal(stat(scratch_path(&world->scratch, name, path), &st), 0);
    for (size_t i = 0; i < world->closure.count; i++) {
        assert_int_equal(stat(world->closure.parts[i].path, &other), 0);
        if (st.st_dev == other.st_dev && st.st_ino == other.st_ino) {
            return i;
        }
    }
    return world->closure.count;
}

static enum signet_part_kind kind_of(const struct world *world, const char *name)
{
    size_t part = part_of(world, name);
    assert_true(part < world->closure.count);
    return world->closure.parts[part].kind;
}

static void static_programs_are_alone(void **state)
{
    (void)state;
    static const char *const names[] = {"fixed", "moving"};
    struct world world;
    world_open(&world);
    for (size_t i = 0; i < 2; i++) {
        CHECK_OK(open_closure(&world, names[i]), &world.err);
        assert_int_equal(world.closure.count, 1);
        assert_int_equal(world.closure.parts[0].kind, SIGNET_PART_PROGRAM);
        assert_int_equal(world.closure.word_count, 0);
        assert_false(world.closure.has_origin);
    }
    CHECK_CODE(add_file(&world, "lib/libb.so"), SIGNET_E_UNSUPPORTED);
    assert_non_null(strstr(world.err.msg, "expected a program with a dynamic linker"));
    CHECK_OK(open_closure(&world, "fixed"), &world.err);
    CHECK_OK(add_file(&world, "plain"), &world.err);
    CHECK_OK(add_file(&world, "lib/libb.so"), &world.err);
    world_close(&world);
}

static void what_is_added_has_its_kind(void **state)
{
    (void)state;
    struct world world;
    world_open(&world);
    CHECK_OK(open_closure(&world, "beside"), &world.err);
    size_t before = world.closure.count;
    CHECK_OK(add_file(&world, "script.py"), &world.err);
    CHECK_OK(add_file(&world, "object.o"), &world.err);
    assert_int_equal(world.closure.count, before + 2);
    CHECK_OK(add_file(&world, "lib/liba.so"), &world.err);
    CHECK_OK(add_file(&world, "script"), &world.err);
    CHECK_OK(add_file(&world, "plain"), &world.err);
    CHECK_OK(add_file(&world, "fixed"), &world.err);
    assert_int_equal(kind_of(&world, "script.py"), SIGNET_PART_FILE);
    assert_int_equal(kind_of(&world, "object.o"), SIGNET_PART_FILE);
    assert_int_equal(kind_of(&world, "lib/liba.so"), SIGNET_PART_LIBRARY);
    assert_int_equal(kind_of(&world, "lib/libb.so"), SIGNET_PART_LIBRARY);
    assert_int_equal(kind_of(&world, "script"), SIGNET_PART_SCRIPT);
    assert_int_equal(kind_of(&world, "plain"), SIGNET_PART_PROGRAM);
    assert_int_equal(kind_of(&world, "fixed"), SIGNET_PART_PROGRAM);
    size_t a = part_of(&world, "lib/liba.so");
    assert_int_equal(world.closure.parts[a].needed_by, a);
    assert_int_equal(world.closure.parts[part_of(&world, "lib/libb.so")].needed_by, a);
    assert_true(world.closure.has_origin);
    before = world.closure.count;
    CHECK_OK(add_file(&world, "script"), &world.err);
    CHECK_OK(add_file(&world, "lib/../lib/libb.so"), &world.err);
    CHECK_OK(add_file(&world, "beside"), &world.err);
    assert_int_equal(world.closure.count, before);
    world_close(&world);
}

/* liba.so has no RPATH: it is that of the program that loads it by which libb.so is found, or not.
 */
static void a_library_is_loaded_by_the_program(void **state)
{
    (void)state;
    struct world world;
    world_open(&world);
    CHECK_OK(open_closure(&world, "beside"), &world.err);
    CHECK_OK(add_file(&world, "lib/liba.so"), &world.err);
    CHECK_OK(open_closure(&world, "plain"), &world.err);
    CHECK_CODE(add_file(&world, "lib/liba.so"), SIGNET_E_IO);
    assert_int_equal(world.err.sys_errno, ENOENT);
    assert_non_null(strstr(world.err.msg, "libb.so: expected a library"));
    assert_non_null(strstr(world.err.msg, "lib/liba.so"));
    CHECK_OK(open_closure(&world, "plain"), &world.err);
    CHECK_OK(add_file(&world, "beside"), &world.err); /* another program does not */
    CHECK_CODE(add_file(&world, "lib/liba.so"), SIGNET_E_IO);
    CHECK_OK(open_closure(&world, "plain"), &world.err);
    CHECK_OK(add_file(&world, "lib/libb.so"), &world.err); /* by its name, which is loaded */
    CHECK_OK(add_file(&world, "lib/liba.so"), &world.err);
    world_close(&world);
}

static void one_file_is_executed_or_loaded(void **state)
{
    (void)state;
    char path[512];
    struct world world;
    world_open(&world);
    scratch_path(&world.scratch, "fixed", path);
    CHECK_OK(open_closure(&world, "plain"), &world.err);
    scratch_put(&world.scratch, "ld.so.preload", path);
    CHECK_CODE(open_closure(&world, "fixed"), SIGNET_OK); /* which loads nothing */
    CHECK_CODE(add_file(&world, "plain"), SIGNET_E_FORBIDDEN);
    assert_non_null(strstr(world.err.msg, "is to be executed and to be loaded"));
    world_close(&world);
}

static void what_every_program_loads_is_found(void **state)
{
    (void)state;
    char text[1200];
    struct world world;
    world_open(&world);
    snprintf(text, sizeof(text),
             "# first\n/nowhere/x.so:%s/lib/libb.so\t#libnone.so\n  libc.so.6\n",
             world.scratch.path);
    scratch_put(&world.scratch, "ld.so.preload", text);
    CHECK_OK(open_closure(&world, "plain"), &world.err);
    assert_int_equal(kind_of(&world, "lib/libb.so"), SIGNET_PART_LIBRARY);
    assert_int_equal(world.closure.parts[part_of(&world, "lib/libb.so")].needed_by, 0);
    scratch_put(&world.scratch, "ld.so.preload", "");
    CHECK_OK(open_closure(&world, "plain"), &world.err);
    assert_int_equal(part_of(&world, "lib/libb.so"), world.closure.count);
    scratch_write(&world.scratch, "ld.so.preload", signet_span_of("a\0b", 3));
    CHECK_CODE(open_closure(&world, "plain"), SIGNET_E_MALFORMED);
    scratch_put(&world.scratch, "ld.so.cache", "no cache");
    scratch_put(&world.scratch, "ld.so.preload", "");
    world.files.cache = scratch_path(&world.scratch, "ld.so.cache", world.cache);
    CHECK_CODE(open_closure(&world, "plain"), SIGNET_E_MALFORMED);
    assert_non_null(strstr(world.err.msg, "ld.so.cache: expected a cache as glibc writes it"));
    world.files.cache = "/nowhere/ld.so.cache";
    CHECK_OK(open_closure(&world, "plain"), &world.err); /* in the folders of the system */
    world_close(&world);
}

/* Who takes hold of files: how many so far, and of how many more. */
struct taker {
    size_t taken;
    size_t most;
    bool copies; /* hands on a copy of each that says nothing */
};

static int take(void *ctx, struct signet_artifact *artifact, struct signet_err *err)
{
    struct taker *taker = ctx;
    assert_int_equal(signet_artifact_kind(artifact), SIGNET_ARTIFACT_FILE);
    assert_int_equal(lseek(artifact->fd, 0, SEEK_CUR), 0);
    if (taker->taken == taker->most) {
        return signet_err_set(err, SIGNET_E_DENIED, "held by somebody else");
    }
    taker->taken++;
    if (taker->copies) {
        artifact->place_fd = artifact->fd;
        artifact->fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    }
    return SIGNET_OK;
}

static void each_file_is_taken_hold_of_once(void **state)
{
    (void)state;
    struct taker taker = {.most = SIZE_MAX};
    struct world world;
    world_open(&world);
    world.opts.take = take;
    world.opts.take_ctx = &taker;
    CHECK_OK(open_closure(&world, "beside"), &world.err);
    CHECK_OK(add_file(&world, "lib/liba.so"), &world.err);
    CHECK_OK(add_file(&world, "lib/liba.so"), &world.err);
    CHECK_OK(add_file(&world, "script"), &world.err);
    size_t all = world.closure.count;
    assert_int_equal(taker.taken, all);
    for (size_t most = 0; most < all; most++) {
        taker = (struct taker){.most = most};
        int rc = open_closure(&world, "beside");
        rc = rc == SIGNET_OK ? add_file(&world, "lib/liba.so") : rc;
        rc = rc == SIGNET_OK ? add_file(&world, "script") : rc;
        assert_int_equal(rc, SIGNET_E_DENIED);
        assert_non_null(strstr(world.err.msg, "held by somebody else"));
    }
    taker = (struct taker){.most = SIZE_MAX, .copies = true}; /* what is read is what is held */
    CHECK_CODE(open_closure(&world, "beside"), SIGNET_E_UNSUPPORTED);
    assert_non_null(strstr(world.err.msg, "expected an ELF file"));
    world_close(&world);
}

static void put_image(const struct world *world, const char *name, const struct elf_plan *plan)
{
    static struct elf_image image;
    char path[512];
    elf_build(plan, &image);
    scratch_write(&world->scratch, name, signet_span_of(image.bytes, ELF_ROOM));
    assert_int_equal(chmod(scratch_path(&world->scratch, name, path), 0755), 0);
}

static void other_programs_are_refused(void **state)
{
    (void)state;
    static const struct {
        struct elf_plan plan;
        int code;
        const char *text;
    } plans[] = {
        {{.type = 2}, SIGNET_OK, ""},
        {{.type = 1}, SIGNET_E_UNSUPPORTED, "p: expected a program for this machine"},
        {{.type = 2, .machine = 8}, SIGNET_E_UNSUPPORTED, "expected a program for this machine"},
        {{.type = 2, .big = true}, SIGNET_E_UNSUPPORTED, "expected a program for this machine"},
        {{.type = 2, .narrow = true, .machine = 3}, SIGNET_E_UNSUPPORTED, "for this machine"},
        {{.interpreter = "/nowhere/ld.so"}, SIGNET_E_IO, "/nowhere/ld.so"},
        {{.interpreter = "ld.so"}, SIGNET_E_UNSUPPORTED, "an interpreter of an absolute path"},
        {{.interpreter = "/bin/sh"}, SIGNET_E_UNSUPPORTED, "the dynamic linker of glibc, ld-linux"},
        {{.interpreter = "/etc/passwd"}, SIGNET_E_UNSUPPORTED, "/etc/passwd: expected an ELF file"},
    };
    struct world world;
    world_open(&world);
    for (size_t i = 0; i < sizeof(plans) / sizeof(plans[0]); i++) {
        struct elf_plan plan = plans[i].plan;
#if !defined(__x86_64__)
        plan.machine = plan.machine == 0 ? 183 : plan.machine;
#endif
        put_image(&world, "p", &plan);
        int rc = open_closure(&world, "p");
        if (rc != plans[i].code || strstr(world.err.msg, plans[i].text) == NULL) {
            fail_msg("plan %zu: expected \"%s\", got %s: %s", i, plans[i].text, signet_err_name(rc),
                     world.err.msg);
        }
    }
    world.opts.size--;
    CHECK_CODE(open_closure(&world, "plain"), SIGNET_E_USAGE);
    world_close(&world);
}

/* What it is called and where it stands says which folders it looks into. */
static void other_linkers_are_refused(void **state)
{
    (void)state;
    struct signet_loader_machine machine;
    struct world world;
    char path[512];
    world_open(&world);
    signet_loader_machine(&machine);
    scratch_path(&world.scratch, "ld", path);
    put_image(&world, "p", &(struct elf_plan){.machine = machine.machine, .interpreter = path});
    put_image(&world, "ld",
              &(struct elf_plan){.machine = machine.machine, .soname = "ld-musl-x86_64.so.1"});
    CHECK_CODE(open_closure(&world, "p"), SIGNET_E_UNSUPPORTED);
    assert_non_null(strstr(world.err.msg, "ld: expected the dynamic linker of glibc, ld-linux"));
    put_image(&world, "ld",
              &(struct elf_plan){.machine = machine.machine, .soname = machine.soname});
    CHECK_CODE(open_closure(&world, "p"), SIGNET_E_UNSUPPORTED);
    assert_non_null(strstr(world.err.msg, "ld: expected the loader in a folder of the system"));
    world_close(&world);
}

/* More libraries than may be; each of them needs the next. */
static void a_closure_has_bounds(void **state)
{
    (void)state;
    char rpath[128];
    struct world world;
    world_open(&world);
    snprintf(rpath, sizeof(rpath), "%s/many", world.scratch.path);
    for (size_t i = 0; i <= 1100; i++) {
        char name[32];
        char next[32];
        const char *const needed[] = {next, NULL};
        snprintf(name, sizeof(name), "many/lib%zu.so", i);
        snprintf(next, sizeof(next), "lib%zu.so", (i + 1) % 1101);
        put_image(&world, name,
                  &(struct elf_plan){
                      .needed = needed, .interpreter = i == 0 ? LINKER : NULL, .rpath = rpath});
    }
    int rc = open_closure(&world, "many/lib0.so");
    assert_true(rc == SIGNET_E_LIMIT || rc == SIGNET_E_IO); /* or as many as may be open */
    assert_true(world.closure.count <= 1024);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(static_programs_are_alone),
        cmocka_unit_test(what_is_added_has_its_kind),
        cmocka_unit_test(a_library_is_loaded_by_the_program),
        cmocka_unit_test(one_file_is_executed_or_loaded),
        cmocka_unit_test(what_every_program_loads_is_found),
        cmocka_unit_test(each_file_is_taken_hold_of_once),
        cmocka_unit_test(other_programs_are_refused),
        cmocka_unit_test(other_linkers_are_refused),
        cmocka_unit_test(a_closure_has_bounds),
    };
    return CHECK_RUN(tests);
}
