// What users of IBM's client do with databases, documents and attachments, by name and password and by a session.

import assert from 'node:assert/strict';
import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { connect, refused, WAYS } from './lib/cloudant.mjs';
import { contacts } from './lib/contacts.mjs';
import { scenario } from './lib/driver.mjs';

const DOCUMENTS = 200;

async function sessions(context, way) {
  const client = connect(context.server, way);
  const { result: session } = await client.getSessionInformation();
  assert.deepEqual([session.userCtx.name, session.info.authenticated], [context.server.user, way]);
  const wrong = connect({ ...context.server, password: 'wrong' }, way);
  await refused(wrong.getAllDbs(), 401, 'unauthorized', 'Name or password is incorrect.');
  return client;
}

async function databases(client, db) {
  const { result: info } = await client.getServerInformation();
  assert.equal(info.couchdb, 'Welcome');
  assert.deepEqual((await client.getUpInformation()).result.status, 'ok');
  assert.equal((await client.getUuids({ count: 3 })).result.uuids.length, 3);
  await refused(client.getDatabaseInformation({ db }), 404, 'not_found', 'Database does not exist.');
  assert.equal((await client.putDatabase({ db })).status, 201);
  await refused(client.putDatabase({ db }), 412, 'file_exists');
  assert.equal((await client.headDatabase({ db })).status, 200);
  assert.ok((await client.getAllDbs()).result.includes(db));
  const { result: [told] } = await client.postDbsInfo({ keys: [db] });
  assert.deepEqual([told.key, told.info.docCount], [db, 0]);
  const { result: security } = await client.getSecurity({ db });
  assert.deepEqual(security.admins.roles, ['_admin']);
  assert.deepEqual((await client.getActiveTasks()).result, []);
  assert.equal((await client.getMembershipInformation()).result.allNodes.length, 1);
}

async function oneByOne(client, db) {
  for (const docId of ['plain', 'a/b c+d%2F?e#f&g="h"', 'ключ 名前 😀']) {
    const { result: first, status } = await client.putDocument({ db, docId, document: { kind: 'one' } });
    assert.deepEqual([status, first.ok, first.id], [201, true, docId]);
    assert.deepEqual((await client.getDocument({ db, docId })).result, { _id: docId, _rev: first.rev, kind: 'one' });
    assert.equal((await client.headDocument({ db, docId })).headers.etag, `"${first.rev}"`);
    await refused(client.putDocument({ db, docId, document: {} }), 409, 'conflict', 'Document update conflict.');
    const { result: second } = await client.putDocument({ db, docId, rev: first.rev, document: { kind: 'two' } });
    const { result: old } = await client.getDocument({ db, docId, rev: first.rev, revs: true });
    assert.deepEqual([old.kind, old._revisions.start], ['one', 1]);
    const { result: opened } = await client.getDocument({ db, docId, conflicts: true, revsInfo: true });
    assert.deepEqual(opened._revs_info.map(({ rev }) => rev), [second.rev, first.rev]);
    assert.ok((await client.deleteDocument({ db, docId, rev: second.rev })).result.rev.startsWith('3-'));
    await refused(client.getDocument({ db, docId }), 404, 'not_found', 'deleted');
  }
  await refused(client.getDocument({ db, docId: 'never' }), 404, 'not_found', 'missing');
  const { result: given } = await client.postDocument({ db, document: { kind: 'without an id' } });
  assert.equal((await client.getDocument({ db, docId: given.id })).result.kind, 'without an id');
  await client.putLocalDocument({ db, docId: 'mark', document: { at: 7 } });
  assert.equal((await client.getLocalDocument({ db, docId: 'mark' })).result.at, 7);
  await client.deleteDocument({ db, docId: given.id, rev: given.rev });
}

