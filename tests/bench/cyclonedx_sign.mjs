// SPDX-License-Identifier: Apache-2.0
//
// A peer of the benchmarks: the package @cyclonedx/sign on a file, as a tool around it would do it.
// sign FILE OUT KEY writes the document signed; verify FILE PUBLIC fails if it does not verify.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const package_ = join(process.env.SIGNET_NODE_MODULES, '@cyclonedx/sign');
const { exports: ways } = JSON.parse(readFileSync(join(package_, 'package.json'), 'utf8'));
const entry = (way) => (typeof way === 'string' ? way : entry(way.import ?? way.node ?? way.default));
const jsf = await import(pathToFileURL(join(package_, entry(ways['./jsf']))));

const [what, file, ...more] = process.argv.slice(2);
const document = JSON.parse(readFileSync(file, 'utf8'));
if (what === 'sign') {
    const [out, key] = more;
    const privateKey = readFileSync(key, 'utf8');
    const signed = await jsf.sign(document, { signer: { algorithm: 'Ed25519', privateKey } });
    writeFileSync(out, JSON.stringify(signed));
} else {
    const publicKey = readFileSync(more[0], 'utf8');
    const { valid } = await jsf.verify(document, { publicKey });
    process.exitCode = valid ? 0 : 1;
}
