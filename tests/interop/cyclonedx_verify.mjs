// SPDX-License-Identifier: Apache-2.0
//
// What signet-sign puts into a BOM is checked by @cyclonedx/sign: each form of signature, over the
// whole and over components, with every change that it must notice. The public keys are derived by
// node, not by signet, and are what the other side is given; nothing is taken from the document.
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { changed, changes, coresOf, document, load, otherBit, reversed } from '../common/bom.mjs';
import { is, must, ok, plan } from '../common/tap.mjs';

const { verify } = await load('@cyclonedx/sign/dist/jsf/index.js');

const whole = { path: [], at: [] };
const app = { path: ['components', 1], at: ['--at', 'app'] };
const zlib = { path: ['components', 0], at: ['--at', '/components/0'] };
const inner = {
    path: ['components', 1, 'components', 0],
    at: ['--at', '/components/1/components/0'],
};

// What is signed, and by whom with which options, one after the other.
const forms = [
    ['one signature', 'single', whole, ['a']],
    ['one with a key id', 'single', whole, ['a', '--key-id', 'release 2026 \u2713 "x"']],
    ['one of several to come', 'multi', whole, ['a', '--multi']],
    ['two signers', 'multi', whole, ['a', '--multi'], ['b', '--multi', '--key-id', 'b']],
    ['three signers', 'multi', whole, ['a', '--multi'], ['b', '--multi'], ['c', '--multi']],
    ['a chain of one', 'chain', whole, ['a', '--chain']],
    ['a chain of two', 'chain', whole, ['a', '--chain'], ['b', '--chain', '--key-id', 'b']],
    ['a chain of three', 'chain', whole, ['a', '--chain'], ['b', '--chain'], ['c', '--chain']],
    ['a component by bom-ref', 'single', app, ['a']],
    ['a component by pointer', 'single', zlib, ['a', '--key-id', 'z']],
    ['an inner component', 'single', inner, ['a']],
    ['two signers of a component', 'multi', app, ['a', '--multi'], ['b', '--multi']],
    ['a chain in a component', 'chain', zlib, ['a', '--chain'], ['b', '--chain']],
];
const signatures = forms.map(([, , , ...steps]) => steps.length);
const total = signatures.reduce((sum, count) => sum + count, 0);
plan(forms.length * (3 + changes.length) + total * 5 + 2 * 5 + 3 * 2 + 9 + 4);

const keys = {};
for (const name of ['a', 'b', 'c', 'stranger']) {
    must('signet-key', 'generate', '--no-passphrase', '-o', name);
    keys[name] = createPublicKey(createPrivateKey(readFileSync(`${name}.key`)));
}
writeFileSync('bom.json', document('1.6'));

const sign = ['signet-sign', '--quiet', '--format', 'jsf', '--force'];

// The document after these steps of signing, parsed by node.
function signed(steps, from = 'bom.json') {
    let last = from;
    steps.forEach(([key, ...options], at) => {
        const next = `signed${at}.json`;
        must(...sign, '-k', `${key}.key`, '-o', next, ...options, last);
        last = next;
    });
    return JSON.parse(readFileSync(last));
}

// The mode that @cyclonedx/sign finds, or why it refuses.
async function verdict(object, names) {
    try {
        const found = await verify(object, {
            publicKeys: new Map(names.map((name, at) => [at, keys[name]])),
            allowedAlgorithms: ['Ed25519'],
            allowedExcludes: [],
            allowedExtensions: [],
        });
        return found.valid && found.signers.length === names.length
            ? found.mode
            : [found.errors, ...found.signers.map(({ errors }) => errors)].flat().join('; ');
    } catch (error) {
        return String(error);
    }
}

async function refuses(object, names, pattern, name) {
    const found = await verdict(object, names);
    ok(pattern.test(found), name, found);
}

const unverified = /signature did not verify/;
const get = (bom, path) => path.reduce((at, step) => at[step], bom);

// Changes of one signature, and what must be said of them.
const otherCores = [
    ['one bit of the value', (core) => (core.value = otherBit(core.value)), unverified],
    [
        'the name of another key',
        (core) =>
            core.keyId
                ? (core.keyId += 'x')
                : (core.publicKey = keys.stranger.export({ format: 'jwk' })),
        unverified,
    ],
    ['another algorithm', (core) => (core.algorithm = 'Ed448'), /not on the allow-list/],
    ['a member that is not known', (core) => (core.x = 1), /undeclared property "x"/],
];

