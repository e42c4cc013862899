/* SPDX-License-Identifier: Apache-2.0
 *
 * Points in time and lengths of time as signed documents write them. Judges nothing by them.
 */
#ifndef SIGNET_BASE_INSTANT_H
#define SIGNET_BASE_INSTANT_H

#include <signet/span.h>
#include <stdbool.h>

/**
 * Reads an instant as RFC 3339 section 5.6 has it in UTC, and in one spelling only:
 * YYYY-MM-DDTHH:MM:SSZ, years 1970 to 9999, no leap second. *seconds since 1970-01-01 is set on
 * success only.
 */
bool signet_instant_parse(struct signet_span text, int64_t *seconds);

/** As signet_instant_parse(), with a fraction of a second, which is dropped, of 1 to 9 digits, and
 *  in any zone: other people's documents have them. */
bool signet_instant_parse_any(struct signet_span text, int64_t *seconds);

/** Reads P<n>D (days) or PT<n>H (hours) with n from 1 to 999999, without leading zeros. *seconds is
 *  set on success only. */
bool signet_duration_parse(struct signet_span text, int64_t *seconds);

#endif
