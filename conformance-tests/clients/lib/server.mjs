// The server as seen by plain HTTP, without any client library between: what the checks read, and one kind of writer.

/** One database of the server. Every method rejects on an answer that is not 2xx. */
export class ServerDatabase {
  #headers;

  constructor({ url, user, password }, name) {
    this.url = new URL(`${encodeURIComponent(name)}`, url).href;
    this.#headers = {
      authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
      accept: 'application/json',
    };
  }

  async request(method, path, body) {
    const json = body === undefined ? {} : { 'content-type': 'application/json' };
    const response = await fetch(this.url + path, {
      method,
      headers: { ...this.#headers, ...json },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (!response.ok) {
      throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    }
    return response;
  }

  async json(method, path, body) {
    return (await this.request(method, path, body)).json();
  }

  create() {
    return this.json('PUT', '');
  }

  info() {
    return this.json('GET', '');
  }

  /** @returns {Promise<{id: string, rev: string}>} once the server has answered that it is written */
  put(doc) {
    return this.json('PUT', `/${encodeURIComponent(doc._id)}`, doc);
  }

  async attachment(id, rev, name) {
    const path = `/${encodeURIComponent(id)}/${encodeURIComponent(name)}?rev=${rev}`;
    return Buffer.from(await (await this.request('GET', path)).arrayBuffer());
  }
}
