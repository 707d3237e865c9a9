// A server is brought back to what it held some time ago, by whatever way the test chooses, while its clients went on:
// one has all that came since, one stayed behind, one has edits it did not send yet. All become equal again, what the
// server lost comes back from who has it, and nobody misses what is written after.

import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { contact, contacts } from './lib/contacts.mjs';
import { scenario } from './lib/driver.mjs';

const DOCUMENTS = 120;
const SINCE = 60;
const AFTER = 40;

function file(random) {
  return { content_type: 'image/png', data: random.bytes(random.between(20000, 90000)).toString('base64') };
}

/** Edits, deletes and new documents in a local store; conflicts come of two stores that do so apart. */
async function work(db, random, from, count) {
  for (const doc of contacts(random, count, from)) {
    await db.put({ ...doc, _attachments: doc._id.endsWith('0') ? { 'photo.png': file(random) } : undefined });
  }
  const { rows } = await db.allDocs();
  for (const { id, value } of random.sample(rows, 20)) {
    const doc = await db.get(id, { rev: value.rev });
    await (random.below(4) === 0 ? db.remove(doc) : db.put({ ...doc, edit: random.next() }));
  }
}

/** Reads a live feed from a point until it has shown all these documents. */
async function follow(database, since, wanted) {
  const query = `feed=continuous&heartbeat=1000&include_docs=true&since=${encodeURIComponent(since)}`;
  const answer = await database.request('GET', `/_changes?${query}`);
  const missing = new Set(wanted);
  let text = '';
  const reader = answer.body.getReader();
  while (missing.size > 0) {
    const { done, value } = await reader.read();
    assert.ok(!done, `the feed ended without ${[...missing].slice(0, 5)}`);
    text += Buffer.from(value).toString('latin1');
    const lines = text.split('\n');
    text = lines.pop();
    lines.filter((line) => line !== '').forEach((line) => missing.delete(JSON.parse(line).id));
  }
  await reader.cancel();
}

scenario(async (context) => {
  const { random } = context;
  const database = context.database('restored');
  const remote = context.remote('restored');
  const [ahead, behind, offline] = ['ahead', 'behind', 'offline'].map((name) => context.local(name));
  const stores = { ahead, behind, offline };
  const syncAll = async () => {
    for (const db of [ahead, behind, offline, ahead, behind]) {
      await db.sync(remote);
    }
  };
  await database.create();
  await work(ahead, random, 0, DOCUMENTS);
  await syncAll();
  await work(behind, random, DOCUMENTS, 10);
  await work(offline, random, DOCUMENTS + 10, 10);
  await syncAll();
  await database.json('PUT', '/_local/kept', { at: 'the backup' });
  const before = await context.assertAllEqual('restored', stores);

  context.tell('backup');
  await context.hear('backed-up');

  // On the server, in the client that is ahead, and in one that does not get to send it.
  for (const doc of contacts(random, SINCE, 1000)) {
    await database.put(doc);
  }
  await work(ahead, random, 2000, SINCE);
  await ahead.sync(remote);
  await work(offline, random, 3000, 10);
  const { last_seq: beyond } = await database.json('GET', '/_changes');
  const { doc_count: most } = await database.info();
  await database.json('PUT', '/_local/lost', { at: 'later' });

  context.tell('restore');
  await context.hear('restored');

  const { doc_count: left } = await database.info();
  assert.ok(left < most, `${left} documents of ${most}: the server lost what came after the backup`);
  assert.equal((await database.json('GET', '/_local/kept')).at, 'the backup');
  await assert.rejects(database.json('GET', '/_local/lost'), /404/);

  // What is written now has the sequence numbers that `beyond` counted already.
  const written = contacts(random, AFTER, 4000).map(({ _id }) => _id);
  const following = follow(database, beyond, written);
  for (let i = 0; i < AFTER; i++) {
    await database.put(contact(random, 4000 + i));
  }
  await Promise.race([following, pause(30000).then(() => assert.fail('the feed did not show what was written'))]);
  const normal = await database.json('GET', `/_changes?since=${encodeURIComponent(beyond)}`);
  const shown = new Set(normal.results.map(({ id }) => id));
  assert.deepEqual(written.filter((id) => !shown.has(id)), [], `not after ${beyond}`);

  await syncAll();
  await behind.sync(remote);
  const after = await context.assertAllEqual('restored', stores);
  const everything = [before.keys(), contacts(random, SINCE, 1000).map(({ _id }) => _id), written].flatMap((ids) => [...ids]);
  assert.deepEqual(everything.filter((id) => !after.has(id)), [], 'documents that nobody has any more');
  assert.equal(after.size, before.size + 2 * SINCE + 10 + AFTER);

  // And from here on as ever.
  await work(behind, random, 5000, 10);
  await syncAll();
  await context.assertAllEqual('restored', stores);
  return { documents: after.size, lostByTheServer: most - left };
});
