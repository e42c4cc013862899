/* SPDX-License-Identifier: Apache-2.0
 *
 * The rollback state under a thousand kills.
 */
#include "state_kill.h"

static void it_survives_a_thousand_kills(void **state)
{
    (void)state;
    kill_rounds(1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_survives_a_thousand_kills),
    };
    return CHECK_RUN(tests);
}
