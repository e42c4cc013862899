// SPDX-License-Identifier: Apache-2.0
//
// Key files against other implementations, both ways: the encrypted form against tweetnacl's
// secretbox with node's scrypt, PKCS#8 and SubjectPublicKeyInfo against node's crypto and the
// openssl command, names against ssh-keygen. Every acceptance has a refused twin.
import {
    createHash,
    createPrivateKey,
    createPublicKey,
    generateKeyPairSync,
    randomBytes,
    scryptSync,
    sign,
    verify,
} from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { is, must, need, ok, plan, run } from '../common/tap.mjs';

const nacl = need('tweetnacl');
const costs = [1 << 10, 1 << 14, 1 << 15, 1 << 17];
const foreign = {
    RSA: ['RSA', '-pkeyopt', 'rsa_keygen_bits:2048'],
    'ECDSA P-256': ['EC', '-pkeyopt', 'ec_paramgen_curve:P-256'],
    Ed448: ['ED448'],
    X25519: ['X25519'],
};
plan(35 + 3 * costs.length + 2 * Object.keys(foreign).length);

const signet = (...args) => run('signet-key', args);
const text = (file) => readFileSync(file, 'utf8');

function passphraseFile(...lines) {
    writeFileSync('passphrase', lines.map((line) => `${line}\n`).join(''), { mode: 0o600 });
    return 'passphrase';
}

// A call that must end with 3, say why, and print nothing on stdout.
function refused(done, pattern, name) {
    ok(
        done.status === 3 && pattern.test(done.stderr) && done.stdout === '',
        name,
        `status ${done.status}: ${done.stderr}${done.stdout}`,
    );
}

// ---- the encrypted form, as others implement it ----

const derive = (passphrase, salt, n) =>
    scryptSync(passphrase, salt, 32, { N: n, r: 8, p: 1, maxmem: 2 ** 30 });

function seal(plain, passphrase, n, label = 'SIGSTORE') {
    const salt = randomBytes(32);
    const nonce = randomBytes(24);
    const box = nacl.secretbox(plain, nonce, derive(passphrase, salt, n));
    const json = JSON.stringify({
        kdf: { name: 'scrypt', params: { N: n, r: 8, p: 1 }, salt: salt.toString('base64') },
        cipher: { name: 'nacl/secretbox', nonce: nonce.toString('base64') },
        ciphertext: Buffer.from(box).toString('base64'),
    });
    return wrap(json, label);
}

function wrap(json, label = 'SIGSTORE') {
    const lines = Buffer.from(json).toString('base64').match(/.{1,64}/g);
    const name = `ENCRYPTED ${label} PRIVATE KEY`;
    return `-----BEGIN ${name}-----\n${lines.join('\n')}\n-----END ${name}-----\n`;
}

function unwrap(pem) {
    const mark = (word) => `-----${word} ENCRYPTED SIGSTORE PRIVATE KEY-----\n`;
    const form = new RegExp(`^${mark('BEGIN')}((?:[A-Za-z0-9+/=]{1,64}\n)+)${mark('END')}$`);
    return JSON.parse(Buffer.from(pem.match(form)[1], 'base64'));
}

function open(pem, passphrase) {
    const { kdf, cipher, ciphertext } = unwrap(pem);
    const key = derive(passphrase, Buffer.from(kdf.salt, 'base64'), kdf.params.N);
    const plain = nacl.secretbox.open(
        Buffer.from(ciphertext, 'base64'),
        Buffer.from(cipher.nonce, 'base64'),
        key,
    );
    return plain === null ? null : Buffer.from(plain);
}

const privateKey = (der) => createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
const publicPem = (key) => createPublicKey(key).export({ format: 'pem', type: 'spki' });
const pkcs8 = (key) => key.export({ format: 'der', type: 'pkcs8' });

// ---- what signet writes ----

const passphrase = 'correct horse, Grüße';
must('signet-key', 'generate', '-o', 'locked', '--passphrase-file', passphraseFile(passphrase));
must('signet-key', 'generate', '-o', 'plain', '--no-passphrase');

