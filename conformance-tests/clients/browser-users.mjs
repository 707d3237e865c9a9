// A page of another origin signs a user up, logs in for a cookie and syncs the user's own database with it. A page of an
// origin that is not admitted gets nothing by the same cookie, and signs nobody up.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openBrowser, servePage } from './lib/browser.mjs';
import { contacts } from './lib/contacts.mjs';
import { scenario } from './lib/driver.mjs';

const DOCUMENTS = 100;
const DATABASE = 'userdb-616e6e';

/** In the page: a request as apps make them, the browser adding the cookie. */
async function ask({ url, method = 'GET', body }) {
  const json = body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  try {
    const response = await fetch(url, { method, credentials: 'include', ...json });
    return { status: response.status, body: await response.text() };
  } catch (error) {
    return { error: error.name };
  }
}

/** In the page. */
async function sync({ url, docs }) {
  const remote = new PouchDB(url, { skip_setup: true });
  const writer = new PouchDB(`writer-${Math.random()}`);
  await writer.bulkDocs(docs);
  const { push } = await writer.sync(remote);
  const reader = new PouchDB(`reader-${Math.random()}`);
  const { docs_written: pulled } = await reader.replicate.from(remote);
  return { pushed: push.docs_written, pulled };
}

scenario(async (context) => {
  const at = (path) => new URL(path, context.server.url).href;
  await context.database('_users').request('PUT', '/_security', {});
  // The server was told to admit the pages of this port.
  const admitted = await servePage(Number(await readFile(join(context.folder, 'page-port'), 'utf8')));
  const other = await servePage(0);
  const docs = contacts(context.random, DOCUMENTS);
  const browser = await openBrowser(context.folder);
  try {
    const page = await browser.newPage();
    await page.goto(admitted.origin);
    const user = { name: 'ann', password: 'ann’s secret', roles: [], type: 'user' };
    const signUp = { url: at('_users/org.couchdb.user:ann'), method: 'PUT', body: user };
    assert.equal((await page.evaluate(ask, signUp)).status, 201);
    const wrong = await page.evaluate(ask, { url: at('_session'), method: 'POST', body: { name: 'ann', password: 'x' } });
    assert.equal(wrong.status, 401);
    const session = await page.evaluate(ask, { url: at('_session'), method: 'POST', body: user });
    assert.equal(session.status, 200, session.body);
    const deadline = Date.now() + 20_000;
    while ((await page.evaluate(ask, { url: at(DATABASE) })).status !== 200) {
      assert.ok(Date.now() < deadline, `no ${DATABASE} after 20 s`);
    }
    const synced = await page.evaluate(sync, { url: at(DATABASE), docs });
    assert.deepEqual(synced, { pushed: DOCUMENTS, pulled: DOCUMENTS });
    assert.equal((await page.evaluate(ask, { url: at('_all_dbs') })).status, 401);

    const stranger = await browser.newPage();
    await stranger.goto(other.origin);
    for (const path of [DATABASE, `${DATABASE}/_all_docs`, '_session', '_users/org.couchdb.user:ann']) {
      assert.deepEqual(await stranger.evaluate(ask, { url: at(path) }), { error: 'TypeError' }, path);
    }
    const eve = { ...signUp, url: at('_users/org.couchdb.user:eve'), body: { ...user, name: 'eve' } };
    assert.deepEqual(await stranger.evaluate(ask, eve), { error: 'TypeError' });
    // The preflight kept the browser from sending it at all.
    await assert.rejects(context.database('_users').json('GET', '/org.couchdb.user:eve'), /: 404 /);

    const out = await page.evaluate(ask, { url: at('_session'), method: 'DELETE' });
    assert.equal(out.status, 200);
    assert.equal((await page.evaluate(ask, { url: at(DATABASE) })).status, 401);
    return { documents: (await context.database(DATABASE).info()).doc_count };
  } finally {
    await browser.close();
    admitted.close();
    other.close();
  }
});
