// Which state of the product a figure belongs to: by commit, and by the content of its sources. Node.
import { createHash } from 'node:crypto';
import path from 'node:path';
import { runCommand } from '../../scripts/lib/command.mjs';
import { listFiles, sha256OfFile } from '../../scripts/lib/files.mjs';
import { ROOT } from '../../scripts/lib/paths.mjs';

/** Everything that a conversation's outcome can depend on. */
const FOLDERS: readonly string[] = ['src', 'workers', 'public', 'talk'];

/** Of the benchmarks: what measures, but neither its results nor the packages it compares with. */
export const BENCH_FOLDERS: readonly string[] = [
  ...FOLDERS,
  ...[
    'bench/measure',
    'bench/benches',
    'bench/pages',
    'bench/workers',
    'bench/worklets',
    'bench/turns',
  ],
];

/** Hex; the same as long as no source of the product or of the rig changes, whatever is committed. */
export async function fingerprintSources(folders: readonly string[] = FOLDERS): Promise<string> {
  const hash = createHash('sha256');
  for (const folder of folders) {
    for (const file of await listFiles(path.join(ROOT, folder))) {
      hash.update(`${path.relative(ROOT, file)} ${await sha256OfFile(file)}\n`);
    }
  }
  return hash.digest('hex');
}

/** Whether sources differ from the commit; null outside a git checkout. */
export async function isDirty(folders: readonly string[] = FOLDERS): Promise<boolean | null> {
  const args = ['status', '--porcelain', '--', ...folders];
  const { code, output } = await runCommand('git', args, { cwd: ROOT });
  return code === 0 ? output.trim() !== '' : null;
}
