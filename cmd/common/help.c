/* SPDX-License-Identifier: Apache-2.0
 *
 * The text of --help, from the same table that parses. Owns its layout; knows no tool.
 */
#include "common/opt.h"

enum {
    WIDEST = 28 /* columns beside which a text of 50 still fits into 80 */
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

static void put_options(struct signet_buf *out, const struct signet_opt_spec *table)
{
    size_t widest = 0;
    for (const struct signet_opt_spec *spec = table; spec->id != 0; spec++) {
        size_t width = name_width(spec);
        widest = width > widest && width <= WIDEST ? width : widest;
    }
    for (; table->id != 0; table++) {
        put_option(out, table, widest + 2);
    }
}

int signet_opts_help(struct signet_buf *out,
                     const struct signet_help *help,
                     const struct signet_opt_spec *table)
{
    for (size_t i = 0; help->usage[i] != NULL; i++) {
        signet_buf_puts(out, i == 0 ? "usage: " : "       ");
        signet_buf_puts(out, help->name);
        signet_buf_putc(out, ' ');
        signet_buf_puts(out, help->usage[i]);
        signet_buf_putc(out, '\n');
    }
    signet_buf_puts(out, help->summary);
    signet_buf_puts(out, "\n\n");
    put_options(out, table);
    signet_buf_puts(out, "\nExamples:\n");
    for (size_t i = 0; help->examples[i] != NULL; i++) {
        signet_buf_puts(out, "  ");
        signet_buf_puts(out, help->examples[i]);
        signet_buf_putc(out, '\n');
    }
    return out->status;
}
