// A backup larger than a page of changes, killed half-way: resumed by its log file, then restored. And the shallow kind,
// which pages through the listing instead.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { backup, keepTemporaryFilesIn, restore } from './lib/backup.mjs';
import { scenario } from './lib/driver.mjs';
import { canonical } from './lib/snapshot.mjs';

/** couchbackup asks for changes ten thousand at a time. */
const DOCUMENTS = 10300;
const BATCH = 400;
/** After these the tool is killed; the first is the head of the file. */
const LINES = 8;
const TOOL = join(fileURLToPath(import.meta.resolve('@cloudant/couchbackup')), '..', 'bin', 'couchbackup.bin.js');

async function fill(database) {
  for (let from = 0; from < DOCUMENTS; from += 1000) {
    const length = Math.min(1000, DOCUMENTS - from);
    const docs = Array.from({ length }, (_, i) => ({ _id: `doc-${from + i}`, number: from + i }));
    await database.json('POST', '/_bulk_docs', { docs });
  }
  // Every hundredth gets a branch beside its own, which loses or wins as its hash says; every next one is deleted.
  const { rows } = await database.json('GET', '/_all_docs');
  const branches = rows.filter((row, i) => i % 100 === 0).map(({ id, value: { rev } }) => {
    const other = [...rev.slice(2)].reverse().join('');
    return { _id: id, _rev: `1-${other}`, branch: true, _revisions: { start: 1, ids: [other] } };
  });
  assert.deepEqual(await database.json('POST', '/_bulk_docs', { docs: branches, new_edits: false }), []);
  const deletes = rows.filter((row, i) => i % 100 === 1).map(({ id, value: { rev } }) => {
    return { _id: id, _rev: rev, _deleted: true };
  });
  await database.json('POST', '/_bulk_docs', { docs: deletes });
  return { leaves: DOCUMENTS + branches.length, living: DOCUMENTS - deletes.length };
}

/**
 * Runs the command line tool until it has printed so many lines, and kills it. It cannot run ahead: what it prints waits
 * in a pipe that is read line by line. All that it printed is in the file.
 */
async function killedAfter(lines, file, options) {
  const arguments_ = [TOOL, ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)])];
  const tool = spawn(process.execPath, arguments_, { stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = once(tool, 'exit');
  let printed = 0;
  for await (const chunk of tool.stdout) {
    await appendFile(file, chunk);
    printed += chunk.toString('latin1').split('\n').length - 1;
    if (printed >= lines) {
      tool.kill('SIGKILL');
    }
  }
  assert.deepEqual(await ended, [null, 'SIGKILL'], 'how the backup ended');
}

/** Every leaf with its body, sorted: what a full backup has to keep. The first revision of a document is its winner. */
async function leavesOf(database) {
  const { results } = await database.json('GET', '/_changes?style=all_docs');
  const wanted = results.flatMap(({ id, changes }) => changes.map(({ rev }) => ({ id, rev })));
  const leaves = [];
  while (wanted.length > 0) {
    const answer = await database.json('POST', '/_bulk_get?revs=true', { docs: wanted.splice(0, 4000) });
    leaves.push(...answer.results.flatMap(({ docs }) => docs.map(({ ok }) => canonical(ok))));
  }
  const winners = results.map(({ id, changes }) => `${id} ${changes[0].rev}`);
  return { leaves: leaves.sort(), winners: winners.sort() };
}

async function batchesDone(log) {
  return (await readFile(log, 'utf8')).match(/^:d batch\d+$/gm)?.length ?? 0;
}

scenario(async (context) => {
  keepTemporaryFilesIn(context.folder);
  const [source, target, shallow] = ['resume-from', 'resume-to', 'shallow-to'].map((name) => context.database(name));
  await Promise.all([source, target, shallow].map((database) => database.create()));
  const { leaves, living } = await fill(source);
  const address = context.address('resume-from');
  const [file, log] = [join(context.folder, 'resumed.txt'), join(context.folder, 'resumed.log')];
  await killedAfter(LINES, file, { url: context.address(), db: 'resume-from', log, 'buffer-size': BATCH, parallelism: 2 });
  const done = await batchesDone(log);
  assert.ok(done >= 1 && done < DOCUMENTS / BATCH, `${done} batches before the kill`);
  const resumed = await backup(address, createWriteStream(file, { flags: 'a' }), { log, resume: true, parallelism: 4 });
  assert.equal(await batchesDone(log), Math.ceil(DOCUMENTS / BATCH));
  assert.ok(resumed.total < leaves, `${resumed.total} of ${leaves}: some were there already`);
  await restore(file, context.address('resume-to'), { parallelism: 4 });
  assert.deepEqual(await leavesOf(target), await leavesOf(source));

  const winners = join(context.folder, 'shallow.txt');
  assert.equal((await backup(address, createWriteStream(winners), { mode: 'shallow' })).total, living);
  await restore(winners, context.address('shallow-to'));
  assert.equal((await shallow.info()).doc_count, living);
  const { rows } = await source.json('GET', '/_all_docs?include_docs=true');
  assert.deepEqual((await shallow.json('GET', '/_all_docs?include_docs=true')).rows, rows);
  return { documents: DOCUMENTS, leaves, batchesBeforeResume: done };
});
