// SPDX-License-Identifier: Apache-2.0
//
// What @sigstore/sign writes is verified by signet-verify: a statement about a file, and an OMS
// statement about a folder, both composed here with digests of node. The twin of each differs in
// one digit of a digest or in one other thing, is validly signed too, and must be refused.
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { need, plan } from '../common/tap.mjs';
import { passes, refused, verify as signetVerify } from '../common/verdict.mjs';

const { DSSEBundleBuilder } = need('@sigstore/sign');
const { bundleToJSON } = need('@sigstore/bundle');
plan(25);

const inToto = 'application/vnd.in-toto+json';
const sha256 = (data) => createHash('sha256').update(data).digest();
const pem = (key) => key.export({ type: 'spki', format: 'pem' });
const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const stranger = generateKeyPairSync('ed25519').publicKey;
writeFileSync('k.pub', pem(publicKey));
writeFileSync('stranger.pub', pem(stranger));

// Hints as others write them for this key (model signing, cosign) and as no one does.
const pemDigest = sha256(pem(publicKey)).toString('hex');
const derDigest = sha256(publicKey.export({ type: 'spki', format: 'der' })).toString('base64');

// Writes the bundle that @sigstore/sign makes over a statement.
async function write(file, statement, { hint = pemDigest, type = inToto, change = (x) => x } = {}) {
    const signer = {
        sign: async (data) => ({
            signature: sign(null, data, privateKey),
            key: { $case: 'publicKey', publicKey: pem(publicKey), hint },
        }),
    };
    const data = Buffer.from(JSON.stringify(statement, null, 2));
    const bundle = await new DSSEBundleBuilder({ signer, witnesses: [] }).create({ data, type });
    writeFileSync(file, change(JSON.stringify(bundleToJSON(bundle))));
}

const verify = (path, file, key = 'k.pub') => signetVerify(path, [key], '-s', file);

// The same statement with 1 added to one digit of a hexadecimal text in it.
function otherDigit(statement, of) {
    const copy = structuredClone(statement);
    const holder = of(copy);
    const name = 'sha256' in holder ? 'sha256' : 'digest';
    const at = 20;
    const digit = ((parseInt(holder[name][at], 16) + 1) % 16).toString(16);
    holder[name] = holder[name].slice(0, at) + digit + holder[name].slice(at + 1);
    return copy;
}

function other(statement, change) {
    const copy = structuredClone(statement);
    change(copy);
    return copy;
}

// ---- a file ----

const content = Buffer.from('#!/bin/sh\necho hello\n');
writeFileSync('tool', content);
const aboutFile = {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'tool', digest: { sha256: sha256(content).toString('hex') } }],
    predicateType: 'https://sigstore.dev/cosign/sign/v1',
    predicate: {},
};

await write('file.json', aboutFile);
passes(verify('tool', 'file.json'), 'a file');
refused(verify('tool', 'file.json', 'stranger.pub'), 5, /no key for /, 'not with another key');
for (const [name, hint] of [
    ['the digest of the DER, as cosign writes it', derDigest],
    ['a text of no known form', 'release key'],
]) {
    await write('file.json', aboutFile, { hint });
    passes(verify('tool', 'file.json'), `the hint is ${name}`);
}
refused(
    verify('tool', 'file.json', 'stranger.pub'),
    1,
    /no given key made this signature/,
    'a free-form hint does not say who signed',
);
await write('file.json', aboutFile, { hint: sha256(pem(stranger)).toString('hex') });
refused(verify('tool', 'file.json'), 5, /no key for /, 'the hint of another key is refused');

