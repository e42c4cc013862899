/* SPDX-License-Identifier: Apache-2.0
 *
 * What the compiler offers beyond C17, each under one name.
 */
#ifndef SIGNET_BASE_COMPILER_H
#define SIGNET_BASE_COMPILER_H

/* True if the sum or product does not fit the type that result points at. */
#define SIGNET_ADD_OVERFLOWS(a, b, result) __builtin_add_overflow((a), (b), (result))
#define SIGNET_MUL_OVERFLOWS(a, b, result) __builtin_mul_overflow((a), (b), (result))

/* Zero bits above the highest, below the lowest one of a value that is not 0. */
#define SIGNET_LEADING_ZEROS(value) __builtin_clzll(value)
#define SIGNET_TRAILING_ZEROS(value) __builtin_ctzll(value)

/* Bytes of a 64-bit value the other way round. */
#define SIGNET_SWAP_BYTES(value) __builtin_bswap64(value)

/* Makes a typedef of an integer one of so many bytes of them, on which operators work at once. */
#define SIGNET_VECTOR(bytes) __attribute__((vector_size(bytes)))

/* Asks the processor to fetch what will be read soon. */
#define SIGNET_PREFETCH(address) __builtin_prefetch(address)

/* A pointer that any thread may read and the first one to come sets: what is there, or NULL; and
 * whether it was NULL and is now value, else *seen is what is there. */
#define SIGNET_ONCE_LOAD(pointer) __atomic_load_n((pointer), __ATOMIC_ACQUIRE)
#define SIGNET_ONCE_SET(pointer, seen, value)                                                      \
    __atomic_compare_exchange_n((pointer), (seen), (value), 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)

#define SIGNET_LIKELY(condition) __builtin_expect(!!(condition), 1)
#define SIGNET_UNLIKELY(condition) __builtin_expect(!!(condition), 0)

/* A function that must become part of its caller, and one that may use what ISA names: processor
 * extensions beyond those of the build, which the caller has looked for. */
#define SIGNET_ALWAYS_INLINE inline __attribute__((always_inline))
#define SIGNET_TARGET(isa) __attribute__((target(isa)))

#if defined(__x86_64__)
/* Whether the processor has an extension, and the system keeps its registers. */
#define SIGNET_CPU_HAS(isa) __builtin_cpu_supports(isa)
/* Of all vector registers; in a function that may use "avx". */
#define SIGNET_CLEAR_UPPER_HALVES() __builtin_ia32_vzeroupper()
#endif

/* Drops a SIGNET_NODISCARD result on purpose; the reason stands beside it. */
#define SIGNET_IGNORE(expression) ((void)!(expression))

#define SIGNET_COUNT(array) (sizeof(array) / sizeof((array)[0]))

#endif
