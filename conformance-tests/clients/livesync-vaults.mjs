// Obsidian LiveSync with two vaults: files as a document each that lists its chunks, thousands of small documents and some
// large ones. The first sends its chunks in bulk, the second fetches fast, then both sync live; a further device fetches as
// older versions do, and one reads chunks as it needs them. In the end the vaults hold what the server holds, revision by revision.

import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { scenario, until } from './lib/driver.mjs';
import { Asker, fastFetch, lines } from './lib/livesync.mjs';
import { assertEqual, localSnapshot } from './lib/snapshot.mjs';

const NAME = 'vault';
const FILES = 240;
const CHUNKS = 1600;
const LARGE = 40;
const LIVE = 20;
const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';
const SEND = 200;

const hash = (random) => Array.from({ length: 12 }, () => random.pick(LETTERS)).join('');

/** A chunk: its id comes from what it holds, so it never changes. Encrypted it looks like any bytes in base64. */
function chunk(random, bytes) {
  return { _id: `h:+${hash(random)}`, type: 'leaf', e_: true, data: `%=${random.bytes(bytes).toString('base64')}` };
}

function file(path, children) {
  const at = 1795170000000 + children.length;
  return { _id: path, path, type: 'plain', ctime: at, mtime: at, size: 1000 * children.length, children, eden: {} };
}

/** The documents of a vault: chunks, and files over them, some in folders and with names that are no ASCII. */
function vault(random) {
  const chunks = [
    ...Array.from({ length: CHUNKS }, () => chunk(random, random.between(20, 400))),
    ...Array.from({ length: LARGE }, () => chunk(random, random.between(75_000, 200_000))),
  ];
  const files = Array.from({ length: FILES }, (_, i) => {
    const path = i % 3 === 0 ? `journal/2026 ноябрь/${i}.md` : `note ${i}.md`;
    return file(path, random.sample(chunks.slice(i * 6, i * 6 + 140), 8).map(({ _id }) => _id));
  });
  return { chunks, files };
}

/** Sends what the server does not have, in bulk, as before a first sync. */
async function sendChunks(local, remote) {
  const { rows } = await local.allDocs({ startkey: 'h:', endkey: 'h:\uffff', include_docs: true, revs: true });
  let sent = 0;
  for (let at = 0; at < rows.length; at += 250) {
    const batch = rows.slice(at, at + 250);
    const known = await remote.allDocs({ keys: batch.map(({ id }) => id) });
    const missing = batch.filter((row, index) => known.rows[index].error === 'not_found');
    for (let from = 0; from < missing.length; from += SEND) {
      const docs = missing.slice(from, from + SEND).map(({ doc }) => doc);
      assert.deepEqual(await remote.bulkDocs(docs, { new_edits: false }), []);
      sent += docs.length;
    }
  }
  return sent;
}

/** Live sync with the options that the plugin gives. @returns once it has caught up, what cancels it */
async function liveSync(local, remote) {
  const sync = local.sync(remote, { live: true, retry: true, heartbeat: 30000, batch_size: 50, batches_limit: 40 });
  await Promise.all([once(sync.push, 'paused'), once(sync.pull, 'paused')]);
  return () => sync.cancel();
}

/** Watches a store from now on. @returns what waits until all of these documents have changed in it */
async function arrivalOf(ids, db) {
  const { update_seq: since } = await db.info();
  const seen = new Set();
  const feed = db.changes({ live: true, since }).on('change', ({ id }) => seen.add(id));
  return async () => {
    const state = () => `but ${[...seen]}`;
    await until(`${ids} arrive`, () => ids.every((id) => seen.has(id)), [[feed, 'change']], { state });
    feed.cancel();
  };
}

/** One edits a file, with a new chunk; the other has both. */
async function editsTravel(random, [one, two]) {
  for (let i = 0; i < LIVE; i++) {
    const [from, to] = i % 2 === 0 ? [one, two] : [two, one];
    const fresh = chunk(random, i % 5 === 0 ? 150_000 : 300);
    const doc = await from.get(`note ${i * 3 + 1}.md`);
    const arrival = await arrivalOf([fresh._id, doc._id], to);
    await from.bulkDocs([fresh, { ...doc, children: [...doc.children, fresh._id], mtime: doc.mtime + 1 }]);
    await arrival();
    assert.equal((await to.get(doc._id)).children.at(-1), fresh._id);
    assert.equal((await to.get(fresh._id)).data, fresh.data);
  }
}

