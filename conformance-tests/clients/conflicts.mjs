// Two clients edit the same documents offline. All three stores agree on winners and conflicts without being told;
// then one client resolves them, and no store has a conflict left.

import assert from 'node:assert/strict';
import { contact, contacts } from './lib/contacts.mjs';
import { scenario } from './lib/driver.mjs';

const DOCUMENTS = 40;

async function edit(db, random, index, times) {
  for (let i = 0; i < times; i++) {
    const fresh = contact(random, index);
    const { _rev } = await db.get(fresh._id);
    await db.put({ ...fresh, _rev, edit: random.next() });
  }
}

/** Keeps the winner with the losers' edits noted in it, and deletes the losers: how applications resolve. */
async function resolve(db, id) {
  const winner = await db.get(id, { conflicts: true });
  const losers = winner._conflicts ?? [];
  delete winner._conflicts;
  await db.put({ ...winner, merged: losers.length });
  for (const rev of losers) {
    await db.remove(id, rev);
  }
}

scenario(async (context) => {
  const { random } = context;
  const remote = context.remote('conflicts');
  const [one, two] = [context.local('one'), context.local('two')];
  const syncAll = async () => {
    for (const db of [one, two, one]) {
      await db.sync(remote);
    }
  };
  const docs = contacts(random, DOCUMENTS);
  await one.bulkDocs(docs);
  await syncAll();

  // The same number of edits on either side, and longer branches against shorter ones; one side deletes a few.
  for (let i = 0; i < DOCUMENTS; i++) {
    await edit(one, random, i, random.between(1, 3));
    await edit(two, random, i, random.between(1, 3));
  }
  for (const { _id } of docs.slice(0, 5)) {
    await one.remove(await one.get(_id));
  }
  await syncAll();
  const conflicted = await context.assertAllEqual('conflicts', { one, two });
  const open = [...conflicted.values()].filter(({ conflicts }) => conflicts.length > 0).length;
  const withTombstone = [...conflicted.values()].filter(({ deletedConflicts }) => deletedConflicts.length > 0).length;
  assert.equal(open, DOCUMENTS - 5, 'documents in conflict');
  assert.equal(withTombstone, 5, 'documents that one side deleted');

  for (const { _id } of docs) {
    await resolve(two, _id);
  }
  await two.sync(remote);
  await one.sync(remote);
  const resolved = await context.assertAllEqual('conflicts', { one, two });
  for (const [id, { conflicts, winner, leaves }] of resolved) {
    assert.deepEqual(conflicts, [], id);
    assert.equal(leaves[winner].body.merged, conflicted.get(id).conflicts.length, id);
  }
  return { conflicts: open, resolved: resolved.size };
});
