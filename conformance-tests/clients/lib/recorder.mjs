// Stands between PouchDB and the network: notes what the server acknowledged, and counts requests.

import { EventEmitter } from 'node:events';
import PouchDB from 'pouchdb';

/** Emits `request` as each request leaves. */
export class Recorder extends EventEmitter {
  /** Revisions whose write the server has answered with success: `[id, rev]`. */
  acknowledged = [];

  /** The `fetch` to give to PouchDB. */
  fetch = async (url, options) => {
    this.emit('request');
    const response = await PouchDB.fetch(url, options);
    if (options?.method !== 'POST' || !new URL(url).pathname.endsWith('/_bulk_docs') || !response.ok) {
      return response;
    }
    const answer = await response.text();
    const refused = new Set(JSON.parse(answer).filter(({ error }) => error).map(({ id }) => id));
    for (const { _id, _rev } of JSON.parse(options.body).docs) {
      if (!refused.has(_id)) {
        this.acknowledged.push([_id, _rev]);
      }
    }
    const { status, statusText } = response;
    return new Response(answer, { status, statusText, headers: { 'content-type': 'application/json' } });
  };
}
