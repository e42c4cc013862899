// SPDX-License-Identifier: Apache-2.0
//
// Canonical JSON by node's JSON with npm canonicalize 4.0.0, and by signet-canon, must be the same
// bytes: for documents of real tools, for random documents written in random ways, and for the
// doubles at which writers of numbers go wrong. One process reads many documents, as one array.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { is, modules, ok, plan, run, testdata } from '../common/tap.mjs';

const { default: canonicalize } = await import(join(modules, 'canonicalize/lib/canonicalize.js'));
const folder = join(testdata, 'sbom');
const boms = testdata === '' ? [] : readdirSync(folder).filter((name) => name.endsWith('.json'));
const batches = 20;
const batchSize = 100;
plan(batches + 4 + (testdata === '' ? 0 : 11));

// The canonical form that signet-canon prints, or why there is none.
function canon(text) {
    writeFileSync('document.json', text);
    const done = run('signet-canon', ['document.json'], { maxBuffer: 1 << 28 });
    return done.status === 0 && done.stderr === '' ? done.stdout : `${done.status} ${done.stderr}`;
}

// Compares two long texts, and shows where they part.
function same(found, expected, name) {
    let at = 0;
    while (at < found.length && found[at] === expected[at]) {
        at++;
    }
    const around = (text) => JSON.stringify(text.slice(Math.max(0, at - 40), at + 40));
    ok(
        found === expected,
        name,
        `at ${at}:\nexpected: ${around(expected)}\nfound:    ${around(found)}`,
    );
}

// ---- documents of real tools ----

if (testdata === '') {
    console.log('# no large test data: only documents made here are read');
} else {
    is(boms.length, 10, 'documents of real tools: how many');
}
for (const name of boms) {
    const text = readFileSync(join(folder, name), 'utf8');
    same(canon(text), canonicalize(JSON.parse(text)), name);
}

// ---- numbers ----

// mulberry32, from a fixed seed: the same documents in each run.
let state = 8785;
function random() {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
}
const below = (count) => Math.floor(random() * count);
const pick = (list) => list[below(list.length)];

const view = new DataView(new ArrayBuffer(8));
function double(high, low) {
    view.setUint32(0, high);
    view.setUint32(4, low);
    return view.getFloat64(0);
}
const word = () => below(2 ** 32);
function anyDouble() {
    const value = double(word(), word());
    return Number.isFinite(value) ? value : 0;
}
const subnormal = () => double(below(2 ** 20), word());
const neighbours = (value) => {
    view.setFloat64(0, value);
    const bits = view.getBigUint64(0);
    return [-1n, 0n, 1n].map((step) => {
        view.setBigUint64(0, bits + step);
        return view.getFloat64(0);
    });
};

const powers = [];
for (let exponent = -1074; exponent < 1024; exponent++) {
    powers.push(...(exponent > -1074 ? neighbours(2 ** exponent) : [2 ** exponent]));
}
const tens = [];
for (let exponent = -323; exponent < 309; exponent++) {
    tens.push(...neighbours(Number(`1e${exponent}`)), Number(`9.5e${Math.min(exponent, 307)}`));
}
const forms = [String, (number) => number.toExponential(), (number) => number.toPrecision(17)];
const written = (number) => pick(forms)(number);
for (const [name, numbers] of [
    ['powers of two and their neighbours', powers],
    ['powers of ten and their neighbours', tens],
    ['subnormal numbers', Array.from({ length: 2000 }, subnormal)],
    ['any numbers', Array.from({ length: 5000 }, anyDouble)],
]) {
    const text = `[${numbers.map(written).join(',')}]`;
    same(canon(text), canonicalize(JSON.parse(text)), name);
}

// ---- random documents ----

const alphabets = [
    () => String.fromCharCode(0x20 + below(0x5f)),
    () => String.fromCharCode(below(0x20)),
    () => pick(['"', '\\', '/', '\b', '\f', '\n', '\r', '\t', '\u007f', '\u2028', '\u2029']),
    () => String.fromCodePoint(0x80 + below(0x780)),
    () => String.fromCodePoint(0xe000 + below(0x2000)),
    () => String.fromCodePoint(0x10000 + below(0x100000)),
    () => pick(['e\u0301', '\u00e9', '\ufb33', '\ufeff', '\uffff', '\u{10ffff}', '\u0000']),
];
const textOf = (length) => Array.from({ length }, () => pick(alphabets)()).join('');
const number = () =>
    pick([anyDouble, subnormal, () => pick(powers), () => below(1000), () => -0, () => random()])();

function value(depth) {
    const kinds = [number, number, () => textOf(below(12)), () => pick([true, false, null])];
    if (depth > 0) {
        kinds.push(
            () => Array.from({ length: below(5) }, () => value(depth - 1)),
            () => Object.fromEntries(members(depth)),
            () => Object.fromEntries(members(depth)),
        );
    }
    return pick(kinds)();
}
function members(depth) {
    return Array.from({ length: below(8) }, () => [textOf(below(6)), value(depth - 1)]);
}

// Writes a value as JSON, each time in another way: escapes, white space, forms of numbers.
const space = () => pick(['', '', '', ' ', '\n', '\t', '\r\n ']);
function escaped(unit) {
    const hex = unit.charCodeAt(0).toString(16).padStart(4, '0');
    return `\\u${pick([hex, hex.toUpperCase()])}`;
}
function writeCharacter(character) {
    if (below(4) === 0) {
        return character.split('').map(escaped).join('');
    }
    return character === '/' ? pick(['/', '\\/']) : JSON.stringify(character).slice(1, -1);
}
const writeString = (text) => `"${[...text].map(writeCharacter).join('')}"`;
const padded = (text) => space() + text + space();
function write(item) {
    if (typeof item === 'number') {
        return Object.is(item, -0) ? pick(['-0', '-0.0', '-0e5']) : written(item);
    }
    if (typeof item === 'string') {
        return writeString(item);
    }
    if (Array.isArray(item)) {
        return `[${item.map((one) => padded(write(one))).join(',')}${space()}]`;
    }
    if (item !== null && typeof item === 'object') {
        const pairs = Object.entries(item).map(
            ([name, one]) => `${padded(writeString(name))}:${padded(write(one))}`,
        );
        return `{${pairs.sort(() => random() - 0.5).join(',')}${space()}}`;
    }
    return String(item);
}

for (let batch = 0; batch < batches; batch++) {
    const documents = Array.from({ length: batchSize }, () => value(5));
    const text = write(documents);
    same(canon(text), canonicalize(JSON.parse(text)), `random documents, batch ${batch + 1}`);
}
