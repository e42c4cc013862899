/* SPDX-License-Identifier: Apache-2.0
 *
 * Attributes of the public interface, and the version of the library.
 */
#ifndef SIGNET_API_H
#define SIGNET_API_H

#ifdef __cplusplus
#define SIGNET_BEGIN_DECLS extern "C" {
#define SIGNET_END_DECLS }
#else
#define SIGNET_BEGIN_DECLS
#define SIGNET_END_DECLS
#endif

#if defined(__GNUC__)
#define SIGNET_API __attribute__((visibility("default")))
/* The result says whether something was accepted; dropping it is a bug. */
#define SIGNET_NODISCARD __attribute__((warn_unused_result))
#define SIGNET_PRINTF(text, first) __attribute__((format(printf, text, first)))
#else
#define SIGNET_API
#define SIGNET_NODISCARD
#define SIGNET_PRINTF(text, first)
#endif

SIGNET_BEGIN_DECLS

/** The version of the library that is running, "MAJOR.MINOR.PATCH"; static storage. */
SIGNET_API const char *signet_version(void);

SIGNET_END_DECLS

#endif
