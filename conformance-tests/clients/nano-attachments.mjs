// What nano's users do with attachments: several with a document in one multipart body, and each by itself, streamed.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import nano from 'nano';
import { scenario } from './lib/driver.mjs';
import { parts } from './lib/multipart.mjs';
import { refused } from './lib/refused.mjs';

const STREAMED = 8 * 1024 * 1024;

/** Runs `call` with the boundary that nano draws by chance being this one, so that data can be made to resemble it. */
function withBoundary(boundary, call) {
  const { random } = Math;
  const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
  let drawn = 0;
  Math.random = () => (alphabet.indexOf(boundary[drawn++]) + 0.5) / alphabet.length;
  try {
    return call();
  } finally {
    Math.random = random;
  }
}

function files(random, boundary) {
  const almost = `\r\n--${boundary.slice(0, -1)}\r\n\r\n--${boundary.slice(1)}--\r\n`;
  return [
    { name: 'text.txt', content_type: 'text/plain', data: 'Ünïcode, whose part tells its length in letters. '.repeat(300) },
    { name: 'photo.jpg', content_type: 'image/jpeg', data: random.bytes(200000) },
    { name: 'empty.bin', content_type: 'application/octet-stream', data: Buffer.alloc(0) },
    {
      name: 'almost a boundary.bin',
      content_type: 'application/octet-stream',
      data: Buffer.concat([Buffer.from(`${almost} --${boundary}\r\n`), random.bytes(70000), Buffer.from(`${almost}\r\n--`)]),
    },
    { name: 'ordner/ünï 名前 😀.json', content_type: 'application/json', data: '{"a":[1.0]}' },
  ];
}

/** What the document has to have, by name: stubs, each file by itself, and all of them in one multipart answer. */
async function assertHas(server, db, id, expected) {
  const stubs = (await db.get(id))._attachments;
  assert.deepEqual(Object.keys(stubs).sort(), Object.keys(expected).sort());
  for (const [name, { content_type: type, data }] of Object.entries(expected)) {
    const { stub, content_type: told, length } = stubs[name];
    assert.deepEqual([stub, told, length], [true, type, Buffer.byteLength(data)]);
    // Of text and JSON nano's `attachment.get` makes strings.
    assert.ok(Buffer.from(data).equals(Buffer.from(await db.attachment.get(id, name))), name);
    assert.ok(Buffer.from(data).equals(await buffer(db.attachment.getAsStream(id, name))), `${name}, streamed`);
  }
  // `multipart.get` makes a string of the body too; the same request as a stream gives its bytes.
  const text = await db.multipart.get(id);
  assert.equal(typeof text, 'string');
  const request = { db: db.config.db, doc: id, accept: 'multipart/related', qs: { attachments: true }, stream: true };
  const [document, ...attachments] = parts(await buffer(server.request(request)));
  const { _attachments: follows } = JSON.parse(document.body);
  assert.ok(text.includes(document.body.toString()), 'the text of multipart.get');
  assert.deepEqual(attachments.map(({ filename }) => filename), Object.keys(follows));
  for (const { filename, headers, body } of attachments) {
    const plain = headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
    assert.ok(follows[filename].follows);
    assert.ok(Buffer.from(expected[filename].data).equals(plain), `${filename} in the multipart answer`);
  }
  assert.equal(attachments.length, Object.keys(expected).length);
}

