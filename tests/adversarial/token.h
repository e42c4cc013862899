/* SPDX-License-Identifier: Apache-2.0
 *
 * How the programs of this suite say that they ran: by a token, which names its row and whether the
 * bytes that said it were signed. It goes to standard output, to descriptor 9, which the suite
 * opens beforehand, and to the file TOKEN_FILE: whatever a sandbox closes, one may stay open. By
 * system calls alone, as what takes the place of a dynamic linker has no C library.
 */
#ifndef SIGNET_ADVERSARIAL_TOKEN_H
#define SIGNET_ADVERSARIAL_TOKEN_H

#include <fcntl.h>
#include <sys/syscall.h>

/* GOOD and the name are replaced in the file that is built, at the same length. */
#define TOKEN "TOKEN=GOOD:00-nothing..............\n"

enum {
    TOKEN_DESCRIPTOR = 9
};

static inline long token_call(long number, long a, long b, long c, long d)
{
#if defined(__x86_64__)
    long result = number;
    register long fourth __asm__("r10") = d;
    __asm__ volatile("syscall"
                     : "+a"(result)
                     : "D"(a), "S"(b), "d"(c), "r"(fourth)
                     : "rcx", "r11", "memory");
    return result;
#elif defined(__aarch64__)
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;
    register long x3 __asm__("x3") = d;
    __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3) : "memory");
    return x0;
#else
#error "no system calls for this processor"
#endif
}

/* Says text, a whole line, wherever that is possible. */
static inline void token_say(const char *text)
{
    long length = 0;
    while (text[length] != '\0') {
        length++;
    }
    long file = token_call(SYS_openat, AT_FDCWD, (long)TOKEN_FILE, O_WRONLY | O_APPEND, 0);
    const long places[] = {1, TOKEN_DESCRIPTOR, file};
    for (int i = 0; i < 3; i++) {
        token_call(SYS_write, places[i], (long)text, length, 0);
    }
}

/* Says the token of this program, as it stands in memory by then. */
static inline void token_tell(void)
{
    static const char token[] = TOKEN;
    const char *text = token;
    __asm__ volatile("" : "+r"(text));
    token_say(text);
}

#endif
