// SPDX-License-Identifier: Apache-2.0
//
// What @cyclonedx/sign puts into a BOM is verified by signet-verify, with keys made by node: each
// algorithm and each form, and a twin of each that differs in one thing and must be refused.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { changed, changes, coresOf, document, load, otherBit, reversed } from '../common/bom.mjs';
import { is, must, ok, plan, run } from '../common/tap.mjs';
import { passes, refused, verify } from '../common/verdict.mjs';

const jsf = await load('@cyclonedx/sign/dist/jsf/index.js');
const bom = JSON.parse(document('1.6'));

// ---- keys: NAME.pub in files, of each kind one more that signs nothing ----

const rsa = ['rsa', { modulusLength: 2048 }];
const kinds = {
    Ed25519: ['ed25519'],
    Ed448: ['ed448'],
    ES256: ['ec', { namedCurve: 'P-256' }],
    ES384: ['ec', { namedCurve: 'P-384' }],
    ES512: ['ec', { namedCurve: 'P-521' }],
    RS256: rsa,
    RS384: rsa,
    RS512: rsa,
    PS256: rsa,
    PS384: rsa,
    PS512: rsa,
};
const pairs = {};

function makeKey(name, kind) {
    pairs[name] = generateKeyPairSync(...kind);
    writeFileSync(`${name}.pub`, pairs[name].publicKey.export({ type: 'spki', format: 'pem' }));
}
for (const [name, kind] of Object.entries(kinds)) {
    makeKey(name, kind);
    makeKey(`other-${name}`, kind);
}
makeKey('second', kinds.Ed25519);
makeKey('third', kinds.Ed25519);

// A signer as @cyclonedx/sign is told of it; the key that is not called after its algorithm is of
// type Ed25519.
const by = (name, more = {}) => ({
    algorithm: name in kinds ? name : 'Ed25519',
    privateKey: pairs[name].privateKey,
    ...more,
});

function write(object) {
    writeFileSync('signed.json', JSON.stringify(object, null, 2));
    return 'signed.json';
}

// Runs signet-verify over an object with the public keys of these names.
const check = (object, names, ...more) =>
    verify(
        write(object),
        names.map((name) => `${name}.pub`),
        ...more,
    );

// ---- algorithms ----

// With each, one that takes the same keys or one that does not.
const algorithms = [
    ['Ed25519', 'Ed448', 3],
    ['Ed448', 'Ed25519', 3],
    ['ES256', 'ES384', 3],
    ['ES384', 'ES512', 3],
    ['ES512', 'ES256', 3],
    ['RS256', 'PS256', 1],
    ['RS384', 'RS256', 1],
    ['RS512', 'RS384', 1],
    ['PS256', 'PS512', 1],
    ['PS384', 'PS256', 1],
    ['PS512', 'RS512', 1],
];
const shared = ['HS256', 'HS384', 'HS512'];
const perAlgorithm = 9 + changes.length;
plan(algorithms.length * perAlgorithm + shared.length * 2 + 95 + changes.length);

const bad = /bad signature/;
const lastByteOff = (value) =>
    Buffer.from(value, 'base64url').subarray(0, -1).toString('base64url');
for (const [algorithm, wrong, status] of algorithms) {
    const signed = await jsf.sign(bom, { signer: by(algorithm) });
    passes(check(signed, [algorithm]), `${algorithm}: its key inside`);
    passes(check(reversed(signed), [algorithm]), `${algorithm}: in another order of members`);
    for (const [what, change] of changes) {
        refused(check(changed(signed, change), [algorithm]), 1, bad, `${algorithm}: ${what}`);
    }
    const bit = changed(signed, (o) => (o.signature.value = otherBit(o.signature.value)));
    refused(check(bit, [algorithm]), 1, bad, `${algorithm}: one bit of the value`);
    const cut = changed(signed, (o) => (o.signature.value = lastByteOff(o.signature.value)));
    refused(check(cut, [algorithm]), 1, bad, `${algorithm}: a byte less`);
    const named = changed(signed, (o) => (o.signature.algorithm = wrong));
    refused(
        check(named, [algorithm]),
        status,
        status === 1 ? bad : /does not go with the key/,
        `${algorithm}: ${wrong} by its word`,
    );
    const other = [`other-${algorithm}`];
    refused(check(signed, other), 5, /no key for SHA256:/, `${algorithm}: another key`);

    const keyId = { publicKey: false, keyId: 'release key' };
    const nameless = await jsf.sign(bom, { signer: by(algorithm, keyId) });
    passes(check(nameless, [algorithm]), `${algorithm}: a key id`);
    refused(
        check(nameless, other),
        1,
        /no given key made this signature/,
        `${algorithm}: a key id, and another key`,
    );
    const renamed = changed(nameless, (o) => (o.signature.keyId = 'release kez'));
    refused(
        check(renamed, [algorithm]),
        1,
        /no given key made this signature/,
        `${algorithm}: another key id`,
    );
}

