// IBM's client reads changes: page by page, with its follower to the end and for ever, over a restart of the server.

import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { ChangesFollower } from '@ibm-cloud/cloudant';
import { connect, refused, WAYS } from './lib/cloudant.mjs';
import { contacts } from './lib/contacts.mjs';
import { scenario, until } from './lib/driver.mjs';

const DOCUMENTS = 230;
const LIVE = 30;
const AFTER = 20;

const idsOf = (rows) => rows.map(({ id }) => id);

async function pages(client, db, ids) {
  const rows = [];
  let since = '0';
  for (;;) {
    const { result } = await client.postChanges({ db, since, limit: 50, includeDocs: true });
    rows.push(...result.results);
    assert.equal(result.pending, ids.length - rows.length, 'rows after the page');
    since = result.lastSeq;
    if (result.pending === 0) {
      break;
    }
  }
  assert.deepEqual(idsOf(rows), ids);
  assert.ok(rows.every(({ id, doc }) => doc._id === id));
  const { result: chosen } = await client.postChanges({ db, docIds: ids.slice(3, 6), filter: '_doc_ids' });
  assert.deepEqual(idsOf(chosen.results), ids.slice(3, 6));
  const { result: back } = await client.postChanges({ db, descending: true, limit: 2 });
  assert.deepEqual(idsOf(back.results), ids.slice(-2).reverse());
}

async function toTheEnd(client, db, ids) {
  const read = async (options) => idsOf(await new ChangesFollower(client, { db, ...options }).startOneOff().toArray());
  assert.deepEqual(await read({}), ids);
  assert.deepEqual(await read({ includeDocs: true }), ids);
  assert.deepEqual(await read({ limit: 100 }), ids.slice(0, 100));
  const active = await read({ filter: '_selector', selector: { active: true } });
  assert.ok(active.length > 0 && active.length < ids.length, `${active.length} active`);
  const nowhere = new ChangesFollower(client, { db: 'cloudant-nowhere' });
  await refused(nowhere.startOneOff().toArray(), 404, 'not_found');
}

/** A follower that listens, and what it told. Emits `news`. */
class Listener extends EventEmitter {
  ids = [];

  constructor(client, options) {
    super();
    this.follower = new ChangesFollower(client, options);
    this.stream = this.follower.start();
    this.ended = once(this.stream, 'close');
    this.stream.on('error', (error) => { this.error = error; this.emit('news'); });
    this.stream.on('data', ({ id }) => { this.ids.push(id); this.emit('news'); });
  }

  /** The follower may tell of a change more than once, its documentation says; not of one before an older one. */
  async reaches(id) {
    const there = () => this.ids.includes(id) || this.error !== undefined;
    await until(`a change of ${id}`, there, [[this, 'news']], { state: () => `but ${this.ids.slice(-3)}` });
    assert.equal(this.error, undefined);
    return [...new Set(this.ids)];
  }

  async stop() {
    // A stop between two requests comes too late for the follower: it sends the next one, and waits for its answer.
    while (!this.follower.changesResultIterator.cancel) {
      await setImmediate();
    }
    this.follower.stop();
    await this.ended;
  }
}

/** Writes one after the other, and so in a known order. @returns the ids */
async function write(client, db, prefix, count) {
  const ids = Array.from({ length: count }, (_, i) => `${prefix}-${i}`);
  for (const docId of ids) {
    await client.putDocument({ db, docId, document: { prefix } });
  }
  return ids;
}

scenario(async (context) => {
  const cases = [];
  for (const way of WAYS) {
    const db = `cloudant-${way}`;
    const client = connect(context.server, way);
    await client.putDatabase({ db });
    await client.postBulkDocs({ db, bulkDocs: { docs: contacts(context.random, DOCUMENTS) } });
    const before = idsOf((await context.database(db).json('GET', '/_changes')).results);
    await pages(client, db, before);
    await toTheEnd(client, db, before);

    const since = (await client.postChanges({ db, since: 'now' })).result.lastSeq;
    const all = new Listener(client, { db, since: '0' });
    const live = new Listener(client, { db, since, includeDocs: true });
    const written = await write(client, db, 'live', LIVE);
    assert.deepEqual(await all.reaches(written.at(-1)), [...before, ...written]);
    assert.deepEqual(await live.reaches(written.at(-1)), written);
    await live.stop();
    cases.push({ way, db, client, all, live, expected: [...before, ...written] });
  }

  const up = once(context.said, 'up');
  context.tell('restart');
  await up;
  for (const { way, db, client, all, live, expected } of cases) {
    const after = await write(client, db, 'after', AFTER);
    assert.deepEqual(await all.reaches(after.at(-1)), [...expected, ...after], `${way}: after the restart`);
    assert.equal(new Set(live.ids).size, LIVE, `${way}: until it was stopped`);
    await all.stop();
  }
  return { changes: DOCUMENTS + LIVE + AFTER };
});
