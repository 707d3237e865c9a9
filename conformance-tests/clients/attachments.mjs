// Attachments arrive byte for byte: empty, of one byte, a random megabyte, text, with odd names, one in two documents.

import assert from 'node:assert/strict';
import { scenario } from './lib/driver.mjs';

scenario(async (context) => {
  const { random } = context;
  const remote = context.remote('attachments');
  const [one, two] = [context.local('one'), context.local('two')];
  const file = (type, data) => ({ content_type: type, data });
  const megabyte = random.bytes(1024 * 1024);
  const text = Buffer.from('Ünïcode text, of a compressible type. '.repeat(500));
  const shared = random.bytes(40000);
  const files = {
    empty: { 'nothing.bin': file('application/octet-stream', Buffer.alloc(0)) },
    byte: { 'one.bin': file('application/octet-stream', Buffer.from([0])) },
    big: { 'mega.bin': file('application/octet-stream', megabyte) },
    text: { 'text.txt': file('text/plain', text), 'data.json': file('application/json', Buffer.from('{"a":[1.0]}')) },
    odd: { 'folder/ünï code + 100%?.txt': file('text/plain; charset=utf-8', text) },
    shared1: { 'photo.jpg': file('image/jpeg', shared) },
    shared2: { 'same.jpg': file('image/jpeg', shared), 'other.bin': file('image/png', random.bytes(100)) },
  };
  for (const [_id, _attachments] of Object.entries(files)) {
    await one.put({ _id, kind: 'with files', _attachments });
  }
  await one.sync(remote);
  await two.sync(remote);
  const state = await context.assertAllEqual('attachments', { one, two });

  for (const [id, attachments] of Object.entries(files)) {
    for (const [name, { content_type: type, data }] of Object.entries(attachments)) {
      const kept = state.get(id).leaves[state.get(id).winner].attachments[name];
      assert.equal(kept.type, type, `${id}/${name}`);
      assert.ok(data.equals(await two.getAttachment(id, name)), `${id}/${name} in the other client`);
      assert.ok(data.equals(await remote.getAttachment(id, name)), `${id}/${name} on the server`);
    }
  }

  // An edit that sends the others as stubs, takes one away and adds one; and a file removed from one of its two owners.
  const doc = await two.get('shared2');
  delete doc._attachments['other.bin'];
  doc._attachments['new.txt'] = file('text/plain', Buffer.from('new'));
  await two.put({ ...doc, edited: true });
  await two.remove(await two.get('shared1'));
  await two.sync(remote);
  await one.sync(remote);
  const after = await context.assertAllEqual('attachments', { one, two });
  const { winner, leaves } = after.get('shared2');
  assert.deepEqual(Object.keys(leaves[winner].attachments).sort(), ['new.txt', 'same.jpg']);
  assert.ok(shared.equals(await remote.getAttachment('shared2', 'same.jpg')));
  const attachments = Object.values(files).flatMap(Object.keys).length;
  return { attachments };
});
