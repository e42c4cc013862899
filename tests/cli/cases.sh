#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# signet-verify and signet-enforce do what each case of tests/policy/cases says.
# shellcheck source=tests/common/tap.sh
. "${0%/*}/../common/tap.sh"
python3 "$SIGNET_SOURCE/tests/policy/cases.py" "$SIGNET_SOURCE" "$tap_dir/here" "$@"
