// SPDX-License-Identifier: Apache-2.0
//
// Helpers for test modules of node: what signet-verify must say.
import { ok, run } from './tap.mjs';

// Runs signet-verify with the public keys in these files.
export const verify = (path, keys, ...more) =>
    run('signet-verify', [...keys.flatMap((key) => ['-k', key]), ...more, path]);

// A run of signet-verify that must pass without a note.
export function passes(done, name) {
    ok(
        done.status === 0 && done.stdout.startsWith('verified: ') && done.stderr === '',
        name,
        `status ${done.status}: ${done.stderr}${done.stdout}`,
    );
}

// A run of signet-verify that must refuse with this status and a text.
export function refused(done, status, pattern, name) {
    ok(
        done.status === status && pattern.test(done.stderr) && done.stdout.startsWith('REFUSED: '),
        name,
        `status ${done.status}: ${done.stderr}${done.stdout}`,
    );
}
