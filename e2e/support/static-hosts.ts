// Hosts for the built site, on this machine: real nginx where Debian's package can be had, and servers that
// behave as known static hosts do. Node.
import { spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { aptUnpack } from '../../scripts/lib/apt.mjs';
import { listFiles } from '../../scripts/lib/files.mjs';
import { ROOT } from '../../scripts/lib/paths.mjs';
import { parseHeaderRules } from './header-rules.ts';
import type { HeaderRule } from './header-rules.ts';

export interface StaticHost {
  /** Of the app, ending in `/`. */
  readonly url: string;
  close(): Promise<void>;
}

interface Behaviour {
  /** The app's folder on the host. */
  readonly folder: string;
  /** Whether `_headers` is a file of settings rather than one to serve. */
  readonly readsHeaders: boolean;
  /** Larger files are refused when the site is uploaded. */
  readonly maxFileBytes: number;
  /** Whether `/index.html` is sent on to `/`. */
  readonly hidesIndex: boolean;
  /** What an unknown address gets. */
  readonly missing: 'page' | 'app';
  readonly cacheControl: string;
}

const MIB = 1024 ** 2;
const NO_LIMIT = Infinity;

/** What their documentation says of GitHub Pages, Cloudflare Pages and Netlify, as far as a browser notices. */
export const BEHAVIOURS = {
  'a project of GitHub Pages': {
    ...{ folder: '/parley/', readsHeaders: false, maxFileBytes: 100 * MIB, hidesIndex: false },
    ...{ missing: 'page', cacheControl: 'max-age=600' },
  },
  'Cloudflare Pages': {
    ...{ folder: '/', readsHeaders: true, maxFileBytes: 25 * MIB, hidesIndex: true },
    ...{ missing: 'app', cacheControl: 'public, max-age=0, must-revalidate' },
  },
  Netlify: {
    ...{ folder: '/', readsHeaders: true, maxFileBytes: NO_LIMIT, hidesIndex: false },
    ...{ missing: 'page', cacheControl: 'public, max-age=0, must-revalidate' },
  },
} satisfies Record<string, Behaviour>;

/** What such hosts know of types; anything else is bytes. */
const TYPES = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'application/javascript'],
  ['.css', 'text/css; charset=utf-8'],
  ['.json', 'application/json'],
  ['.svg', 'image/svg+xml'],
  ['.png', 'image/png'],
  ['.wasm', 'application/wasm'],
  ['.webmanifest', 'application/manifest+json'],
]);

/** Rejects when the host would refuse the site. */
export async function openHost(site: string, behaviour: Behaviour): Promise<StaticHost> {
  for (const file of await listFiles(site)) {
    const { size } = await stat(file);
    if (size > behaviour.maxFileBytes) throw new Error(`${file} is too large: ${size} bytes.`);
  }
  const rules = behaviour.readsHeaders
    ? parseHeaderRules(await readFile(path.join(site, '_headers'), 'utf8'))
    : [];
  const server = createServer((request, response) => {
    const address = decodeURIComponent((request.url ?? '/').replace(/[?#].*$/u, ''));
    void answer(response, { address, site, rules, ...behaviour });
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://localhost:${port}${behaviour.folder}`, close: () => closeServer(server) };
}

interface Question extends Behaviour {
  readonly address: string;
  readonly site: string;
  readonly rules: readonly HeaderRule[];
}

async function answer(response: ServerResponse, question: Question): Promise<void> {
  const { address, site, rules, folder, cacheControl } = question;
  const name = address.startsWith(folder) ? address.slice(folder.length) : null;
  if (question.hidesIndex && name?.endsWith('index.html') === true) {
    response.writeHead(308, { Location: address.slice(0, -'index.html'.length) }).end();
    return;
  }
  const isSetting = question.readsHeaders && name === '_headers';
  const found = name === null || isSetting ? null : await findFile(site, name);
  const file = found ?? (question.missing === 'app' ? path.join(site, 'index.html') : null);
  if (file === null) {
    response.writeHead(404, { 'Content-Type': 'text/html' }).end('<!doctype html><p>Not found');
    return;
  }
  response.setHeader('Cache-Control', cacheControl);
  response.setHeader('Content-Type', TYPES.get(path.extname(file)) ?? 'application/octet-stream');
  for (const rule of rules.filter(({ pattern }) => pattern.test(address))) {
    response.setHeader(rule.name, rule.value);
  }
  createReadStream(file).pipe(response);
}

async function findFile(site: string, name: string): Promise<string | null> {
  const file = path.join(site, name === '' || name.endsWith('/') ? `${name}index.html` : name);
  const found = await stat(file).catch(() => null);
  return found?.isFile() === true ? file : null;
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** Debian's nginx with the settings of this repository; a text says why there is none. */
export async function openNginx(site: string): Promise<StaticHost | string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'parley-nginx-'));
  for (const name of ['nginx', 'nginx-common']) {
    const own = path.join(folder, name);
    await mkdir(own);
    const problem = await aptUnpack(name, own);
    if (problem !== '') return `nginx: ${problem}`;
  }
  const port = await findFreePort();
  const file = path.join(folder, 'nginx.conf');
  await writeFile(file, await toNginxSettings({ folder, site, port }));
  const program = path.join(folder, 'nginx', 'usr', 'sbin', 'nginx');
  const server = spawn(program, ['-p', folder, '-c', file], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const url = `http://localhost:${port}/`;
  await waitFor(url);
  const close = async (): Promise<void> => {
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill();
    await ended;
    await rm(folder, { recursive: true });
  };
  return { url, close };
}

/** The recipe's own files, with their places and the port put in. */
async function toNginxSettings(places: {
  readonly folder: string;
  readonly site: string;
  readonly port: number;
}): Promise<string> {
  const { folder, site, port } = places;
  const headers = path.join(ROOT, 'deploy', 'nginx-headers.conf');
  const recipe = await readFile(path.join(ROOT, 'deploy', 'nginx.conf'), 'utf8');
  const server = recipe
    .replace('listen 8080', `listen 127.0.0.1:${port}`)
    .replace('root /var/www/parley', `root ${site}`)
    .replace('include nginx-headers.conf', `include ${headers}`);
  const scratch = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return [
    'daemon off; master_process off; error_log stderr; events {}',
    `pid ${folder}/nginx.pid;`,
    'http {',
    `include ${folder}/nginx-common/etc/nginx/mime.types;`,
    'default_type application/octet-stream; access_log off;',
    ...scratch.map((name) => `${name}_temp_path ${folder}/${name};`),
    `${server}}`,
  ].join('\n');
}

async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await closeServer(server);
  return port;
}

/** Waits for a server that is starting; 10 s are given up on. */
async function waitFor(url: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const isThere = await fetch(url).then(
      () => true,
      () => false,
    );
    if (isThere) return;
    if (tries === 100) throw new Error(`${url} does not answer.`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
