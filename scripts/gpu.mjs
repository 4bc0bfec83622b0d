// `npm run gpu`: sets up what the engines on a graphics processor need, then runs them. Node.
import path from 'node:path';
import { chooseModels, loadCatalog } from './lib/catalog.mjs';
import { ensureChromium } from './lib/chromium.mjs';
import { runCommand } from './lib/command.mjs';
import { ensureDependencies } from './lib/dependencies.mjs';
import { fetchModels } from './lib/fetch-models.mjs';
import { ROOT, TOOLS } from './lib/paths.mjs';
import { runMain } from './lib/setup-error.mjs';

async function main() {
  await ensureDependencies();
  await fetchModels(chooseModels(await loadCatalog(), {}));
  const chromium = await ensureChromium();
  const args = [TOOLS.tsx, path.join(ROOT, 'bench', 'gpu', 'main.ts'), ...process.argv.slice(2)];
  const { code } = await runCommand(process.execPath, args, {
    show: true,
    env: { PARLEY_CHROMIUM: chromium },
  });
  return code ?? 1;
}

await runMain(main);
