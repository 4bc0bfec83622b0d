// The packages that the benchmarks compare with: installed apart from the project's own, when they are needed. Node.
import path from 'node:path';
import { quoteOutput, runNpm } from '../../scripts/lib/command.mjs';
import { isInstalled } from '../../scripts/lib/dependencies.mjs';
import { readJson } from '../../scripts/lib/files.mjs';
import { ROOT } from '../../scripts/lib/paths.mjs';

type Lockfile = Parameters<typeof isInstalled>[0];

const PEERS_DIR = path.join(ROOT, 'bench', 'peers');
const PACKAGES_DIR = path.join(PEERS_DIR, 'node_modules');

/** Runtimes that the peers load by address. */
export const PEER_MOUNTS: readonly { prefix: string; folder: string }[] = [
  {
    prefix: '/peers/transformers/',
    folder: path.join(PACKAGES_DIR, '@huggingface', 'transformers', 'dist'),
  },
  {
    prefix: '/peers/vad-ort/',
    folder: path.join(
      ...[PACKAGES_DIR, '@ricky0123', 'vad-web'],
      ...['node_modules', 'onnxruntime-web', 'dist'],
    ),
  },
];

/** Runs `npm ci` there unless it was run; no package's scripts are run. Rejects saying why it failed. */
export async function ensurePeers(): Promise<void> {
  const wanted = (await readJson(path.join(PEERS_DIR, 'package-lock.json'))) as Lockfile;
  const installed = await readJson(path.join(PACKAGES_DIR, '.package-lock.json'));
  if (isInstalled(wanted, installed as Lockfile | null)) return;
  console.log('Installing what is compared with (npm ci in bench/peers) ...');
  const result = await runNpm(['ci', '--ignore-scripts'], { cwd: PEERS_DIR });
  if (result.code !== 0) throw new Error(`bench/peers: npm ci failed: ${quoteOutput(result)}`);
}