for (const algorithm of shared) {
    const secret = randomBytes(64);
    const signed = await jsf.sign(bom, { signer: { algorithm, privateKey: secret } });
    refused(check(signed, ['Ed25519']), 3, /proves no signer/, `${algorithm}: a shared secret`);
    const beside = await jsf.sign(bom, {
        signers: [by('Ed25519'), { algorithm, privateKey: secret }],
        mode: 'multi',
    });
    refused(check(beside, ['Ed25519']), 3, /proves no signer/, `${algorithm}: beside another`);
}

// ---- several signers, and chains ----

const misplaced = /chain link \d of \d does not verify in its place/;
const tooFew = /(\d) keys must sign the document, \d did/;
const none = /none of the \d signatures is valid and by a given key/;
const threshold = (count) => ['--threshold', String(count)];
const otherValue = (index) => (object) => {
    const core = coresOf(object)[index];
    core.value = otherBit(core.value);
};

for (const names of [
    ['Ed25519', 'ES256'],
    ['RS256', 'Ed25519'],
    ['Ed448', 'second', 'ES512'],
]) {
    const count = names.length;
    const all = threshold(count);
    const signers = names.map((name) => by(name));
    const title = names.join(', ');

    const multi = await jsf.sign(bom, { signers, mode: 'multi' });
    passes(check(multi, names, ...all), `signers ${title}`);
    passes(check(multi, names.slice(-1)), `signers ${title}: the last alone`);
    const stranger = names.with(0, 'third');
    refused(check(multi, stranger, ...all), 1, tooFew, `signers ${title}: another key for one`);
    const broken = changed(multi, otherValue(0));
    refused(check(broken, names, ...all), 1, tooFew, `signers ${title}: one bit of one value`);
    const edited = changed(multi, changes[0][1]);
    refused(check(edited, names), 1, none, `signers ${title}: the document changed`);

    const chain = await jsf.sign(bom, { signers, mode: 'chain' });
    passes(check(chain, names, ...all), `chain ${title}`);
    refused(check(chain, stranger, ...all), 1, tooFew, `chain ${title}: another key for one`);
    for (const index of names.keys()) {
        refused(
            check(changed(chain, otherValue(index)), names),
            1,
            misplaced,
            `chain ${title}: one bit of value ${index + 1}`,
        );
    }
    const swap = changed(chain, ({ signature }) => signature.chain.reverse());
    refused(check(swap, names), 1, misplaced, `chain ${title}: turned round`);
    const late = changed(chain, ({ signature }) => signature.chain.shift());
    refused(check(late, names), 1, misplaced, `chain ${title}: the first link missing`);
    const early = changed(chain, ({ signature }) => signature.chain.pop());
    refused(check(early, names, ...all), 1, tooFew, `chain ${title}: the last link missing`);
    passes(check(early, names, ...threshold(count - 1)), `chain ${title}: a chain without it`);
    const word = { ...chain, signature: { signers: chain.signature.chain } };
    refused(check(word, names, ...all), 1, none, `chain ${title}: as a list of signers`);
}

// ---- one tool adds to what the other made ----