async function many(client, db, random) {
  const docs = contacts(random, DOCUMENTS);
  const { result: rows } = await client.postBulkDocs({ db, bulkDocs: { docs } });
  assert.deepEqual(rows.map(({ ok, id }) => [ok, id]), docs.map(({ _id }) => [true, _id]));
  const { result: again } = await client.postBulkDocs({ db, bulkDocs: { docs: [docs[0], { ...docs[1], _rev: rows[1].rev, _deleted: true }] } });
  assert.deepEqual(again.map(({ ok, error }) => ok ?? error), ['conflict', true]);
  const replicated = { _id: docs[0]._id, _rev: '1-ffffffffffffffffffffffffffffffff', from: 'elsewhere' };
  const { result: none } = await client.postBulkDocs({ db, bulkDocs: { docs: [replicated], newEdits: false } });
  assert.deepEqual(none, []);
  const revs = { [docs[0]._id]: [rows[0].rev, replicated._rev, '2-00000000000000000000000000000000'] };
  const { result: diff } = await client.postRevsDiff({ db, documentRevisions: revs });
  assert.deepEqual(diff[docs[0]._id].missing, ['2-00000000000000000000000000000000']);
  const { result: got } = await client.postBulkGet({ db, docs: [{ id: docs[0]._id, rev: replicated._rev }, { id: 'never' }] });
  assert.deepEqual(got.results.map(({ docs: [{ ok, error }] }) => ok?.from ?? error.error), ['elsewhere', 'not_found']);

  const { result: all } = await client.postAllDocs({ db, includeDocs: true });
  assert.equal(all.totalRows, DOCUMENTS - 1);
  assert.deepEqual(all.rows[4].doc, { ...docs.find(({ _id }) => _id === all.rows[4].id), _rev: all.rows[4].value.rev });
  const keys = [docs[7]._id, 'never', docs[1]._id];
  const { result: keyed } = await client.postAllDocs({ db, keys });
  assert.deepEqual(keyed.rows.map(({ error, value }) => error ?? value.deleted), [undefined, 'not_found', true]);
  const queries = [{ keys: [docs[7]._id] }, { startKey: 'contact-00010', limit: 3, descending: false }];
  const { result: { results } } = await client.postAllDocsQueries({ db, queries });
  assert.deepEqual(results.map((one) => one.rows.map(({ id }) => id)[0]), [docs[7]._id, 'contact-00010']);
  const streamed = JSON.parse(await buffer((await client.postAllDocsAsStream({ db, limit: 5 })).result));
  assert.deepEqual(streamed.rows, all.rows.slice(0, 5).map(({ id, key, value }) => ({ id, key, value })));
}

async function attachments(client, db, random) {
  const docId = 'with attachments';
  const binary = random.bytes(300_000);
  const text = Buffer.from('a text that gzip makes shorter. '.repeat(2000));
  const files = [['photo.bin', 'application/octet-stream', binary], ['notes/ä b.txt', 'text/plain', text]];
  let rev;
  for (const [attachmentName, contentType, bytes] of files) {
    // A buffer, and then a stream, whose length nobody knows before.
    const attachment = contentType === 'text/plain' ? Readable.from([bytes.subarray(0, 1000), bytes.subarray(1000)]) : bytes;
    ({ result: { rev } } = await client.putAttachment({ db, docId, attachmentName, attachment, contentType, rev }));
  }
  for (const [attachmentName, contentType, bytes] of files) {
    const { result, headers } = await client.getAttachment({ db, docId, attachmentName });
    assert.equal(headers['content-type'], contentType);
    assert.ok(bytes.equals(await buffer(result)), attachmentName);
    assert.equal((await client.headAttachment({ db, docId, attachmentName })).status, 200);
  }
  const { result: { _attachments: stubs } } = await client.getDocument({ db, docId });
  assert.deepEqual(Object.keys(stubs).sort(), files.map(([name]) => name).sort());
  const { result: whole } = await client.getDocument({ db, docId, attachments: true });
  assert.ok(text.equals(Buffer.from(whole._attachments['notes/ä b.txt'].data, 'base64')));
  const inline = { note: { content_type: 'text/plain', data: Buffer.from('inline').toString('base64') } };
  await client.putDocument({ db, docId: 'inline', document: { _attachments: inline } });
  const { result: note } = await client.getAttachment({ db, docId: 'inline', attachmentName: 'note' });
  assert.equal(String(await buffer(note)), 'inline');
  const gone = await client.deleteAttachment({ db, docId, attachmentName: 'photo.bin', rev });
  await refused(client.deleteAttachment({ db, docId, attachmentName: 'notes/ä b.txt', rev }), 409, 'conflict');
  const { result: left } = await client.getDocument({ db, docId, rev: gone.result.rev });
  assert.deepEqual(Object.keys(left._attachments), ['notes/ä b.txt']);
}

scenario(async (context) => {
  const documents = [];
  for (const way of WAYS) {
    const db = `cloudant/${way}+1`;
    const client = await sessions(context, way);
    await databases(client, db);
    await oneByOne(client, db);
    await many(client, db, context.random);
    await attachments(client, db, context.random);
    documents.push((await client.getDatabaseInformation({ db })).result.docCount);
    await client.deleteDatabase({ db });
    await refused(client.getDatabaseInformation({ db }), 404, 'not_found');
  }
  return { documents };
});
