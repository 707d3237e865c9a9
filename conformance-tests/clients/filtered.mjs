// Replication of chosen documents, by id and by selector, in both directions; a client that only pushes and one that
// only pulls.

import assert from 'node:assert/strict';
import { contacts } from './lib/contacts.mjs';
import { scenario } from './lib/driver.mjs';
import { assertEqual, localSnapshot, serverSnapshot } from './lib/snapshot.mjs';

const DOCUMENTS = 120;

async function idsIn(db) {
  return (await db.allDocs()).rows.map(({ id }) => id).sort();
}

async function chosen(context, all) {
  const remote = context.remote('filtered');
  const ids = [...context.random.sample(all, 17).map(({ _id }) => _id)].sort();
  const selector = { type: 'contact', 'address.rooms': { $size: 2 }, age: { $gte: 18, $lt: 70 } };
  const matches = ({ address, age }) => address.rooms.length === 2 && age >= 18 && age < 70;
  const matching = all.filter(matches).map(({ _id }) => _id).sort();
  assert.ok(matching.length > 3 && matching.length < DOCUMENTS / 2, `${matching.length} match`);

  for (const [name, options, expected] of [['ids', { doc_ids: ids }, ids], ['selector', { selector }, matching]]) {
    const puller = context.local(`pull_${name}`);
    await puller.replicate.from(remote, options);
    assert.deepEqual(await idsIn(puller), expected, `pulled by ${name}`);

    const target = context.remote(`filtered_${name}`);
    const source = context.local('all');
    await source.replicate.to(target, options);
    const pushed = await serverSnapshot(context.database(`filtered_${name}`));
    assert.deepEqual([...pushed.keys()].sort(), expected, `pushed by ${name}`);
    assertEqual({ pushed, pulled: await localSnapshot(puller) });
    await source.close();
  }
  return { byId: ids.length, bySelector: matching.length };
}

async function oneWay(context) {
  const remote = context.remote('one_way');
  const [pusher, puller] = [context.local('pusher'), context.local('puller')];
  await pusher.bulkDocs(contacts(context.random, 30));
  await puller.bulkDocs(contacts(context.random, 30, 1000));
  await context.database('one_way').put({ _id: 'of the server', n: 1 });
  await pusher.replicate.to(remote);
  await puller.replicate.from(remote);
  assert.equal((await idsIn(pusher)).length, 30, 'a push brings nothing');
  const onServer = [...(await serverSnapshot(context.database('one_way'))).keys()].sort();
  assert.deepEqual(onServer, ['of the server', ...(await idsIn(pusher))].sort(), 'a pull sends nothing');
  assert.equal((await idsIn(puller)).length, 30 + 31, 'the pull brings what is there');
}

scenario(async (context) => {
  const all = context.local('all');
  const docs = contacts(context.random, DOCUMENTS);
  await all.bulkDocs(docs);
  await all.replicate.to(context.remote('filtered'));
  await all.close();
  const figures = await chosen(context, docs);
  await context.database('one_way').create();
  await oneWay(context);
  return figures;
});
