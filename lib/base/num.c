/* SPDX-License-Identifier: Apache-2.0
 *
 * Strict decimal numbers: one spelling per value, no locale.
 */
#include "base/num.h"

#include <signet/err.h>

#include "base/compiler.h"

int signet_num_parse(struct signet_span text, uint64_t *value)
{
    uint64_t sum = 0;
    if (text.len == 0 || (text.len > 1 && text.ptr[0] == '0')) {
        return SIGNET_E_MALFORMED;
    }
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9') {
            return SIGNET_E_MALFORMED;
        }
        uint64_t digit = (uint64_t)text.ptr[i] - '0';
        if (SIGNET_MUL_OVERFLOWS(sum, (uint64_t)10, &sum) ||
            SIGNET_ADD_OVERFLOWS(sum, digit, &sum)) {
            return SIGNET_E_LIMIT;
        }
    }
    *value = sum;
    return SIGNET_OK;
}

size_t signet_num_format(uint64_t value, char out[SIGNET_NUM_TEXT])
{
    char reversed[SIGNET_NUM_TEXT];
    size_t count = 0;
    do {
        reversed[count++] = (char)('0' + (int)(value % 10));
        value /= 10;
    } while (value != 0);
    for (size_t i = 0; i < count; i++) {
        out[i] = reversed[count - 1 - i];
    }
    out[count] = '\0';
    return count;
}
