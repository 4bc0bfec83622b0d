// Which commit a figure belongs to. Node.
import { runCommand } from '../scripts/lib/command.mjs';
import { ROOT } from '../scripts/lib/paths.mjs';

/** Null outside a git checkout. */
export async function currentCommit(): Promise<string | null> {
  const { code, output } = await runCommand('git', ['rev-parse', 'HEAD'], { cwd: ROOT });
  return code === 0 ? output.trim() : null;
}
