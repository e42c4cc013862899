/* SPDX-License-Identifier: Apache-2.0
 *
 * The first line of a script: see gate/script.h.
 */
#include "gate/script.h"

#include "base/err.h"
#include "base/utf8.h"

static const char blanks[] = " \t";

bool signet_script_begins(struct signet_span head)
{
    return signet_span_begins(head, "#!");
}

static int refuse(const char *expected, struct signet_err *err)
{
    return signet_err_set(err, SIGNET_E_UNSUPPORTED, "its first line: expected %s", expected);
}

/* Copies the line without what begins it and ends it. The kernel takes blanks off its end if a
 * newline is behind them, and not if the file ends there. */
static int take_line(struct signet_span head, char *line, struct signet_err *err)
{
    const uint8_t *newline = memchr(head.ptr, '\n', head.len);
    size_t len = newline != NULL ? (size_t)(newline - head.ptr) : head.len;
    if (newline == NULL && head.len == SIGNET_SCRIPT_LINE) {
        return refuse("at most 255 bytes, which is all that the kernel reads", err);
    }
    if (memchr(head.ptr, '\0', len) != NULL) {
        return refuse("a text", err);
    }
    while (newline != NULL && len > 2 && strchr(blanks, head.ptr[len - 1]) != NULL) {
        len--;
    }
    memcpy(line, head.ptr + 2, len - 2);
    line[len - 2] = '\0';
    return SIGNET_OK;
}

int signet_script_read(struct signet_span head,
                       struct signet_script *script,
                       struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    int rc = take_line(head, script->line, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    char *path = script->line + strspn(script->line, blanks);
    char *end = path + strcspn(path, blanks);
    script->interpreter = path;
    script->argument = *end != '\0' ? end + strspn(end, blanks) : NULL;
    *end = '\0';
    if (path[0] == '\0') {
        return refuse("#! and the path of an interpreter", err);
    }
    return path[0] == '/'
               ? (int)SIGNET_OK
               : signet_err_set(
                     err, SIGNET_E_UNSUPPORTED,
                     "its first line: expected an interpreter of an absolute path, found "
                     "%s, which depends on the folder that it is started in",
                     signet_utf8_show(signet_span_str(path), shown));
}

int signet_script_started(const struct signet_script *script,
                          char out[SIGNET_SCRIPT_LINE],
                          struct signet_err *err)
{
    const char *name = script->argument;
    out[0] = '\0';
    if (strcmp(strrchr(script->interpreter, '/'), "/env") != 0) {
        return SIGNET_OK;
    }
    size_t len = name != NULL ? strlen(name) : 0;
    if (len > 1 && strncmp(name, "-S", 2) == 0) {
        name += 2 + strspn(name + 2, blanks);
        if (strpbrk(name, "\\\"'$#") != NULL) {
            return refuse("words alone behind env -S, no quotes, variables or comments", err);
        }
        len = strcspn(name, " \t\v\f\r");
    }
    if (len == 0 || name[0] == '-' || memchr(name, '=', len) != NULL) {
        return refuse("env and the name of a program, or env -S and its name and words; no other "
                      "option and no variable",
                      err);
    }
    memcpy(out, name, len);
    out[len] = '\0';
    return SIGNET_OK;
}
