// The site as `npm run build` makes it for a host, models beside it, in a folder of its own. Node.
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runCommand } from '../../scripts/lib/command.mjs';
import { DIST_DIR, ROOT } from '../../scripts/lib/paths.mjs';

/** What a spoken conversation with the light voice needs. */
export const TALKING_MODELS: readonly string[] = [
  ...['silero-vad', 'moonshine-tiny-en', 'smart-turn-v3.2'],
  ...['smollm2-135m-instruct', 'piper-en-us-joe', 'english-phonemes'],
];

/** For the address of a page that needs only those. */
export const TALKING_QUERY = 'tts=piper';

export interface BuiltSite {
  readonly folder: string;
  remove(): Promise<void>;
}

/** @param args of `npm run build`. Rejects with what it said when it fails. */
export async function buildSite(args: readonly string[]): Promise<BuiltSite> {
  const script = path.join(ROOT, 'scripts', 'build.mjs');
  const { code, output } = await runCommand(process.execPath, [script, ...args], { cwd: ROOT });
  if (code !== 0) throw new Error(output);
  const folder = await mkdtemp(path.join(tmpdir(), 'parley-site-'));
  await cp(DIST_DIR, folder, { recursive: true });
  return { folder, remove: () => rm(folder, { recursive: true }) };
}
