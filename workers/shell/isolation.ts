// Gives answers the headers for shared memory, on hosts that cannot send them. Service worker.
import { ISOLATION_FLAG } from '../../src/offline/shell-protocol.ts';

const HEADERS = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  // `credentialless` would take other hosts' files without their consent; Safari does not know it.
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
} as const;

/** Whether a page's address asks for no isolation. */
export function isIsolationRefused(url: string): boolean {
  return new URL(url).searchParams.get(ISOLATION_FLAG.name) === ISOLATION_FLAG.off;
}

/** The same answer with the headers; no longer a redirected one, which a page may not be. */
export function withIsolation(response: Response): Response {
  return rewrite(response, (headers) => {
    for (const [name, value] of Object.entries(HEADERS)) headers.set(name, value);
  });
}

/** The same answer without them, whoever set them. */
export function withoutIsolation(response: Response): Response {
  return rewrite(response, (headers) => {
    for (const name of Object.keys(HEADERS)) headers.delete(name);
  });
}

function rewrite(response: Response, change: (headers: Headers) => void): Response {
  // Of these a service worker may neither read the headers nor make new ones.
  if (response.status === 0) return response;
  const headers = new Headers(response.headers);
  change(headers);
  const { status, statusText, body } = response;
  return new Response(body, { status, statusText, headers });
}
