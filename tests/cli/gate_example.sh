#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# examples/gate: a program with its interpreter, libraries, script and model, each of which must be
# signed, or nothing is started.
# shellcheck source=tests/common/tap.sh
. "${0%/*}/../common/tap.sh"
plan 11

classify() { sh "$SIGNET_SOURCE/examples/gate/entrypoint.sh" deploy "$@"; }

check_exit 'what a pipeline makes' 0 out= sh -c "sh '$SIGNET_SOURCE/examples/gate/release.sh' deploy 2>/dev/null"
check_exit 'a film that is good' 0 out=POSITIVE classify a great film
check_exit 'a film that is not' 0 out=NEGATIVE classify an awful film
cp -p deploy/app/classify.py script

echo '# more' >>deploy/app/classify.py
check_exit 'a script that was changed' 126 err~classify.py classify great
cp -p script deploy/app/classify.py
check_exit 'the script as it was' 0 out=POSITIVE classify great

cp -p deploy/app/model/model.safetensors weights
printf '\001' | dd of=deploy/app/model/model.safetensors bs=1 seek=400 conv=notrunc status=none
check_exit 'a model that was changed' 126 err~model classify great
cp -p weights deploy/app/model/model.safetensors

# Whoever adds a file to the model is refused; what is not in the list would not be seen either.
echo 'import os' >deploy/app/model/modeling.py
check_exit 'a file added to the model' 126 err~modeling.py classify great
rm deploy/app/model/modeling.py
check_exit 'the model as it was' 0 out=POSITIVE classify great

mv deploy/trust/evidence/system.sigstore.json list
check_exit 'an interpreter that nobody vouches for' 126 err~python3 classify great
mv list deploy/trust/evidence/system.sigstore.json
tr 'A-Za-z' 'B-ZAb-za' <deploy/trust/policy.dsse.json >policy && cp policy deploy/trust/policy.dsse.json
check_exit 'a policy that nobody signed' 125 err~policy.dsse.json classify great
also 'and nothing runs' out=
