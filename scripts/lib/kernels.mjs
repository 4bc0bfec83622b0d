// The AssemblyScript kernels as modules of base64 text. Node.
import { execFile } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { BUILD_STATE_DIR, ROOT, TOOLS } from './paths.mjs';
import { messageOf, SetupError } from './setup-error.mjs';

const FLAGS = ['-O3', '--noAssert', '--runtime', 'stub', '--importMemory', '--enable', 'simd'];

/** Memory that threads share must be declared so, with a limit: all that 32 bits address. */
const SHARED = ['--enable', 'threads', '--sharedMemory', '--maximumMemory', '65536'];

/** @type {readonly { readonly name: string; readonly flags: readonly string[] }[]} */
const KERNELS = [
  { name: 'llama', flags: SHARED },
  { name: 'silero', flags: [] },
  { name: 'network', flags: SHARED },
];

/**
 * The generated modules by file. Rejects with `SetupError` on an error in a source.
 * @returns {Promise<Map<string, string>>}
 */
export async function compileKernels() {
  const modules = new Map();
  for (const { name, flags } of KERNELS) {
    const plain = await compile(name, { variant: 'plain', flags });
    const relaxed = await compile(name, {
      variant: 'relaxed',
      flags: [...flags, '--enable', 'relaxed-simd'],
    });
    modules.set(
      path.join(ROOT, `workers/kernels/${name}.wasm.ts`),
      [
        `// Generated from ${sourceOf(name)} by "npm run kernels": do not edit.`,
        `export const PLAIN_SIMD =\n  '${plain}';`,
        `export const RELAXED_SIMD =\n  '${relaxed}';`,
        '',
      ].join('\n'),
    );
  }
  return modules;
}

/** @param {string} name */
function sourceOf(name) {
  return `workers/kernels/${name}.ts`;
}

/**
 * @param {string} name
 * @param {{ variant: string; flags: readonly string[] }} options
 */
async function compile(name, { variant, flags }) {
  const outFile = path.join(BUILD_STATE_DIR, `${name}-${variant}.wasm`);
  await mkdir(BUILD_STATE_DIR, { recursive: true });
  try {
    const args = [
      TOOLS.asc,
      sourceOf(name),
      ...FLAGS,
      ...flags,
      '-o',
      path.relative(ROOT, outFile),
    ];
    await promisify(execFile)(process.execPath, args, { cwd: ROOT });
  } catch (error) {
    throw new SetupError(`${sourceOf(name)} does not compile: ${messageOf(error)}`);
  }
  return (await readFile(outFile)).toString('base64');
}
