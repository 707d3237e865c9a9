// follow and cloudant-follow, which programs under Node watch databases with: each change once and in order, from the
// beginning and from now, with documents and filters; heartbeats; a server that is restarted; the end of a feed.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { contacts } from './lib/contacts.mjs';
import { scenario, until } from './lib/driver.mjs';
import { Follower, MODULES } from './lib/follower.mjs';

const DOCUMENTS = 150;
const LIVE = 50;
const AFTER = 40;
const WATCHED = ['live-3', 'live-7', 'after-5'];

const reaches = (follower, count) => until(
  `${follower.name}: ${count} changes`,
  () => follower.changes.length >= count,
  [[follower, 'news']],
  { state: () => `but ${follower.changes.length}, after ${follower.retries} retries, errors ${follower.errors}` },
);

/** Writes one after the other, and so in a known order. @returns the ids */
async function write(database, prefix, count) {
  const ids = Array.from({ length: count }, (_, i) => `${prefix}-${i}`);
  for (const _id of ids) {
    await database.put({ _id, watched: WATCHED.includes(_id) });
  }
  return ids;
}

/** What a program may rely on that follows one database with one of the modules. */
class Case {
  constructor(context, name, before) {
    const db = context.address('follow');
    this.before = before;
    this.all = new Follower(name, { db, include_docs: true });
    this.live = new Follower(name, { db, since: 'now' });
    this.watched = new Follower(name, { db, filter: (doc) => doc.watched === true, since: 'now' });
    this.byId = new Follower(name, {
      db,
      filter: '_doc_ids',
      ...(name === 'follow' ? { query_params: { doc_ids: JSON.stringify(WATCHED) } } : { doc_ids: JSON.stringify(WATCHED) }),
    });
    this.stopped = new Follower(name, { db, since: 'now' });
    this.followers = [this.all, this.live, this.watched, this.byId, this.stopped];
  }

  async begun() {
    await Promise.all(this.followers.map(({ begun }) => begun));
    await reaches(this.all, DOCUMENTS);
  }

  async seesLive(written) {
    await reaches(this.stopped, written.length);
    this.stopped.stop();
    await Promise.all([reaches(this.live, written.length), reaches(this.all, DOCUMENTS + written.length)]);
    await Promise.all([reaches(this.watched, 2), reaches(this.byId, 2)]);
  }

  async seesHeartbeats() {
    const before = this.live.heartbeats;
    await until(`${this.live.name}: a heartbeat`, () => this.live.heartbeats > before, [[this.live, 'news']]);
    // Not the stopped one: follow takes the end that it made itself for a lost connection, and asks again, for nothing.
    for (const { name, retries, late, errors } of [this.all, this.live, this.watched, this.byId]) {
      assert.deepEqual([retries, late, errors], [0, 0, []], `${name}: retries, late heartbeats, errors`);
    }
  }

  async seesAfterRestart(written, after) {
    const expected = [...written, ...after];
    await reaches(this.all, DOCUMENTS + expected.length);
    await reaches(this.live, expected.length);
    await Promise.all([reaches(this.watched, WATCHED.length), reaches(this.byId, WATCHED.length)]);
    const { name } = this.all;
    assert.deepEqual(this.all.ids, [...this.before, ...expected], `${name}: each once and in order`);
    assert.ok(this.all.changes.every(({ id, doc }) => doc._id === id), `${name}: with documents`);
    assert.deepEqual(this.live.ids, expected, `${name}: from now`);
    assert.deepEqual(this.watched.ids, WATCHED, `${name}: by a function of its own`);
    assert.deepEqual(this.byId.ids, WATCHED, `${name}: by _doc_ids`);
    assert.deepEqual([this.stopped.stopped, this.stopped.ids], [true, written], `${name}: until it was stopped`);
    assert.ok(this.all.retries > 0, `${name}: it lost the server`);
  }

  /** From a sequence that another feed told. */
  async resumes(context, expected) {
    const { seq } = this.all.changes[DOCUMENTS + 9];
    const resumed = new Follower(this.all.name, { db: context.address('follow'), since: seq });
    await reaches(resumed, expected.length - 10);
    assert.deepEqual(resumed.ids, expected.slice(10), `${this.all.name}: after a sequence`);
    resumed.stop();
  }

  /** A feed of a database that is deleted says so. */
  async ends() {
    await until(`${this.all.name}: the end`, () => this.all.errors.length > 0, [[this.all, 'news']]);
    const [{ deleted, last_seq: last }] = this.all.errors;
    assert.deepEqual([deleted, typeof last], [true, 'string'], `${this.all.errors}`);
    [this.live, this.watched, this.byId].forEach((follower) => follower.stop());
  }
}

/** Databases made and deleted, by `_db_updates`. */
async function updates(context) {
  const followers = Object.keys(MODULES).map((name) => new Follower(name, { db: `${context.address()}_db_updates`, since: 'now' }));
  await Promise.all(followers.map(({ begun }) => begun));
  const made = context.database('followed');
  await made.create();
  await made.json('DELETE', '');
  const told = (follower) => follower.changes.filter(({ db_name: name }) => name === 'followed').map(({ type }) => type);
  for (const follower of followers) {
    await until(`${follower.name}: a database made and deleted`, () => told(follower).includes('deleted'), [[follower, 'news']], {
      state: () => `but ${JSON.stringify(follower.changes)} ${follower.errors}`,
    });
    follower.stop();
  }
}

scenario(async (context) => {
  const database = context.database('follow');
  await database.create();
  await database.json('POST', '/_bulk_docs', { docs: contacts(context.random, DOCUMENTS) });
  const before = (await database.json('GET', '/_changes')).results.map(({ id }) => id);
  const cases = Object.keys(MODULES).map((name) => new Case(context, name, before));
  const each = (work) => Promise.all(cases.map(work));

  await each((one) => one.begun());
  const written = await write(database, 'live', LIVE);
  await each((one) => one.seesLive(written));
  await each((one) => one.seesHeartbeats());

  const up = once(context.said, 'up');
  context.tell('restart');
  await up;
  const after = await write(database, 'after', AFTER);
  await each((one) => one.seesAfterRestart(written, after));
  await each((one) => one.resumes(context, [...written, ...after]));
  await updates(context);
  await database.json('DELETE', '');
  await each((one) => one.ends());
  return { changes: DOCUMENTS + LIVE + AFTER, retries: cases.map(({ all }) => all.retries) };
});
