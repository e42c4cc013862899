/* SPDX-License-Identifier: Apache-2.0
 *
 * The tiers of signet-enforce run, as doctor tells of them: which there is, tried in a child
 * process, and what each stops. Owns the list of attacks; tests/cli/start.sh and tests/adversarial
 * try them.
 */
#include <signet/io.h>
#include <signet/text.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "enforce/doctor.h"

/* What is said of a tier that stops an attack. */
#define STOPPED NULL

/* By version of Landlock from which on they are stopped. */
enum {
    EMPTYING_IS_KNOWN = 3,
    SIGNALS_ARE_KNOWN = 6
};

struct attack {
    const char *name;
    const char *what;
    const char *pin; /* why it is open there, or STOPPED */
    const char *sandbox;
};

static const struct attack attacks[] = {
    {"unsigned", "files that are not signed, or changed since", STOPPED, STOPPED},
    {"swapped", "files swapped or written while they are checked", STOPPED, STOPPED},
    {"script-chain", "an interpreter of a script that is not signed", STOPPED, STOPPED},
    {"environment", "variables that load code (LD_PRELOAD)", STOPPED, STOPPED},
    {"set-id", "rights gained by set-id bits", STOPPED, STOPPED},
    {"started", "programs started that nobody verified", STOPPED, STOPPED},
    {"mounts", "mounts of its own above what was verified", STOPPED, STOPPED},
    {"own-memory", "its own code written to, by /proc", STOPPED, STOPPED},
    {"linked", "hard links of verified programs elsewhere", "they are the same file", STOPPED},
    {"replaced", "verified files changed later, as below --rw",
     "what may be written is asked by place", STOPPED},
    {"changed-library", "libraries, programs changed or added later",
     "they are found by path again", STOPPED},
    {"loader", "files that the dynamic linker is told to start", "it reads them, which is free",
     STOPPED},
    {"plug-in", "libraries that a program opens itself", "it reads them, which is free", STOPPED},
    {"memory", "programs in memory that is a file (memfd)", "no rule is about memory", STOPPED},
    {"written-memory", "memory that is written, then executed", "no rule is about memory", STOPPED},
    {"traced", "code written by a tracer (ptrace)", "no rule is about memory", STOPPED},
    {"namespaces", "user namespaces of its own", "nothing can be mounted there anyway", STOPPED},
    {"code-in-scripts", "scripts that an interpreter reads", "reading is free", STOPPED},
    {"code-in-data", "the same, below --ro and --rw", "reading is free",
     "what is read may be obeyed"},
    {"code-in-arguments", "code in arguments, variables, standard input", "no file is involved",
     "no file is involved"},
    {"inherited", "files that the caller has open, as code", "no rule is about them",
     "their mounts are the caller's"},
    {"modes", "modes and owners of files changed", "no rule is about those",
     "no rule is about those"},
    {"services", "others asked to start something (cron, D-Bus)", "they are asked, and do it",
     "they are asked, and do it"},
    {"same-user", "tracing by others of the same user", "they own its memory",
     "they own its memory"},
};

/* These depend on the kernel. */
static const struct attack emptying = {"emptied", "files emptied that may not be written",
                                       "this kernel cannot forbid it", STOPPED};
static const struct attack no_emptying = {"emptied", "files emptied that may not be written",
                                          STOPPED, STOPPED};
static const struct attack signals = {"signals", "signals to programs outside",
                                      "only the sandbox stops them",
                                      "this kernel cannot forbid them"};
static const struct attack no_signals = {"signals", "signals to programs outside",
                                         "only the sandbox stops them", STOPPED};

static const char *word_of(const char *reason)
{
    return reason == STOPPED ? "stopped" : "open";
}

static void
tell_attack(const struct attack *attack, struct signet_buf *out, struct signet_jsonout *json)
{
    const char *reason = attack->sandbox != STOPPED ? attack->sandbox : attack->pin;
    signet_doctor_line(out, "  %-49s%-9s%s", attack->what, word_of(attack->pin),
                       word_of(attack->sandbox));
    if (reason != STOPPED) {
        signet_doctor_line(out, "    as %s", reason);
    }
    signet_jsonout_open_object(json, NULL);
    signet_jsonout_text(json, "name", attack->name);
    signet_jsonout_text(json, "what", attack->what);
    signet_jsonout_text(json, "pin", word_of(attack->pin));
    signet_jsonout_text(json, "sandbox", word_of(attack->sandbox));
    signet_jsonout_text(json, "because", reason);
    signet_jsonout_close_object(json);
}

void signet_doctor_tell_attacks(unsigned landlock,
                                struct signet_buf *out,
                                struct signet_jsonout *json)
{
    signet_doctor_line(out, "\n%-51s%-9s%s", "What may be tried with what run starts", "pin",
                       "sandbox");
    signet_jsonout_open_array(json, "attacks");
    for (size_t i = 0; i < sizeof(attacks) / sizeof(attacks[0]); i++) {
        tell_attack(&attacks[i], out, json);
    }
    tell_attack(landlock < EMPTYING_IS_KNOWN ? &emptying : &no_emptying, out, json);
    tell_attack(landlock < SIGNALS_ARE_KNOWN ? &signals : &no_signals, out, json);
    signet_jsonout_close_array(json);
}

/* In the child: as run does, with this program, which needs nothing else as it is not executed. */
static void prepare(struct signet_doctor_trial *trial)
{
    struct signet_image image = {.fd = -1, .place = -1};
    const struct signet_start start = {.images = &image, .image_count = 1};
    int fd = -1;
    signet_err_clear(&trial->err);
    trial->code = signet_io_open("/proc/self/exe", &image.fd, &trial->err);
    if (trial->code == SIGNET_OK) {
        trial->code = signet_gate_choose(&start, SIGNET_TIER_AUTO, &trial->tier, &trial->err);
    }
    if (trial->code == SIGNET_OK) {
        trial->code = signet_gate_prepare(&start, trial->tier, &fd, &trial->err);
    }
}

void signet_doctor_try(struct signet_doctor_trial *trial)
{
    int ends[2] = {-1, -1};
    pid_t child = pipe(ends) == 0 ? fork() : -1;
    if (child == 0) {
        prepare(trial);
        _exit(write(ends[1], trial, sizeof(*trial)) == (ssize_t)sizeof(*trial) ? 0 : 1);
    }
    if (child < 0 || read(ends[0], trial, sizeof(*trial)) != (ssize_t)sizeof(*trial)) {
        signet_err_clear(&trial->err);
        trial->code = signet_err_set(&trial->err, SIGNET_E_INTERNAL, "cannot try it");
    }
    close(ends[0]);
    close(ends[1]);
    if (child > 0) {
        waitpid(child, NULL, 0);
    }
}
