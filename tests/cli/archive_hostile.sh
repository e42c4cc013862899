#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Archives made to deceive are refused, each with a text of its own, in bounded time and memory,
# whatever the locale; each stands beside a twin that is read. The archives are put together byte by
# byte in common/hostile.py.
PATH=${SIGNET_BIN:?}:$PATH
export PATH
exec python3 "${0%/*}/../common/hostile_check.py"
