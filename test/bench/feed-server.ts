// Serves a file as a calendar in a process of its own, with an ETag: node test/bench/feed-server.ts FILE
// Prints its port. `/plain` ignores conditions, `/etag` answers 304 to a copy that is known.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const body = readFileSync(process.argv[2] ?? '');
const server = createServer((request, response) => {
  const known = request.url === '/etag' && request.headers['if-none-match'] === '"v1"';
  response.writeHead(known ? 304 : 200, { etag: '"v1"', 'content-type': 'text/calendar' });
  response.end(known ? undefined : body);
});
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
process.stdin.on('end', () => process.exit()).resume();
