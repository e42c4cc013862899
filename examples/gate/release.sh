#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# What a release pipeline does, once: release.sh DIR makes DIR/app (the program and its model) and
# DIR/trust (root, policy and evidence). The keys are made here, for this demonstration without
# passphrases, and are thrown away.
set -eu
here=$(cd "$(dirname "$0")" && pwd -P)
mkdir -p "$1/app" "$1/trust/evidence"
app=$(cd "$1/app" && pwd -P)
trust=$(cd "$1/trust" && pwd -P)
keys=$(mktemp -d)
trap 'rm -rf "$keys"' EXIT
cd "$keys"

for role in root policy system release model-owner; do
    signet-key generate -q --no-passphrase -o "$role" >/dev/null
done

# Whom to trust for what: one key a role.
signet-key root init -k root:root.pub -k policy:policy.pub -o root.json >/dev/null
signet-key root add -k system:system.pub -k release:release.pub -k model-owner:model-owner.pub root.json >/dev/null
signet-key root sign -k root.key root.json >/dev/null
mv root.json "$trust/1.root.json"

# What must be signed by whom: the system's programs and libraries, the program, the model.
cat >policy.json <<JSON
{"schema":"signet-policy/1","name":"gate-example","version":1,
 "issued":"2026-01-01T00:00:00Z","expires":"2036-01-01T00:00:00Z",
 "root":{"min_version":1},"state":"optional","evidence":["$trust/evidence"],
 "rules":[
  {"id":"system","actions":["execute","load"],"match":{"paths":["/usr/**"]},
   "signed_by":[{"role":"system","threshold":1}]},
  {"id":"app","actions":["execute","load"],"match":{"names":["classify"]},
   "signed_by":[{"role":"release","threshold":1}]},
  {"id":"model","actions":["open"],"match":{"kinds":["bundle"]},
   "signed_by":[{"role":"model-owner","threshold":1}]}]}
JSON
signet-sign -q -k policy.key --kind policy -o "$trust/policy.dsse.json" policy.json

# The program and its model, as releases.
cp "$here/classify.py" "$app/classify.py"
chmod 755 "$app/classify.py"
signet-sign -q -k release.key --release classify@1.0.0 --usage script "$app/classify.py"
sh "$here/../model/make.sh" "$app/model"
signet-sign -q -k model-owner.key "$app/model"

# The interpreter, what it loads, and its standard library: one statement for all of them.
python=$(readlink -f /usr/bin/python3)
ldd "$python" | grep -o '/[^ ]*' | xargs -n1 readlink -f >files
find /usr/lib/python3* -name '*.so' >>files
# shellcheck disable=SC2046 # names of system files have no spaces
signet-sign -q -k system.key -o "$trust/evidence/system.sigstore.json" --system "$python" $(cat files)
