// Where figures were measured: processor, memory, browser and its flags. No paths, no names. Node.
import os from 'node:os';
import { findChromium } from '../../scripts/lib/chromium.mjs';
import { runCommand } from '../../scripts/lib/command.mjs';
import { CHROMIUM_FLAGS } from '../../talk/browser.ts';

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
  /** Null when there is none, or it does not say. */
  readonly chromium: string | null;
  readonly flags: readonly string[];
}

export async function describeMachine(): Promise<Machine> {
  const [cpu] = os.cpus();
  return {
    cpu: cpu?.model.trim() ?? '',
    cores: os.cpus().length,
    memoryGiB: Math.round(os.totalmem() / 2 ** 30),
    system: `${os.type()} ${os.arch()}`,
    node: process.version,
    chromium: await chromiumVersion(),
    flags: CHROMIUM_FLAGS,
  };
}

async function chromiumVersion(): Promise<string | null> {
  const executable = await findChromium();
  if (executable === null) return null;
  const { output } = await runCommand(executable, ['--version'], { limitMs: 10_000 });
  return /\d+\.\d+\.\d+\.\d+/u.exec(output)?.[0] ?? null;
}
