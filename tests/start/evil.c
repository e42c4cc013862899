/* SPDX-License-Identifier: Apache-2.0
 *
 * Code that must not run: says so as a program and as a library that is loaded. With another TOKEN
 * it is code that may.
 */
#include <unistd.h>

int main(void);

#ifndef TOKEN
#define TOKEN "EVIL"
#endif

static const char token[] = TOKEN "\n";

__attribute__((constructor)) static void tell(void)
{
    (void)!write(STDOUT_FILENO, token, sizeof(token) - 1);
}

int main(void)
{
    return 0;
}
