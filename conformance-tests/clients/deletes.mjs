// Deletes travel as tombstones, with the body an application leaves in them; a document made again after its delete
// travels too, as a further edit of the same tree.

import assert from 'node:assert/strict';
import { contact, contacts } from './lib/contacts.mjs';
import { scenario } from './lib/driver.mjs';

const DOCUMENTS = 60;

scenario(async (context) => {
  const remote = context.remote('deletes');
  const [one, two] = [context.local('one'), context.local('two')];
  const docs = contacts(context.random, DOCUMENTS);
  await one.bulkDocs(docs);
  await one.sync(remote);
  await two.sync(remote);

  const removed = docs.slice(0, 40).map(({ _id }) => _id);
  for (const [i, id] of removed.entries()) {
    const doc = await one.get(id);
    await (i % 2 === 0 ? one.remove(doc) : one.put({ _id: id, _rev: doc._rev, _deleted: true, reason: 'moved away' }));
  }
  await one.sync(remote);
  await two.sync(remote);
  const gone = await context.assertAllEqual('deletes', { one, two });
  for (const [i, id] of removed.entries()) {
    const { winner, leaves } = gone.get(id);
    assert.equal(leaves[winner].deleted, true, id);
    assert.deepEqual(leaves[winner].body, i % 2 === 0 ? {} : { reason: 'moved away' }, id);
    await assert.rejects(two.get(id), { status: 404, reason: 'deleted' });
    await assert.rejects(remote.get(id), { status: 404, reason: 'deleted' });
  }
  const info = await context.database('deletes').info();
  assert.deepEqual([info.doc_count, info.doc_del_count], [DOCUMENTS - removed.length, removed.length]);

  const again = removed.slice(0, 20);
  for (let i = 0; i < again.length; i++) {
    await two.put({ ...contact(context.random, i), again: true });
  }
  await two.sync(remote);
  await one.sync(remote);
  const back = await context.assertAllEqual('deletes', { one, two });
  for (const id of again) {
    const { winner, leaves } = back.get(id);
    assert.equal(leaves[winner].deleted, false, id);
    assert.equal(leaves[winner].history.length, 3, `${id}: made, deleted, made again`);
  }
  return { deleted: removed.length, recreated: again.length };
});
