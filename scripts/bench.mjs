// `npm run bench -- [NAMES] [--quick]`: sets up what every benchmark needs, then runs them. Node.
import path from 'node:path';
import { ensureChromium } from './lib/chromium.mjs';
import { runCommand } from './lib/command.mjs';
import { ensureDependencies } from './lib/dependencies.mjs';
import { ROOT, TOOLS } from './lib/paths.mjs';
import { runMain } from './lib/setup-error.mjs';

async function main() {
  await ensureDependencies();
  const chromium = await ensureChromium();
  const args = [TOOLS.tsx, path.join(ROOT, 'bench', 'main.ts'), ...process.argv.slice(2)];
  const { code } = await runCommand(process.execPath, args, {
    show: true,
    env: { PARLEY_CHROMIUM: chromium },
  });
  return code ?? 1;
}

await runMain(main);
