// What Obsidian LiveSync does with a server, apart from the vault and its encryption: the set-up that its documentation
// gives, the check in its settings, the documents it coordinates by, and its fast fetch.

import assert from 'node:assert/strict';

/** Where its pages come from: Obsidian on desktops, on iOS, on Android. */
export const ORIGINS = ['app://obsidian.md', 'capacitor://localhost', 'http://localhost'];

export const VERSION = 'obsydian_livesync_version';
export const MILESTONE = '_local/obsydian_livesync_milestone';
export const PARAMETERS = '_local/obsidian_livesync_sync_parameters';

const SETTINGS = {
  'chttpd/require_valid_user': 'true',
  'chttpd_auth/require_valid_user': 'true',
  'httpd/WWW-Authenticate': 'Basic realm="couchdb"',
  'httpd/enable_cors': 'true',
  'chttpd/enable_cors': 'true',
  'chttpd/max_http_request_size': '4294967296',
  'couchdb/max_document_size': '50000000',
  'cors/credentials': 'true',
  'cors/origins': ORIGINS.join(','),
};

/** Whoever asks, by plain HTTP. */
export class Asker {
  constructor({ url, user, password }) {
    this.url = url;
    this.authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  }

  ask(path, { headers = {}, ...options } = {}) {
    return fetch(new URL(path, this.url), { ...options, headers: { authorization: this.authorization, ...headers } });
  }

  async send(method, path, body) {
    const headers = { 'content-type': 'application/json' };
    const response = await this.ask(path, { method, headers, body: JSON.stringify(body) });
    const answer = await response.text();
    assert.equal(response.status, 200, `${method} ${path}: ${answer}`);
    return JSON.parse(answer);
  }
}

/** The set-up of a new server, in the order of its script. It may be run again. */
export async function provision(asker, { user: username, password }) {
  const single = { action: 'enable_single_node', username, password, bind_address: '0.0.0.0', port: 5984, singlenode: true };
  const response = await asker.ask('_cluster_setup', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(single),
  });
  const answer = await response.text();
  const done = response.ok || ([400, 409].includes(response.status) && /already|finished/i.test(answer));
  assert.ok(done, `_cluster_setup: ${response.status} ${answer}`);
  for (const [key, value] of Object.entries(SETTINGS)) {
    await asker.send('PUT', `_node/_local/_config/${key}`, value);
  }
}

/** The check in its settings: it reads the configuration as a whole, and sees what an answer lets each origin see. */
export async function check(asker, user) {
  const config = await (await asker.ask('_node/_local/_config', { headers: { origin: ORIGINS[0] } })).json();
  assert.ok(user in config.admins, 'an administrator');
  for (const [key, value] of Object.entries(SETTINGS)) {
    const [section, name] = key.split('/');
    assert.equal(config[section]?.[name], value, key);
  }
  for (const origin of ORIGINS) {
    const { headers } = await asker.ask('', { headers: { origin } });
    assert.equal(headers.get('access-control-allow-origin'), origin);
    assert.equal(headers.get('access-control-allow-credentials'), 'true', origin);
  }
}

/** Reads lines as they come: each JSON value is given at once, blank lines are passed over. */
export async function* lines(response) {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of response.body) {
    const parts = (rest + decoder.decode(bytes, { stream: true })).split('\n');
    rest = parts.pop();
    yield* parts.filter((line) => line.trim() !== '').map((line) => JSON.parse(line));
  }
  assert.equal(rest, '', 'the last line ends in a line break');
}

const SELECTION = 'style=all_docs&conflicts=true&revs=true';

/**
 * Fast fetch: asks how much there is, reads a bounded page of the continuous feed into a store, and again from where that
 * page ended, until there is nothing.
 *
 * @param page rows of a page at most
 * @param waiting the parameter that says how a page waits: LiveSync gives a timeout, older versions heartbeats
 * @returns its figures
 */
export async function fastFetch(asker, name, store, { page, waiting }) {
  let since = '0';
  const figures = { pages: 0, rows: 0 };
  for (;;) {
    const probe = await (await asker.ask(`${name}/_changes?feed=normal&limit=1&include_docs=false&${SELECTION}&since=${since}`)).json();
    const there = probe.results.length + probe.pending;
    if (there === 0) {
      return figures;
    }
    const limit = Math.min(there, page);
    const query = `feed=continuous&include_docs=true&${SELECTION}&limit=${limit}&${waiting}&since=${since}`;
    const docs = [];
    let last;
    for await (const line of lines(await asker.ask(`${name}/_changes?${query}`))) {
      assert.equal(last, undefined, 'a line after the last one');
      if (line.last_seq === undefined) {
        docs.push(line.doc);
      } else {
        last = line;
      }
    }
    assert.equal(docs.length, limit, 'rows of the page');
    assert.equal(last?.pending, there - limit, `the last line of the page: ${JSON.stringify(last)}`);
    const failed = await store.bulkDocs(docs, { new_edits: false });
    assert.deepEqual(failed, []);
    figures.pages++;
    figures.rows += docs.length;
    since = last.last_seq;
  }
}
