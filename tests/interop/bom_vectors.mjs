// SPDX-License-Identifier: Apache-2.0
//
// Published BOMs with signatures through signet-verify, by the keys of the certificates in them as
// node reads them; and published digests of what a signature of a document is over through
// signet-canon. jsf/SOURCE.md beside the data says where they come from.
import { X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { changed } from '../common/bom.mjs';
import { is, ok, plan, run, testdata } from '../common/tap.mjs';
import { passes, refused, verify } from '../common/verdict.mjs';

const versions = ['1.4', '1.5', '1.6', '1.7'];
const parts = ['/components/0', '/services/0', '/compositions/0'];
const forms = ['file', 'file-min', 'file-pretty', 'file-canonical'];
if (!testdata) {
    plan(1);
    ok(true, 'nothing to do');
    console.log('# no large test data: no vectors');
    process.exit();
}
const folder = join(testdata, 'jsf/canonical-hash');
const sets = JSON.parse(readFileSync(join(folder, 'manifest.json')));
plan(versions.length * (1 + parts.length * 5 + 3) + 2 + sets.length * forms.length);

// ---- BOMs with signatures ----

const inside = (bom, pointer) =>
    pointer
        .split('/')
        .slice(1)
        .reduce((at, step) => at[step], bom);

const pathOf = ({ signature }) => signature.certificatePath;

// Writes the key of the first certificate that an object's signature carries.
function keyFor(object) {
    const der = Buffer.from(pathOf(object)[0], 'base64url');
    const key = new X509Certificate(der).publicKey;
    writeFileSync('k.pub', key.export({ type: 'spki', format: 'pem' }));
    return ['k.pub'];
}

function write(bom) {
    writeFileSync('bom.json', JSON.stringify(bom));
    return 'bom.json';
}

for (const version of versions) {
    const path = join(testdata, `jsf/cyclonedx/valid-signatures-${version}.json`);
    const bom = JSON.parse(readFileSync(path));
    is(bom.specVersion, version, `${version}: the version`);
    for (const pointer of parts) {
        const object = inside(bom, pointer);
        const keys = keyFor(object);
        const at = ['--at', pointer];
        passes(verify(path, keys, ...at), `${version}: ${pointer}`);
        passes(verify(path, keys, '--at', object['bom-ref'] ?? pointer), `${version}: by its name`);
        for (const [what, status, pattern, change] of [
            ['another member', 1, /bad signature/, (one) => (one.more = 1)],
            ['no signature', 4, /is not signed by itself/, (one) => delete one.signature],
            ['a certificate less', 1, /bad signature/, (one) => pathOf(one).pop()],
        ]) {
            const twin = write(changed(bom, (copy) => change(inside(copy, pointer))));
            refused(verify(twin, keys, ...at), status, pattern, `${version}: ${pointer}: ${what}`);
        }
    }
    const keys = keyFor(bom);
    const { $schema, ...original } = { ...bom, specVersion: '1.4' };
    passes(verify(write(original), keys), `${version}: the whole as it was when it was signed`);
    if (version === '1.4') {
        passes(verify(path, keys), `${version}: the whole`);
    } else {
        refused(verify(path, keys), 1, /bad signature/, `${version}: the whole, changed since`);
    }
    const nameless = write(changed(bom, (copy) => delete copy.signature));
    refused(verify(nameless, keys), 4, /only .* signed/, `${version}: the parts alone`);
}

// ---- digests ----

// What an object's signature is over, but for the canonical form: all but its value and what it
// leaves out.
function signedPart(text) {
    const object = JSON.parse(text);
    for (const name of object.signature.excludes ?? []) {
        delete object[name];
    }
    delete object.signature.value;
    delete object.signature.excludes;
    return JSON.stringify(object);
}

is(sets.length, 11, 'how many sets of digests');
let signed = 0;
for (const set of sets) {
    for (const form of forms) {
        const text = readFileSync(join(folder, set[form]), 'utf8');
        const carries = 'signature' in JSON.parse(text);
        signed += carries ? 1 : 0;
        const done = run('signet-canon', ['--digest', '-'], {
            input: carries ? signedPart(text) : text,
        });
        is(done.stdout.split(/\s/)[0], set.sha256, `${set[form]}: what is signed`);
    }
}
is(signed, forms.length, 'those with a signature');
