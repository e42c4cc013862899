// SPDX-License-Identifier: Apache-2.0
//
// The table of lib/artifact/bom_graph.h against the JSON schemas of CycloneDX, as npm
// @cyclonedx/cyclonedx-library 10.3.0 has them: both are walked side by side from the BOM, and must
// allow a signature in the same objects and reach them through the same members.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { is, modules, ok, plan, source } from '../common/tap.mjs';

const folder = join(modules, '@cyclonedx/cyclonedx-library/res/schema');
const signature = 'jsf-0.82.SNAPSHOT.schema.json#/definitions/signature';
const versions = ['1.2', '1.3', '1.4', '1.5', '1.6', '1.7'];
const number = (version) => Number(version.replace('.', ''));
plan(versions.length + 6);

// ---- the table ----

const header = readFileSync(join(source, 'lib/artifact/bom_graph.h'), 'utf8');
const types = new Map(
    [...header.matchAll(/X\((\w+), "(\w+)", (\d+)\)/g)].map(([, type, , since]) => [type, +since]),
);
const rows = [...header.matchAll(/X\((\w+), "([\w-]+)", (\w+), (\w+), (\d+)\)/g)].map(
    ([, owner, member, shape, target, since]) => ({ owner, member, shape, target, since: +since }),
);

const ours = {
    signable: (type) => types.get(type) === 1,
    edges: (type, version) =>
        rows.filter((row) => row.owner === type && row.since <= version).map((row) => ({
            member: row.member,
            list: row.shape === 'LIST',
            target: row.target,
        })),
};

// ---- a schema ----

class Schema {
    constructor(root) {
        this.root = root;
        this.leads = this.findLeads();
    }

    // What a schema stands for behind its references, and the schemas it is put together from.
    *parts(node) {
        if (typeof node !== 'object') {
            return;
        }
        if (node.$ref?.startsWith('#')) {
            const path = node.$ref.split('/').slice(1);
            yield* this.parts(path.reduce((at, name) => at[name], this.root));
        }
        yield node;
        for (const some of [node.allOf, node.anyOf, node.oneOf]) {
            for (const one of some ?? []) {
                yield* this.parts(one);
            }
        }
    }

    // The objects that a value of this schema can be, or hold as an array.
    targets(node) {
        const found = [];
        for (const part of this.parts(node)) {
            if (part.properties) {
                found.push({ list: false, object: part });
            }
            for (const items of [part.items ?? []].flat()) {
                found.push(...this.targets(items).map(({ object }) => ({ list: true, object })));
            }
        }
        return found;
    }

    members(object) {
        return [...this.parts(object)].flatMap((part) => Object.entries(part.properties ?? {}));
    }

    signable(object) {
        return this.members(object).some(
            ([name, node]) =>
                name === 'signature' &&
                [...this.parts(node)].some((part) => part.$ref === signature),
        );
    }

    all() {
        const seen = new Set([this.root]);
        for (const object of seen) {
            for (const [, node] of this.members(object)) {
                this.targets(node).forEach((target) => seen.add(target.object));
            }
        }
        return seen;
    }

    // The objects that may be signed or that hold some that may.
    findLeads() {
        const leads = new Set();
        const all = this.all();
        for (let before = -1; before !== leads.size; ) {
            before = leads.size;
            for (const object of all) {
                const holds = ([, node]) =>
                    this.targets(node).some((target) => leads.has(target.object));
                if (this.signable(object) || this.members(object).some(holds)) {
                    leads.add(object);
                }
            }
        }
        return leads;
    }

    edges(object) {
        return this.members(object).flatMap(([member, node]) =>
            this.targets(node)
                .filter((target) => this.leads.has(target.object))
                .map((target) => ({ member, list: target.list, target: target.object })),
        );
    }
}

// ---- side by side ----

const text = (edges) => edges.map(({ member, list }) => `${member}${list ? '[]' : ''}`).sort();

// The differences between the table, of which `table` tells, and a schema; [] if there are none.
function differences(table, schema, version) {
    const found = [];
    const pairs = new Map();
    const queue = [['bom', 'BOM', schema.root]];
    while (queue.length > 0) {
        const [path, type, object] = queue.pop();
        if (pairs.get(object)?.has(type)) {
            continue;
        }
        pairs.set(object, (pairs.get(object) ?? new Set()).add(type));
        if (table.signable(type) !== schema.signable(object)) {
            found.push(`${path}: signature`);
        }
        const mine = table.edges(type, version);
        const theirs = schema.edges(object);
        if (JSON.stringify(text(mine)) !== JSON.stringify(text(theirs))) {
            found.push(`${path}: ${text(mine)} for ${text(theirs)}`);
        }
        for (const { member, target } of theirs) {
            const edge = mine.find((row) => row.member === member);
            if (edge) {
                queue.push([`${path}.${member}`, edge.target, target]);
            }
        }
    }
    return found;
}

const schemas = new Map(
    versions.map((version) => [
        version,
        new Schema(JSON.parse(readFileSync(join(folder, `bom-${version}.SNAPSHOT.schema.json`)))),
    ]),
);

for (const [version, schema] of schemas) {
    if (number(version) < 14) {
        is(schema.leads.size, 0, `${version}: its schema has no signature`);
    } else {
        is(differences(ours, schema, number(version)), [], `${version}: the places of the schema`);
    }
}

// ---- what must not go unnoticed ----

const newest = schemas.get('1.7');
const without = (member) => ({
    ...ours,
    edges: (type, version) => ours.edges(type, version).filter((edge) => edge.member !== member),
});
ok(differences(without('pedigree'), newest, 17).length > 0, 'a row too few');
ok(differences(ours, newest, 16).length > 0, 'citations of 1.7 are not those of 1.6');
ok(differences(ours, schemas.get('1.4'), 15).length > 0, 'annotations of 1.5 are not in 1.4');
ok(differences({ ...ours, signable: () => true }, newest, 17).length > 0, 'a type too many');
is(rows.length, new Set(rows.map(({ owner, member }) => `${owner} ${member}`)).size, 'no row twice');
is([types.size, rows.length], [22, 35], 'the table is read whole');
