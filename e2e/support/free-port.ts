// A port of this machine that nobody listens on. Node.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { closeServer } from './static-hosts.ts';

export async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await closeServer(server);
  return port;
}
