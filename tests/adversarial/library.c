/* SPDX-License-Identifier: Apache-2.0
 *
 * A library that says its token as soon as it is loaded, or, with LATER, when it is called. It is
 * a plug-in and an auditor of the dynamic linker too.
 */
#include "token.h"

void speak(void);
unsigned la_version(unsigned version);

void speak(void)
{
    token_tell();
}

unsigned la_version(unsigned version)
{
    return version;
}

#ifndef LATER
__attribute__((constructor)) static void loaded(void)
{
    token_tell();
}
#endif
