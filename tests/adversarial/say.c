/* SPDX-License-Identifier: Apache-2.0
 *
 * A program that says its token. With an argument it first waits for a line on standard input.
 */
#include "token.h"

int main(int argc, char **argv)
{
    char byte = 0;
    (void)argv;
    if (argc > 1) {
        token_call(SYS_read, 0, (long)&byte, 1, 0);
    }
    token_tell();
    return 0;
}