const locked = unwrap(text('locked.key'));
is(
    { ...locked.kdf.params, kdf: locked.kdf.name, cipher: locked.cipher.name },
    { N: 65536, r: 8, p: 1, kdf: 'scrypt', cipher: 'nacl/secretbox' },
    'an encrypted key says how it is encrypted',
);
is(Object.keys(locked), ['kdf', 'cipher', 'ciphertext'], 'its members stand in the usual order');
is(open(text('locked.key'), `${passphrase} `), null, 'no other passphrase opens it');
const v1 = '302e020100300506032b657004220420';
const opened = open(text('locked.key'), passphrase);
ok(opened !== null, 'tweetnacl opens it');
is(opened.subarray(0, 16).toString('hex'), v1, 'inside is PKCS#8 v1');
is(publicPem(privateKey(opened)), text('locked.pub'), 'node derives the same public key');

const message = Buffer.from('message');
const plainKey = createPrivateKey(text('plain.key'));
const again = plainKey.export({ format: 'pem', type: 'pkcs8' });
is(again, text('plain.key'), 'node reads a plain key and writes it alike');
is(publicPem(plainKey), text('plain.pub'), 'and its public key');
const signature = sign(null, message, plainKey);
ok(verify(null, message, text('plain.pub'), signature), 'the two belong together');
ok(!verify(null, message, text('locked.pub'), signature), 'and to no other');
const openssl = (...args) => must('openssl', ...args);
is(openssl('pkey', '-in', 'plain.key'), text('plain.key'), 'so does openssl');
is(openssl('pkey', '-in', 'plain.key', '-pubout'), text('plain.pub'), 'and its public key');
is(openssl('pkey', '-pubin', '-in', 'locked.pub'), text('locked.pub'), 'and the other one');
is(
    JSON.parse(must('signet-key', 'show', '--as', 'jwk', 'plain.pub')),
    createPublicKey(plainKey).export({ format: 'jwk' }),
    'node writes the same JWK',
);
is(
    run('signet-key', ['show', '--as', 'raw', 'plain.pub'], { encoding: 'buffer' }).stdout,
    createPublicKey(plainKey).export({ format: 'der', type: 'spki' }).subarray(12),
    'the raw key ends the DER of node',
);

// ---- what others write, with every cost that is met ----

const { privateKey: other } = generateKeyPairSync('ed25519');
const show = (phrase, ...args) =>
    signet('show', '--as=pem', '--passphrase-file', passphraseFile(phrase), ...args, 'other.key');
const writeOther = (pem) => writeFileSync('other.key', pem, { mode: 0o600 });

for (const n of costs) {
    const label = n === 1 << 15 ? 'COSIGN' : 'SIGSTORE';
    writeOther(seal(pkcs8(other), passphrase, n, label));
    is(show(passphrase).stdout, publicPem(other), `${label}, N = ${n} is read`);
    refused(show(`${passphrase}.`), /wrong passphrase/, 'not with another passphrase');
    refused(
        show(passphrase, '--limit', `scrypt-n=${n / 2}`),
        new RegExp(`N = ${n} is above the limit of ${n / 2}`),
        'not under a lower limit',
    );
}

const good = unwrap(seal(pkcs8(other), passphrase, 1024));
const random = (count) => randomBytes(count).toString('base64');
const changes = [
    ['another N', (json) => (json.kdf.params.N = 2048), /wrong passphrase/],
    ['another salt', (json) => (json.kdf.salt = random(32)), /wrong passphrase/],
    ['another nonce', (json) => (json.cipher.nonce = random(24)), /wrong passphrase/],
    ['another ciphertext', (json) => (json.ciphertext = random(64)), /wrong passphrase/],
    ['r = 16', (json) => (json.kdf.params.r = 16), /expected r = 8 and p = 1, found 16 and 1/],
    ['too high an N', (json) => (json.kdf.params.N = 2 ** 21), /above the limit of 1048576/],
    ['an unknown member', (json) => (json.kdf.params.len = 32), /unknown member "len"/],
    ['a missing member', (json) => delete json.cipher.nonce, /expected a string "nonce"/],
];
writeOther(wrap(JSON.stringify(good)));
is(show(passphrase).stdout, publicPem(other), 'the unchanged text is read');
for (const [name, change, expected] of changes) {
    const json = structuredClone(good);
    change(json);
    writeOther(wrap(JSON.stringify(json)));
    refused(show(passphrase), expected, `${name} is refused`);
}

