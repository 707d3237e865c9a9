// Obsidian LiveSync sets a new server up, by its script, and checks what came of it: in its settings, and by preflight
// and request from the origins it runs at. Then the documents that devices agree by.

import assert from 'node:assert/strict';
import { scenario } from './lib/driver.mjs';
import { Asker, check, MILESTONE, ORIGINS, PARAMETERS, provision, VERSION } from './lib/livesync.mjs';

const NAME = 'obsidiannotes';

/** What a browser sends before each request that has credentials or a JSON body, and what it needs to hear. */
async function preflight(url, origin, method) {
  const response = await fetch(url, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': method,
      'access-control-request-headers': 'authorization,content-type',
    },
  });
  assert.ok(response.ok, `preflight of ${method} from ${origin}: ${response.status}`);
  const listed = (name) => (response.headers.get(name) ?? '').toLowerCase().split(/\s*,\s*/);
  assert.equal(response.headers.get('access-control-allow-origin'), origin);
  assert.equal(response.headers.get('access-control-allow-credentials'), 'true');
  assert.ok(listed('access-control-allow-methods').includes(method.toLowerCase()), method);
  for (const header of ['authorization', 'content-type']) {
    assert.ok(listed('access-control-allow-headers').includes(header), header);
  }
}

async function origins(asker, url) {
  for (const origin of ORIGINS) {
    for (const [method, path] of [['GET', NAME], ['PUT', `${NAME}/doc`], ['POST', `${NAME}/_bulk_docs`], ['DELETE', NAME]]) {
      await preflight(new URL(path, url), origin, method);
    }
    // An error can be read as well: a page has to see that it is 401, or 404, and not that something failed.
    const anonymous = await fetch(new URL(NAME, url), { headers: { origin } });
    assert.deepEqual([anonymous.status, anonymous.headers.get('access-control-allow-origin')], [401, origin]);
    assert.equal(anonymous.headers.get('www-authenticate'), 'Basic realm="couchdb"');
    assert.equal((await anonymous.json()).error, 'unauthorized');
    const missing = await asker.ask(`${NAME}/never`, { headers: { origin } });
    assert.deepEqual([missing.status, missing.headers.get('access-control-allow-origin')], [404, origin]);
  }
  const stranger = await asker.ask('', { headers: { origin: 'https://example.org' } });
  assert.equal(stranger.headers.get('access-control-allow-origin'), null, 'other pages see nothing');
}

/** The version of the database is a document that travels; what concerns the server alone are local ones. */
async function agreed(context) {
  const db = context.remote(NAME);
  await assert.rejects(db.get(VERSION), { status: 404, reason: 'missing' });
  assert.equal((await db.info()).doc_count, 0);
  await db.put({ _id: VERSION, type: 'versioninfo', version: 12 });
  await assert.rejects(db.get(MILESTONE), { status: 404, reason: 'missing' });
  await db.put({ _id: PARAMETERS, type: 'sync-parameters', protocolVersion: 2, pbkdf2salt: 'c2FsdA==' });
  const milestone = { _id: MILESTONE, type: 'milestoneinfo', created: 1795170000000, locked: false, accepted_nodes: ['one'] };
  await db.put(milestone);
  for (const node of ['two', 'three']) {
    const read = await db.get(MILESTONE);
    await db.put({ ...read, accepted_nodes: [...read.accepted_nodes, node] });
  }
  const { _rev, ...kept } = await db.get(MILESTONE);
  assert.deepEqual([_rev, kept], ['0-3', { ...milestone, accepted_nodes: ['one', 'two', 'three'] }]);
  const { doc_count: count } = await db.info();
  assert.equal(count, 1, 'local documents do not count');
  assert.deepEqual((await db.changes({ since: 0 })).results.map(({ id }) => id), [VERSION]);
}

scenario(async (context) => {
  const { url, user } = context.server;
  const asker = new Asker(context.server);
  await provision(asker, context.server);
  await provision(asker, context.server);
  await check(asker, user);
  for (const status of [201, 412]) {
    assert.equal((await asker.ask(NAME, { method: 'PUT' })).status, status);
  }
  await origins(asker, url);
  await agreed(context);
  return { origins: ORIGINS.length };
});
