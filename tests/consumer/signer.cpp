/* SPDX-License-Identifier: Apache-2.0
 *
 * Uses libsignet from C++: the headers declare C functions.
 */
#include <cstdio>
#include <signet/api.h>
#include <signet/err.h>

int main()
{
    return std::printf("%s %d\n", signet_version(), signet_err_exit(SIGNET_E_INTERNAL)) < 0;
}
