/* SPDX-License-Identifier: Apache-2.0
 *
 * gate/loader.h against the dynamic linker, for programs that are linked here so that each of its
 * rules decides: what is found is what it lists, or both find nothing; and what is refused although
 * it would start.
 */
#include "loader_says.h"

/* Makes liba.so, which needs libb.so, and a program that needs liba.so, by a compiler; then what an
 * arrangement does with them. */
static const char prepare[] =
    "set -e; cd \"$1\"; link() { o=$1; shift; cc -o $o -x c - -x none \"$@\"; }\n"
    "lib() { link \"$@\" -shared -fPIC; }; prog() { link \"$@\"; }\n"
    "mkdir -p lib other; A='int b(void); int a(void) { return b(); }'; B='int b(void) { return 1; "
    "}'\n"
    "M='int a(void); int main(void) { return a(); }'; v=-Wl,--allow-shlib-undefined\n"
    "new=-Wl,--enable-new-dtags; old=-Wl,--disable-new-dtags; r=-Wl,-rpath\n"
    "echo \"$B\" | lib lib/libb.so\n";

enum outcome {
    LOADS,  /* and so it is found */
    FAILS,  /* and so it is not found */
    REFUSED /* whatever the loader does */
};

static const struct arrangement {
    const char *name;
    const char *how;
    enum outcome outcome;
    const char *text; /* of the refusal, or NULL */
} arrangements[] = {
    {"RUNPATH of each",
     "echo \"$A\" | lib lib/liba.so -Llib -lb $new $r,'$ORIGIN'\n"
     "echo \"$M\" | prog p -Llib -la $v $new $r,'$ORIGIN/lib'",
     LOADS, NULL},
    {"RUNPATH is for its own alone",
     "echo \"$A\" | lib lib/liba.so -Llib -lb\n"
     "echo \"$M\" | prog p -Llib -la $v $new $r,'$ORIGIN/lib'",
     FAILS, "libb.so: expected a library for this machine where the loader looks"},
    {"RPATH is for those it asks for too",
     "echo \"$A\" | lib lib/liba.so -Llib -lb\n"
     "echo \"$M\" | prog p -Llib -la $v $old $r,'$ORIGIN/lib'",
     LOADS, NULL},
    {"RPATH is nothing to what has RUNPATH",
     "echo \"$A\" | lib lib/liba.so -Llib -lb $new $r,/nowhere\n"
     "echo \"$M\" | prog p -Llib -la $v $old $r,'$ORIGIN/lib'",
     FAILS, "libb.so: expected a library"},
    {"RPATH of the one between",
     "mkdir deep; mv lib/libb.so deep; echo \"$A\" | lib lib/liba.so -Ldeep -lb $old "
     "$r,'$ORIGIN/../deep'\n"
     "echo \"$M\" | prog p -Llib -la $v $new $r,'$ORIGIN/lib'",
     LOADS, NULL},
    {"the first folder that has it",
     "cp lib/libb.so other; echo \"$A\" | lib lib/liba.so -Llib -lb\n"
     "echo \"$M\" | prog p -Llib -la $v $old $r,'$ORIGIN/other:$ORIGIN/lib'",
     LOADS, NULL},
    {"a loaded name is not looked for",
     "echo \"$B\" | lib lib/libc1.so -Wl,-soname,libsame.so; cp lib/libc1.so other/libsame.so\n"
     "echo \"$A\" | lib lib/liba.so other/libsame.so -Wl,-soname,liba.so $new "
     "$r,'$ORIGIN/../other'\n"
     "cp lib/libc1.so lib/libsame.so; echo \"$M\" | prog p $v -Wl,--no-as-needed -Llib -lsame "
     "-la "
     "$new $r,'$ORIGIN/lib'",
     LOADS, NULL},
    {"a loaded file of that name of its own",
     "echo \"$B\" | lib other/libtwo.so -Wl,-soname,libtwo.so; echo \"$B\" | lib lib/libone.so\n"
     "echo \"$A\" | lib lib/liba.so other/libtwo.so $new $r,'$ORIGIN/../other'\n"
     "echo \"$M\" | prog p $v -Wl,--no-as-needed -Llib -lone -la $new $r,'$ORIGIN/lib'\n"
     "echo \"$B\" | lib lib/libone.so -Wl,-soname,libtwo.so",
     LOADS, NULL},
    {"a loaded file of another name",
     "ln -s libb.so lib/libtwin.so; echo \"$A\" | lib lib/liba.so -Llib -ltwin $new "
     "$r,'$ORIGIN'\n"
     "echo \"$M\" | prog p $v -Wl,--no-as-needed -Llib -lb -la $new $r,'$ORIGIN/lib'",
     LOADS, NULL},
    {"in a circle",
     "echo \"$A\" | lib lib/liba.so -Llib -lb $new $r,'$ORIGIN'; rm lib/libb.so\n"
     "echo \"$B\" | lib lib/libb.so -Wl,--no-as-needed -Llib -la $v $new $r,'$ORIGIN'\n"
     "echo \"$M\" | prog p -Llib -la $v $new $r,'$ORIGIN/lib'",
     LOADS, NULL},
    {"for another machine it is passed over",
     "echo \"$A\" | lib lib/liba.so -Llib -lb\n"
     "cp lib/libb.so other; printf '\\001\\000' | dd of=other/libb.so bs=1 seek=18 conv=notrunc\n"
     "echo \"$M\" | prog p -Llib -la $v $old $r,'$ORIGIN/other:$ORIGIN/lib'",
     LOADS, NULL},
    {"of another class it is passed over",
     "echo \"$A\" | lib lib/liba.so -Llib -lb\n"
     "printf '\\177ELF\\001\\001\\001' >other/libb.so; head -c 45 /dev/zero >>other/libb.so; "
     "printf '\\003\\000\\003\\000\\001' | dd of=other/libb.so bs=1 seek=16 conv=notrunc\n"
     "printf '\\064' | dd of=other/libb.so bs=1 seek=28 conv=notrunc; "
     "printf '\\040\\000\\001' | dd of=other/libb.so bs=1 seek=42 conv=notrunc\n"
     "head -c 4096 /dev/zero >>other/libb.so\n"
     "echo \"$M\" | prog p -Llib -la $v $old $r,'$ORIGIN/other:$ORIGIN/lib'",
     LOADS, NULL},
    {"what is no ELF file is an error",
     "echo \"$A\" | lib lib/liba.so -Llib -lb\n"
     "head -c 4096 /dev/zero >other/libb.so\n"
     "echo \"$M\" | prog p -Llib -la $v $old $r,'$ORIGIN/other:$ORIGIN/lib'",
     FAILS, "other/libb.so: expected an ELF file"},
    {"a folder of that name is an error",
     "echo \"$A\" | lib lib/liba.so -Llib -lb; mkdir other/libb.so\n"
     "echo \"$M\" | prog p -Llib -la $v $old $r,'$ORIGIN/other:$ORIGIN/lib'",
     FAILS, "expected a regular file, found a directory"},
    {"a file for a folder is passed over",
     "echo \"$A\" | lib lib/liba.so -Llib -lb; : >file\n"
     "echo \"$M\" | prog p -Llib -la $v $old $r,'$ORIGIN/file:$ORIGIN/no/where:$ORIGIN/lib'",
     LOADS, NULL},
    {"below the folders for this processor",
     "for l in v2 v3 v4; do mkdir -p lib/glibc-hwcaps/x86-64-$l; cp lib/libb.so "
     "lib/glibc-hwcaps/x86-64-$l; done\n"
     "echo \"$A\" | lib lib/liba.so -Llib -lb\n"
     "echo \"$M\" | prog p -Llib -la $v $old $r,'$ORIGIN/lib'",
     LOADS, NULL},
    {"below one of them alone",
     "mkdir -p lib/glibc-hwcaps/x86-64-v2 lib/glibc-hwcaps/x86-64-v9; cp lib/libb.so "
     "lib/glibc-hwcaps/x86-64-v2; cp lib/libb.so lib/glibc-hwcaps/x86-64-v9\n"
     "echo \"$A\" | lib lib/liba.so -Llib -lb\n"
     "echo \"$M\" | prog p -Llib -la $v $old $r,'$ORIGIN/lib'",
     LOADS, NULL},
    {"in a folder that only old loaders look into",
     "mkdir lib/tls; cp lib/libb.so lib/tls; echo \"$A\" | lib lib/liba.so -Llib -lb\n"
     "echo \"$M\" | prog p -Llib -la $v $old $r,'$ORIGIN/lib'",
     REFUSED, "tls/libb.so: only some versions of the loader look there"},
    {"in one below that",
     "mkdir -p lib/tls/haswell; cp lib/libb.so lib/tls/haswell\n"
     "echo \"$A\" | lib lib/liba.so -Llib -lb\n"
     "echo \"$M\" | prog p -Llib -la $v $old $r,'$ORIGIN/lib'",
     REFUSED, "tls/haswell: only some versions of the loader look there"},
    {"another file there does not matter",
     "mkdir lib/tls; cp lib/libb.so lib/tls/libz9.so; echo \"$A\" | lib lib/liba.so -Llib -lb\n"
     "echo \"$M\" | prog p -Llib -la $v $old $r,'$ORIGIN/lib'",
     LOADS, NULL},
    {"tokens",
     "echo \"$A\" | lib lib/liba.so -Llib -lb\n"
     "mkdir -p '$ORIGINAL' 'x$'; cp lib/libb.so \"$1/\\$ORIGINAL\"\n"
     "echo \"$M\" | prog p -Llib -la $v $old "
     "$r,'/nowhere/$LIB:${ORIGIN}/$ORIGINAL:${ORIGIN}/${LIB}:$ORIGIN/lib'",
     LOADS, NULL},
    {"$PLATFORM",
     "echo \"$A\" | lib lib/liba.so -Llib -lb\n"
     "echo \"$M\" | prog p -Llib -la $v $old $r,'$ORIGIN/${PLATFORM}:$ORIGIN/lib'",
     REFUSED, "$PLATFORM"},
    {"an empty folder",
     "echo \"$A\" | lib lib/liba.so -Llib -lb\n"
     "echo \"$M\" | prog p -Llib -la $v $old $r,':$ORIGIN/lib'",
     REFUSED, "p: \"\": expected an absolute path"},
    {"an empty folder at the end",
     "echo \"$A\" | lib lib/liba.so -Llib -lb; mv lib/libb.so lib/libb9.so\n"
     "echo \"$M\" | prog p -Llib -la $v $old $r,'$ORIGIN/lib:'",
     REFUSED, "p: \"\": expected an absolute path"},
    {"a folder from where it is started",
     "echo \"$A\" | lib lib/liba.so -Llib -lb\n"
     "echo \"$M\" | prog p -Llib -la $v $old $r,'lib:$ORIGIN/lib'",
     REFUSED, "p: \"lib\": expected an absolute path"},
    {"what is found before does not matter",
     "echo \"$A\" | lib lib/liba.so -Llib -lb\n"
     "echo \"$M\" | prog p -Llib -la $v $old $r,'$ORIGIN/lib:lib'",
     REFUSED, "\"lib\": expected an absolute path"}, /* for libc, which is in neither */
    {"a path for a name",
     "echo \"$A\" | lib lib/liba.so \"$1/lib/libb.so\"\n"
     "echo \"$M\" | prog p \"$1/lib/liba.so\" $v",
     LOADS, NULL},
    {"a relative path for a name",
     "echo \"$A\" | lib lib/liba.so -Llib -lb\n"
     "echo \"$M\" | prog p lib/liba.so $v $old $r,'$ORIGIN/lib'",
     REFUSED, "\"lib/liba.so\": expected an absolute path"},
    {"no folder of the system",
     "echo \"$A\" | lib lib/liba.so -Llib -lb\n"
     "echo \"$M\" | prog p -Llib -la $v $old $r,'$ORIGIN/lib' -Wl,-z,nodefaultlib",
     FAILS, "libc.so.6: expected a library"},
    {"a link to the program",
     "echo \"$A\" | lib lib/liba.so -Llib -lb\n"
     "mkdir real; echo \"$M\" | prog real/p -Llib -la $v $old $r,'$ORIGIN/../lib'; mkdir l; ln "
     "-s "
     "real/p p",
     LOADS, NULL},
    {"a link to a library does not move its folder",
     "mkdir deep; echo \"$A\" | lib deep/liba.so -Llib -lb $new $r,'$ORIGIN'\n"
     "ln -s ../deep/liba.so lib/liba.so\n"
     "echo \"$M\" | prog p -Llib -la $v $new $r,'$ORIGIN/lib'",
     LOADS, NULL},
    {"a program for a library",
     "echo 'int main(void) { return 0; }' | prog other/q\n"
     "echo 'int main(void) { return 0; }' | prog p -Wl,--no-as-needed -Llib -lb $old "
     "$r,'$ORIGIN/lib'; mv other/q lib/libb.so",
     REFUSED, "libb.so: expected a shared object, found a program"},
    {"an audit library",
     "echo \"$A\" | lib lib/liba.so -Llib -lb\n"
     "echo \"$M\" | prog p -Llib -la $v $old $r,'$ORIGIN/lib' -Wl,--audit,libb.so",
     REFUSED, "p: has a DT_AUDIT"},
    {"a filter library",
     "echo \"$A\" | lib lib/liba.so -Llib -lb -Wl,-F,libb.so\n"
     "echo \"$M\" | prog p -Llib -la $v $old $r,'$ORIGIN/lib'",
     REFUSED, "liba.so: has a DT_FILTER"},
    {"its own interpreter by name",
     "echo \"$A\" | lib lib/liba.so -Llib -lb\n"
     "echo \"$M\" | prog p -Llib -la $v $old $r,'$ORIGIN/lib' -Wl,--no-as-needed "
     "\"$(ldd /bin/sh | awk '/\\/ld-/ { print $1 }')\"",
     LOADS, NULL},
};

