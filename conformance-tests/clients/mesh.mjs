// Two servers that replicate with each other, both ways, and a PouchDB client in live sync with each. All four had
// different contents for the same documents before they met, and go on with edits, deletes and resolved conflicts, each
// by itself. All become equal.

import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { contact } from './lib/contacts.mjs';
import { scenario } from './lib/driver.mjs';
import { assertEqual, canonical, localSnapshot, serverSnapshot } from './lib/snapshot.mjs';

const SHARED = 12;
const EDITS = 30;
const CONVERGE_SECONDS = 60;

/** Whoever was faster wins: the other takes what it finds next time. */
async function unlessConflict(edit) {
  try {
    await edit;
    return 1;
  } catch (error) {
    assert.ok([404, 409].includes(error.status), error);
    return 0;
  }
}

/** One edit of a random document, as an application makes it. @returns {Promise<number>} of edits that were made */
async function edit(db, random) {
  const id = `shared-${random.below(SHARED)}`;
  const fresh = { ...contact(random, random.below(1000)), _id: id };
  const choice = random.next();
  let found;
  try {
    found = await db.get(id, { conflicts: true });
  } catch (error) {
    assert.equal(error.status, 404, error);
    return unlessConflict(db.put(fresh));
  }
  const [loser] = found._conflicts ?? [];
  if (loser && choice < 0.1) {
    return unlessConflict(db.remove(id, loser));
  }
  return unlessConflict(choice < 0.25 ? db.remove(found) : db.put({ ...fresh, _rev: found._rev }));
}

/** Winners and leaves of every document, as one string. */
async function leaves(db) {
  const { results } = await db.changes({ since: 0, style: 'all_docs' });
  return canonical(results.map(({ id, changes }) => `${id} ${changes.map(({ rev }) => rev).sort()}`).sort());
}

async function converged(databases) {
  const deadline = performance.now() + CONVERGE_SECONDS * 1000;
  for (;;) {
    const [first, ...others] = await Promise.all(databases.map(leaves));
    if (others.every((other) => other === first)) {
      return;
    }
    assert.ok(performance.now() < deadline, `different after ${CONVERGE_SECONDS} s:\n${[first, ...others].join('\n')}`);
    await pause(50);
  }
}

scenario(async (context) => {
  const { random, servers } = context;
  const plain = servers.map((server) => context.database('mesh', server));
  const remotes = servers.map((server) => context.remote('mesh', undefined, server));
  const locals = ['one', 'two'].map((name) => context.local(name));
  await Promise.all(plain.map((database) => database.create()));
  const members = [...remotes, ...locals];
  for (const db of members) {
    await db.bulkDocs(Array.from({ length: SHARED }, (_, i) => ({ ...contact(random, i), _id: `shared-${i}` })));
  }

  for (const [i, server] of servers.entries()) {
    const source = context.address('mesh', servers[1 - i]);
    await context.database('_replicator', server).put({ _id: 'mesh', source, target: 'mesh', continuous: true });
  }
  // No retries: an error of the sync is an error of the test.
  locals.forEach((db, i) => db.sync(remotes[i], { live: true }));

  const edits = await Promise.all(members.map(async (db) => {
    let made = 0;
    while (made < EDITS) {
      made += await edit(db, random);
    }
    return made;
  }));
  await converged(members);
  const [one, two] = await Promise.all(locals.map(localSnapshot));
  const [left, right] = await Promise.all(plain.map((database) => serverSnapshot(database)));
  assertEqual({ left, right, one, two });
  const states = [...left.values()];
  return {
    edits: edits.reduce((sum, made) => sum + made),
    documents: states.length,
    conflicts: states.filter(({ conflicts }) => conflicts.length > 0).length,
    tombstones: states.filter(({ deletedConflicts }) => deletedConflicts.length > 0).length,
  };
}, { deadlineSeconds: 140 });
