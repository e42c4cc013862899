/* SPDX-License-Identifier: Apache-2.0
 *
 * The parent of what reads under a lease: see enforce/keep.h. It is the reaper of all that its
 * child starts (PR_SET_CHILD_SUBREAPER), so whatever loses its parent becomes its child too, and
 * ending children until there are none ends them all.
 */
#define _GNU_SOURCE /* pipe2 */
#include "enforce/keep.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <signet/text.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "enforce/doctor.h"

enum {
    LEAST_SECONDS = 5, /* that a writer waits, for all to be ended meanwhile */
    STAT_MAX = 4096,
    PATH = 64,
    BY_SIGNAL = 128,
    PAUSE = 2000000, /* nanoseconds */
    NANOSECONDS = 1000000000
};

static const char break_time[] = "/proc/sys/fs/lease-break-time";

/* What the child is to find as this process did. */
struct signals {
    sigset_t blocked;
    struct sigaction child_ended;
};

/* What was started. */
struct kept {
    pid_t child; /* 0 when it has ended */
    int status;  /* its exit status then */
};

int signet_enforce_can_keep(struct signet_err *err)
{
    char number[PATH] = "";
    char *end = NULL;
    uint64_t seconds = 0;
    /* 0: for ever */
    if (!signet_doctor_number(break_time, &seconds) || (seconds > 0 && seconds < LEAST_SECONDS)) {
        return signet_err_set(err, SIGNET_E_UNSUPPORTED,
                              "%s: expected 0, or %d seconds and more, in which readers can be "
                              "ended",
                              break_time, LEAST_SECONDS);
    }
    ssize_t len = readlink("/proc/self", number, sizeof(number) - 1);
    return len > 0 && strtol(number, &end, 10) == (long)getpid()
               ? (int)SIGNET_OK
               : signet_err_set(err, SIGNET_E_UNSUPPORTED,
                                "/proc is not of this PID namespace: readers cannot be found");
}

/* The parent of the process of that number, by proc_pid_stat(5); 0: it is gone. */
static long parent_of(const char *number)
{
    char path[PATH];
    struct signet_buf text;
    long parent = 0;
    int len = snprintf(path, sizeof(path), "/proc/%s/stat", number);
    bool read = len > 0 && (size_t)len < sizeof(path);
    signet_buf_init(&text, 0);
    read = read && signet_doctor_read(path, STAT_MAX, &text, NULL) == SIGNET_OK &&
           signet_buf_putc(&text, '\0') == SIGNET_OK;
    /* The name, in parentheses, may hold any; what follows is the state, and the parent. */
    const char *name_end = read ? strrchr((const char *)text.data, ')') : NULL;
    if (name_end != NULL && strlen(name_end) > 4) {
        parent = strtol(name_end + 4, NULL, 10);
    }
    signet_buf_free(&text);
    return parent;
}

static void kill_children(void)
{
    DIR *dir = opendir("/proc");
    const struct dirent *entry = NULL;
    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        char *end = NULL;
        long pid = strtol(entry->d_name, &end, 10);
        /* Nobody else takes its number before it is waited for, which is done here alone. */
        if (*end == '\0' && pid > 0 && parent_of(entry->d_name) == (long)getpid()) {
            kill((pid_t)pid, SIGKILL);
        }
    }
    if (dir != NULL) {
        closedir(dir);
    }
}

/* Takes note of whoever ended; whether there is any left. */
static bool reap(struct kept *kept)
{
    int status = 0;
    pid_t ended = 0;
    while ((ended = waitpid(-1, &status, WNOHANG)) > 0) {
        if (ended == kept->child) {
            kept->child = 0;
            kept->status = WIFEXITED(status) ? WEXITSTATUS(status) : BY_SIGNAL + WTERMSIG(status);
        }
    }
    return ended == 0;
}

/* False if some are left when the lease is over anyway. */
static bool end_all(struct kept *kept)
{
    const struct timespec pause = {0, PAUSE};
    uint64_t seconds = 0;
    uint64_t left = UINT64_MAX;
    if (signet_doctor_number(break_time, &seconds) && seconds > 0) {
        left = seconds * (NANOSECONDS / PAUSE);
    }
    while (reap(kept)) {
        if (left-- == 0) {
            return false;
        }
        kill_children();
        nanosleep(&pause, NULL);
    }
    return true;
}

static bool ends(int number)
{
    return number == SIGINT || number == SIGTERM || number == SIGHUP || number == SIGQUIT;
}

/* What a terminal sends to all that it controls, the child had too. This process does not stop, as
 * it could not end the child then. */
static void pass_on(struct kept *kept, const siginfo_t *info)
{
    int number = info->si_signo;
    if (number == SIGCHLD || number == SIGTSTP || number == SIGTTIN || number == SIGTTOU) {
        return;
    }
    if (kept->child == 0 && ends(number)) {
        end_all(kept); /* nobody waits to write: what is left is left */
    } else if (kept->child > 0 && info->si_code <= 0) {
        kill(kept->child, number);
    }
}

static int refuse_writer(struct kept *kept, const struct signet_err *why, const char *name)
{
    bool all = end_all(kept);
    signet_enforce_say(name, why->msg);
    signet_enforce_say(
        name, all ? "CMD and all that it started were ended, as what they read may not change"
                  : "not all that CMD started could be ended: what they read can change");
    return SIGNET_ENFORCE_DENIED;
}