async function deletionTravels([one, two]) {
  const removed = await one.get('note 2.md');
  const removal = await arrivalOf([removed._id], two);
  await one.remove(removed);
  await removal();
  await assert.rejects(two.get(removed._id), { status: 404, reason: 'deleted' });
}

/** A page of the feed sends what there is as long as it is open, and ends with the row that meets its limit. */
async function bytesComeAsTheyAreProduced(asker, database) {
  const { doc_count: documents, doc_del_count: deleted } = await database.info();
  const there = documents + deleted;
  const query = `feed=continuous&include_docs=true&limit=${there + 1}&heartbeat=30000&since=0`;
  const come = new EventEmitter();
  let rows = 0;
  let last;
  const reading = (async () => {
    for await (const line of lines(await asker.ask(`${NAME}/_changes?${query}`))) {
      assert.equal(last, undefined, 'a line after the last one');
      last = line.last_seq === undefined ? undefined : line;
      rows += last === undefined ? 1 : 0;
      come.emit('line');
    }
  })();
  const state = () => `but ${rows}`;
  await until(`${there} rows while the page is open`, () => rows === there, [[come, 'line']], { state });
  await database.put({ _id: 'the last row.md', type: 'plain', children: [] });
  await reading;
  assert.deepEqual([rows, last?.pending], [there + 1, 0]);
}

function withoutHistory(snapshot) {
  return new Map([...snapshot].map(([id, { winner, leaves: { [winner]: { deleted, body } } }]) => [id, { winner, deleted, body }]));
}

/** A device that keeps files alone and asks for chunks when somebody opens a file. */
async function chunksOnDemand(local, remote) {
  await local.replicate.from(remote, { selector: { type: { $ne: 'leaf' } } });
  const { rows } = await local.allDocs();
  // One was deleted, and one came later.
  assert.equal(rows.length, FILES);
  assert.ok(rows.every(({ id }) => !id.startsWith('h:')), 'no chunks');
  const { children } = await local.get('note 1.md');
  const answer = await remote.allDocs({ keys: children, include_docs: true });
  assert.deepEqual(answer.rows.map(({ doc }) => [doc._id, doc.type]), children.map((id) => [id, 'leaf']));
  await local.bulkDocs(answer.rows.map(({ doc }) => doc), { new_edits: false });
  const got = await remote.bulkGet({ docs: [{ id: children[0] }, { id: 'h:never' }], revs: true });
  assert.deepEqual(got.results.map(({ docs: [{ ok, error }] }) => ok?._id ?? error.error), [children[0], 'not_found']);
}

scenario(async (context) => {
  const { random } = context;
  const asker = new Asker(context.server);
  const database = context.database(NAME);
  const remote = context.remote(NAME);
  await database.create();
  const [one, two, three, four] = ['one', 'two', 'three', 'four'].map((name) => context.local(name));
  const { chunks, files } = vault(random);
  await one.bulkDocs([...chunks, ...files]);
  assert.equal(await sendChunks(one, remote), chunks.length);
  assert.equal(await sendChunks(one, remote), 0, 'all are there');
  const cancels = [await liveSync(one, remote)];
  const { pages, rows } = await fastFetch(asker, NAME, two, { page: 1000, waiting: 'timeout=1000' });
  assert.equal(rows, chunks.length + files.length);
  cancels.push(await liveSync(two, remote));
  await editsTravel(random, [one, two]);
  await deletionTravels([one, two]);

  // Older versions, which ask for heartbeats. None comes before the page ends, or this takes longer than it may.
  const older = await fastFetch(asker, NAME, three, { page: 1500, waiting: 'heartbeat=60000' });
  assert.equal(older.rows, chunks.length + files.length + LIVE, 'rows, with the chunks that edits made');
  await bytesComeAsTheyAreProduced(asker, database);
  await chunksOnDemand(four, remote);

  cancels.forEach((cancel) => cancel());
  for (const db of [one, two, three]) {
    await db.sync(remote);
  }
  const state = await context.assertAllEqual(NAME, { one, two });
  // A changes feed brings no history, whatever `revs` says, so what fast fetch had first of an edited file is its leaf.
  assertEqual({ server: withoutHistory(state), three: withoutHistory(await localSnapshot(three)) });
  return { documents: state.size, fetched: rows, pages };
});
