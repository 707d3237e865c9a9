// One client writes a data set offline and syncs; another pulls. Both and the server are equal afterwards.

import assert from 'node:assert/strict';
import { contacts } from './lib/contacts.mjs';
import { scenario } from './lib/driver.mjs';

const DOCUMENTS = 1000;

scenario(async (context) => {
  const writer = context.local('writer');
  const docs = contacts(context.random, DOCUMENTS);
  const written = await writer.bulkDocs(docs);
  assert.ok(written.every(({ ok }) => ok), 'the local writes');
  await writer.put({ _id: '_design/contacts', views: { by_name: { map: 'function (doc) { emit(doc.name.last); }' } } });

  const { push } = await writer.sync(context.remote('offline_first'));
  assert.equal(push.docs_written, DOCUMENTS + 1);

  const reader = context.local('reader');
  const pull = await reader.replicate.from(context.remote('offline_first'));
  assert.equal(pull.docs_written, DOCUMENTS + 1);

  const state = await context.assertAllEqual('offline_first', { writer, reader });
  for (const doc of docs) {
    const { _id, ...body } = doc;
    const { winner, leaves } = state.get(_id);
    assert.deepEqual(leaves[winner].body, JSON.parse(JSON.stringify(body)), _id);
  }
  assert.equal((await context.database('offline_first').info()).doc_count, DOCUMENTS + 1);
  return { documents: state.size };
});
