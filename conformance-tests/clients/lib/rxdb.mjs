// A client with a collection of notes in memory, synced by RxDB's own plugin for CouchDB, and all it was answered.

import { EventEmitter } from 'node:events';
import { createRxDatabase } from 'rxdb/plugins/core';
import { getFetchWithCouchDBAuthorization, replicateCouchDB } from 'rxdb/plugins/replication-couchdb';
import { getRxStorageMemory } from 'rxdb/plugins/storage-memory';
import { canonical } from './snapshot.mjs';

const SCHEMA = {
  version: 0,
  primaryKey: 'id',
  type: 'object',
  properties: {
    id: { type: 'string', maxLength: 100 },
    text: { type: 'string' },
    edits: { type: 'array', items: { type: 'string' } },
  },
  required: ['id'],
};

/** What a note says, apart from its id and from what stores add. */
export function content({ text, edits }) {
  return canonical({ text, edits });
}

/** Keeps the edits of both sides. Where one side deleted, the server is right. */
const conflictHandler = {
  isEqual: (a, b) => a._deleted === b._deleted && (a._deleted || content(a) === content(b)),
  resolve({ realMasterState: theirs, newDocumentState: ours }) {
    const edits = [...new Set([...theirs.edits ?? [], ...ours.edits ?? []])].sort();
    return theirs._deleted || ours._deleted ? theirs : { ...theirs, edits };
  },
};

/** Emits `documents` as its notes change, `answer` as the head of each answer comes, with its URL. */
export class RxClient extends EventEmitter {
  /** Content of its notes by id. */
  documents = new Map();
  /** Revisions whose write the server has answered with success: `[id, rev]`. */
  acknowledged = [];
  /** The URLs it asked for, oldest first. */
  asked = [];
  /** Errors that the sync reported. */
  errors = [];
  conflicts = 0;
  /** Called before each `_bulk_docs` is sent. */
  beforeWrite = async () => {};
  #plainFetch;

  constructor(name, server) {
    super();
    this.name = name;
    this.#plainFetch = getFetchWithCouchDBAuthorization(server.user, server.password);
  }

  /** Opens its store: with what was in it when it was closed. */
  async open() {
    this.db = await createRxDatabase({ name: this.name, storage: getRxStorageMemory(), multiInstance: false });
    await this.db.addCollections({ notes: { schema: SCHEMA, conflictHandler } });
    this.notes = this.db.notes;
    this.notes.find().$.subscribe((found) => {
      this.documents = new Map(found.map((note) => [note.id, content(note.toJSON())]));
      this.emit('documents');
    });
  }

  /** Stops the sync and closes the store. */
  async close() {
    await this.db.close();
  }

  /** Syncs live, until cancelled or closed; going on where the sync of this name was. Retries after 100 ms. */
  sync(database) {
    this.replication = replicateCouchDB({
      replicationIdentifier: 'notes',
      collection: this.notes,
      url: `${database.url}/`,
      fetch: this.#fetch,
      live: true,
      waitForLeadership: false,
      retryTime: 100,
      pull: { batchSize: 50 },
      push: { batchSize: 40 },
    });
    this.replication.error$.subscribe((error) => this.errors.push(error));
    this.replication.conflict$.subscribe(() => this.conflicts++);
    return this.replication.awaitInitialReplication();
  }

  #fetch = async (url, options) => {
    this.asked.push(url);
    const writes = new URL(url).pathname.endsWith('/_bulk_docs');
    if (writes) {
      await this.beforeWrite();
    }
    const response = await this.#plainFetch(url, options);
    this.emit('answer', url);
    if (writes && response.ok) {
      const rows = await response.clone().json();
      this.acknowledged.push(...rows.filter(({ ok }) => ok).map(({ id, rev }) => [id, rev]));
    }
    return response;
  };
}
