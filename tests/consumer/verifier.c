/* SPDX-License-Identifier: Apache-2.0
 *
 * Uses libsignet-verify from outside: prints the version it runs with and one error's name.
 */
#include <signet/api.h>
#include <signet/err.h>
#include <stdio.h>

int main(void)
{
    return printf("%s %s\n", signet_version(), signet_err_name(SIGNET_E_MISMATCH)) < 0;
}
