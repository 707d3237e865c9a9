// couchbackup with promises, and with its temporary files where the test removes them.

import { createReadStream } from 'node:fs';
import couchbackup from '@cloudant/couchbackup';

function promised(begin) {
  return new Promise((resolve, reject) => begin((error, figures) => (error ? reject(error) : resolve(figures))));
}

/** Makes this folder the one for couchbackup's temporary files: it makes some even where it is told a log file. */
export function keepTemporaryFilesIn(folder) {
  process.env.TMPDIR = folder;
}

/** Backs a database up into a stream. @returns {Promise<{total: number}>} how many revisions */
export function backup(address, target, options = {}) {
  return promised((callback) => couchbackup.backup(address, target, options, callback));
}

/** Restores a file into an empty database. @returns {Promise<{total: number}>} how many revisions */
export function restore(file, address, options = {}) {
  return promised((callback) => couchbackup.restore(createReadStream(file), address, options, callback));
}
