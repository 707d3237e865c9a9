// IBM's client for Cloudant, by either way to say who one is.

import { BasicAuthenticator, CloudantV1, CouchdbSessionAuthenticator } from '@ibm-cloud/cloudant';
import assert from 'node:assert/strict';

/** The authenticators, by what the server calls what they do. */
const AUTHENTICATORS = { default: BasicAuthenticator, cookie: CouchdbSessionAuthenticator };

export const WAYS = Object.keys(AUTHENTICATORS);

/** @param way `default`, that is name and password with each request, or `cookie` */
export function connect({ url, user: username, password }, way) {
  const client = new CloudantV1({ authenticator: new AUTHENTICATORS[way]({ username, password }) });
  // Without the slash at the end: the client puts one of its own.
  client.setServiceUrl(url.replace(/\/$/, ''));
  return client;
}

/** Fails unless a call rejects as its users know it: by status, and CouchDB's `error` and `reason`. */
export async function refused(call, status, error, reason) {
  await assert.rejects(call, (thrown) => {
    assert.equal(thrown.status, status, `${thrown}`);
    const body = typeof thrown.result === 'object' ? thrown.result : JSON.parse(thrown.body);
    assert.equal(body.error, error);
    assert.ok(reason === undefined || body.reason === reason, body.reason);
    return true;
  });
}
