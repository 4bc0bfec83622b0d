// Servers that behave as known static hosts do, for the built site on this machine. Node.
import { readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { listFiles } from '../../scripts/lib/files.mjs';
import { parseHeaderRules } from './header-rules.ts';
import { answer } from './host-answers.ts';

export interface StaticHost {
  /** Of the app, ending in `/`. */
  readonly url: string;
  close(): Promise<void>;
}

export interface HostAnswer {
  readonly path: string;
  readonly method: string;
  readonly status: number;
}

export interface StandInHost extends StaticHost {
  /** All so far, the earliest first. */
  readonly answers: readonly HostAnswer[];
}

export interface HostBehaviour {
  /** The app's folder on the host. */
  readonly folder: string;
  /** Whether `_headers` is a file of settings rather than one to serve. */
  readonly readsHeaders: boolean;
  /** Larger files are refused when the site is uploaded, and larger sites. */
  readonly maxFileBytes: number;
  readonly maxSiteBytes: number;
  /** Whether `/index.html` is sent on to `/`. */
  readonly hidesIndex: boolean;
  /** Of the answer that sends `/folder` on to `/folder/`. */
  readonly redirectStatus: 301 | 308;
  /** What an unknown address gets: a page with 404, or the app with 200. */
  readonly missing: 'page' | 'app';
  /** Whether a range is answered with 206 and 416; elsewhere the whole file comes, with 200. */
  readonly knowsRanges: boolean;
  /** Media types that are compressed for a browser that takes it. */
  readonly compresses: RegExp;
  /** The entity tag of the compressed answer. */
  readonly toCompressedTag: (tag: string) => string;
  /** Sent with every answer; `_headers` may replace them. */
  readonly headers: Readonly<Record<string, string>>;
}

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;
const NO_LIMIT = Infinity;

const toWeakTag = (tag: string): string => `W/${tag}`;
const REVALIDATE = { 'Cache-Control': 'public, max-age=0, must-revalidate' };

/**
 * As far as these tests notice. Cloudflare: "Serving Pages", "Limits" and "Content compression" of its documentation, and the
 * handler in `packages/pages-shared/asset-server` of `cloudflare/workers-sdk`. GitHub: "GitHub Pages limits", headers quoted in
 * github/pages-gem#952, and types that jshttp/mime-db marks as compressible, weights (`application/octet-stream`) among them
 * (jshttp/mime-db#397). Netlify: "Caching overview" of its documentation, and headers quoted in its forum (thread 37852).
 * Redirects of all three: slorber/trailing-slash-guide.
 */
export const BEHAVIOURS = {
  'a project of GitHub Pages': {
    ...{ folder: '/parley/', readsHeaders: false, maxFileBytes: 100 * MIB, maxSiteBytes: GIB },
    ...{ hidesIndex: false, redirectStatus: 301, missing: 'page', knowsRanges: true },
    compresses: /^(?:text|image\/svg)|javascript|json|wasm|octet-stream/u,
    toCompressedTag: toWeakTag,
    headers: { 'Cache-Control': 'max-age=600', 'Access-Control-Allow-Origin': '*' },
  },
  'Cloudflare Pages': {
    ...{ folder: '/', readsHeaders: true, maxFileBytes: 25 * MIB, maxSiteBytes: NO_LIMIT },
    ...{ hidesIndex: true, redirectStatus: 308, missing: 'app', knowsRanges: false },
    compresses: /^(?:text|image\/svg)|javascript|json|wasm/u,
    toCompressedTag: toWeakTag,
    headers: {
      ...REVALIDATE,
      'Access-Control-Allow-Origin': '*',
      'Referrer-Policy': 'strict-origin-when-cross-origin',
      'X-Content-Type-Options': 'nosniff',
    },
  },
  Netlify: {
    ...{ folder: '/', readsHeaders: true, maxFileBytes: NO_LIMIT, maxSiteBytes: NO_LIMIT },
    ...{ hidesIndex: false, redirectStatus: 301, missing: 'page', knowsRanges: true },
    compresses: /^(?:text|image\/svg)|javascript|json/u,
    toCompressedTag: (tag: string) => tag.replace(/"$/u, '-df"'),
    headers: REVALIDATE,
  },
} satisfies Record<string, HostBehaviour>;

/** Rejects when the host would refuse the site. @param wait is told of each address, and waited for. */
export async function openHost(
  site: string,
  behaviour: HostBehaviour,
  wait: (address: string) => Promise<void> = () => Promise.resolve(),
): Promise<StandInHost> {
  await checkSize(site, behaviour);
  const rules = behaviour.readsHeaders
    ? parseHeaderRules(await readFile(path.join(site, '_headers'), 'utf8'))
    : [];
  const answers: HostAnswer[] = [];
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    wait(decodeURIComponent(pathname))
      .then(() => answer({ request, response }, { site, rules, behaviour }))
      // The visitor went away, or a file did.
      .catch(() => response.destroy())
      .finally(() => {
        answers.push({
          path: pathname,
          method: request.method ?? '',
          status: response.statusCode,
        });
      });
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://localhost:${port}${behaviour.folder}`;
  return { url, answers, close: () => closeServer(server) };
}

async function checkSize(
  site: string,
  { maxFileBytes, maxSiteBytes }: HostBehaviour,
): Promise<void> {
  let siteBytes = 0;
  for (const file of await listFiles(site)) {
    const { size } = await stat(file);
    if (size > maxFileBytes) throw new Error(`${file} is too large: ${size} bytes.`);
    siteBytes += size;
  }
  if (siteBytes > maxSiteBytes) throw new Error(`${site} is too large: ${siteBytes} bytes.`);
}

/** Ends what is still under way, too. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
