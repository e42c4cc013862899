/* SPDX-License-Identifier: Apache-2.0
 *
 * A program that has a library say its token. With an argument it says that it is ready and waits
 * for a line on standard input before.
 */
#include <stdio.h>

extern void speak(void);

int main(int argc, char **argv)
{
    (void)argv;
    if (argc > 1) {
        puts("ready");
        fflush(stdout);
        getchar();
    }
    speak();
    return 0;
}