static int
wait_for_all(const struct signet_enforce_start *start, struct kept *kept, const char *name)
{
    struct signet_err why;
    siginfo_t info;
    sigset_t all;
    signet_err_clear(&why);
    sigfillset(&all);
    while (reap(kept)) {
        if (sigwaitinfo(&all, &info) < 0) {
            continue;
        }
        if (info.si_signo == SIGURG &&
            signet_gate_check_hold(start->artifact, start->hold, &why) != SIGNET_OK) {
            return refuse_writer(kept, &why, name);
        }
        pass_on(kept, &info);
    }
    return kept->status;
}

/* The child: ends with its parent, also with one that has ended already. */
static bool end_with(pid_t parent, const struct signals *before)
{
    struct sigaction ignore;
    memset(&ignore, 0, sizeof(ignore));
    ignore.sa_handler = SIG_IGN;
    return prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == parent &&
           sigaction(SIGTSTP, &ignore, NULL) == 0 &&
           sigaction(SIGCHLD, &before->child_ended, NULL) == 0 &&
           sigprocmask(SIG_SETMASK, &before->blocked, NULL) == 0;
}

/* What the two tell each other: the child whether it is ready, and then its parent to go. */
struct pipes {
    int ready[2];
    int go[2];
};

static bool open_pipes(struct pipes *pipes)
{
    *pipes = (struct pipes){{-1, -1}, {-1, -1}};
    return pipe2(pipes->ready, O_CLOEXEC) == 0 && pipe2(pipes->go, O_CLOEXEC) == 0;
}

static void close_end(int *end)
{
    if (*end >= 0) {
        close(*end);
        *end = -1;
    }
}

static int run_child(const struct signet_enforce_start *start,
                     const struct signet_enforce_prepare *prepare,
                     struct pipes *pipes)
{
    struct signet_err why;
    char go = 0;
    signet_err_clear(&why);
    close_end(&pipes->ready[0]);
    close_end(&pipes->go[1]);
    int rc = prepare->make != NULL ? prepare->make(prepare->ctx, &why) : (int)SIGNET_OK;
    signet_err_set(&why, rc, "%s", signet_err_meaning(rc));
    if (write(pipes->ready[1], &why, sizeof(why)) != sizeof(why) || rc != SIGNET_OK) {
        return SIGNET_ENFORCE_FAILED;
    }
    close_end(&pipes->ready[1]);
    ssize_t told = 0;
    do {
        told = read(pipes->go[0], &go, sizeof(go));
    } while (told < 0 && errno == EINTR);
    return told == sizeof(go) ? prepare->begin(start, prepare->name) : SIGNET_ENFORCE_FAILED;
}

/* Has every signal wait to be asked for, and children to be waited for. */
static bool take_signals(struct signals *before)
{
    sigset_t all;
    struct sigaction standard;
    memset(&standard, 0, sizeof(standard));
    standard.sa_handler = SIG_DFL;
    return sigfillset(&all) == 0 && sigprocmask(SIG_SETMASK, &all, &before->blocked) == 0 &&
           sigaction(SIGCHLD, &standard, &before->child_ended) == 0 &&
           prctl(PR_SET_CHILD_SUBREAPER, 1L) == 0;
}

/* What the child says, if it lives to say it. */
static int await(int ready, struct signet_err *err)
{
    struct signet_err why;
    ssize_t got = 0;
    do {
        got = read(ready, &why, sizeof(why));
    } while (got < 0 && errno == EINTR);
    if (got != sizeof(why)) {
        return signet_err_set(err, SIGNET_E_IO, "the process for CMD ended before it was ready");
    }
    return why.code == SIGNET_OK ? (int)SIGNET_OK : signet_err_set(err, why.code, "%s", why.msg);
}

int signet_enforce_fork(struct signet_enforce_start *start,
                        const struct signet_enforce_prepare *prepare,
                        struct signet_err *err)
{
    struct signals before;
    struct pipes pipes;
    pid_t parent = getpid();
    pid_t child = open_pipes(&pipes) && take_signals(&before) ? fork() : -1;
    if (child == 0) {
        _exit(end_with(parent, &before) ? run_child(start, prepare, &pipes)
                                        : SIGNET_ENFORCE_FAILED);
    }
    int rc = child > 0 ? (int)SIGNET_OK
                       : signet_err_sys(err, SIGNET_E_IO, errno, "cannot start a process");
    close_end(&pipes.ready[1]);
    close_end(&pipes.go[0]);
    rc = rc == SIGNET_OK ? await(pipes.ready[0], err) : rc;
    close_end(&pipes.ready[0]);
    /* Whoever asks to write from now on is heard. */
    rc = rc == SIGNET_OK ? signet_gate_check_hold(start->artifact, start->hold, err) : rc;
    if (rc != SIGNET_OK) {
        close_end(&pipes.go[1]);
        return rc;
    }
    start->child = child;
    start->go = pipes.go[1];
    return SIGNET_OK;
}

/* Whoever waits for the end of the output waits for the child alone. */
static void leave_streams(void)
{
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (nothing >= 0) {
        dup2(nothing, STDIN_FILENO);
        dup2(nothing, STDOUT_FILENO);
        close(nothing);
    }
}

int signet_enforce_keep(const struct signet_enforce_start *start, const char *name)
{
    static const char go = 'g';
    struct kept kept = {start->child, SIGNET_ENFORCE_FAILED};
    bool told = write(start->go, &go, sizeof(go)) == sizeof(go);
    close(start->go);
    if (!told) {
        signet_enforce_say(name, "the process for CMD ended before it was started");
        return SIGNET_ENFORCE_FAILED;
    }
    leave_streams();
    return wait_for_all(start, &kept, name);
}
