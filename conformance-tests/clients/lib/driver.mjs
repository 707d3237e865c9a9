// The frame of a scenario: options in, one JSON line out, and a line-wise conversation with the test that runs it.

import { EventEmitter, once } from 'node:events';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import PouchDB from 'pouchdb';
import { Random } from './random.mjs';
import { ServerDatabase } from './server.mjs';
import { assertEqual, localSnapshot, serverSnapshot } from './snapshot.mjs';

/**
 * What a scenario is given: the server, or several, of which the first is meant where none is named; a seeded generator;
 * and stores in a folder that the test removes.
 */
class Context {
  constructor(options) {
    this.servers = options.url.map((url) => ({ url, user: options.user, password: options.password }));
    [this.server] = this.servers;
    this.random = new Random(Number(options.seed));
    this.folder = options.folder;
    this.said = new EventEmitter();
  }

  /** A local store on leveldb. */
  local(name) {
    return new PouchDB(join(this.folder, name));
  }

  /** The server's database as PouchDB sees it. `fetch`, if given, stands between PouchDB and the network. */
  remote(name, fetch = PouchDB.fetch, server = this.server) {
    const { user: username, password } = server;
    return new PouchDB(new URL(name, server.url).href, { auth: { username, password }, fetch });
  }

  /** The address of the server, or of a database, with name and password in it, as clients other than PouchDB take it. */
  address(name = '', server = this.server) {
    const address = new URL(encodeURIComponent(name), server.url);
    address.username = server.user;
    address.password = server.password;
    return address.href;
  }

  /** The same database by plain HTTP. */
  database(name, server = this.server) {
    return new ServerDatabase(server, name);
  }

  /** Tells the test something. */
  tell(event, figures = {}) {
    process.stdout.write(`${JSON.stringify({ event, ...figures })}\n`);
  }

  /** Waits until the test says `word`. */
  async hear(word) {
    await once(this.said, word);
  }

  /** Fails unless the local stores and the server hold the same, revision by revision. @returns the common state */
  async assertAllEqual(databaseName, locals) {
    const snapshots = { server: await serverSnapshot(this.database(databaseName)) };
    for (const [name, db] of Object.entries(locals)) {
      snapshots[name] = await localSnapshot(db);
    }
    assertEqual(snapshots);
    return snapshots.server;
  }
}

/**
 * Runs a scenario: an async function from the context to the figures to report. An error it throws becomes the
 * event `failed` and status 1; so do a rejection that nobody handles, unless it is an `expected` one, and taking longer
 * than the deadline.
 */
export async function scenario(run, { deadlineSeconds = 120, expected = () => false } = {}) {
  const text = { type: 'string' };
  const texts = { ...text, multiple: true };
  const { values } = parseArgs({ options: { url: texts, user: text, password: text, seed: text, folder: text } });
  const context = new Context(values);
  createInterface({ input: process.stdin }).on('line', (word) => context.said.emit(word));
  const fail = (error) => {
    process.stdout.write(`${JSON.stringify({ event: 'failed', reason: error.stack ?? String(error) })}\n`, () => process.exit(1));
  };
  process.on('unhandledRejection', (error) => expected(error) || fail(error));
  setTimeout(() => fail(new Error(`not done after ${deadlineSeconds} s`)), deadlineSeconds * 1000);
  try {
    const figures = await run(context);
    process.stdout.write(`${JSON.stringify({ event: 'done', ...figures })}\n`, () => process.exit(0));
  } catch (error) {
    fail(error);
  }
}

/** Waits until `done()` is true, looking again at each of these events; rejects after the deadline. */
export function until(what, done, sources, { seconds = 20, state = () => '' } = {}) {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      sources.forEach(([emitter, event]) => emitter.removeListener(event, look));
    };
    const timer = setTimeout(() => {
      stop();
      reject(new Error(`${what}: not within ${seconds} s ${state()}`));
    }, seconds * 1000);
    const look = () => {
      if (done()) {
        stop();
        resolve();
      }
    };
    sources.forEach(([emitter, event]) => emitter.on(event, look));
    look();
  });
}
