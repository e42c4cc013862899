// SPDX-License-Identifier: Apache-2.0
//
// Helpers for test modules of node: TAP on stdout, the tools first in PATH, a new and empty working
// folder, and the pinned packages of tests/interop/package.json through need().
//
//     import { plan, is, run, need } from '../common/tap.mjs';
//     const nacl = need('tweetnacl');
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual, inspect } from 'node:util';

export const source =
    process.env.SIGNET_SOURCE ?? dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const testdata = process.env.SIGNET_TESTDATA ?? '';
export const modules = process.env.SIGNET_NODE_MODULES ?? join(source, 'build/node/node_modules');
const bin = process.env.SIGNET_BIN ?? join(source, 'build/dev/bin');

// A package of tests/interop/package.json.
export const need = createRequire(join(modules, 'x.js'));

const folder = mkdtempSync(join(tmpdir(), 'tap-'));
process.chdir(folder);
process.env.PATH = `${bin}:${process.env.PATH}`;

let planned = 0;
let count = 0;
let failed = 0;

process.on('exit', (status) => {
    process.chdir('/');
    rmSync(folder, { recursive: true, force: true });
    if (status === 0 && (failed > 0 || count !== planned)) {
        process.exitCode = 1;
    }
});

export function plan(number) {
    planned = number;
    console.log(`1..${number}`);
}

export function ok(condition, name, detail = '') {
    count++;
    console.log(`${condition ? 'ok' : 'not ok'} ${count} - ${name}`);
    if (!condition) {
        failed++;
        console.log(String(detail).replace(/^/gm, '# '));
    }
}

// Two deeply equal values.
export function is(found, expected, name) {
    ok(
        isDeepStrictEqual(found, expected),
        name,
        `expected: ${inspect(expected)}\nfound:    ${inspect(found)}`,
    );
}

// A call that must throw an error whose text matches.
export function throws(call, pattern, name) {
    try {
        call();
        ok(false, name, 'nothing was thrown');
    } catch (error) {
        ok(pattern.test(String(error)), name, `thrown: ${error}`);
    }
}

// Runs a program to its end: { status, stdout, stderr }, both as text.
export function run(program, args = [], options = {}) {
    const done = spawnSync(program, args, { encoding: 'utf8', input: '', ...options });
    if (done.error) {
        throw done.error;
    }
    return { status: done.status, stdout: done.stdout, stderr: done.stderr };
}

// The stdout of a program that must succeed.
export function must(program, ...args) {
    const done = run(program, args);
    if (done.status !== 0) {
        throw new Error(`${program} ${args.join(' ')}: ${done.stderr}`);
    }
    return done.stdout;
}
