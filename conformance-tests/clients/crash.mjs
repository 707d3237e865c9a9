// The server is killed in the middle of a sync, again and again. The sync goes on by itself, everything ends up equal,
// and no revision whose write was answered is missing.
//
// Each round: both clients edit offline, their live sync and a plain writer are at work, and at a random request this
// says `kill`. The test kills the server, starts it on the same folder and port, and says `up`.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { contact, contacts } from './lib/contacts.mjs';
import { scenario } from './lib/driver.mjs';
import { Recorder } from './lib/recorder.mjs';

const ROUNDS = 20;
const SHARED = 20;
const CONVERGE_SECONDS = 60;

/** Writes documents one after the other until told to stop; after a failure it waits for the server to be back. */
class Writer {
  acknowledged = [];
  #stopped = false;

  constructor(database, recorder, lifetime) {
    this.done = this.#run(database, recorder, lifetime);
  }

  stop() {
    this.#stopped = true;
    return this.done;
  }

  async #run(database, recorder, lifetime) {
    for (let i = 0; !this.#stopped; i++) {
      const server = lifetime.current;
      recorder.emit('request');
      try {
        const { id, rev } = await database.put({ _id: `plain-${i}`, i });
        this.acknowledged.push([id, rev]);
      } catch {
        // Written or not, nobody knows: it was not acknowledged.
        await lifetime.after(server);
      }
    }
  }
}

/** Which start of the server is the current one. */
class Lifetime {
  current = 0;

  constructor(said) {
    this.said = said;
    said.on('up', () => this.current++);
  }

  async after(number) {
    while (this.current <= number) {
      await once(this.said, 'up');
    }
  }
}

async function editOffline(client, random, round) {
  const { db, name } = client;
  await db.bulkDocs(contacts(random, 20, round * 20).map((doc) => ({ ...doc, _id: `${name}-${doc._id}` })));
  for (const index of random.sample([...Array(SHARED).keys()], 4)) {
    const doc = await db.get(`shared-${index}`, { conflicts: true });
    const [loser] = doc._conflicts ?? [];
    if (loser && random.next() < 0.5) {
      await db.remove(doc._id, loser);
    } else {
      await db.put({ ...contact(random, index), _id: doc._id, _rev: doc._rev });
    }
  }
}

/** Every leaf of every document, as one string. */
async function leaves(changes) {
  const rows = (await changes).results.map(({ id, changes: revs }) => `${id} ${revs.map(({ rev }) => rev).sort()}`);
  return rows.sort().join('\n');
}

/** Waits until the stores hold the same leaves, looking again whenever a sync has done something. */
async function converged(clients, database) {
  const deadline = AbortSignal.timeout(CONVERGE_SECONDS * 1000);
  let happened = 0;
  clients.forEach(({ sync }) => ['change', 'paused', 'active'].forEach((event) => sync.on(event, () => happened++)));
  for (;;) {
    const before = happened;
    const server = await leaves(database.json('GET', '/_changes?style=all_docs'));
    const locals = await Promise.all(clients.map(({ db }) => leaves(db.changes({ since: 0, style: 'all_docs' }))));
    if (locals.every((local) => local === server)) {
      return;
    }
    deadline.throwIfAborted();
    if (happened === before) {
      const next = clients.flatMap(({ sync }) => ['change', 'paused'].map((event) => once(sync, event, { signal: deadline })));
      await Promise.race(next);
      next.forEach((wait) => wait.catch(() => {}));
    }
  }
}

async function oneRound(context, clients, recorder, lifetime, round) {
  const server = lifetime.current;
  await Promise.all(clients.map((client) => editOffline(client, context.random, round)));
  for (let left = context.random.between(1, 60); left > 0; left--) {
    await once(recorder, 'request');
  }
  context.tell('kill');
  await lifetime.after(server);
}

async function assertKept(database, acknowledged) {
  const revs = {};
  for (const [id, rev] of acknowledged) {
    (revs[id] ??= []).push(rev);
  }
  assert.deepEqual(await database.json('POST', '/_revs_diff', revs), {}, 'acknowledged, and missing');
}

scenario(async (context) => {
  const recorder = new Recorder();
  const lifetime = new Lifetime(context.said);
  const database = context.database('crash');
  await database.create();
  const [one, two] = ['one', 'two'].map((name) => ({ name, db: context.local(name) }));
  await one.db.bulkDocs(Array.from({ length: SHARED }, (_, i) => ({ _id: `shared-${i}` })));
  await one.db.sync(context.remote('crash'));
  await two.db.sync(context.remote('crash'));

  const options = { live: true, retry: true, batch_size: 10, back_off_function: () => 50 };
  for (const client of [one, two]) {
    client.sync = client.db.sync(context.remote('crash', recorder.fetch), options);
  }
  const writer = new Writer(database, recorder, lifetime);
  for (let round = 0; round < ROUNDS; round++) {
    await oneRound(context, [one, two], recorder, lifetime, round);
  }
  await writer.stop();
  await converged([one, two], database);

  const acknowledged = [...writer.acknowledged, ...recorder.acknowledged];
  await assertKept(database, acknowledged);
  const state = await context.assertAllEqual('crash', { one: one.db, two: two.db });
  const conflicted = [...state.values()].filter(({ conflicts }) => conflicts.length > 0).length;
  return {
    rounds: ROUNDS,
    documents: state.size,
    conflicted,
    acknowledgedByWriter: writer.acknowledged.length,
    acknowledgedBySync: recorder.acknowledged.length,
  };
}, {
  deadlineSeconds: 240,
  // After each batch PouchDB asks for the source's info, for its progress figures, and handles no failure of that.
  expected: (error) => error.name === 'FetchError',
});
