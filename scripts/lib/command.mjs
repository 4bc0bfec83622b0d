// Runs other programs: collected quietly, or shown as they go. Node.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

/** How much of a program's output an error message quotes. */
const QUOTED_CHARACTERS = 600;
const COLLECTED_CHARACTERS = 1 << 20;

/**
 * @typedef {object} CommandResult
 * @property {number | null} code exit code; null when the program is not installed or was killed
 * @property {boolean} isMissing whether there is no such program
 * @property {boolean} isTimedOut whether it ran past `limitMs` and was killed
 * @property {string} output stdout and stderr together, the last MiB; empty when shown
 */

/**
 * Runs a program to its end; never rejects.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd?: string; env?: Record<string, string>; show?: boolean; limitMs?: number }} [options]
 *   `show` lets it write to this terminal; `limitMs` kills it with its children.
 * @returns {Promise<CommandResult>}
 */
export function runCommand(program, args, options = {}) {
  return new Promise((resolve) => {
    const isGroup = options.limitMs !== undefined && process.platform !== 'win32';
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: options.show === true ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
      detached: isGroup,
    });
    let output = '';
    let isTimedOut = false;
    const collect = (/** @type {Buffer} */ data) => {
      output = (output + data.toString()).slice(-COLLECTED_CHARACTERS);
    };
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    const releaseSignals = isGroup ? forwardSignals(child) : () => undefined;
    const timer = setTimeout(
      () => {
        isTimedOut = true;
        killTree(child, 'SIGKILL');
      },
      options.limitMs ?? 2 ** 31 - 1,
    );
    const finish = (/** @type {number | null} */ code, isMissing = false) => {
      clearTimeout(timer);
      releaseSignals();
      resolve({ code, isMissing, isTimedOut, output });
    };
    child.once('error', (error) => {
      output += error.message;
      finish(null, 'code' in error && error.code === 'ENOENT');
    });
    child.once('close', (code) => finish(code));
  });
}

/**
 * Runs an npm command with the npm that runs this script, else the one on PATH.
 * @param {readonly string[]} args
 * @param {Parameters<typeof runCommand>[2]} [options]
 * @returns {Promise<CommandResult>}
 */
export function runNpm(args, options) {
  const beside = path.join(path.dirname(process.execPath), 'node_modules/npm/bin/npm-cli.js');
  const cli = [process.env['npm_execpath'], beside].find(
    (candidate) => candidate?.endsWith('npm-cli.js') === true && existsSync(candidate),
  );
  if (cli === undefined) return runCommand('npm', args, options);
  return runCommand(process.execPath, [cli, ...args], options);
}

/**
 * The part of a failed program's output worth quoting, on one line.
 * @param {CommandResult} result
 * @returns {string}
 */
export function quoteOutput(result) {
  if (result.isTimedOut) return 'it did not end in time';
  const lines = result.output.split('\n').map((line) => line.trim());
  const written = lines.filter((line) => !/^$|^npm error$|complete log of this run/u.test(line));
  // What went wrong comes first among the errors, and last where nothing is marked as one.
  const errors = written.filter((line) => /\berror\b|not found|no matching/iu.test(line));
  if (errors.length > 0) return errors.join('; ').slice(0, QUOTED_CHARACTERS);
  return written.join('; ').slice(-QUOTED_CHARACTERS) || `exit code ${result.code}`;
}

/**
 * A program in its own process group no longer hears Ctrl-C by itself.
 * @param {import('node:child_process').ChildProcess} child
 * @returns {() => void}
 */
function forwardSignals(child) {
  const handleSignal = (/** @type {NodeJS.Signals} */ signal) => {
    killTree(child, signal);
    process.exit(130);
  };
  process.once('SIGINT', handleSignal);
  process.once('SIGTERM', handleSignal);
  return () => {
    process.off('SIGINT', handleSignal);
    process.off('SIGTERM', handleSignal);
  };
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {NodeJS.Signals} signal
 */
function killTree(child, signal) {
  try {
    if (child.pid !== undefined && process.platform !== 'win32') process.kill(-child.pid, signal);
    else child.kill(signal);
  } catch {
    child.kill(signal);
  }
}
