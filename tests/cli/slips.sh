#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Slips that must cost nothing: a report, an output or a key named in the wrong place.
# shellcheck source=tests/common/tap.sh
. "${0%/*}/../common/tap.sh"
plan 20

signet-key generate -q --no-passphrase -o k >out 2>&1 || exit 1
printf 'text\n' >f
mkdir m
printf 'weights\n' >m/w.bin
printf '{"schema":"signet-policy/1","tool":"x"}' >policy

# ---- --report ----

check_exit 'a report over the key, in a wrong line' 2 'err~--no-passphras' \
    signet-key passwd k.key --no-passphras --report k.key
: >e
check_exit 'over an operand that is empty' 3 'err~--report will not replace it' \
    signet-sign -k k.key e --report e
rm e
check_exit 'over a policy' 3 'err~--report will not replace it' \
    signet-canon --digest --report policy policy
check_exit 'over anything, with a wrong number' 3 'err~--report will not replace it' \
    signet-canon --jobs 0 --report f policy
signet-sign -k k.key f --report f.sigstore.json >out 2>&1
is 'over what the run made: the status' "$?" 3
is 'over what the run made: it stays' "$(head -c 12 f.sigstore.json)" '{"mediaType"'
check_exit 'over the report of before' 0 'out~covers' \
    sh -c 'signet-sign -k k.key --force --report r f && signet-sign -k k.key --force --report r f'

# ---- --output ----

check_exit 'the signature over the artifact' 3 'err~is what is to be signed' \
    signet-sign -k k.key --force -o f f
check_exit 'the signature over the key' 3 'err~is the key' signet-sign -k k.key --force -o k.key f
check_exit 'the signature over a file of the bundle' 3 'err~a file of the bundle' \
    signet-sign -k k.key --force -o m/w.bin m
ln -s f link
check_exit 'the signature over a link' 3 'err~will not replace a symbolic link' \
    signet-sign -k k.key --force -o link f
check_exit 'a signature inside the bundle' 0 'out~m/in.sig' signet-sign -k k.key -o m/in.sig m
check_exit 'and over it' 0 'out~m/in.sig' signet-sign -k k.key --force -o m/in.sig m

# ---- a key where its name belongs ----

secret=$(sed -n 2p k.key)
check_exit 'the key as a value' 2 'err~--key' signet-sign -k "$(cat k.key)" f
is 'is not printed' "$(grep -cF "$secret" "$tap_err")" 0
check_exit 'the key in SIGNET_KEY' 2 'err~looks like a key itself' \
    env SIGNET_KEY="$(cat k.key)" signet-sign f
is 'is not printed either' "$(grep -cF "$secret" "$tap_err")" 0
check_exit 'nor its middle' 2 'err~looks like a key itself' env SIGNET_KEY="$secret" signet-sign f
is 'in no way' "$(grep -cF "$secret" "$tap_err")" 0
check_exit 'a key from a pipe' 0 'out~covers' \
    sh -c '{ sleep 1; cat k.key; } | signet-sign --force -k /dev/stdin f'
