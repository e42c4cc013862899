// SPDX-License-Identifier: Apache-2.0
//
// What signet-sign writes is checked by @sigstore/verify: a file and a folder, each with every
// change to the envelope that it must notice. The public key is derived by node, not by signet.
// Thresholds of logs and timestamps are 0, for nothing here is logged.
import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { is, must, need, ok, plan, throws } from '../common/tap.mjs';

const { Verifier, toSignedEntity, toTrustMaterial } = need('@sigstore/verify');
const { bundleFromJSON } = need('@sigstore/bundle');
plan(2 * (3 + 8));

const ed25519 = 7; // PublicKeyDetails.PKIX_ED25519
const noAuthorities = {
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    tlogs: [],
    ctlogs: [],
    certificateAuthorities: [],
    timestampAuthorities: [],
};

// Throws unless @sigstore/verify accepts the bundle as made by `key`, which `hint` must name.
function check(json, key, hint) {
    const rawBytes = key.export({ type: 'spki', format: 'der' });
    const trust = toTrustMaterial(noAuthorities, { [hint]: { rawBytes, keyDetails: ed25519 } });
    const thresholds = { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: 0 };
    new Verifier(trust, thresholds).verify(toSignedEntity(bundleFromJSON(json)));
}

// Adds 1 to the last digit of a hexadecimal digest inside the base64 of a payload.
function otherDigest(payload) {
    const text = Buffer.from(payload, 'base64').toString();
    const digit = text.match(/"sha256":"[0-9a-f]*([0-9a-f])"/);
    const at = digit.index + digit[0].length - 2;
    const next = ((parseInt(digit[1], 16) + 1) % 16).toString(16);
    return Buffer.from(text.slice(0, at) + next + text.slice(at + 1)).toString('base64');
}

function otherBit(sig) {
    const bytes = Buffer.from(sig, 'base64');
    bytes[0] ^= 1;
    return bytes.toString('base64');
}

// Each changes a bundle in one thing; the text is what @sigstore must then say.
const changes = [
    [
        'another payload type',
        ({ dsseEnvelope }) => (dsseEnvelope.payloadType += 'x'),
        /signature verification failed/,
    ],
    [
        'one digit of the payload',
        ({ dsseEnvelope }) => (dsseEnvelope.payload = otherDigest(dsseEnvelope.payload)),
        /signature verification failed/,
    ],
    [
        'another payload',
        ({ dsseEnvelope }) => (dsseEnvelope.payload = 'e30='),
        /signature verification failed/,
    ],
    [
        'one bit of the signature',
        ({ dsseEnvelope: { signatures } }) => (signatures[0].sig = otherBit(signatures[0].sig)),
        /signature verification failed/,
    ],
    [
        'a signature twice',
        ({ dsseEnvelope: { signatures } }) => signatures.push(signatures[0]),
        /invalid bundle/i,
    ],
    ['no signature', ({ dsseEnvelope }) => (dsseEnvelope.signatures = []), /invalid bundle/i],
    [
        'another hint',
        ({ verificationMaterial }) => (verificationMaterial.publicKey.hint += 'x'),
        /key not found/,
    ],
    ['another media type', (json) => (json.mediaType = 'application/json'), /invalid bundle/i],
];

must('signet-key', 'generate', '--no-passphrase', '-o', 'k');
const key = createPublicKey(createPrivateKey(readFileSync('k.key')));
const other = generateKeyPairSync('ed25519').publicKey;
const fingerprint = must('ssh-keygen', '-lf', sshFile()).split(' ')[1];
const pemDigest = must('openssl', 'dgst', '-sha256', '-r', pemFile()).split(' ')[0];

function sshFile() {
    const { x } = key.export({ format: 'jwk' });
    const field = (bytes) => Buffer.concat([Buffer.from([0, 0, 0, bytes.length]), bytes]);
    const wire = [field(Buffer.from('ssh-ed25519')), field(Buffer.from(x, 'base64url'))];
    writeFileSync('k.ssh', `ssh-ed25519 ${Buffer.concat(wire).toString('base64')} k\n`);
    return 'k.ssh';
}

function pemFile() {
    writeFileSync('k.pem', key.export({ type: 'spki', format: 'pem' }));
    return 'k.pem';
}

writeFileSync('file', 'what is signed\n');
mkdirSync('model/w', { recursive: true });
writeFileSync('model/config.json', '{"a":1}\n');
writeFileSync('model/w/0.bin', 'weights');

for (const [path, file, hint] of [
    ['file', 'file.sigstore.json', fingerprint],
    ['model', 'model.sig', pemDigest],
]) {
    must('signet-sign', '-k', 'k.key', path);
    const json = JSON.parse(readFileSync(file));
    is(json.verificationMaterial, { publicKey: { hint }, tlogEntries: [] }, `${path}: names its key`);
    const accepted = (bundle) => {
        check(bundle, key, hint);
        return true;
    };
    ok(accepted(json), `${path}: @sigstore/verify accepts it`);
    throws(
        () => check(json, other, hint),
        /signature verification failed/,
        `${path}: not with another key`,
    );
    for (const [name, change, expected] of changes) {
        const changed = structuredClone(json);
        change(changed);
        throws(() => check(changed, key, hint), expected, `${path}: ${name} is refused`);
    }
}
