// The AssemblyScript kernels as a module of base64 text. Node.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import asc from 'assemblyscript/asc';
import { ROOT } from './paths.mjs';
import { SetupError } from './setup-error.mjs';

const SOURCE = 'workers/kernels/llama.ts';
export const KERNELS_FILE = path.join(ROOT, 'workers/kernels/llama.wasm.ts');

const FLAGS = ['-O3', '--noAssert', '--runtime', 'stub', '--importMemory', '--enable', 'simd'];

/** The text of the generated module. Rejects with `SetupError` on an error in the source. */
export async function compileKernels() {
  const plain = await compile([]);
  const relaxed = await compile(['--enable', 'relaxed-simd']);
  return [
    `// Generated from ${SOURCE} by "npm run kernels": do not edit.`,
    `export const PLAIN_SIMD =\n  '${plain}';`,
    `export const RELAXED_SIMD =\n  '${relaxed}';`,
    '',
  ].join('\n');
}

/** @param {readonly string[]} flags */
async function compile(flags) {
  const source = await readFile(path.join(ROOT, SOURCE), 'utf8');
  /** @type {Uint8Array | null} */
  let binary = null;
  const { error, stderr } = await asc.main(['llama.ts', ...FLAGS, ...flags, '-o', 'llama.wasm'], {
    readFile: (name) => (name === 'llama.ts' ? source : null),
    writeFile: (name, contents) => {
      if (name === 'llama.wasm' && contents instanceof Uint8Array) binary = contents;
    },
    listFiles: () => [],
  });
  if (error !== null || binary === null) {
    throw new SetupError(`${SOURCE} does not compile:\n${stderr.toString()}`);
  }
  return Buffer.from(binary).toString('base64');
}
