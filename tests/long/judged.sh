#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# As tests/cli/judged.sh, with fifty times as many questions.
# shellcheck source=tests/common/tap.sh
. "${0%/*}/../common/tap.sh"
python3 "$SIGNET_SOURCE/tests/policy/property.py" "$SIGNET_BUILD/tests/policy/judge_driver" 100000 1
