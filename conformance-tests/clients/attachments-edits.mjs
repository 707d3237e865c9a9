// Attachments that change while two clients sync live: replaced, removed, kept as stubs, and edited on both sides at once.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import PouchDB from 'pouchdb';
import { scenario, until } from './lib/driver.mjs';

const ID = 'akte/größe 1';
const LARGE = 5 * 1024 * 1024;

const file = (type, data) => ({ content_type: type, data });

/** A client in live sync that notes which attachments it asks the server for. */
async function client(context, name) {
  const db = context.local(name);
  const fetched = [];
  const remote = context.remote('attachments-edits', (url, options) => {
    const [, , id, ...path] = new URL(url).pathname.split('/');
    if (id === encodeURIComponent(ID) && path.length > 0) {
      fetched.push(decodeURIComponent(path.join('/')));
    }
    return PouchDB.fetch(url, options);
  });
  const sync = db.sync(remote, { live: true });
  await once(sync, 'paused');
  const feed = db.changes({ live: true, since: 0 });
  const newest = new Map();
  feed.on('change', ({ id, changes: [{ rev }] }) => newest.set(id, rev));
  const sees = (rev) => until(`${rev} at ${name}`, () => newest.get(ID) === rev, [[feed, 'change']]);
  const stop = async () => {
    const stopped = once(sync, 'complete');
    feed.cancel();
    sync.cancel();
    await stopped;
  };
  return { db, remote, fetched, sees, stop };
}

async function assertFiles(places, expected, options = {}) {
  for (const db of places) {
    const { _attachments: stubs } = await db.get(ID, options);
    assert.deepEqual(Object.keys(stubs).sort(), Object.keys(expected).sort());
    for (const [name, { content_type: type, data }] of Object.entries(expected)) {
      assert.equal(stubs[name].content_type, type, name);
      assert.ok(data.equals(await db.getAttachment(ID, name, options)), `${name} in ${db.name}, ${JSON.stringify(options)}`);
    }
  }
}

async function live(context, one, two) {
  const { random } = context;
  const places = [one.db, two.db, one.remote];
  const files = {
    'large.bin': file('application/octet-stream', random.bytes(LARGE)),
    'ordner/unter ordner/ünï + 名前 😀 100%?#.txt': file('text/plain', Buffer.from('Compressible Ünïcode. '.repeat(20000))),
    'data.json': file('application/json', Buffer.from('{"a":[1.0,1e3]}')),
    'photo.png': file('image/png', random.bytes(70000)),
    'empty.bin': file('application/octet-stream', Buffer.alloc(0)),
    'already.gz': file('application/gzip', random.bytes(3000)),
  };
  const first = await one.db.put({ _id: ID, step: 1, _attachments: files });
  await two.sees(first.rev);
  await assertFiles(places, files);
  assert.ok(two.fetched.includes('large.bin'));

  // A client that has a file already does not ask for it again: the server's digest is that of the bytes.
  two.fetched.length = 0;
  const second = await one.db.put({ ...(await one.db.get(ID)), step: 2 });
  await two.sees(second.rev);
  assert.ok(!two.fetched.includes('large.bin') && !two.fetched.includes('photo.png'), `asked for ${two.fetched}`);

  // Replaced, removed and added by the other side, in one edit and by calls of their own.
  const third = await two.db.get(ID);
  delete third._attachments['already.gz'];
  third._attachments['photo.png'] = file('image/jpeg', random.bytes(100));
  third._attachments['new.txt'] = file('text/html; charset=utf-8', Buffer.from('<p>neu</p>'));
  const { rev } = await two.db.put({ ...third, step: 3 });
  const removed = await two.db.removeAttachment(ID, 'empty.bin', rev);
  const shorter = file('application/octet-stream', random.bytes(1000));
  const last = await two.db.putAttachment(ID, 'large.bin', removed.rev, shorter.data, shorter.content_type);
  await one.sees(last.rev);
  const { 'already.gz': gone, 'empty.bin': empty, ...kept } = files;
  const { 'photo.png': photo, 'new.txt': fresh } = third._attachments;
  const now = { ...kept, 'large.bin': shorter, 'photo.png': photo, 'new.txt': fresh };
  await assertFiles(places, now);
  // The older revisions' files are still the server's, by their revisions.
  await assertFiles([one.remote], files, { rev: first.rev });
  await assertFiles([one.remote], files, { rev: second.rev });
  await assert.rejects(one.remote.getAttachment(ID, 'already.gz'), { status: 404 });
  return now;
}

/**
 * Both edit offline. Each adds a file; both replace the same one.
 *
 * The second pulls before it pushes. Were the winner on the server already, PouchDB 9 could store its bytes on the branch
 * that lost: a file that differs from its own it asks for without naming the revision, until one is not found.
 */
async function conflicting(context, one, two, files) {
  const { random } = context;
  const edit = async ({ db }, times) => {
    const mine = { ...files };
    let rev;
    for (let i = 0; i < times; i++) {
      mine['shared.bin'] = file('application/octet-stream', random.bytes(20000 + i));
      mine[`${db.name.at(-1)}-${i}.txt`] = file('text/plain', random.bytes(300));
      const doc = await db.get(ID);
      ({ rev } = await db.put({ ...doc, times: i, _attachments: { ...doc._attachments, ...mine } }));
    }
    return { rev, files: mine };
  };
  const loser = await edit(one, 1);
  const winner = await edit(two, 2);
  await one.db.replicate.to(one.remote);
  await two.db.replicate.from(two.remote);
  await two.db.replicate.to(two.remote);
  await one.db.replicate.from(one.remote);
  for (const db of [one.db, two.db, one.remote]) {
    const doc = await db.get(ID, { conflicts: true });
    assert.deepEqual([doc._rev, doc._conflicts], [winner.rev, [loser.rev]]);
  }
  await assertFiles([one.db, two.db, one.remote], winner.files);
  await assertFiles([one.db, two.db, one.remote], loser.files, { rev: loser.rev });
  await context.assertAllEqual('attachments-edits', { one: one.db, two: two.db });

  // The branch that lost is removed, with a file of it carried over; then all three are the same.
  const doc = await two.db.get(ID);
  const saved = loser.files['e-0.txt'];
  await two.db.put({ ...doc, _attachments: { ...doc._attachments, 'saved.txt': saved } });
  await two.db.remove(ID, loser.rev);
  for (const { db, remote } of [two, one]) {
    await db.sync(remote);
  }
  await assertFiles([one.db, two.db, one.remote], { ...winner.files, 'saved.txt': saved });
  return context.assertAllEqual('attachments-edits', { one: one.db, two: two.db });
}

scenario(async (context) => {
  const one = await client(context, 'one');
  const two = await client(context, 'two');
  const files = await live(context, one, two);
  await Promise.all([one.stop(), two.stop()]);
  const state = await conflicting(context, one, two, files);
  const { winner, leaves } = state.get(ID);
  return { attachments: Object.keys(leaves[winner].attachments).length, large: LARGE };
});
