// SPDX-License-Identifier: Apache-2.0
//
// What @cyclonedx/sign signs in place by JSS (ITU-T X.590) is verified by signet-verify: each
// algorithm with each hash, several signers, a counter-signature. The twin of each has one other
// character and must be refused. And what signet-verify takes in the other reading of X.590,
// @cyclonedx/sign does not: the report says so.
import { generateKeyPairSync, createHash, sign as signBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { modules, ok, plan, run } from '../common/tap.mjs';

const { sign, countersign, verify } = await import(join(modules, '@cyclonedx/sign/dist/jss/index.js'));
const { default: canonicalize } = await import(join(modules, 'canonicalize/lib/canonicalize.js'));

const kinds = {
    Ed25519: ['ed25519'],
    Ed448: ['ed448'],
    ES256: ['ec', { namedCurve: 'P-256' }],
    ES384: ['ec', { namedCurve: 'P-384' }],
    ES512: ['ec', { namedCurve: 'P-521' }],
    RS256: ['rsa', { modulusLength: 2048 }],
    PS512: ['rsa', { modulusLength: 2048 }],
};
const hashes = ['sha-256', 'sha-384', 'sha-512'];
plan(Object.keys(kinds).length * hashes.length * 2 + 7);

const document = {
    specFormat: 'CycloneDX',
    specVersion: '2.0',
    version: 1,
    components: [{ type: 'library', name: 'café', version: '1.0' }],
};
const private_ = (key) => key.export({ type: 'pkcs8', format: 'pem' });

function makeKey(kind, file) {
    const { privateKey, publicKey } = generateKeyPairSync(...kind);
    writeFileSync(file, publicKey.export({ type: 'spki', format: 'pem' }));
    return privateKey;
}

function check(signed, keys, more = []) {
    writeFileSync('bom.json', JSON.stringify(signed, null, 2));
    return run('signet-verify', [...keys.flatMap((k) => ['-k', k]), ...more, 'bom.json']);
}

function passes(done, name, pattern = /^verified: /) {
    ok(done.status === 0 && pattern.test(done.stdout), name, `${done.stderr}${done.stdout}`);
}

function refused(done, status, name) {
    ok(
        done.status === status && done.stdout.startsWith('REFUSED: '),
        name,
        `status ${done.status}: ${done.stderr}${done.stdout}`,
    );
}

const changed = (signed) => ({ ...signed, version: 2 });

for (const [algorithm, kind] of Object.entries(kinds)) {
    const privateKey = private_(makeKey(kind, 'k.pub'));
    for (const hash_algorithm of hashes) {
        const name = `${algorithm} over ${hash_algorithm}`;
        const signed = await sign(document, { signer: { algorithm, hash_algorithm, privateKey } });
        passes(check(signed, ['k.pub']), name);
        refused(check(changed(signed), ['k.pub']), 1, `${name}, a document that was changed`);
    }
}

const a = makeKey(kinds.Ed25519, 'a.pub');
const b = makeKey(kinds.ES384, 'b.pub');
const first = { algorithm: 'Ed25519', privateKey: private_(a), metadata: { signee: 'A', more: [1] } };
const second = { algorithm: 'ES384', hash_algorithm: 'sha-512', privateKey: private_(b) };
const both = await sign(document, { signers: [first, second] });
passes(check(both, ['a.pub', 'b.pub'], ['--threshold', '2']), 'two signers', /signed by 2 keys/);
both.signatures[0].signee = 'B';
refused(check(both, ['a.pub', 'b.pub'], ['--threshold', '2']), 1, 'one of them changed');

const countersigned = await countersign(await sign(document, { signer: first }), {
    signer: second,
    publicKeys: new Map([[0, readFileSync('a.pub', 'utf8')]]),
});
const report = JSON.parse(check(countersigned, ['a.pub', 'b.pub'], ['--json']).stdout);
ok(report.artifacts[0].signatures[1].counter_signature && report.artifacts[0].signatures[1].valid,
    'a counter-signature verifies', JSON.stringify(report));
countersigned.signatures[0].signature.signee = 'B';
const twin = JSON.parse(check(countersigned, ['a.pub', 'b.pub'], ['--json']).stdout);
ok(!twin.artifacts[0].signatures[1].valid && twin.result === 'pass',
    'one that was changed does not, and takes nothing away', JSON.stringify(twin));
refused(check(countersigned, ['a.pub', 'b.pub'], ['--threshold', '2']), 1, 'it never counts');

// The hex text of the digest, as the examples of X.590 have it.
const core = { ...(await sign(document, { signer: first })).signatures[0] };
delete core.value;
const digest = createHash('sha256').update(canonicalize({ ...document, signatures: [core] }));
const hex = Buffer.from(digest.digest('hex'));
const value = signBytes(null, hex, a).toString('base64url');
const other = { ...document, signatures: [{ ...core, value }] };
const read = JSON.parse(check(other, ['a.pub'], ['--json']).stdout);
ok(read.artifacts[0].signatures[0].reading === 'hex reading of X.590', 'the hex reading is named',
    JSON.stringify(read));
ok(!(await verify(other)).valid, 'which @cyclonedx/sign does not take');
