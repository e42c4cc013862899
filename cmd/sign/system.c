/* SPDX-License-Identifier: Apache-2.0
 *
 * signet-sign --system: the code of a system as one bundle. Owns where is looked for it, and what
 * is said of what was left out; what code is, is the library's to say.
 */
#include "sign/system.h"

#include <signet/text.h>

#include "sign/packages.h"
#include "sign/sign.h"

int signet_sign_system_check(const struct signet_opts *opts, struct signet_err *err)
{
    static const int others[] = {
        SIGNET_SIGN_CONTENTS,  SIGNET_SIGN_IGNORE,         SIGNET_SIGN_SHARD_SIZE,
        SIGNET_SIGN_MANIFEST,  SIGNET_SIGN_REUSE,          SIGNET_SIGN_AT,
        SIGNET_SIGN_MULTI,     SIGNET_SIGN_CHAIN,          SIGNET_SIGN_KEY_ID,
        SIGNET_SIGN_CANONICAL, SIGNET_SIGN_RELEASE,        SIGNET_SIGN_USAGE,
        SIGNET_SIGN_ADD_TO,    SIGNET_SIGN_ATTEST,         SIGNET_SIGN_PREDICATE,
        SIGNET_SIGN_BIND,      SIGNET_SIGN_ATTEST_VERDICT, SIGNET_SIGN_KIND,
        SIGNET_SIGN_APPEND,    SIGNET_SIGN_TIME,           0};
    if (!signet_opts_has(opts, SIGNET_SIGN_SYSTEM)) {
        return SIGNET_OK;
    }
    int rc = signet_opts_apart(opts, SIGNET_SIGN_SYSTEM, others, err);
    if (rc == SIGNET_OK && !signet_opts_has(opts, SIGNET_SIGN_OUTPUT) &&
        !signet_opts_has(opts, SIGNET_SIGN_DRY_RUN)) {
        rc = signet_err_set(err, SIGNET_E_USAGE,
                            "option --system: expected -o OUT: a system has no name to put its "
                            "signature beside");
    }
    return rc;
}

static void tell(const struct signet_sign_run *run, const struct signet_system *system)
{
    const struct signet_system_left_out *left_out = signet_system_left_out(system);
    signet_tool_note(run->tool,
                     "%zu programs, libraries and scripts; left out: %llu links, %llu special "
                     "files, %llu unreadable, %llu with a name that cannot be signed, %llu others",
                     signet_system_count(system), (unsigned long long)left_out->links,
                     (unsigned long long)left_out->special,
                     (unsigned long long)left_out->unreadable,
                     (unsigned long long)left_out->unnamable, (unsigned long long)left_out->others);
}

int signet_sign_system_find(const struct signet_sign_run *run,
                            struct signet_sign_item *item,
                            struct signet_err *err)
{
    const struct signet_opts *opts = &run->tool->opts;
    struct signet_sign_packages packages = {0};
    struct signet_system_opts how = {
        .size = sizeof(how),
        .no_folders = opts->operand_count == 0,
        .limits = &run->tool->limits,
        .stop = run->key != NULL ? signet_sign_key_failed : NULL,
        .stop_ctx = run->key,
    };
    if (!signet_opts_has(opts, SIGNET_SIGN_SYSTEM)) {
        return SIGNET_OK;
    }
    int rc = how.no_folders ? signet_sign_packages_read(&packages, err) : (int)SIGNET_OK;
    if (rc == SIGNET_OK) {
        rc =
            how.no_folders
                ? signet_system_find(packages.paths, packages.count, &how, &item->system, err)
                : signet_system_find(opts->operands, opts->operand_count, &how, &item->system, err);
    }
    signet_sign_packages_free(&packages);
    if (rc == SIGNET_OK) {
        tell(run, item->system);
    }
    return rc;
}

void signet_sign_system_report(const struct signet_sign_run *run,
                               const struct signet_sign_item *item)
{
    struct signet_jsonout *json = &run->tool->body;
    if (item == NULL || item->system == NULL) {
        signet_jsonout_null(json, "system");
        return;
    }
    const struct signet_system_left_out *left_out = signet_system_left_out(item->system);
    signet_jsonout_open_object(json, "system");
    signet_jsonout_open_array(json, "roots"); /* none: the installed packages */
    for (size_t i = 0; i < run->tool->opts.operand_count; i++) {
        signet_jsonout_text(json, NULL, run->tool->opts.operands[i]);
    }
    signet_jsonout_close_array(json);
    signet_jsonout_number(json, "files", signet_system_count(item->system));
    signet_jsonout_open_object(json, "left_out");
    signet_jsonout_number(json, "links", left_out->links);
    signet_jsonout_number(json, "special", left_out->special);
    signet_jsonout_number(json, "unreadable", left_out->unreadable);
    signet_jsonout_number(json, "unnamable", left_out->unnamable);
    signet_jsonout_number(json, "others", left_out->others);
    signet_jsonout_close_object(json);
    signet_jsonout_close_object(json);
}
