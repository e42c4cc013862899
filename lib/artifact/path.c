/* SPDX-License-Identifier: Apache-2.0
 *
 * Rules for names in a canonical manifest (OpenSSF Model Signing v1.0, "resources", and stricter:
 * no control characters, no backslash). Owns the rules; touches no file.
 */
#include "artifact/path.h"

#include "base/err.h"
#include "base/utf8.h"

static int refuse(struct signet_span name, const char *why, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    return signet_err_set(err, SIGNET_E_FORBIDDEN, "%s: the name %s", signet_utf8_show(name, shown),
                          why);
}

int signet_path_check_text(struct signet_span name, struct signet_err *err)
{
    if (signet_utf8_valid_length(name) != name.len) {
        return refuse(name, "is not valid UTF-8", err);
    }
    for (size_t i = 0; i < name.len; i++) {
        if (name.ptr[i] < 0x20 || name.ptr[i] == 0x7F) {
            return refuse(name, "holds a control character", err);
        }
    }
    return SIGNET_OK;
}

/* No component may be empty, which also rules out a "/" at either end. */
static int check_components(struct signet_span name, struct signet_err *err)
{
    size_t start = 0;
    for (size_t i = 0; i <= name.len; i++) {
        if (i < name.len && name.ptr[i] != '/') {
            continue;
        }
        struct signet_span component = signet_span_of(name.ptr + start, i - start);
        if (component.len == 0) {
            return refuse(name,
                          i == 0 ? "is absolute; expected a relative path"
                                 : "has an empty component; expected a relative path",
                          err);
        }
        if (signet_span_is(component, ".") || signet_span_is(component, "..")) {
            return refuse(name, "has a \".\" or \"..\" component", err);
        }
        start = i + 1;
    }
    return SIGNET_OK;
}

int signet_path_check(struct signet_span name, uint64_t max, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    if (name.len == 0) {
        return signet_err_set(err, SIGNET_E_FORBIDDEN, "a name is empty");
    }
    if (name.len > max) {
        return signet_err_set(err, SIGNET_E_LIMIT,
                              "%s: a name of %zu bytes, more than the limit of %llu",
                              signet_utf8_show(name, shown), name.len, (unsigned long long)max);
    }
    int rc = signet_path_check_text(name, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    if (memchr(name.ptr, '\\', name.len) != NULL) {
        return refuse(name, "holds a backslash", err);
    }
    return check_components(name, err);
}

int signet_path_compare(struct signet_span name, const char *other)
{
    size_t other_len = strlen(other);
    size_t common = name.len < other_len ? name.len : other_len;
    int order = common == 0 ? 0 : memcmp(name.ptr, other, common);
    if (order != 0 || name.len == other_len) {
        return order;
    }
    return name.len < other_len ? -1 : 1;
}
