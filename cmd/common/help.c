/* SPDX-License-Identifier: Apache-2.0
 *
 * The text of --help, from the same table that parses. Owns its layout; knows no tool.
 */
#include "common/opt.h"

enum {
    HELP_COLUMN = 29 /* where the meaning of an option begins */
};

static void pad_to(struct signet_buf *out, size_t line_start, size_t column)
{
    while (out->status == SIGNET_OK && out->len < line_start + column) {
        signet_buf_putc(out, ' ');
    }
}

static void put_option(struct signet_buf *out, const struct signet_opt_spec *spec)
{
    size_t line_start = out->len;
    if (spec->short_name != '\0') {
        signet_buf_puts(out, "  -");
        signet_buf_putc(out, spec->short_name);
        signet_buf_puts(out, ", --");
    } else {
        signet_buf_puts(out, "      --");
    }
    signet_buf_puts(out, spec->name);
    if (spec->arg != NULL) {
        signet_buf_putc(out, ' ');
        signet_buf_puts(out, spec->arg);
    }
    signet_buf_puts(out, "  ");
    pad_to(out, line_start, HELP_COLUMN);
    signet_buf_puts(out, spec->help);
    signet_buf_putc(out, '\n');
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
    for (; table->id != 0; table++) {
        put_option(out, table);
    }
    signet_buf_puts(out, "\nExamples:\n");
    for (size_t i = 0; help->examples[i] != NULL; i++) {
        signet_buf_puts(out, "  ");
        signet_buf_puts(out, help->examples[i]);
        signet_buf_putc(out, '\n');
    }
    return out->status;
}
