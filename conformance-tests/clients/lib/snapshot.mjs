// Two stores are equal when their snapshots are: every document with its winner, its conflicts, and each leaf with its
// history, its body and the bytes of its attachments. The server is read by plain HTTP, a local store through PouchDB.

import { createHash } from 'node:crypto';

const AT_ONCE = 8;

/** JSON with the members of every object in one order: stores may keep them in different ones. */
export function canonical(value) {
  if (Array.isArray(value)) {
    return `[${value.map(canonical).join(',')}]`;
  }
  if (value !== null && typeof value === 'object') {
    const keys = Object.keys(value).sort();
    return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(',')}}`;
  }
  return JSON.stringify(value);
}

async function inParallel(items, work) {
  const queue = items.entries();
  const results = new Array(items.length);
  const worker = async () => {
    for (const [index, item] of queue) {
      results[index] = await work(item);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}

function sha256(bytes) {
  return createHash('sha256').update(bytes).digest('hex');
}

async function leaf(doc, readAttachment, digests = false) {
  const { _id, _rev, _revisions, _deleted, _attachments, ...body } = doc;
  const files = await inParallel(Object.entries(_attachments ?? {}), async ([name, stub]) => {
    const bytes = await readAttachment(_id, _rev, name, stub);
    const file = { type: stub.content_type, length: bytes.length, sha256: sha256(bytes) };
    // A digest, and a revision that a file came with, are asked for only between servers: a server's digest is that of
    // what it stores, which may be gzipped, and PouchDB counts revpos anew.
    return [name, digests ? { ...file, told: stub.length, digest: stub.digest, revpos: stub.revpos } : file];
  });
  const { start, ids } = _revisions;
  return {
    history: ids.map((hash, back) => `${start - back}-${hash}`),
    deleted: _deleted === true,
    body,
    attachments: Object.fromEntries(files),
  };
}

/** @returns {Map<string, object>} by document id */
function assemble(winners, leaves) {
  const documents = new Map();
  for (const [id, winner] of winners) {
    documents.set(id, { winner: winner.rev, conflicts: winner.conflicts, deletedConflicts: [], leaves: {} });
  }
  for (const [id, rev, state] of leaves) {
    const document = documents.get(id);
    document.leaves[rev] = state;
    if (state.deleted && rev !== document.winner) {
      document.deletedConflicts.push(rev);
    }
  }
  documents.forEach((document) => document.deletedConflicts.sort());
  return documents;
}

function leavesOf(rows) {
  return rows.flatMap((row) => row.changes.map(({ rev }) => ({ id: row.id, rev })));
}

/** The state of a local PouchDB. */
export async function localSnapshot(db) {
  const { results: rows } = await db.changes({ since: 0, style: 'all_docs', include_docs: true, conflicts: true });
  const winners = rows.map(({ id, doc }) => [id, { rev: doc._rev, conflicts: (doc._conflicts ?? []).sort() }]);
  const answer = await db.bulkGet({ docs: leavesOf(rows), revs: true, attachments: true, binary: true });
  const found = answer.results.flatMap(({ docs }) => docs.map(({ ok }) => ok));
  const bytes = (id, rev, name, stub) => stub.data;
  const leaves = await inParallel(found, async (doc) => [doc._id, doc._rev, await leaf(doc, bytes)]);
  return assemble(winners, leaves);
}

/**
 * The state of a database of the server. Its own conflict lists have to agree with its own leaves.
 *
 * @param digests whether what the server says of attachments, their digests among it, is part of the state
 */
export async function serverSnapshot(database, { digests = false } = {}) {
  const { results: rows } = await database.json('GET', '/_changes?style=all_docs');
  const winners = await inParallel(rows, async (row) => {
    const rev = row.changes[0].rev;
    const query = `rev=${rev}&conflicts=true&deleted_conflicts=true`;
    const doc = await database.json('GET', `/${encodeURIComponent(row.id)}?${query}`);
    const lists = { conflicts: (doc._conflicts ?? []).sort(), deleted: (doc._deleted_conflicts ?? []).sort() };
    return [row.id, { rev, ...lists }];
  });
  const leaves = rows.length === 0 ? [] : await serverLeaves(database, rows, digests);
  const documents = assemble(winners, leaves);
  for (const [id, { deleted }] of winners) {
    const listed = documents.get(id).deletedConflicts;
    if (canonical(deleted) !== canonical(listed)) {
      throw new Error(`${id}: _deleted_conflicts ${deleted}, but deleted leaves ${listed}`);
    }
  }
  return documents;
}

async function serverLeaves(database, rows, digests) {
  const answer = await database.json('POST', '/_bulk_get?revs=true', { docs: leavesOf(rows) });
  const found = answer.results.flatMap(({ docs }) => docs.map(({ ok, error }) => {
    if (!ok) {
      throw new Error(`_bulk_get of a leaf that _changes lists: ${JSON.stringify(error)}`);
    }
    return ok;
  }));
  const bytes = (id, rev, name) => database.attachment(id, rev, name);
  return inParallel(found, async (doc) => [doc._id, doc._rev, await leaf(doc, bytes, digests)]);
}

/** @returns {string[]} the differences of two snapshots, one line each; empty when they are equal */
export function differences(left, right) {
  const lines = [];
  for (const id of new Set([...left.keys(), ...right.keys()])) {
    const [a, b] = [left.get(id), right.get(id)];
    if (a === undefined || b === undefined) {
      lines.push(`${id}: only on the ${a === undefined ? 'right' : 'left'}`);
    } else if (canonical(a) !== canonical(b)) {
      lines.push(`${id}: ${canonical(a)} against ${canonical(b)}`);
    }
  }
  return lines;
}

/** Throws with the first differences unless all snapshots, given by name, are equal. */
export function assertEqual(snapshots) {
  const [[firstName, first], ...others] = Object.entries(snapshots);
  for (const [name, snapshot] of others) {
    const found = differences(first, snapshot);
    if (found.length > 0) {
      const shown = found.slice(0, 3).map((line) => line.slice(0, 1500)).join('\n  ');
      throw new Error(`${firstName} and ${name} differ in ${found.length} documents:\n  ${shown}`);
    }
  }
}