for (const [name, mode, { path, at }, ...steps] of forms) {
    const object = get(signed(steps.map((step) => [...step, ...at])), path);
    const names = steps.map(([key]) => key);
    is(await verdict(object, names), mode, `${name}: accepted`);
    is(await verdict(reversed(object), names), mode, `${name}: in another order of members`);
    is(
        coresOf(object).map((core) => [core.algorithm, 'keyId' in core, 'publicKey' in core]),
        steps.map((step) => ['Ed25519', step.includes('--key-id'), !step.includes('--key-id')]),
        `${name}: what it consists of`,
    );
    for (const [what, change] of changes) {
        await refuses(changed(object, change), names, unverified, `${name}: ${what}`);
    }
    for (const index of names.keys()) {
        const place = `${name}: signature ${index + 1}`;
        for (const [what, change, pattern] of otherCores) {
            const other = changed(object, (copy) => change(coresOf(copy)[index]));
            await refuses(other, names, pattern, `${place}: ${what}`);
        }
        await refuses(object, names.with(index, 'stranger'), unverified, `${place}: another key`);
    }
}

// ---- lists ----

const three = (option) => signed(['a', 'b', 'c'].map((key) => [key, option]));
const chain = three('--chain');
const multi = three('--multi');
for (const [what, names, change, chained] of [
    ['two exchanged', ['b', 'a', 'c'], (list) => list.splice(0, 2, list[1], list[0]), unverified],
    ['the first missing', ['b', 'c'], (list) => list.splice(0, 1), unverified],
    ['the second missing', ['a', 'c'], (list) => list.splice(1, 1), unverified],
    ['the last missing', ['a', 'b'], (list) => list.splice(2, 1), /^chain$/],
    ['one twice', ['a', 'a', 'b', 'c'], (list) => list.unshift(list[0]), unverified],
]) {
    const apply = (copy) => change(coresOf(copy));
    await refuses(changed(chain, apply), names, chained, `a chain: ${what}`);
    is(await verdict(changed(multi, apply), names), 'multi', `signers alone each: ${what}`);
}
for (const count of [1, 2, 3]) {
    const names = ['a', 'b', 'c'].slice(0, count);
    for (const [from, to] of [
        ['signers', 'chain'],
        ['chain', 'signers'],
    ]) {
        const list = signed(names.map((key) => [key, from === 'chain' ? '--chain' : '--multi']));
        list.signature = { [to]: list.signature[from] };
        await refuses(list, names, unverified, `${count} ${from} as ${to}`);
    }
}

// ---- a component, and the whole over it ----

const both = signed([
    ['a', ...app.at],
    ['b', '--multi'],
    ['c', '--multi'],
]);
const inApp = (bom) => get(bom, app.path);
is(await verdict(inApp(both), ['a']), 'single', 'a component inside a signed whole');
is(await verdict(both, ['b', 'c']), 'multi', 'the whole over it');
const renamed = changed(both, (bom) => (inApp(bom).name = 'other'));
await refuses(inApp(renamed), ['a'], unverified, 'a change in the component: it');
await refuses(renamed, ['b', 'c'], unverified, 'a change in the component: the whole');
const beside = changed(both, (bom) => (get(bom, zlib.path).name = 'other'));
is(await verdict(inApp(beside), ['a']), 'single', 'a change beside the component: it');
await refuses(beside, ['b', 'c'], unverified, 'a change beside the component: the whole');
await refuses(
    changed(both, (bom) => delete inApp(bom).signature),
    ['b', 'c'],
    unverified,
    'the signature of the component taken away',
);
await refuses(
    changed(both, (bom) => (inApp(bom).signature.value = otherBit(inApp(bom).signature.value))),
    ['b', 'c'],
    unverified,
    'one bit of the signature of the component',
);
await refuses(
    changed(both, (bom) => (bom.signature = inApp(bom).signature)),
    ['a'],
    unverified,
    'the signature of the component as that of the whole',
);

signed([
    ['a', ...inner.at],
    ['a', ...app.at],
    ['a', ...zlib.at],
]);
const stepwise = readFileSync('signed2.json', 'utf8');
const together = signed([['a', ...app.at, ...zlib.at, '--at', 'inner']]);
is(readFileSync('signed0.json', 'utf8'), stepwise, 'several places at once, as one by one');
for (const { path, at } of [app, zlib, inner]) {
    is(await verdict(get(together, path), ['a']), 'single', `several places: ${at[1]}`);
}
