/* SPDX-License-Identifier: Apache-2.0
 *
 * Status codes and the error record. Owns the one table of codes; knows no module.
 */
#include "base/err.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/compiler.h"

struct status_row {
    int code;
    int exit_status;
    const char *name;
    const char *meaning;
};

static const struct status_row status_rows[] = {{SIGNET_OK, 0, "OK", "done, or verified"},
#define STATUS_ROW(name, value, exit_status, meaning) {(value), (exit_status), #name, (meaning)},
                                                SIGNET_ERR_TABLE(STATUS_ROW)
#undef STATUS_ROW
};

static const struct status_row *find_status(int code)
{
    for (size_t i = 0; i < SIGNET_COUNT(status_rows); i++) {
        if (status_rows[i].code == code) {
            return &status_rows[i];
        }
    }
    return NULL;
}

void signet_err_clear(struct signet_err *err)
{
    if (err != NULL) {
        err->code = SIGNET_OK;
        err->sys_errno = 0;
        err->offset = SIGNET_NO_OFFSET;
        err->msg[0] = '\0';
    }
}

const char *signet_err_name(int code)
{
    const struct status_row *row = find_status(code);
    return row != NULL ? row->name : "UNKNOWN";
}

const char *signet_err_meaning(int code)
{
    const struct status_row *row = find_status(code);
    return row != NULL ? row->meaning : "an unknown status";
}

int signet_err_exit(int code)
{
    const struct status_row *row = find_status(code);
    return row != NULL ? row->exit_status : 70;
}

const char *signet_err_result(int code)
{
    switch (signet_err_exit(code)) {
    case 0:
        return "pass";
    case 1:
    case 4:
    case 5:
    case 6:
        return "fail";
    default:
        return "error";
    }
}

int signet_err_worse(int first, int second)
{
    static const int gravest_first[] = {70, 3, 1, 6, 5, 4, 2, 0};
    int first_exit = signet_err_exit(first);
    int second_exit = signet_err_exit(second);
    for (size_t i = 0; i < SIGNET_COUNT(gravest_first); i++) {
        if (first_exit == gravest_first[i]) {
            return first;
        }
        if (second_exit == gravest_first[i]) {
            return second;
        }
    }
    return SIGNET_E_INTERNAL;
}

/* SIGNET_OK is no error: recording it would hide the text of a later one. */
static bool may_record(const struct signet_err *err, int code)
{
    return err != NULL && err->code == SIGNET_OK && code != SIGNET_OK;
}

int signet_err_set(struct signet_err *err, int code, const char *format, ...)
{
    if (may_record(err, code)) {
        va_list args;
        va_start(args, format);
        SIGNET_IGNORE(vsnprintf(err->msg, sizeof(err->msg), format, args) < 0); /* cut is fine */
        va_end(args);
        err->code = code;
        err->sys_errno = 0;
        err->offset = SIGNET_NO_OFFSET;
    }
    return code;
}

int signet_err_at(struct signet_err *err, int code, uint64_t offset, const char *format, ...)
{
    if (may_record(err, code)) {
        va_list args;
        va_start(args, format);
        SIGNET_IGNORE(vsnprintf(err->msg, sizeof(err->msg), format, args) < 0); /* cut is fine */
        va_end(args);
        err->code = code;
        err->sys_errno = 0;
        err->offset = offset;
    }
    return code;
}

int signet_err_sys(struct signet_err *err, int code, int sys_errno, const char *format, ...)
{
    if (may_record(err, code)) {
        char reason[96];
        char text[sizeof(err->msg) - sizeof(reason) - 3];
        va_list args;
        va_start(args, format);
        SIGNET_IGNORE(vsnprintf(text, sizeof(text), format, args) < 0); /* cut is fine */
        va_end(args);
        if (strerror_r(sys_errno, reason, sizeof(reason)) != 0) {
            SIGNET_IGNORE(snprintf(reason, sizeof(reason), "errno %d", sys_errno) < 0);
        }
        SIGNET_IGNORE(snprintf(err->msg, sizeof(err->msg), "%s: %s", text, reason) < 0);
        err->code = code;
        err->sys_errno = sys_errno;
        err->offset = SIGNET_NO_OFFSET;
    }
    return code;
}

int signet_err_copy(struct signet_err *err, const struct signet_err *from)
{
    if (may_record(err, from->code)) {
        *err = *from;
    }
    return from->code;
}

void signet_err_prefix(struct signet_err *err, const char *format, ...)
{
    if (err == NULL || err->code == SIGNET_OK) {
        return;
    }
    char prefix[sizeof(err->msg) / 2];
    char whole[sizeof(err->msg)];
    va_list args;
    va_start(args, format);
    SIGNET_IGNORE(vsnprintf(prefix, sizeof(prefix), format, args) < 0); /* cut is fine */
    va_end(args);
    size_t used = strlen(prefix);
    memcpy(whole, prefix, used);
    memcpy(whole + used, ": ", 2);
    used += 2;
    size_t kept = strnlen(err->msg, sizeof(whole) - used - 1);
    memcpy(whole + used, err->msg, kept);
    whole[used + kept] = '\0';
    memcpy(err->msg, whole, used + kept + 1);
}
