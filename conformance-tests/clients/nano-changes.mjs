// nano's readers of changes: to the end in batches, live until stopped, by a selector, in one long answer, as a stream;
// and what it tells of databases.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { json } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import nano from 'nano';
import { contacts } from './lib/contacts.mjs';
import { scenario, until } from './lib/driver.mjs';

const DOCUMENTS = 230;
const LIVE = 100;

/** Follows a reader to its end. @returns the batches it gave, and the sequence it ended at */
async function followed(reader) {
  const batches = [];
  reader.on('batch', (rows) => batches.push(rows));
  const [last] = await once(reader, 'end');
  return { batches, last };
}

const idsOf = (rows) => rows.map(({ id }) => id).sort();

/** `get` polls until a poll brings nothing: the timeout is how long that last one waits. */
async function toTheEnd(use, ids) {
  const get = (options) => followed(use().changesReader.get({ since: 0, batchSize: 50, timeout: 200, ...options }));
  const { batches, last } = await get({});
  assert.deepEqual(batches.map((rows) => rows.length), [50, 50, 50, 50, 30]);
  assert.deepEqual(idsOf(batches.flat()), ids);
  assert.deepEqual((await use().changes({ since: last })).results, []);
  const fast = await get({ fastChanges: true });
  assert.deepEqual(idsOf(fast.batches.flat()), ids);
  const half = await get({ since: batches[1][49].seq });
  assert.deepEqual(half.batches.flat(), batches.slice(2).flat());
  const active = await get({ selector: { active: true }, includeDocs: true });
  const rows = active.batches.flat();
  assert.ok(rows.length > 0 && rows.length < DOCUMENTS && rows.every(({ doc }) => doc.active), `${rows.length} active`);
}

/** `spool` reads the bytes of a normal feed row by row, a line each. */
async function inOneAnswer(use, ids) {
  const { batches, last } = await followed(use().changesReader.spool({ since: 0, batchSize: 60, includeDocs: true }));
  assert.deepEqual(batches.map((rows) => rows.length), [60, 60, 60, 50]);
  assert.deepEqual(idsOf(batches.flat()), ids);
  assert.ok(batches.flat().every(({ id, doc }) => doc._id === id));
  const answer = await json(use().changesAsStream({ since: 0 }));
  assert.deepEqual(idsOf(answer.results), ids);
  assert.deepEqual((await use().changes({ since: last })).results, []);
}

/** Databases made, written to and removed, as `updates` tells. */
async function updates(server) {
  const { last_seq: since } = await server.updates({ since: 'now' });
  const waiting = server.updates({ feed: 'longpoll', since, timeout: 20000 });
  await server.db.create('nano-updated');
  const { results } = await waiting;
  assert.deepEqual(results.map(({ db_name: name, type }) => [name, type]), [['nano-updated', 'created']]);
  await server.use('nano-updated').insert({}, 'one');
  await server.db.destroy('nano-updated');
  const after = (await server.updates({ since })).results.filter(({ db_name: name }) => name === 'nano-updated');
  assert.equal(after.at(-1).type, 'deleted');
}

/** Each write reaches a reader that waits; `stop` ends it though a request is open. @returns the slowest, in millis */
async function live(use) {
  const db = use();
  const reader = use().changesReader;
  const { last_seq: since } = await db.changes({ since: 'now' });
  const feed = reader.start({ since, includeDocs: true });
  const errors = [];
  feed.on('error', (error) => errors.push(error));
  const seen = new Map();
  feed.on('change', ({ id, doc }) => seen.set(id, { doc, at: performance.now() }));
  let slowest = 0;
  for (let i = 0; i < LIVE; i++) {
    const id = `live-${i}`;
    const sent = performance.now();
    await db.insert({ i }, id);
    await until(`change ${i}`, () => seen.has(id), [[feed, 'change']]);
    assert.equal(seen.get(id).doc.i, i);
    slowest = Math.max(slowest, seen.get(id).at - sent);
  }
  assert.deepEqual(errors, []);
  while (reader.abortController === null) {
    await setImmediate();
  }
  const ended = new Promise((resolve) => feed.once('end', resolve));
  reader.stop();
  await ended;
  // nano reports the end of its own request as an error, or not, as far as the answer had come.
  assert.ok(errors.every(({ message }) => message.includes('aborted')), `${errors}`);
  return Math.round(slowest);
}

scenario(async (context) => {
  const server = nano(context.address());
  await server.db.create('nano-changes');
  // A reader belongs to its scope, and has one feed at a time.
  const use = () => server.use('nano-changes');
  const docs = contacts(context.random, DOCUMENTS);
  await use().bulk({ docs });
  const ids = docs.map(({ _id }) => _id).sort();
  await toTheEnd(use, ids);
  await inOneAnswer(use, ids);
  await updates(server);
  return { documents: DOCUMENTS, changes: LIVE, maxMillis: await live(use) };
});
