/* SPDX-License-Identifier: Apache-2.0
 *
 * User namespaces (user_namespaces(7)): rights over a view of the system of one's own, without
 * rights over the system. proc is an open /proc that can be written.
 */
#ifndef SIGNET_GATE_NAMESPACE_H
#define SIGNET_GATE_NAMESPACE_H

#include <signet/err.h>

/**
 * Enters a new user namespace, in which this process has all rights and each id is what it is
 * outside: this process's own, and for root each that it has. Returns SIGNET_OK, or
 * SIGNET_E_UNSUPPORTED if the system refuses, which changes nothing, or SIGNET_E_IO if it refuses
 * what has to follow.
 */
SIGNET_NODISCARD int signet_namespace_enter(int proc, struct signet_err *err);

/** Enters the last one: none can be made in it, and nothing that belongs to the one before can be
 *  changed from it. Returns SIGNET_OK, SIGNET_E_UNSUPPORTED or SIGNET_E_IO. */
SIGNET_NODISCARD int signet_namespace_enter_last(int proc, struct signet_err *err);

#endif
