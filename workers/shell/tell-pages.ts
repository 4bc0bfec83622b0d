// Tells the app's pages that a request left the device. Service worker.
import type { ShellReport } from '../../src/offline/shell-protocol.ts';

/**
 * To all pages: a request of a worker does not say whose it is, and no page should count less than it sent.
 * A page that is just being asked for is told as soon as it is there.
 */
export async function tellPages(clients: Clients, event: FetchEvent): Promise<void> {
  const report: ShellReport = { type: 'request-left', host: new URL(event.request.url).host };
  const pages = new Map(
    (await clients.matchAll({ type: 'window' })).map((client) => [client.id, client as Client]),
  );
  const next = await findClient(clients, event.resultingClientId);
  if (next !== undefined) pages.set(next.id, next);
  for (const page of pages.values()) page.postMessage(report);
}

async function findClient(clients: Clients, id: string): Promise<Client | undefined> {
  return id === '' ? undefined : clients.get(id);
}
