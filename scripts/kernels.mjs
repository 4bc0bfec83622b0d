// `npm run kernels [-- --check]`: compiles the AssemblyScript kernels into modules that can be imported. Node.
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { compileKernels, KERNELS_FILE } from './lib/kernels.mjs';
import { runMain, SetupError } from './lib/setup-error.mjs';

async function main() {
  const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
  const made = await compileKernels();
  if (!values.check) await writeFile(KERNELS_FILE, made);
  else if ((await readFile(KERNELS_FILE, 'utf8')) !== made) {
    throw new SetupError('workers/kernels/llama.wasm.ts is out of date. Run "npm run kernels".');
  }
  return 0;
}

await runMain(main);
