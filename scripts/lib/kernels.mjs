// The AssemblyScript kernels as a module of base64 text. Node.
import { execFile } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { BUILD_STATE_DIR, ROOT, TOOLS } from './paths.mjs';
import { messageOf, SetupError } from './setup-error.mjs';

const SOURCE = 'workers/kernels/llama.ts';
export const KERNELS_FILE = path.join(ROOT, 'workers/kernels/llama.wasm.ts');

const FLAGS = ['-O3', '--noAssert', '--runtime', 'stub', '--importMemory', '--enable', 'simd'];

/** The text of the generated module. Rejects with `SetupError` on an error in the source. */
export async function compileKernels() {
  const plain = await compile('plain', []);
  const relaxed = await compile('relaxed', ['--enable', 'relaxed-simd']);
  return [
    `// Generated from ${SOURCE} by "npm run kernels": do not edit.`,
    `export const PLAIN_SIMD =\n  '${plain}';`,
    `export const RELAXED_SIMD =\n  '${relaxed}';`,
    '',
  ].join('\n');
}

/**
 * @param {string} name
 * @param {readonly string[]} flags
 */
async function compile(name, flags) {
  const outFile = path.join(BUILD_STATE_DIR, `llama-${name}.wasm`);
  await mkdir(BUILD_STATE_DIR, { recursive: true });
  try {
    const args = [TOOLS.asc, SOURCE, ...FLAGS, ...flags, '-o', path.relative(ROOT, outFile)];
    await promisify(execFile)(process.execPath, args, { cwd: ROOT });
  } catch (error) {
    throw new SetupError(`${SOURCE} does not compile: ${messageOf(error)}`);
  }
  return (await readFile(outFile)).toString('base64');
}
