#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The library judges as tests/policy/naive.py does, which was written from the specification alone.
# shellcheck source=tests/common/tap.sh
. "${0%/*}/../common/tap.sh"
python3 "$SIGNET_SOURCE/tests/policy/property.py" "$SIGNET_BUILD/tests/policy/judge_driver" 2000 1