// ---- files of openssl, names of ssh-keygen ----

openssl('genpkey', '-algorithm', 'ed25519', '-out', 'theirs.key');
openssl('pkey', '-in', 'theirs.key', '-pubout', '-out', 'theirs.pub');
openssl('pkey', '-in', 'theirs.key', '-outform', 'DER', '-out', 'theirs.der');
openssl('pkey', '-in', 'theirs.key', '-pubout', '-outform', 'DER', '-out', 'theirs.pub.der');
const shown = (file) => must('signet-key', 'show', '--as', 'pem', file);
is(shown('theirs.key'), text('theirs.pub'), 'a key of openssl is read');
is(shown('theirs.der'), text('theirs.pub'), 'and as DER');
is(shown('theirs.pub'), text('theirs.pub'), 'and its public key');
is(shown('theirs.pub.der'), text('theirs.pub'), 'and that as DER');

writeFileSync('theirs.ssh', must('signet-key', 'show', '--as', 'ssh', 'theirs.pub'));
const fingerprint = must('signet-key', 'show', 'theirs.key').trim();
const wire = Buffer.from(text('theirs.ssh').split(' ')[1], 'base64');
const digest = createHash('sha256').update(wire).digest('base64').replace('=', '');
is(must('ssh-keygen', '-lf', 'theirs.ssh').split(' ')[1], fingerprint, 'ssh-keygen names it so');
is(`SHA256:${digest}`, fingerprint, 'and so does the definition of that name');

const passwd = (...lines) =>
    must('signet-key', 'passwd', '--passphrase-file', passphraseFile(...lines), 'theirs.key');
passwd('second');
is(open(text('theirs.key'), 'second'), readFileSync('theirs.der'), 'passwd encrypts a plain key');
passwd('second', 'third');
is(open(text('theirs.key'), 'third'), readFileSync('theirs.der'), 'and changes its passphrase');
is(open(text('theirs.key'), 'second'), null, 'the one before opens it no more');

// Members of an object sorted by name, as RFC 8785 writes a JWK.
const sorted = (object) => JSON.stringify(object, Object.keys(object).sort());

for (const [name, algorithm] of Object.entries(foreign)) {
    openssl('genpkey', '-algorithm', ...algorithm, '-out', 'foreign.key');
    openssl('pkey', '-in', 'foreign.key', '-pubout', '-out', 'foreign.pub');
    refused(
        signet('show', 'foreign.key'),
        new RegExp(`expected an Ed25519 key, found a key of type ${name}\\n`),
        `a secret key of type ${name} is named`,
    );
    if (name === 'X25519') {
        refused(
            signet('show', 'foreign.pub'),
            /expected a public key of type Ed25519, .*, found one of type X25519\n/,
            'a public key of type X25519 is named',
        );
        continue;
    }
    const jwk = createPublicKey(text('foreign.pub')).export({ format: 'jwk' });
    is(
        signet('show', '--as', 'jwk', 'foreign.pub').stdout,
        `${sorted(jwk)}\n`,
        `a public key of type ${name} is the JWK that Node makes of it`,
    );
}

openssl('pkcs8', '-topk8', '-in', 'plain.key', '-passout', 'pass:x', '-out', 'pbes2.key');
refused(
    signet('show', 'pbes2.key'),
    /"ENCRYPTED PRIVATE KEY".*openssl pkey/,
    'encrypted PKCS#8 is named, with a next step',
);
writeFileSync('twice.key', text('plain.key') + text('plain.key'), { mode: 0o600 });
refused(signet('show', 'twice.key'), /expected one PEM block/, 'two blocks are no key file');
