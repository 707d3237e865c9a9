// A browser without a window, and pages of an origin of their own. Nothing of it is relaxed: what its own rules forbid
// a page, such as reading from another origin that does not allow it, is forbidden here.

import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import chromium from '@sparticuz/chromium';
import puppeteer from 'puppeteer-core';

/** PouchDB as a file for browsers. */
export const POUCHDB = createRequire(import.meta.url).resolve('pouchdb/dist/pouchdb.js');

/** Not the package's own list of arguments: that one has --disable-web-security in it, and so would show nothing. */
const ARGUMENTS = ['--headless=shell', '--no-sandbox', '--no-zygote', '--disable-gpu', '--disable-dev-shm-usage'];

/** Opens a browser that keeps everything in `folder`: it is unpacked there too, which takes a second. */
export async function openBrowser(folder) {
  process.env.TMPDIR = folder;
  return puppeteer.launch({
    executablePath: await chromium.executablePath(),
    args: ARGUMENTS,
    ignoreDefaultArgs: ['--disable-features'],
    userDataDir: join(folder, 'profile'),
  });
}

/** Serves an empty page that has PouchDB in it, on the loopback address; port 0 is a free one. */
export async function servePage(port) {
  const script = await readFile(POUCHDB);
  const server = createServer((request, response) => {
    if (request.url === '/pouchdb.js') {
      response.writeHead(200, { 'content-type': 'text/javascript' }).end(script);
    } else {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><script src="/pouchdb.js"></script>');
    }
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return { origin: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}
