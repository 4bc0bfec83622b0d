// Type-checks every realm (page, worker, audio worklet, Node) with its own globals.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import path from 'node:path';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const tsc = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc');
let failed = 0;
for (const realm of ['dom', 'worker', 'worklet', 'node']) {
  const { status } = spawnSync(process.execPath, [tsc, '-p', `tsconfig.${realm}.json`], {
    cwd: root,
    stdio: 'inherit',
  });
  console.log(`types ${realm}: ${status === 0 ? 'ok' : 'failed'}`);
  if (status !== 0) failed += 1;
}
process.exit(failed === 0 ? 0 : 1);
