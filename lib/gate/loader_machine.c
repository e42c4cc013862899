/* SPDX-License-Identifier: Apache-2.0
 *
 * This machine, as glibc sees it: see gate/loader_machine.h. The levels of x86-64 are those of its
 * psABI, each of them a list of what the processor has and the system keeps.
 */
#include "gate/loader_machine.h"

#include <stdbool.h>

#include "base/compiler.h"

#if defined(__x86_64__)

#include <cpuid.h>

enum {
    CX16 = 1 << 13, /* leaf 1, ecx */
    MOVBE = 1 << 22,
    F16C = 1 << 29,
    LAHF = 1 << 0, /* leaf 0x80000001, ecx */
    LZCNT = 1 << 5
};

/* Whether ecx of a leaf has all these bits. */
static bool leaf_has(unsigned leaf, unsigned bits)
{
    unsigned eax = 0;
    unsigned ebx = 0;
    unsigned ecx = 0;
    unsigned edx = 0;
    return __get_cpuid(leaf, &eax, &ebx, &ecx, &edx) != 0 && (ecx & bits) == bits;
}

static unsigned find_level(void)
{
    static const unsigned extended = 0x80000001;
    if (!SIGNET_CPU_HAS("popcnt") || !SIGNET_CPU_HAS("sse3") || !SIGNET_CPU_HAS("ssse3") ||
        !SIGNET_CPU_HAS("sse4.1") || !SIGNET_CPU_HAS("sse4.2") || !leaf_has(1, CX16) ||
        !leaf_has(extended, LAHF)) {
        return 0;
    }
    if (!SIGNET_CPU_HAS("avx") || !SIGNET_CPU_HAS("avx2") || !SIGNET_CPU_HAS("bmi") ||
        !SIGNET_CPU_HAS("bmi2") || !SIGNET_CPU_HAS("fma") || !leaf_has(1, MOVBE | F16C) ||
        !leaf_has(extended, LZCNT)) {
        return 1;
    }
    return SIGNET_CPU_HAS("avx512f") && SIGNET_CPU_HAS("avx512bw") && SIGNET_CPU_HAS("avx512cd") &&
                   SIGNET_CPU_HAS("avx512dq") && SIGNET_CPU_HAS("avx512vl")
               ? 3
               : 2;
}

void signet_loader_machine(struct signet_loader_machine *machine)
{
    static const char *const levels[] = {"glibc-hwcaps/x86-64-v4", "glibc-hwcaps/x86-64-v3",
                                         "glibc-hwcaps/x86-64-v2"};
    *machine =
        (struct signet_loader_machine){.machine = 62,
                                       .bits = 64,
                                       .soname = "ld-linux-x86-64.so.2",
                                       .multiarch = "lib/x86_64-linux-gnu",
                                       .cache_flags = 0x0303,
                                       .level = find_level(),
                                       .old = {"tls", "x86_64", "haswell", "xeon_phi", "avx512_1"}};
    for (unsigned i = 0; i < machine->level; i++) {
        machine->levels[i] = levels[SIGNET_LOADER_LEVELS - machine->level + i];
    }
}

#elif defined(__aarch64__) && defined(__LP64__) && !defined(__AARCH64EB__)

void signet_loader_machine(struct signet_loader_machine *machine)
{
    *machine = (struct signet_loader_machine){.machine = 183,
                                              .bits = 64,
                                              .soname = "ld-linux-aarch64.so.1",
                                              .multiarch = "lib/aarch64-linux-gnu",
                                              .cache_flags = 0x0a03,
                                              .old = {"tls", "aarch64", "atomics"}};
}

#else

void signet_loader_machine(struct signet_loader_machine *machine)
{
    *machine = (struct signet_loader_machine){0};
}

#endif
