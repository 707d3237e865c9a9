// Serves the page of notes to every device of the network: node serve.mjs [PORT]

import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { networkInterfaces } from 'node:os';
import { pathToFileURL } from 'node:url';

/** Listens on `address`; port 0 takes a free one. `script` is where PouchDB for browsers is. */
export async function serve({ port, address, script }) {
  const files = {
    '/': ['text/html', await readFile(new URL('index.html', import.meta.url))],
    '/pouchdb.js': ['text/javascript', await readFile(script)],
  };
  const server = createServer(({ url }, response) => {
    const [type, body] = files[url] ?? [];
    response.writeHead(body ? 200 : 404, { 'content-type': type ?? 'text/plain' }).end(body ?? 'not found');
  });
  server.listen(port, address);
  await once(server, 'listening');
  return { port: server.address().port, close: () => server.close() };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const script = createRequire(import.meta.url).resolve('pouchdb/dist/pouchdb.min.js');
  const { port } = await serve({ port: Number(process.argv[2] ?? 8080), address: '0.0.0.0', script });
  const addresses = Object.values(networkInterfaces()).flat().filter(({ family }) => family === 'IPv4');
  console.log('Open one of these, the first on this machine, the others from the same network:');
  const [local, others] = [addresses.filter(({ internal }) => internal), addresses.filter(({ internal }) => !internal)];
  [...local, ...others].forEach(({ address }) => console.log(`  http://${address}:${port}/`));
}
