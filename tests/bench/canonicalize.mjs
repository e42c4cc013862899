// SPDX-License-Identifier: Apache-2.0
//
// A peer of the benchmarks: prints the RFC 8785 form of a file as the package canonicalize gives it.
import { readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const module = join(process.env.SIGNET_NODE_MODULES, 'canonicalize/lib/canonicalize.js');
const { default: canonicalize } = await import(pathToFileURL(module));

const bytes = Buffer.from(canonicalize(JSON.parse(readFileSync(process.argv[2], 'utf8'))));
for (let done = 0; done < bytes.length; ) {
    done += writeSync(1, bytes, done);
}
