// `npm run talk`: plays WAV files to the real agent in a real browser, and hands back what was heard. Node.
import { readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseTalkArguments, USAGE } from './arguments.ts';
import type { TalkArguments } from './arguments.ts';
import { BadInput } from './bad-input.ts';
import { NeverReady } from './never-ready.ts';
import { prepareClips } from './prepare-clips.ts';
import { summarise } from './report/summary.ts';
import { EXIT_CODES, exitCodeOf } from './report/verdicts.ts';
import { runTalk } from './run-talk.ts';
import { parseScript, scriptOfFiles } from './script.ts';
import type { TalkScript } from './script.ts';
import { writeResult } from './write-result.ts';

async function main(argv: readonly string[]): Promise<number> {
  const given = parseTalkArguments(argv);
  if (given.isHelp) {
    console.log(USAGE);
    return 0;
  }
  const { script, folder } = await readScript(given);
  const clips = await prepareClips(script, folder);
  const onProgress = given.isJson ? () => undefined : (line: string) => console.log(line);
  const result = await runTalk({ arguments: given, script, clips, onProgress });
  const outDir = path.resolve(callerFolder(), given.outDir ?? defaultFolder());
  await writeResult(result, outDir);
  if (given.isJson) console.log(JSON.stringify(result.report, null, 2));
  else console.log(`\n${summarise(result.report)}\n\nRecordings and report: ${outDir}`);
  return exitCodeOf(result.report);
}

async function readScript(given: TalkArguments): Promise<{ script: TalkScript; folder: string }> {
  if (given.scriptFile === null) {
    return { script: scriptOfFiles(given.files), folder: callerFolder() };
  }
  const file = path.resolve(callerFolder(), given.scriptFile);
  const text = await readFile(file, 'utf8').catch(() => {
    throw new BadInput(`--script ${given.scriptFile ?? ''}: cannot be read (looked for ${file})`);
  });
  return { script: parseScript(text), folder: path.dirname(file) };
}

/** npm changes to the package's folder; paths mean the folder the command was given in. */
function callerFolder(): string {
  const folder = process.env['INIT_CWD'];
  return folder !== undefined && existsSync(folder) ? folder : process.cwd();
}

function defaultFolder(): string {
  const stamp = new Date().toISOString().slice(0, 19).replace(/\D/gu, '');
  return path.join('talk-out', stamp);
}

/** 1 is left for what nobody expected. */
function toExitCode(error: unknown): number {
  if (error instanceof BadInput) return EXIT_CODES.badInput;
  return error instanceof NeverReady ? EXIT_CODES.neverReady : 1;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.exitCode = toExitCode(error);
  console.error(error instanceof Error && process.exitCode !== 1 ? error.message : error);
}
