// Makes a model file of others, where none is published in the form that is read. Node.
import path from 'node:path';
import { quoteOutput, runCommand } from './command.mjs';
import { ROOT, TOOLS } from './paths.mjs';
import { SetupError } from './setup-error.mjs';

/** @typedef {Extract<import('../../src/models/catalog.ts').ModelSource, { kind: 'made' }>} MadeSource */

/** Seconds are usual; this is for a maker that hangs. */
const MAKE_LIMIT_MS = 10 * 60_000;

/** @type {Record<MadeSource['maker'], string>} */
const MAKERS = {
  'english-lexicon': path.join(ROOT, 'scripts', 'make-lexicon.ts'),
  'espeak-language': path.join(ROOT, 'scripts', 'make-espeak.ts'),
};

/**
 * The same inputs give the same bytes on every machine, so the catalogue's hash holds for what is made.
 * @param {MadeSource} source
 * @param {{ inputs: readonly string[]; output: string }} files `inputs` in the order of the source's parts
 * @returns {Promise<void>} rejects with a SetupError that quotes what the maker said
 */
export async function makeFile({ maker, argument }, { inputs, output }) {
  const args = [TOOLS.tsx, MAKERS[maker], argument, ...inputs, output];
  const result = await runCommand(process.execPath, args, { cwd: ROOT, limitMs: MAKE_LIMIT_MS });
  if (result.code !== 0) throw new SetupError(`${maker} failed: ${quoteOutput(result)}`);
}