await write('file.json', otherDigit(aboutFile, (s) => s.subject[0].digest));
refused(verify('tool', 'file.json'), 1, /content differs/, 'one digit of the digest');
const zeros = { sha256: '0'.repeat(64) };
await write(
    'file.json',
    other(aboutFile, (s) => s.subject.unshift({ digest: zeros })),
);
passes(verify('tool', 'file.json'), 'the second of two subjects');
await write(
    'file.json',
    other(aboutFile, (s) => (s.subject[0].digest.sha512 = '0'.repeat(128))),
);
refused(verify('tool', 'file.json'), 1, /content differs/, 'one strong digest of two is wrong');
await write(
    'file.json',
    other(aboutFile, (s) => (s.predicateType = 'https://slsa.dev/provenance/v1')),
);
refused(verify('tool', 'file.json'), 4, /./, 'an attestation vouches for nothing');
await write('file.json', aboutFile, { type: 'text/plain' });
refused(verify('tool', 'file.json'), 3, /text\/plain/, 'another payload type');
await write('file.json', aboutFile, {
    change: (text) => text.replace('{"mediaType"', '{"extra":1,"mediaType"'),
});
refused(verify('tool', 'file.json'), 3, /extra/, 'a member that no bundle has');
await write('file.json', aboutFile, {
    change: (text) => text.replace('bundle.v0.3', 'bundle.v0.9'),
});
refused(verify('tool', 'file.json'), 3, /media type/i, 'another media type');
await write('file.json', aboutFile);
writeFileSync('tool', Buffer.concat([content, Buffer.from('\n')]));
refused(verify('tool', 'file.json'), 1, /content differs/, 'one byte appended to the file');
writeFileSync('tool', content);
passes(verify('tool', 'file.json'), 'and taken away again');

// ---- a folder ----

const entries = { 'config.json': '{"layers":2}', 'w/0.bin': 'weights', 'w/1.bin': '' };
mkdirSync('model/w', { recursive: true });
for (const [name, text] of Object.entries(entries)) {
    writeFileSync(`model/${name}`, text);
}
const digests = Object.values(entries).map(sha256);
const aboutFolder = {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [
        { name: 'anything', digest: { sha256: sha256(Buffer.concat(digests)).toString('hex') } },
    ],
    predicateType: 'https://model_signing/signature/v1.0',
    predicate: {
        serialization: { method: 'files', hash_type: 'sha256', allow_symlinks: false },
        resources: Object.keys(entries).map((name, at) => ({
            name,
            algorithm: 'sha256',
            digest: digests[at].toString('hex'),
        })),
    },
};

// The root over the digests as listed, so that only the change itself is wrong.
function rooted(statement, change) {
    const copy = structuredClone(statement);
    change(copy);
    const raw = copy.predicate.resources.map(({ digest }) => Buffer.from(digest, 'hex'));
    copy.subject[0].digest.sha256 = sha256(Buffer.concat(raw)).toString('hex');
    return copy;
}

await write('model.json', aboutFolder);
passes(verify('model', 'model.json'), 'a folder');
refused(verify('model', 'model.json', 'stranger.pub'), 5, /no key for /, 'not with another key');
await write('model.json', otherDigit(aboutFolder, (s) => s.subject[0].digest));
refused(verify('model', 'model.json'), 1, /is not the root/, 'one digit of the root');
const gone = { name: 'w/2.bin', algorithm: 'sha256', digest: sha256('').toString('hex') };
const upward = { ...gone, name: '../w/2.bin' };
for (const [name, status, pattern, change] of [
    [
        'one digit of an entry',
        1,
        /changed: w\/0\.bin/,
        (s) => Object.assign(s, otherDigit(s, ({ predicate }) => predicate.resources[1])),
    ],
    [
        'an entry that is not signed',
        1,
        /unsigned: w\/1\.bin/,
        ({ predicate }) => predicate.resources.pop(),
    ],
    [
        'an entry that is not there',
        1,
        /missing: w\/2\.bin/,
        ({ predicate }) => predicate.resources.push(gone),
    ],
    [
        'a name that leads out of the folder',
        3,
        /\.\./,
        ({ predicate }) => predicate.resources.push(upward),
    ],
    [
        'a name twice',
        3,
        /config\.json/,
        ({ predicate }) => predicate.resources.push(predicate.resources[0]),
    ],
    [
        'links allowed',
        3,
        /link/,
        ({ predicate }) => (predicate.serialization.allow_symlinks = true),
    ],
]) {
    await write('model.json', rooted(aboutFolder, change));
    refused(verify('model', 'model.json'), status, pattern, name);
}
await write(
    'model.json',
    rooted(aboutFolder, ({ predicate }) => predicate.resources.reverse()),
);
passes(verify('model', 'model.json'), 'another order of the entries');
