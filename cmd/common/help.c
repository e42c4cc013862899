/* SPDX-License-Identifier: Apache-2.0
 *
 * The text of --help, from the same table that parses. Owns its layout; knows no tool.
 */
#include "common/opt.h"

#include <stdio.h>

enum {
    WIDEST = 28, /* columns beside which a text of 50 still fits into 80 */
    LINE = 100
};

/* Columns that the name of an option takes: "  -o, --output FILE". */
static size_t name_width(const struct signet_opt_spec *spec)
{
    size_t arg = spec->arg != NULL ? strlen(spec->arg) + 1 : 0;
    return strlen("  -o, --") + strlen(spec->name) + arg;
}

static void put_option(struct signet_buf *out, const struct signet_opt_spec *spec, size_t column)
{
    const char letter[] = {spec->short_name, '\0'};
    signet_buf_puts(out, spec->short_name != '\0' ? "  -" : "    ");
    signet_buf_puts(out, spec->short_name != '\0' ? letter : "");
    signet_buf_puts(out, spec->short_name != '\0' ? ", --" : "  --");
    signet_buf_puts(out, spec->name);
    signet_buf_puts(out, spec->arg != NULL ? " " : "");
    signet_buf_puts(out, spec->arg != NULL ? spec->arg : "");
    size_t at = name_width(spec);
    if (at > WIDEST) { /* its text gets a line of its own */
        signet_buf_putc(out, '\n');
        at = 0;
    }
    for (; at < column; at++) {
        signet_buf_putc(out, ' ');
    }
    signet_buf_puts(out, spec->help);
    signet_buf_putc(out, '\n');
}

static bool is_listed(const struct signet_opt_spec *spec, bool all)
{
    return all || !spec->rare;
}

/* Returns how many were not listed. */
static unsigned put_options(struct signet_buf *out, const struct signet_opt_spec *table, bool all)
{
    size_t widest = 0;
    unsigned left = 0;
    for (const struct signet_opt_spec *spec = table; spec->id != 0; spec++) {
        size_t width = is_listed(spec, all) ? name_width(spec) : 0;
        widest = width > widest && width <= WIDEST ? width : widest;
    }
    for (; table->id != 0; table++) {
        if (is_listed(table, all)) {
            put_option(out, table, widest + 2);
        } else {
            left++;
        }
    }
    return left;
}

int signet_opts_help(struct signet_buf *out,
                     const struct signet_help *help,
                     bool all,
                     const struct signet_opt_spec *table)
{
    char more[LINE];
    for (size_t i = 0; help->usage[i] != NULL; i++) {
        signet_buf_puts(out, i == 0 ? "usage: " : "       ");
        signet_buf_puts(out, help->name);
        signet_buf_putc(out, ' ');
        signet_buf_puts(out, help->usage[i]);
        signet_buf_putc(out, '\n');
    }
    signet_buf_puts(out, help->summary);
    signet_buf_puts(out, "\n\n");
    unsigned left = put_options(out, table, all);
    if (left > 0 &&
        snprintf(more, sizeof(more), "%u more: %s --help --verbose\n", left, help->name) > 0) {
        signet_buf_puts(out, more);
    }
    signet_buf_puts(out, "\nExamples:\n");
    for (size_t i = 0; help->examples[i] != NULL; i++) {
        signet_buf_puts(out, "  ");
        signet_buf_puts(out, help->examples[i]);
        signet_buf_putc(out, '\n');
    }
    return out->status;
}
