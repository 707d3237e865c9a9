// Live sync: a change made by one client reaches the other within a second, in both directions.

import { once } from 'node:events';
import { contact } from './lib/contacts.mjs';
import { scenario, until } from './lib/driver.mjs';

const CHANGES = 200;

scenario(async (context) => {
  const clients = ['one', 'two'].map((name) => {
    const db = context.local(name);
    // No retries: an error of the sync is an error of the test.
    const sync = db.sync(context.remote('live'), { live: true });
    return { db, sync, feed: db.changes({ live: true, since: 0, include_docs: true }) };
  });
  await Promise.all(clients.map(({ sync }) => once(sync, 'paused')));

  const latencies = [];
  for (let i = 0; i < CHANGES; i++) {
    const [from, to] = i % 2 === 0 ? clients : [...clients].reverse();
    // Every fourth change edits what the other side wrote; the rest are new documents.
    const doc = contact(context.random, i % 4 === 3 ? i - 1 : i);
    const old = i % 4 === 3 ? { _rev: (await from.db.get(doc._id))._rev } : {};
    const sent = performance.now();
    let arrived;
    const see = ({ doc: seen }) => {
      if (seen.change === i) {
        arrived = performance.now();
      }
    };
    to.feed.on('change', see);
    await from.db.put({ ...doc, ...old, change: i });
    await until(`change ${i}`, () => arrived !== undefined, [[to.feed, 'change']]);
    to.feed.removeListener('change', see);
    latencies.push(arrived - sent);
  }
  for (const { feed } of clients) {
    feed.cancel();
  }
  const [one, two] = clients.map(({ db }) => db);
  await context.assertAllEqual('live', { one, two });
  latencies.sort((a, b) => a - b);
  const millis = (index) => Math.round(latencies[index] * 10) / 10;
  return { changes: CHANGES, medianMillis: millis(CHANGES / 2), maxMillis: millis(CHANGES - 1) };
});
