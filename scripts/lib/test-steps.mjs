// The steps of `npm test`: what each runs, what it needs first, and running one. Node.
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { runCommand } from './command.mjs';
import { readJson } from './files.mjs';
import { BUILD_STATE_DIR, ROOT, TOOLS } from './paths.mjs';
import { countPlaywright, judgeStep } from './test-counts.mjs';

/** @typedef {'models' | 'recordings' | 'chromium'} Need */
/** @typedef {import('./test-counts.mjs').TestCounts} TestCounts */

/**
 * @typedef {object} Step
 * @property {string} name
 * @property {readonly Need[]} needs
 * @property {readonly (readonly string[])[]} commands arguments for Node; all run, whatever fails
 * @property {((countsFile: string) => Promise<TestCounts | null>) | null} readCounts null for a
 *   step without tests of its own
 * @property {boolean} [isAbsent] whether this checkout has nothing for it to run
 */

/** A step that hangs is ended with all it started. */
const STEP_LIMIT_MS = 30 * 60_000;
const COUNTS_REPORTER = path.join(ROOT, 'scripts', 'lib', 'vitest-counts.mjs');

/** In the order they run: the quickest to fail first. */
export const STEPS = /** @type {readonly Step[]} */ ([
  {
    name: 'lint',
    needs: [],
    commands: [
      [TOOLS.eslint, '.'],
      [TOOLS.prettier, '--check', '--log-level', 'warn', '.'],
    ],
    readCounts: null,
  },
  {
    name: 'types',
    needs: [],
    commands: [[path.join(ROOT, 'scripts', 'types.mjs')]],
    readCounts: null,
  },
  vitestStep('unit', []),
  vitestStep('isolated', ['models', 'recordings', 'chromium']),
  vitestStep('plain', ['models', 'recordings', 'chromium']),
  vitestStep('webgpu', ['models', 'chromium']),
  {
    name: 'build',
    needs: [],
    commands: [[path.join(ROOT, 'scripts', 'build.mjs')]],
    readCounts: null,
  },
  {
    name: 'e2e',
    needs: ['models', 'recordings', 'chromium'],
    commands: [[TOOLS.playwright, 'test', '--reporter=list,json']],
    readCounts: readPlaywrightCounts,
    isAbsent: !existsSync(path.join(ROOT, 'playwright.config.ts')),
  },
  {
    name: 'bench',
    needs: ['chromium'],
    commands: [
      [
        ...[TOOLS.tsx, path.join(ROOT, 'bench', 'main.ts'), 'bytes', '--quick'],
        ...['--out', path.join(BUILD_STATE_DIR, 'test', 'bench')],
      ],
    ],
    readCounts: null,
  },
  {
    name: 'turns',
    needs: ['models', 'recordings', 'chromium'],
    commands: [[TOOLS.tsx, path.join(ROOT, 'bench', 'turns', 'main.ts'), '--quick']],
    readCounts: null,
  },
]);

/**
 * Runs a step's commands and judges them; never rejects.
 * @param {Step} step
 * @param {Record<string, string>} env
 * @returns {Promise<import('./test-counts.mjs').StepResult>}
 */
export async function runStep(step, env) {
  const startedMs = performance.now();
  const countsFile = path.join(BUILD_STATE_DIR, 'test', `${step.name}.json`);
  await rm(countsFile, { force: true });
  const variables = {
    ...env,
    PARLEY_TEST_COUNTS: countsFile,
    PLAYWRIGHT_JSON_OUTPUT_NAME: countsFile,
  };
  const problems = [];
  for (const command of step.commands) {
    const options = { cwd: ROOT, env: variables, show: true, limitMs: STEP_LIMIT_MS };
    const { code, isTimedOut } = await runCommand(process.execPath, command, options);
    const what = path.basename(command[0] ?? '');
    if (isTimedOut) problems.push(`${what} ran past ${STEP_LIMIT_MS / 60_000} min`);
    else if (code !== 0) problems.push(`${what} ended with ${code ?? 'a signal'}`);
  }
  const judged = judgeStep({
    counts: (await step.readCounts?.(countsFile)) ?? null,
    problem: problems.join('; '),
    hasTests: step.readCounts !== null,
  });
  return { step: step.name, seconds: (performance.now() - startedMs) / 1000, ...judged };
}

/**
 * @param {string} project
 * @param {readonly Need[]} needs
 * @returns {Step}
 */
function vitestStep(project, needs) {
  const reporters = ['--reporter=default', `--reporter=${COUNTS_REPORTER}`];
  return {
    name: project,
    needs,
    commands: [[TOOLS.vitest, 'run', '--project', project, ...reporters]],
    readCounts: async (file) => /** @type {TestCounts | null} */ (await readJson(file)),
  };
}

/** @param {string} file */
async function readPlaywrightCounts(file) {
  const report = await readJson(file);
  if (report === null) return null;
  return countPlaywright(/** @type {Parameters<typeof countPlaywright>[0]} */ (report));
}
