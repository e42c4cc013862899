#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# As tests/cli/open.sh, with ten times as many rounds of each race.
SIGNET_OPEN_ROUNDS=1000
export SIGNET_OPEN_ROUNDS
# shellcheck source=tests/cli/open.sh
. "${0%/*}/../cli/open.sh"
