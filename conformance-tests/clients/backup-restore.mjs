// A database with everything in it that replicates, backed up and restored: afterwards the copy holds the same leaves,
// histories, bodies and attachments, and names the same winners.

import assert from 'node:assert/strict';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { backup, keepTemporaryFilesIn, restore } from './lib/backup.mjs';
import { contact, contacts } from './lib/contacts.mjs';
import { scenario } from './lib/driver.mjs';
import { assertEqual, serverSnapshot } from './lib/snapshot.mjs';

const DOCUMENTS = 200;

const hash = (random) => random.bytes(16).toString('hex');

function files(random) {
  const file = (type, bytes) => ({ content_type: type, data: bytes.toString('base64') });
  return {
    'empty.bin': file('application/octet-stream', Buffer.alloc(0)),
    'photo.jpg': file('image/jpeg', random.bytes(random.between(1, 60000))),
    'text.txt': file('text/plain; charset=utf-8', Buffer.from('Ünïcode to compress. '.repeat(random.between(1, 900)))),
    'ordner/名前 + 100%?.json': file('application/json', Buffer.from(`{"number":${random.below(1000)}.0}`)),
  };
}

/** Branches of a document, each with a history of its own above a common start; some end in a tombstone with a body. */
function branches(random, index) {
  const common = Array.from({ length: random.between(1, 3) }, () => hash(random));
  return Array.from({ length: random.between(2, 4) }, (_, branch) => {
    const ids = [...Array.from({ length: random.between(1, 4) }, () => hash(random)), ...common];
    const revision = { _rev: `${ids.length}-${ids[0]}`, _revisions: { start: ids.length, ids } };
    // Every fifth document has no living leaf at all.
    const deleted = index % 5 === 0 || random.below(4) === 0 ? { _deleted: true } : {};
    const attached = index % 3 === 0 ? { _attachments: files(random) } : {};
    return { ...contact(random, index), ...revision, branch, ...deleted, ...attached };
  });
}

async function fill(database, random) {
  const rows = await database.json('POST', '/_bulk_docs', { docs: contacts(random, DOCUMENTS) });
  const edits = rows.filter((row, index) => index % 4 === 0).map(({ id, rev }, index) => {
    const deleted = index % 4 === 0 ? { _deleted: true } : {};
    return { _id: id, _rev: rev, edited: index, _attachments: files(random), ...deleted };
  });
  const edited = await database.json('POST', '/_bulk_docs', { docs: edits });
  const living = edited.filter((row, index) => index % 4 !== 0);
  // Stubs of an older revision's files, and files of two ages in one document.
  for (const { id, rev } of living.slice(0, 8)) {
    const doc = await database.json('GET', `/${encodeURIComponent(id)}?rev=${rev}`);
    const { 'photo.jpg': photo, 'text.txt': text } = doc._attachments;
    const { 'photo.jpg': newer } = files(random);
    await database.put({ ...doc, again: true, _attachments: { 'photo.jpg': photo, 'text.txt': text, 'newer.jpg': newer } });
  }
  const docs = Array.from({ length: 30 }, (_, index) => branches(random, DOCUMENTS + index)).flat();
  assert.deepEqual(await database.json('POST', '/_bulk_docs', { docs, new_edits: false }), []);
  await database.json('PUT', '/_design/app', { views: { all: { map: 'function (doc) { emit(doc._id) }' } } });
  await database.json('PUT', '/_local/checkpoint', { stays: 'here' });
}

scenario(async (context) => {
  keepTemporaryFilesIn(context.folder);
  const [from, to] = ['backup-from', 'backup/to+1'];
  const [source, target] = [context.database(from), context.database(to)];
  await source.create();
  await target.create();
  await fill(source, context.random);
  const file = join(context.folder, 'backup.txt');
  const saving = { attachments: true, bufferSize: 40, parallelism: 4 };
  const saved = await backup(context.address(from), createWriteStream(file), saving);
  const options = { attachments: true, bufferSize: 25, parallelism: 3 };
  const restored = await restore(file, context.address(to), options);

  const [before, after] = [await serverSnapshot(source, { digests: true }), await serverSnapshot(target, { digests: true })];
  assertEqual({ source: before, target: after });
  const leaves = [...before.values()].flatMap((document) => Object.values(document.leaves));
  assert.deepEqual([saved.total, restored.total], [leaves.length, leaves.length]);
  const [{ doc_count: living, doc_del_count: deleted }, copy] = [await source.info(), await target.info()];
  assert.deepEqual([copy.doc_count, copy.doc_del_count], [living, deleted]);
  assert.equal((await target.json('GET', '/_local_docs')).rows.length, 0, 'local documents are no part of a backup');
  // Only an empty database is restored into.
  await assert.rejects(restore(file, context.address(to), options), { name: 'DatabaseNotEmpty' });
  return {
    documents: before.size,
    leaves: leaves.length,
    conflicts: [...before.values()].filter(({ conflicts }) => conflicts.length > 0).length,
    tombstones: leaves.filter(({ deleted }) => deleted).length,
    attachments: leaves.flatMap(({ attachments }) => Object.keys(attachments)).length,
  };
});