must('signet-key', 'generate', '--no-passphrase', '-o', 'own');
const own = must('signet-key', 'show', '--as', 'pem', 'own.pub');
const append = { multi: jsf.appendMultiSigner, chain: jsf.appendChainSigner };
for (const mode of ['multi', 'chain']) {
    const sign = ['signet-sign', '-q', '-k', 'own.key', '--format', 'jsf', `--${mode}`, '--force'];
    must(...sign, '-o', 'ours.json', write(bom));
    const ours = JSON.parse(readFileSync('ours.json'));
    const trusted = { publicKeys: new Map([[0, own]]) };
    const more = await append[mode](ours, by('ES256'), trusted);
    passes(check(more, ['own', 'ES256'], ...threshold(2)), `${mode}: theirs added to ours`);
    const broken = changed(more, otherValue(1));
    refused(
        check(broken, ['own', 'ES256'], ...threshold(2)),
        1,
        mode === 'multi' ? tooFew : misplaced,
        `${mode}: and one bit of it`,
    );

    const theirs = await jsf.sign(bom, { signers: [by('PS384')], mode });
    must(...sign, '-o', 'ours.json', write(theirs));
    const added = JSON.parse(readFileSync('ours.json'));
    passes(check(added, ['own', 'PS384'], ...threshold(2)), `${mode}: ours added to theirs`);
    const publicKeys = new Map([pairs.PS384.publicKey, own].entries());
    const opinion = async (object) => (await jsf.verify(object, { publicKeys })).valid;
    is(
        [await opinion(added), await opinion(changed(added, otherValue(0)))],
        [true, false],
        `${mode}: which @cyclonedx/sign verifies`,
    );
    const [tool, ...options] = [...sign, '-o', 'none.json'];
    const spoilt = run(tool, [...options, write(changed(theirs, otherValue(0)))]);
    ok(
        spoilt.status === 1 && /does not verify/.test(spoilt.stderr) && !existsSync('none.json'),
        `${mode}: ours is not added to what does not verify`,
        `status ${spoilt.status}: ${spoilt.stderr}`,
    );
}

// ---- members that are left out ----

const allow = (...names) => names.flatMap((name) => ['--insecure-allow-excludes', name]);
const leftOut = /excludes: the signature leaves the member "properties" out/;
for (const [title, pattern, signing] of [
    ['one signature', bad, { signer: by('Ed25519') }],
    ['a chain', misplaced, { signers: [by('ES256'), by('Ed25519')], mode: 'chain' }],
]) {
    const signed = await jsf.sign(bom, { ...signing, excludes: ['properties'] });
    const names = ['Ed25519', 'ES256'];
    const says = (object, name) => {
        const done = check(object, names, ...allow('properties'));
        ok(
            done.status === 0 && done.stdout.startsWith('verified: '),
            `excludes in ${title}: ${name}`,
            `status ${done.status}: ${done.stderr}${done.stdout}`,
        );
    };
    refused(check(signed, names), 1, leftOut, `excludes in ${title}: not without the option`);
    const elsewhere = check(signed, names, ...allow('components'));
    refused(elsewhere, 1, leftOut, `excludes in ${title}: nor with another name`);
    says(signed, 'with the option');
    const other = changed(signed, (o) => o.properties.reverse());
    says(other, 'what is left out can be changed');
    const without = changed(signed, (o) => delete o.properties);
    says(without, 'and taken away');
    for (const [name, change] of [
        ['the rest cannot', (o) => (o.version = 2)],
        ['nor the list be taken away', (o) => delete o.signature.excludes],
        ['nor be longer', (o) => o.signature.excludes.push('version')],
    ]) {
        const done = check(changed(signed, change), names, ...allow('properties', 'version'));
        refused(done, 1, pattern, `excludes in ${title}: ${name}`);
    }
    const { stdout } = check(signed, names, '--json', ...allow('properties'));
    const { result, insecure } = JSON.parse(stdout);
    is(
        [result, insecure],
        ['pass', ['--insecure-allow-excludes']],
        `excludes in ${title}: the report names the option`,
    );
}

// ---- other members of a signature ----

