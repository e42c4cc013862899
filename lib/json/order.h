/* SPDX-License-Identifier: Apache-2.0
 *
 * Sorting the names of one object.
 */
#ifndef SIGNET_JSON_ORDER_H
#define SIGNET_JSON_ORDER_H

#include <stddef.h>
#include <stdint.h>

/**
 * Sorts count names of text, given by the offsets of their opening quotes in rising order, from
 * names (overwritten) into sorted. Takes n log n steps, each no longer than the shorter name.
 * Returns the offset of the first name that stands for a second time, or UINT32_MAX if each is
 * different.
 */
uint32_t
signet_json_sort_names(const uint8_t *text, uint32_t *names, uint32_t *sorted, size_t count);

#endif
