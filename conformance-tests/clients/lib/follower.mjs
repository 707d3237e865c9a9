// A feed of `follow`, or of `cloudant-follow`, which is the same by its interface, with all it told.

import { EventEmitter } from 'node:events';
import cloudantFollow from 'cloudant-follow';
import follow from 'follow';

/** Both modules by the names of their packages. */
export const MODULES = { follow, 'cloudant-follow': cloudantFollow };

/** Emits `news` after each event of the feed. */
export class Follower extends EventEmitter {
  changes = [];
  heartbeats = 0;
  retries = 0;
  /** Heartbeats that did not come in time. */
  late = 0;
  errors = [];
  stopped = false;

  /** @param options those of the module, `db` among them */
  constructor(name, options) {
    super();
    this.name = name;
    // The modules give a heartbeat a quarter of its time to be late: a second, for a busy machine.
    this.feed = new MODULES[name].Feed({ heartbeat: 4000, initial_retry_delay: 50, ...options });
    const notes = {
      change: (change) => this.changes.push(change),
      heartbeat: () => this.heartbeats++,
      retry: () => this.retries++,
      timeout: () => this.late++,
      error: (error) => this.errors.push(error),
      stop: () => { this.stopped = true; },
    };
    for (const [event, take] of Object.entries(notes)) {
      this.feed.on(event, (value) => {
        take(value);
        this.emit('news');
      });
    }
    // Only an answer says that the server has taken up what `since` stands for.
    this.begun = new Promise((resolve) => this.feed.once('response', resolve));
    this.feed.follow();
  }

  get ids() {
    return this.changes.map(({ id }) => id);
  }

  stop() {
    this.feed.stop();
  }
}
