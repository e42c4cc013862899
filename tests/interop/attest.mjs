// SPDX-License-Identifier: Apache-2.0
//
// Attestations and canonical forms, with other implementations: @sigstore/verify accepts what
// signet-sign attests, its statement is the one that npm canonicalize makes of an in-toto statement
// composed here, and an attestation that @sigstore/sign made is told as about the artifact or not.
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { is, modules, must, need, ok, plan, run, throws } from '../common/tap.mjs';

const { Verifier, toSignedEntity, toTrustMaterial } = need('@sigstore/verify');
const { bundleFromJSON, bundleToJSON } = need('@sigstore/bundle');
const { DSSEBundleBuilder } = need('@sigstore/sign');
const { default: canonicalize } = await import(join(modules, 'canonicalize/lib/canonicalize.js'));
plan(2 * 4 + 3 + 4);

const ed25519 = 7; // PublicKeyDetails.PKIX_ED25519
const noAuthorities = {
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    tlogs: [],
    ctlogs: [],
    certificateAuthorities: [],
    timestampAuthorities: [],
};
const type = 'https://cyclonedx.org/bom/v1.6';
const sha256 = (data) => createHash('sha256').update(data).digest('hex');

function check(json, key) {
    const hint = json.verificationMaterial.publicKey.hint;
    const rawBytes = key.export({ type: 'spki', format: 'der' });
    const trust = toTrustMaterial(noAuthorities, { [hint]: { rawBytes, keyDetails: ed25519 } });
    const thresholds = { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: 0 };
    new Verifier(trust, thresholds).verify(toSignedEntity(bundleFromJSON(json)));
    return true;
}

must('signet-key', 'generate', '--no-passphrase', '-o', 'k');
const key = createPublicKey(createPrivateKey(readFileSync('k.key')));
const payload = (json) => Buffer.from(json.dsseEnvelope.payload, 'base64').toString();

// ---- what signet-sign attests ----

const bom = '{"version": 1e0, "specVersion": "1.6",\n "bomFormat": "CycloneDX", "\u20ac": "\\u00e9"}';
writeFileSync('bom.json', bom);
writeFileSync('file', 'what is attested\n');
mkdirSync('model/w', { recursive: true });
writeFileSync('model/config.json', '{"a":1}\n');
writeFileSync('model/w/0.bin', 'weights');
const list = ['config.json', 'w/0.bin']
    .map((name) => `${sha256(readFileSync(`model/${name}`))}  ${name}\0`)
    .join('');
for (const [path, digest] of [
    ['file', { sha256: sha256(readFileSync('file')) }],
    ['model', { signetBundle: sha256(list) }],
]) {
    must('signet-sign', '-k', 'k.key', '--attest', type, '--predicate', 'bom.json', path);
    const json = JSON.parse(readFileSync(`${path}.bom.sigstore.json`));
    ok(check(json, key), `${path}: @sigstore/verify accepts it`);
    throws(
        () => check(json, generateKeyPairSync('ed25519').publicKey),
        /signature verification failed/,
        `${path}: not with another key`,
    );
    const changed = structuredClone(json);
    changed.dsseEnvelope.payload = Buffer.from(
        payload(json).replace('CycloneDX', 'CycloneDY'),
    ).toString('base64');
    throws(
        () => check(changed, key),
        /signature verification failed/,
        `${path}: nor with another predicate`,
    );
    const expected = canonicalize({
        _type: 'https://in-toto.io/Statement/v1',
        subject: [{ name: path, digest }],
        predicateType: type,
        predicate: JSON.parse(bom),
    });
    is(payload(json), expected, `${path}: the statement`);
}

// ---- canonical forms ----

must('signet-sign', '-k', 'k.key', '--canonical', 'bom.json');
const signed = JSON.parse(readFileSync('bom.json.sigstore.json'));
ok(check(signed, key), 'a canonical form: @sigstore/verify accepts it');
is(
    payload(signed),
    canonicalize({
        _type: 'https://in-toto.io/Statement/v1',
        subject: [
            {
                name: 'bom.json',
                digest: { sha256: sha256(canonicalize(JSON.parse(bom))) },
                annotations: { signetForm: 'rfc8785' },
            },
        ],
        predicateType: 'https://sigstore.dev/cosign/sign/v1',
        predicate: {},
    }),
    'a canonical form: the statement',
);
writeFileSync('bom.json', JSON.stringify(JSON.parse(bom), null, 4));
is(
    run('signet-verify', ['-k', 'k.pub', 'bom.json']).status,
    0,
    'a canonical form: in the layout of another writer',
);

// ---- what @sigstore/sign attests ----

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const pem = publicKey.export({ type: 'spki', format: 'pem' });
writeFileSync('other.pub', pem);

async function attest(file, subject) {
    const signer = {
        sign: async (data) => ({
            signature: sign(null, data, privateKey),
            key: { $case: 'publicKey', publicKey: pem, hint: sha256(pem) },
        }),
    };
    const statement = {
        _type: 'https://in-toto.io/Statement/v1',
        subject: [subject],
        predicateType: type,
        predicate: JSON.parse(bom),
    };
    const data = Buffer.from(JSON.stringify(statement, null, 2));
    const builder = new DSSEBundleBuilder({ signer, witnesses: [] });
    const bundle = await builder.create({ data, type: 'application/vnd.in-toto+json' });
    writeFileSync(file, JSON.stringify(bundleToJSON(bundle)));
}

for (const [path, subject, about] of [
    ['file', { name: 'x', digest: { sha256: sha256(readFileSync('file')) } }, 'this artifact'],
    ['file', { name: 'file', digest: { sha256: sha256('') } }, 'something else'],
    ['model', { name: 'x', digest: { signetBundle: sha256(list) } }, 'this artifact'],
    ['model', { name: 'model', digest: { sha256: sha256(list) } }, 'something else'],
]) {
    await attest('a.json', subject);
    const done = run('signet-verify', ['-k', 'other.pub', '-s', 'a.json', path]);
    ok(
        done.status === 4 && done.stderr.includes(`only attestations: ${type} about ${about}`),
        `${path}: an attestation of @sigstore/sign is about ${about}`,
        `status ${done.status}: ${done.stderr}`,
    );
}