async function byMultipart(server, db, random) {
  const boundary = 'aaaaaaaabaaaaaaa';
  const all = files(random, boundary);
  const id = 'dokument mit/dateien';
  const { rev } = await withBoundary(boundary, () => db.multipart.insert({ kind: 'files' }, all, { docName: id }));
  await refused(db.multipart.insert({ kind: 'lost' }, all, { docName: id }), 409, 'conflict');
  const expected = Object.fromEntries(all.map((file) => [file.name, file]));
  await assertHas(server, db, id, expected);

  // The next revision keeps two as stubs, replaces one, adds one, and leaves the rest out.
  const { _attachments: stubs } = await db.get(id);
  const kept = ['photo.jpg', 'ordner/ünï 名前 😀.json'];
  const fresh = [
    { name: 'text.txt', content_type: 'text/plain', data: 'replaced' },
    { name: 'more.bin', content_type: 'image/png', data: random.bytes(5000) },
  ];
  const doc = { _rev: rev, _attachments: Object.fromEntries(kept.map((name) => [name, stubs[name]])) };
  await db.multipart.insert(doc, fresh, { docName: id });
  const after = [...kept.map((name) => expected[name]), ...fresh];
  await assertHas(server, db, id, Object.fromEntries(after.map((file) => [file.name, file])));
  const { _attachments: found } = await db.get(id);
  assert.deepEqual([found['photo.jpg'].revpos, found['text.txt'].revpos], [1, 2]);
  const older = await db.attachment.get(id, 'almost a boundary.bin', { rev });
  assert.ok(expected['almost a boundary.bin'].data.equals(older), 'a file that the older revision alone has');
  return all.length + fresh.length;
}

async function oneByOne(db, random) {
  const bytes = random.bytes(3000);
  const made = await db.attachment.insert('by itself', 'a.bin', bytes, 'application/octet-stream');
  assert.ok(made.rev.startsWith('1-'), 'the document came with its first attachment');
  const text = await db.attachment.insert('by itself', 'note.txt', 'text given as a string', 'text/plain', { rev: made.rev });
  const lost = db.attachment.insert('by itself', 'lost.txt', 'lost', 'text/plain', { rev: made.rev });
  await refused(lost, 409, 'conflict', 'Document update conflict.');
  await refused(db.attachment.destroy('by itself', 'a.bin', { rev: made.rev }), 409, 'conflict');
  const empty = await db.attachment.insert('by itself', 'empty', Buffer.alloc(0), 'application/x-nothing', { rev: text.rev });
  assert.equal((await db.attachment.get('by itself', 'empty')).length, 0);
  assert.equal(await db.attachment.get('by itself', 'note.txt'), 'text given as a string');
  assert.ok(bytes.equals(await db.attachment.get('by itself', 'a.bin', { rev: made.rev })));

  const gone = await db.attachment.destroy('by itself', 'a.bin', { rev: empty.rev });
  await refused(db.attachment.get('by itself', 'a.bin'), 404, 'not_found', 'Document is missing attachment');
  await assert.rejects(buffer(db.attachment.getAsStream('by itself', 'a.bin')), { statusCode: 404 });
  assert.deepEqual(Object.keys((await db.get('by itself'))._attachments).sort(), ['empty', 'note.txt']);
  return gone.rev;
}

async function streamed(db, random, rev) {
  const large = random.bytes(STREAMED);
  const chunks = function* () {
    for (let at = 0; at < large.length; at += 50021) {
      yield large.subarray(at, at + 50021);
    }
  };
  await db.attachment.insert('by itself', 'large.bin', Readable.from(chunks()), 'video/mp4', { rev });
  const stub = (await db.get('by itself'))._attachments['large.bin'];
  const md5 = createHash('md5').update(large).digest('base64');
  assert.deepEqual([stub.length, stub.digest, stub.content_type], [STREAMED, `md5-${md5}`, 'video/mp4']);
  assert.ok(large.equals(await buffer(db.attachment.getAsStream('by itself', 'large.bin'))));

  // A stream that breaks off leaves the document as it was.
  const before = await db.get('by itself');
  const breaksOff = Readable.from((function* () {
    yield large.subarray(0, 1000000);
    throw new Error('the reader fails');
  })());
  await assert.rejects(db.attachment.insert('by itself', 'half.bin', breaksOff, 'video/mp4', { rev: before._rev }));
  assert.deepEqual(await db.get('by itself'), before);
}

scenario(async (context) => {
  const { random } = context;
  const server = nano(context.address());
  await server.db.create('nano-attachments');
  const db = server.use('nano-attachments');
  const attachments = await byMultipart(server, db, random);
  await streamed(db, random, await oneByOne(db, random));
  return { attachments, streamed: STREAMED };
});