const extensionValues = { issuedAt: '2026-04-01T00:00:00Z', 'https://example.com/role': [1.50] };
const extended = await jsf.sign(bom, { signer: by('Ed25519', { extensionValues }) });
passes(check(extended, ['Ed25519']), 'extensions');
for (const [title, status, pattern, change] of [
    ['a value changed', 1, bad, (core) => (core.issuedAt = '2027-04-01T00:00:00Z')],
    ['a value taken away', 1, bad, (core) => delete core.issuedAt],
    ['not declared', 3, /"issuedAt" is not known/, (core) => core.extensions.shift()],
    ['one declared more', 1, bad, (core) => core.extensions.push('more')],
]) {
    const twin = changed(extended, ({ signature }) => change(signature));
    refused(check(twin, ['Ed25519']), status, pattern, `extensions: ${title}`);
}

function certificate(name) {
    const pem = pairs[name].privateKey.export({ type: 'pkcs8', format: 'pem' });
    writeFileSync('certified.key', pem, { mode: 0o600 });
    const subject = ['-subj', `/CN=${name}`, '-days', '30', '-outform', 'DER', '-out', 'c.der'];
    must('openssl', 'req', '-x509', '-new', '-key', 'certified.key', ...subject);
    return readFileSync('c.der').toString('base64url');
}
const path = [certificate('ES384'), certificate('RS256')];
const strange = certificate('other-ES384');
const certified = (more) =>
    jsf.sign(bom, { signer: by('ES384', { certificatePath: path, publicKey: false, ...more }) });
const withPath = await certified({});
passes(check(withPath, ['ES384']), 'a certificate path');
refused(check(withPath, ['other-ES384']), 5, /no key for/, 'a certificate path: another key');
refused(check(withPath, ['RS256']), 5, /no key for/, 'a certificate path: the key of the issuer');
const swapped = changed(withPath, ({ signature }) => (signature.certificatePath[0] = strange));
refused(check(swapped, ['ES384']), 5, /no key for/, 'a certificate path: of another key');
refused(check(swapped, ['other-ES384']), 1, bad, 'a certificate path: and with that key');
const shorter = changed(withPath, ({ signature }) => signature.certificatePath.pop());
refused(check(shorter, ['ES384']), 1, bad, 'a certificate path: one certificate less');
const twice = await certified({ publicKey: 'auto' });
passes(check(twice, ['ES384']), 'a certificate path and its key');
const apart = changed(twice, ({ signature }) => (signature.certificatePath[0] = strange));
refused(check(apart, ['ES384']), 3, /found another/, 'a certificate path and another key');

// ---- where a signature stands ----

const signature = { signer: by('ES512') };
const component = await jsf.sign(bom.components[1], signature);
const nested = changed(bom, (copy) => (copy.components[1] = component));
passes(check(nested, ['ES512'], '--at', '/components/1'), 'a component by its pointer');
passes(check(nested, ['ES512'], '--at', 'app'), 'and by its bom-ref');
refused(check(nested, ['ES512']), 4, /only \/components\/1 is signed/, 'it is not the whole');
refused(
    check(nested, ['ES512'], '--at', 'zlib'),
    4,
    /not signed by itself/,
    'another component is not signed',
);
for (const [what, change] of changes) {
    const twin = changed(nested, (copy) => change(copy.components[1]));
    refused(check(twin, ['ES512'], '--at', '/components/1'), 1, bad, `a component: ${what}`);
}
const around = await jsf.sign(nested, { signer: by('second') });
passes(check(around, ['second']), 'the whole over a signed component');
passes(check(around, ['ES512'], '--at', 'app'), 'and the component in it');
const inside = changed(around, (copy) => (copy.components[1].name = 'other'));
refused(check(inside, ['second']), 1, /the change lies in the component/, 'a change in both');
const outside = changed(around, (copy) => (copy.components[0].name = 'other'));
refused(check(outside, ['second']), 1, bad, 'a change in the whole alone');
passes(check(outside, ['ES512'], '--at', 'app'), 'which the component does not mind');
const forged = changed(nested, (copy) => (copy.components[1].name = 'other'));
const vouched = await jsf.sign(forged, { signer: by('second') });
refused(
    check(vouched, ['second']),
    1,
    /was changed after it was signed/,
    'a valid signature around a component whose own is broken',
);
const proof = await jsf.sign(bom, { ...signature, signatureProperty: 'proof' });
refused(check(proof, ['ES512']), 4, /no signature found/, 'a member that is no place for one');
