// Two users sign up, log in by cookie and sync databases of their own. Then one tries the other's on every endpoint
// that takes its name, and on those that tell of the server as a whole.

import assert from 'node:assert/strict';
import { Account } from './lib/accounts.mjs';
import { contacts } from './lib/contacts.mjs';
import { scenario } from './lib/driver.mjs';

const DOCUMENTS = 100;

/** Every request that names a database `db`, a document `id` of it at `rev`, and the user who owns it. */
function attempts({ db, id, rev, user, own }) {
  const doc = `${db}/${id}`;
  const docs = [{ _id: 'intruder' }, { _id: id, _rev: rev, stolen: true }];
  const revisions = { [id]: [rev] };
  return [
    ['GET', db],
    ['HEAD', db],
    ['PUT', db],
    ['DELETE', db],
    ['POST', db, docs[0]],
    ['GET', doc],
    ['HEAD', doc],
    ['GET', `${doc}?rev=${rev}`],
    ['GET', `${doc}?open_revs=all`],
    ['PUT', doc, docs[1]],
    ['PUT', `${doc}?new_edits=false`, { _rev: '9-a' }],
    ['DELETE', `${doc}?rev=${rev}`],
    ['GET', `${doc}/note.txt`],
    ['HEAD', `${doc}/note.txt`],
    ['PUT', `${doc}/other.txt?rev=${rev}`, 'x'],
    ['DELETE', `${doc}/note.txt?rev=${rev}`],
    ['GET', `${db}/_local/x`],
    ['PUT', `${db}/_local/x`, {}],
    ['GET', `${db}/_design/x`],
    ['PUT', `${db}/_design/x`, {}],
    ...['_all_docs', '_changes', '_design_docs', '_local_docs', '_digest', '_space', '_security', '_revs_limit', '_shards'].map(
      (part) => ['GET', `${db}/${part}`],
    ),
    ['GET', `${db}/_all_docs?include_docs=true`],
    ['GET', `${db}/_changes?feed=continuous&timeout=100`],
    ['GET', `${db}/_changes?feed=eventsource&timeout=100`],
    ['GET', `${db}/_purged_infos`],
    ['GET', `${db}/_purged_infos_limit`],
    ['POST', `${db}/_all_docs`, { keys: [id] }],
    ['POST', `${db}/_changes?filter=_doc_ids`, { doc_ids: [id] }],
    ['POST', `${db}/_bulk_get`, { docs: [{ id }] }],
    ['POST', `${db}/_bulk_docs`, { docs }],
    ['POST', `${db}/_bulk_docs`, { docs: [{ _id: id, _rev: '9-a' }], new_edits: false }],
    ['POST', `${db}/_revs_diff`, revisions],
    ['POST', `${db}/_missing_revs`, revisions],
    ['POST', `${db}/_purge`, revisions],
    ['POST', `${db}/_compact`, {}],
    ['GET', `${db}/_tombstones?older_than=0s`],
    ['POST', `${db}/_tombstones?older_than=0s`, {}],
    ['POST', `${db}/_view_cleanup`, {}],
    ['POST', `${db}/_ensure_full_commit`, {}],
    ['POST', `${db}/_sync_shards`, {}],
    ['PUT', `${db}/_security`, { members: { names: [own.name] } }],
    ['PUT', `${db}/_revs_limit`, 1],
    ['PUT', `${db}/_purged_infos_limit`, 1],
    ['POST', '_replicate', { source: db, target: own.database }],
    ['POST', '_replicate', { source: own.database, target: db }],
    ['POST', '_replicate', { source: db, target: `${own.database}x`, create_target: true }],
    ['POST', '_replicate', { source: '_users', target: own.database }],
    ['POST', '_replicate', { source: own.database, target: '_users' }],
    ['PUT', '_replicator/x', { source: db, target: own.database, user_ctx: { name: user, roles: ['_admin'] } }],
    ['GET', `_users/org.couchdb.user:${user}`],
    ['PUT', `_users/org.couchdb.user:${user}`, { name: user, password: 'stolen', roles: [], type: 'user' }],
    ['DELETE', `_users/org.couchdb.user:${user}?rev=1-a`],
    ['POST', '_users/_bulk_get', { docs: [{ id: `org.couchdb.user:${user}` }] }],
    ['GET', '_users/_all_docs'],
    ['GET', '_users/_changes'],
    ['GET', '_users/_digest'],
    ['POST', '_dbs_info', { keys: [db] }],
    ...['_dbs_info', '_all_dbs', '_db_updates', '_active_tasks', '_scheduler/jobs', '_scheduler/docs', '_membership'].map(
      (path) => ['GET', path],
    ),
    ['GET', '_node/_local/_config'],
    ['GET', '_backup'],
    ['POST', '_backup', {}],
  ];
}

scenario(async (context) => {
  const { url } = context.server;
  await context.database('_users').request('PUT', '/_security', {});
  const ann = new Account(url, 'ann', 'ann’s secret');
  const bob = new Account(url, 'bob', 'bob’s secret');
  for (const account of [ann, bob]) {
    assert.equal((await account.signUp()).status, 201);
    assert.equal((await account.signUp()).status, 409, 'the name is taken');
    await account.logIn();
    await account.ownDatabase();
  }

  const local = context.local('ann');
  const docs = contacts(context.random, DOCUMENTS);
  await local.bulkDocs(docs);
  const id = docs[0]._id;
  const { rev } = await local.putAttachment(id, 'note.txt', (await local.get(id))._rev, Buffer.from('a note'), 'text/plain');
  const sync = await local.sync(ann.remote());
  assert.equal(sync.push.docs_written, DOCUMENTS);
  const second = context.local('ann-second');
  assert.equal((await second.replicate.from(ann.remote())).docs_written, DOCUMENTS);
  await context.assertAllEqual(ann.database, { local, second });
  await bob.remote().put({ _id: 'of bob' });

  const before = await context.database(ann.database).info();
  const refused = attempts({ db: ann.database, id, rev, user: 'ann', own: bob });
  for (const [method, path, body] of refused) {
    const response = await bob.send(method, path, body);
    const text = await response.text();
    const call = `${method} ${path} ${JSON.stringify(body ?? '')}: ${response.status} ${text}`;
    // Documents of other users are not there; whatever else is not bob's is refused.
    const expected = path.startsWith('_users/org.') ? [404] : [401, 403];
    assert.ok(expected.includes(response.status), call);
    assert.ok(!text.includes(docs[0]._id) && !text.includes('derived_key'), call);
  }
  await assert.rejects(bob.remote(ann.database).get(id), { status: 403 });
  await assert.rejects(context.local('bob').replicate.from(bob.remote(ann.database)), { status: 403 });

  assert.deepEqual(await context.database(ann.database).info(), before);
  assert.equal((await context.database(bob.database).info()).doc_count, 1);
  await ann.logIn();
  const own = await (await ann.send('GET', '_users/org.couchdb.user:ann')).json();
  assert.equal(own.password_scheme, 'pbkdf2');
  assert.equal(own.password, undefined);
  return { documents: DOCUMENTS, refused: refused.length };
});
