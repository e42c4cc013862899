// SPDX-License-Identifier: Apache-2.0
//
// Helpers for test modules about signatures inside BOMs: BOMs that canonicalisation must
// rewrite, and changes that a signature must notice.
import { join } from 'node:path';
import { modules } from './tap.mjs';

// A module file of a package that require() cannot load.
export const load = (file) => import(join(modules, file));

// The text of a BOM, from CycloneDX 1.5 on, with whatever a canonical form must not have.
export const document = (version) => `{
\t"specVersion": "${version}", "bomFormat" :"CycloneDX","version": 1,
\t"serialNumber": "urn:uuid:1b671687-395b-41f5-a30f-a58921a69b79",
\t"properties": [ {"value": "caf\\u00e9 \\ud83d\\ude00 \\/", "name": "a"}, {"name": "b"} ],
\t"vulnerabilities" : [
\t\t{"ratings": [{"score":9.80}, {"score": 1e1}, {"score": 0.0000001}], "id": "V-1"}],
\t"components": [
\t\t{"type": "library", "name": "zlib", "version": "1.3", "bom-ref": "zlib",
\t\t\t"properties": [{"name": "€"}, {"name": "\\r\\n"}]},
\t\t{"name": "app", "version": "2.0", "type": "application", "bom-ref": "app", "components":
\t\t\t[{"version": "3", "type": "file", "name": "inner", "bom-ref": "inner",
\t\t\t\t"properties": [{"name": "x"}, {"name": "y"}]}
\t\t\t], "properties": [{"name": "1"}, {"name": "2"}]}

\t] }
`;

// Each changes a BOM or a component in one thing.
export const changes = [
    ['a letter of a name', (object) => ((object.components?.[0] ?? object).name += 'x')],
    [
        'another version',
        (object) => (object.version = object.version === 1 ? 2 : `${object.version}1`),
    ],
    ['a member more', (object) => (object.description = 'x')],
    ['a member less', (object) => delete object.version],
    ['another order of a list', (object) => object.properties.reverse()],
];

// A copy of a value with one thing changed.
export function changed(value, change) {
    const copy = structuredClone(value);
    change(copy);
    return copy;
}

// The same value with the members of all objects in the opposite order.
export function reversed(value) {
    if (Array.isArray(value)) {
        return value.map(reversed);
    }
    if (typeof value !== 'object' || value === null) {
        return value;
    }
    const members = Object.entries(value).reverse();
    return Object.fromEntries(members.map(([name, inner]) => [name, reversed(inner)]));
}

// The signatures of a signature object in order.
export const coresOf = ({ signature }) => signature.signers ?? signature.chain ?? [signature];

// Base64url text with one bit of its bytes changed.
export function otherBit(value) {
    const bytes = Buffer.from(value, 'base64url');
    bytes[10] ^= 1;
    return bytes.toString('base64url');
}
