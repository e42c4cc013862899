#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# By a policy nothing passes if any file that a pass rests on is missing, broken, unreadable, expired or
# signed by somebody else.
# shellcheck source=tests/common/tap.sh
. "${0%/*}/../common/tap.sh"
python3 "$SIGNET_SOURCE/tests/policy/sweep.py" "$tap_dir/here"
