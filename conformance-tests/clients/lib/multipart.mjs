// A multipart body taken apart as RFC 2046 says, apart from any client: the boundary is what its first line says.

const CRLF = '\r\n';

function part(bytes) {
  const headersEnd = bytes.indexOf(CRLF + CRLF);
  const lines = bytes.toString('utf8', 0, headersEnd).split(CRLF);
  const headers = Object.fromEntries(lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  }));
  const filename = /filename="(.*)"/.exec(headers['content-disposition'])?.[1];
  return { headers, filename, body: bytes.subarray(headersEnd + 4) };
}

/** @returns {{headers: object, filename: ?string, body: Buffer}[]} its parts; throws unless it ends as it has to */
export function parts(bytes) {
  const delimiter = CRLF + bytes.toString('latin1', 0, bytes.indexOf(CRLF));
  const found = [];
  // As if an empty line came first: then every delimiter looks alike.
  const body = Buffer.concat([Buffer.from(CRLF), bytes]);
  let at = delimiter.length;
  while (body.toString('latin1', at, at + 2) === CRLF) {
    const end = body.indexOf(delimiter, at + 2);
    if (end < 0) {
      throw new Error('the last part has no end');
    }
    found.push(part(body.subarray(at + 2, end)));
    at = end + delimiter.length;
  }
  if (body.toString('latin1', at).trimEnd() !== '--') {
    throw new Error(`after the last part: ${body.toString('latin1', at, at + 100)}`);
  }
  return found;
}