static void arrange(const struct scratch *scratch, const struct arrangement *arrangement)
{
    char script[4096];
    const char *const argv[] = {"sh", "-c", script, "sh", scratch->path, NULL};
    int len =
        snprintf(script, sizeof(script), "exec 2>\"$1/said\"\n%s%s", prepare, arrangement->how);
    assert_true(len > 0 && (size_t)len < sizeof(script));
    scratch_run(argv);
}

static void expect(const struct arrangement *arrangement)
{
    const struct signet_closure_opts opts = {.size = sizeof(opts)};
    static struct files said;
    struct scratch scratch;
    struct signet_closure closure;
    struct signet_err err;
    char path[512];
    scratch_open(&scratch);
    arrange(&scratch, arrangement);
    signet_err_clear(&err);
    int rc = signet_closure_open(scratch_path(&scratch, "p", path), &opts, &closure, &err);
    bool starts = ask_linker(&scratch, path, &said);
    if ((arrangement->outcome != REFUSED && starts != (arrangement->outcome == LOADS)) ||
        (rc == SIGNET_OK) != (arrangement->outcome == LOADS)) {
        fail_msg("%s: the loader %s, and we: %s", arrangement->name, starts ? "finds all" : "fails",
                 err.msg);
    }
    if (rc == SIGNET_OK) {
        compare_files(&closure, &said, arrangement->name);
    } else if (strstr(err.msg, arrangement->text) == NULL) {
        fail_msg("%s: expected \"%s\": %s", arrangement->name, arrangement->text, err.msg);
    }
    signet_closure_free(&closure);
    scratch_close(&scratch);
}

static void each_rule_is_that_of_the_loader(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(arrangements) / sizeof(arrangements[0]); i++) {
        expect(&arrangements[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_rule_is_that_of_the_loader),
    };
    return CHECK_RUN(tests);
}
