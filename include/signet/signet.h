/* SPDX-License-Identifier: Apache-2.0
 *
 * Everything of the public interface. <signet/embed.h>, <signet/endorse.h>, <signet/reuse.h>,
 * <signet/seckey.h>, <signet/sign.h> and <signet/timestamp.h> belong to libsignet, <signet/gate.h>
 * and <signet/hold.h> to libsignet-gate, the others to all three libraries. libsignet-verify and
 * libsignet-gate hold no code that touches a secret key.
 */
#ifndef SIGNET_SIGNET_H
#define SIGNET_SIGNET_H

#include <signet/api.h>
#include <signet/artifact.h>
#include <signet/attest.h>
#include <signet/bind.h>
#include <signet/buf.h>
#include <signet/clock.h>
#include <signet/closure.h>
#include <signet/digest.h>
#include <signet/embed.h>
#include <signet/endorse.h>
#include <signet/err.h>
#include <signet/extract.h>
#include <signet/gate.h>
#include <signet/hold.h>
#include <signet/inspect.h>
#include <signet/io.h>
#include <signet/json.h>
#include <signet/jsonout.h>
#include <signet/jwk.h>
#include <signet/key.h>
#include <signet/limits.h>
#include <signet/pack.h>
#include <signet/part.h>
#include <signet/probe.h>
#include <signet/report.h>
#include <signet/reuse.h>
#include <signet/root.h>
#include <signet/seckey.h>
#include <signet/sign.h>
#include <signet/span.h>
#include <signet/start.h>
#include <signet/store.h>
#include <signet/system.h>
#include <signet/text.h>
#include <signet/timestamp.h>
#include <signet/trusted_key.h>
#include <signet/usage.h>
#include <signet/verdict.h>
#include <signet/verify.h>

#endif
