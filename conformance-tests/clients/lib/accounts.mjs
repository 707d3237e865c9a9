// A user as an app has one: signs up by writing the own document, logs in for a cookie, and goes on with that alone.

import assert from 'node:assert/strict';
import PouchDB from 'pouchdb';

export class Account {
  #cookie;

  constructor(url, name, password) {
    this.url = url;
    this.name = name;
    this.password = password;
    this.database = `userdb-${Buffer.from(name).toString('hex')}`;
  }

  /** As pouchdb-authentication does it: nobody is logged in yet. @returns {Promise<Response>} */
  signUp() {
    const doc = { name: this.name, password: this.password, roles: [], type: 'user' };
    return this.send('PUT', `_users/org.couchdb.user:${encodeURIComponent(this.name)}`, doc);
  }

  async logIn() {
    const response = await this.send('POST', '_session', { name: this.name, password: this.password });
    assert.equal(response.status, 200, await response.text());
    const cookie = response.headers.get('set-cookie');
    assert.match(cookie, /HttpOnly/);
    [this.#cookie] = cookie.split(';');
  }

  /** Any request, with the cookie once there is one. */
  send(method, path, body) {
    const headers = { ...(this.#cookie && { cookie: this.#cookie }) };
    if (body !== undefined) {
      headers['content-type'] = 'application/json';
    }
    return fetch(new URL(path, this.url), { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  }

  /** A database of the server as PouchDB sees it, by the cookie. */
  remote(database = this.database) {
    return new PouchDB(new URL(database, this.url).href, {
      skip_setup: true,
      fetch: (url, options) => {
        options.headers.set('cookie', this.#cookie);
        return PouchDB.fetch(url, options);
      },
    });
  }

  /** Waits until the server has made the own database: a moment after the sign-up. */
  async ownDatabase() {
    const deadline = Date.now() + 20_000;
    for (;;) {
      const response = await this.send('GET', this.database);
      await response.arrayBuffer();
      if (response.status === 200) {
        return;
      }
      assert.ok(Date.now() < deadline, `no ${this.database} after 20 s, but ${response.status}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
