// Real nginx on this machine, from Debian's package and with the settings of this repository. Node.
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { aptUnpack } from '../../scripts/lib/apt.mjs';
import { ROOT } from '../../scripts/lib/paths.mjs';
import { findFreePort } from './free-port.ts';
import type { StaticHost } from './static-hosts.ts';

/** Debian's nginx with the settings of this repository; a text says why there is none. */
export async function openNginx(site: string): Promise<StaticHost | string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'parley-nginx-'));
  for (const name of ['nginx', 'nginx-common']) {
    const own = path.join(folder, name);
    await mkdir(own);
    const problem = await aptUnpack(name, own);
    if (problem === '') continue;
    await rm(folder, { recursive: true });
    return `nginx: ${problem}`;
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
