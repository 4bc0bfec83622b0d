// `npm run kernels [-- --check]`: compiles the AssemblyScript kernels into modules that can be imported. Node.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { compileKernels } from './lib/kernels.mjs';
import { ROOT } from './lib/paths.mjs';
import { runMain, SetupError } from './lib/setup-error.mjs';

async function main() {
  const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
  for (const [file, made] of await compileKernels()) {
    if (!values.check) await writeFile(file, made);
    else if ((await readFile(file, 'utf8')) !== made) {
      throw new SetupError(`${path.relative(ROOT, file)} is out of date. Run "npm run kernels".`);
    }
  }
  return 0;
}

await runMain(main);
