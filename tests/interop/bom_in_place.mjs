// SPDX-License-Identifier: Apache-2.0
//
// Real BOMs signed in place by signet-sign: in each form they are valid against the strict JSON
// schema of their version of CycloneDX, and without the bytes that were put in they are what they
// were. What has no place for a signature is refused, and signed beside instead.
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { changed, document } from '../common/bom.mjs';
import { is, must, need, ok, plan, run, testdata } from '../common/tap.mjs';
import { passes, refused, verify } from '../common/verdict.mjs';

const { JsonStrictValidator } = need('@cyclonedx/cyclonedx-library').Validation;

// ---- documents ----

const boms = ['1.5', '1.6', '1.7'].map((version) => [version, document(version)]);
boms.push(['1.7, minified', JSON.stringify(JSON.parse(document('1.7')))]);
boms.push(['1.5, lines of CRLF', document('1.5').replaceAll('\n', '\r\n')]);
const others = [];
if (testdata) {
    const folder = join(testdata, 'sbom');
    for (const name of readdirSync(folder).filter((file) => file.endsWith('.json'))) {
        const fits = /^cdx-1\.[4-7]/.test(name);
        (fits ? boms : others).push([name, readFileSync(join(folder, name), 'utf8')]);
    }
    const pedigree = 'jsf/canonical-hash/cyclonedx-1.7/json/pedigree.cdx.json';
    boms.push(['pedigree', readFileSync(join(testdata, pedigree), 'utf8')]);
}
const how = 'without --format it is signed as a file, with a signature beside it';

// ---- forms: key and options of each step ----

const whole = [
    ['one signature', ['a']],
    ['a key id', ['a', '--key-id', 'release']],
    ['two signers', ['a', '--multi'], ['b', '--multi', '--key-id', 'b']],
    ['a chain of two', ['a', '--chain'], ['b', '--chain']],
];
const component = (at) => [
    ['a component', ['a', '--at', at]],
    ['signers of a component', ['a', '--at', at, '--multi'], ['b', '--at', at, '--multi']],
    ['a chain in a component', ['a', '--at', at, '--chain'], ['b', '--at', at, '--chain']],
    ['the whole over a component', ['a', '--at', at], ['b']],
    ['a chain over a chain', ['a', '--at', at, '--chain'], ['b', '--chain'], ['a', '--chain']],
];
const steps = [...whole, ...component('')].flatMap(([, ...list]) => list).length;
const forms = whole.length + component('').length;
plan(1 + boms.length * (1 + 2 * steps + forms) + 3 * 3 + others.length * 5);
is([boms.length, others.length], testdata ? [11, 5] : [5, 0], 'how many documents there are');

for (const name of ['a', 'b']) {
    must('signet-key', 'generate', '--no-passphrase', '-o', name);
}

// ---- what is checked ----

const validators = new Map(
    ['1.4', '1.5', '1.6', '1.7'].map((version) => [version, new JsonStrictValidator(version)]),
);

// What the schema of its version has against a document.
async function faults(text) {
    return (await validators.get(JSON.parse(text).specVersion).validate(text)) ?? 'none';
}

// The run of bytes without which `after` is `before`, byte for byte; null if there is no such run.
function inserted(before, after) {
    const more = after.length - before.length;
    let start = 0;
    while (start < before.length && before[start] === after[start]) {
        start++;
    }
    const without = Buffer.concat([after.subarray(0, start), after.subarray(start + more)]);
    return more > 0 && without.equals(before)
        ? after.subarray(start, start + more).toString()
        : null;
}

const named = '("keyId":"[^"]+"|"publicKey":\\{"crv":"Ed25519","kty":"OKP","x":"[\\w-]{43}"\\})';
const core = `\\{"algorithm":"Ed25519",${named},"value":"[\\w-]{86}"\\}`;
const runs = {
    single: new RegExp(`^,\\s*"signature":${core}$`),
    first: new RegExp(`^,\\s*"signature":\\{"(signers|chain)":\\[${core}\\]\\}$`),
    further: new RegExp(`^,${core}$`),
};

// Signs before.json as after.json, and checks what that made of it.
async function sign(title, [key, ...options], kind) {
    const args = ['--quiet', '--format', 'jsf', '--force', '-o', 'after.json', ...options];
    must('signet-sign', '-k', `${key}.key`, ...args, 'before.json');
    const after = readFileSync('after.json');
    const found = inserted(readFileSync('before.json'), after);
    ok(found !== null && runs[kind].test(found), `${title}: a signature is all that is new`, found);
    is(await faults(after.toString()), 'none', `${title}: valid`);
    writeFileSync('before.json', after);
}

for (const [name, text] of boms) {
    is(await faults(text), 'none', `${name}: valid before it is signed`);
    const { components } = JSON.parse(text);
    const at = components.find((one) => 'bom-ref' in one)?.['bom-ref'] ?? '/components/0';
    for (const [form, ...list] of [...whole, ...component(at)]) {
        writeFileSync('before.json', text);
        const signed = new Set();
        for (const [index, step] of list.entries()) {
            const place = step.includes('--at') ? at : '';
            const listed = step.includes('--multi') || step.includes('--chain');
            const kind = !listed ? 'single' : signed.has(place) ? 'further' : 'first';
            await sign(`${name}: ${form}, step ${index + 1}`, step, kind);
            signed.add(place);
        }
        const last = list.at(-1).includes('--at') ? ['--at', at] : [];
        const keys = [`${list.at(-1)[0]}.pub`];
        passes(verify('after.json', keys, ...last), `${name}: ${form}: verified`);
    }
}

// ---- what the schema notices ----

for (const [what, change] of [
    ['a value missing', (signature) => delete signature.value],
    ['a member that is not known', (signature) => (signature.signer = 'x')],
    ['the key of another type', (signature) => (signature.publicKey.kty = 'EC')],
]) {
    writeFileSync('before.json', document('1.6'));
    await sign(`1.6, before ${what}`, ['a'], 'single');
    const twin = changed(JSON.parse(readFileSync('after.json')), (bom) => change(bom.signature));
    ok((await faults(JSON.stringify(twin))) !== 'none', `the schema notices ${what}`);
}

// ---- what has no place for a signature ----

for (const [name, text] of others) {
    writeFileSync(name, text);
    const args = ['-k', 'a.key', '--format', 'jsf', '-o', 'none.json', name];
    const done = run('signet-sign', args);
    is([done.status, done.stdout], [3, ''], `${name}: refused`);
    const which = /^signet-sign: \S+: (CycloneDX|SPDX) "\S+" has no place for a JSF signature; /;
    ok(
        which.test(done.stderr) && done.stderr.endsWith(`${how}\n`),
        `${name}: which is it, and how else`,
        done.stderr,
    );
    ok(!existsSync('none.json'), `${name}: and nothing is written`);
    must('signet-sign', '-q', '-k', 'a.key', name);
    passes(verify(name, ['a.pub']), `${name}: signed beside`);
    writeFileSync(name, text.replace('"', ' "'));
    const longer = verify(name, ['a.pub']);
    refused(longer, 1, /content differs/, `${name}: which a space more breaks`);
}
