// What nano's users do with documents, and the errors they see: sessions, databases, one document, many, listings.

import assert from 'node:assert/strict';
import { buffer } from 'node:stream/consumers';
import nano from 'nano';
import { contacts } from './lib/contacts.mjs';
import { scenario } from './lib/driver.mjs';
import { refused } from './lib/refused.mjs';

const NAME = 'nano/documents+1';
const DOCUMENTS = 300;

async function session({ server: { url, user, password } }) {
  const server = nano(url);
  await refused(server.db.create(NAME), 401, 'unauthorized');
  await refused(server.auth(user, 'wrong'), 401, 'unauthorized', 'Name or password is incorrect.');
  assert.equal((await server.session()).userCtx.name, null);
  assert.deepEqual(await server.auth(user, password), { ok: true, name: user, roles: ['_admin'] });
  // From here on nothing but the cookie says who this is.
  const { userCtx, info } = await server.session();
  assert.deepEqual([userCtx.name, info.authenticated], [user, 'cookie']);
  return server;
}

async function databases(server) {
  assert.equal((await server.info()).couchdb, 'Welcome');
  assert.equal(new Set((await server.uuids(5)).uuids).size, 5);
  await server.db.create('nano-gone');
  await server.db.destroy('nano-gone');
  await refused(server.db.get('nano-gone'), 404, 'not_found');
  await refused(server.db.destroy('nano-gone'), 404, 'not_found');
  await server.db.create(NAME);
  await refused(server.db.create(NAME), 412, 'file_exists');
  await refused(server.db.create('Not A Name'), 400, 'illegal_database_name');
  assert.ok((await server.db.list()).includes(NAME));
  assert.ok(JSON.parse(await buffer(server.db.listAsStream())).includes(NAME));
}

/** Ids that a path has to escape, and one that the server gives. */
async function oneByOne(db) {
  for (const id of ['plain', 'a/b c+d%2F?e#f&g="h"', 'ключ 名前 😀', '_design/with~sign']) {
    const first = await db.insert({ kind: 'one', id }, id);
    assert.deepEqual([first.ok, first.id], [true, id]);
    assert.deepEqual(await db.get(id), { _id: id, _rev: first.rev, kind: 'one', id });
    const head = await db.head(id);
    assert.equal(head.etag, `"${first.rev}"`);

    await refused(db.insert({ kind: 'lost' }, id), 409, 'conflict', 'Document update conflict.');
    await refused(db.insert({ _rev: '1-967a00dff5e02add41819138abb3284d' }, id), 409, 'conflict');
    await refused(db.destroy(id, '9-967a00dff5e02add41819138abb3284d'), 409, 'conflict');
    const second = await db.insert({ _rev: first.rev, kind: 'two' }, id);
    assert.equal((await db.get(id, { rev: first.rev, revs: true }))._revisions.start, 1);
    assert.equal((await db.get(id, { revs_info: true }))._revs_info.length, 2);
    const gone = await db.destroy(id, second.rev);
    assert.ok(gone.rev.startsWith('3-'));
    await refused(db.get(id), 404, 'not_found', 'deleted');
    await assert.rejects(db.head(id), { statusCode: 404 });
  }
  await refused(db.get('never'), 404, 'not_found', 'missing');
  await refused(db.get('plain', { rev: 'x' }), 400, 'bad_request');
  const { id } = await db.insert({ kind: 'without an id' });
  assert.equal((await db.get(id)).kind, 'without an id');
  assert.equal((await db.insert({ kind: 'local' }, '_local/mark')).id, '_local/mark');
  assert.equal((await db.get('_local/mark')).kind, 'local');
  return id;
}

async function many(db, random, already) {
  const docs = contacts(random, DOCUMENTS);
  const rows = await db.bulk({ docs });
  assert.deepEqual(rows.map(({ ok, id }) => [ok, id]), docs.map(({ _id }) => [true, _id]));
  const again = await db.bulk({ docs: [docs[0], { ...docs[1], _rev: rows[1].rev, _deleted: true }, docs[2]] });
  assert.deepEqual(again.map(({ ok, error }) => ok ?? error), ['conflict', true, 'conflict']);

  const kept = docs.filter((doc, index) => index !== 1);
  const ids = [already, ...kept.map(({ _id }) => _id)];
  const all = await db.list();
  assert.deepEqual([all.total_rows, all.offset], [ids.length, 0]);
  assert.deepEqual(all.rows.map(({ id }) => id).sort(), ids.sort());
  assert.deepEqual(JSON.parse(await buffer(db.listAsStream())), all);
  const page = await db.list({ start_key: 'contact-00010', limit: 3, skip: 1, include_docs: true });
  assert.deepEqual(page.rows.map(({ doc }) => doc._id), ['contact-00011', 'contact-00012', 'contact-00014']);
  const back = await db.list({ descending: true, startkey: 'contact-00012', endkey: 'contact-00010' });
  assert.deepEqual(back.rows.map(({ id }) => id), ['contact-00012', 'contact-00011', 'contact-00010']);

  const keys = [kept[7]._id, 'never', docs[1]._id, kept[3]._id];
  const outcome = ({ rows: found }) => found.map(({ id, error, value }) => (value?.deleted ? 'deleted' : id ?? error));
  const expected = [kept[7]._id, 'not_found', 'deleted', kept[3]._id];
  assert.deepEqual(outcome(await db.list({ keys })), expected);
  assert.deepEqual(outcome(await db.fetchRevs({ keys })), expected);
  const fetched = await db.fetch({ keys });
  assert.deepEqual(outcome(fetched), expected);
  const { _rev, ...body } = fetched.rows[0].doc;
  assert.deepEqual([_rev, body], [fetched.rows[0].value.rev, kept[7]]);
  const info = await db.info();
  assert.deepEqual([info.db_name, info.doc_count], [NAME, ids.length]);
  return ids.length;
}

scenario(async (context) => {
  const byCookie = await session(context);
  await databases(byCookie);
  const db = byCookie.use(NAME);
  const documents = await many(db, context.random, await oneByOne(db));
  // The same with name and password in the address, and a client of the database alone.
  const basic = nano(context.address());
  assert.equal((await basic.session()).info.authenticated, 'default');
  assert.equal((await basic.use(NAME).info()).doc_count, documents);
  assert.deepEqual(await basic.db.compact(NAME), { ok: true });
  const { results, pending } = await db.changes({ since: 0, limit: 10, descending: true });
  assert.deepEqual([results.length, typeof pending], [10, 'number']);
  return { documents };
});
