// A server on an empty folder takes the place of the one that the clients have checkpoints of. They bring everything
// again, and a reader that asks on from a sequence of the former server is not left without what the new one holds.

import assert from 'node:assert/strict';
import { contacts } from './lib/contacts.mjs';
import { scenario } from './lib/driver.mjs';

const DOCUMENTS = 200;
const NEW_DOCUMENTS = 30;

scenario(async (context) => {
  const database = context.database('replaced');
  const [one, two] = [context.local('one'), context.local('two')];
  await one.bulkDocs(contacts(context.random, DOCUMENTS));
  for (const db of [one, two, one]) {
    await db.sync(context.remote('replaced'));
  }
  await context.assertAllEqual('replaced', { one, two });
  const { last_seq: formerSequence } = await database.json('GET', '/_changes');

  context.tell('replace');
  await context.hear('up');
  await assert.rejects(database.info(), /404/, 'the new server starts empty');

  await one.bulkDocs(contacts(context.random, NEW_DOCUMENTS, DOCUMENTS));
  const { push } = await one.sync(context.remote('replaced'));
  assert.equal(push.docs_written, DOCUMENTS + NEW_DOCUMENTS, 'the first client brings everything');
  const { pull } = await two.sync(context.remote('replaced'));
  assert.equal(pull.docs_written, NEW_DOCUMENTS, 'the second gets what it does not have');
  const fresh = context.local('fresh');
  await fresh.replicate.from(context.remote('replaced'));
  const state = await context.assertAllEqual('replaced', { one, two, fresh });

  const since = `/_changes?since=${encodeURIComponent(formerSequence)}`;
  const { results } = await database.json('GET', since);
  assert.equal(results.length, state.size, `rows after ${formerSequence}, a sequence of the former server`);
  return { broughtAgain: push.docs_written };
});
