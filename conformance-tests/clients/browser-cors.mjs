// A page of another origin syncs with the server from a browser: with name and password, and with a session's cookie.
// A page of an origin that is not admitted reads nothing.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openBrowser, servePage } from './lib/browser.mjs';
import { contacts } from './lib/contacts.mjs';
import { scenario } from './lib/driver.mjs';

const DOCUMENTS = 200;
const DATABASE = 'browser_cors';

/** In the page: writes documents and an attachment, syncs, and syncs another store from the server. */
async function syncBothWays({ url, docs, options }) {
  const remote = new PouchDB(url, options);
  const writer = new PouchDB(`writer-${Math.random()}`);
  await writer.bulkDocs(docs);
  const { _rev: rev } = await writer.get(docs[0]._id);
  await writer.putAttachment(docs[0]._id, 'note.txt', rev, new Blob(['a text attached in a page']), 'text/plain');
  const { push } = await writer.sync(remote);
  const reader = new PouchDB(`reader-${Math.random()}`);
  const pull = await reader.replicate.from(remote);
  const attached = await (await reader.getAttachment(docs[0]._id, 'note.txt')).text();
  // A live feed is woken by a write that comes from elsewhere in the page.
  const live = reader.replicate.from(remote, { live: true });
  const woken = new Promise((resolve, reject) => {
    live.on('change', ({ docs: changed }) => changed.some(({ _id }) => _id === 'live') && resolve(true));
    live.on('error', reject);
  });
  await remote.put({ _id: 'live', at: Math.random() });
  await woken;
  live.cancel();
  await remote.remove(await remote.get('live'));
  const missing = await remote.get('no such document').catch(({ status, name }) => ({ status, name }));
  return { written: push.docs_written, pulled: pull.docs_written, attached, missing };
}

/** In the page: what plain requests see. */
async function tell({ url, options }) {
  try {
    const response = await fetch(url, options);
    const names = ['etag', 'x-couch-request-id', 'content-type', 'server'];
    return { status: response.status, seen: names.filter((name) => response.headers.has(name)), body: await response.text() };
  } catch (error) {
    return { error: error.name };
  }
}

scenario(async (context) => {
  const { url, user, password } = context.server;
  // The server was told to admit the pages of this port.
  const admitted = await servePage(Number(await readFile(join(context.folder, 'page-port'), 'utf8')));
  const other = await servePage(0);
  const docs = contacts(context.random, DOCUMENTS);
  const browser = await openBrowser(context.folder);
  try {
    const page = await browser.newPage();
    await page.goto(admitted.origin);
    const ask = (path, options = {}) => page.evaluate(tell, { url: new URL(path, url).href, options });

    const basic = { authorization: `Basic ${btoa(`${user}:${password}`)}` };
    assert.equal((await ask(DATABASE, { method: 'PUT', headers: basic })).status, 201);
    const synced = await page.evaluate(syncBothWays, {
      url: new URL(DATABASE, url).href,
      docs,
      options: { auth: { username: user, password } },
    });
    assert.deepEqual(synced.missing, { status: 404, name: 'not_found' });
    assert.equal(synced.attached, 'a text attached in a page');
    assert.equal(synced.pulled, DOCUMENTS);

    // Without credentials the error itself can be read.
    const refused = await ask(DATABASE);
    assert.equal(refused.status, 401);
    assert.equal(JSON.parse(refused.body).error, 'unauthorized');

    const session = await ask('_session', {
      method: 'POST',
      credentials: 'include',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: user, password }),
    });
    assert.equal(session.status, 200, session.body);
    const document = await ask(`${DATABASE}/${docs[1]._id}`, { credentials: 'include' });
    assert.equal(document.status, 200, document.body);
    assert.deepEqual(document.seen, ['etag', 'x-couch-request-id', 'content-type', 'server']);
    const byCookie = await page.evaluate(syncBothWays, { url: new URL(DATABASE, url).href, docs, options: {} });
    assert.equal(byCookie.pulled, DOCUMENTS + 1, 'with the tombstone of before');

    const stranger = await browser.newPage();
    await stranger.goto(other.origin);
    const stolen = await stranger.evaluate(tell, { url: new URL(DATABASE, url).href, options: { credentials: 'include' } });
    assert.deepEqual(stolen, { error: 'TypeError' });
    const written = await stranger.evaluate(tell, {
      url: new URL(`${DATABASE}/stranger`, url).href,
      options: { method: 'PUT', credentials: 'include', headers: { 'content-type': 'application/json' }, body: '{}' },
    });
    assert.deepEqual(written, { error: 'TypeError' });
    // The preflight kept the browser from sending it at all.
    const never = await ask(`${DATABASE}/stranger`, { credentials: 'include' });
    assert.equal(never.status, 404);
    return { documents: (await context.database(DATABASE).info()).doc_count, browser: await browser.version() };
  } finally {
    await browser.close();
    admitted.close();
    other.close();
  }
});
