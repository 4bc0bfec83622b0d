// Sums up what the steps of `npm test` found. Pure. Node.
import { stripVTControlCharacters } from 'node:util';
import { formatSeconds, formatTable } from './format.mjs';

/**
 * @typedef {object} NamedTest
 * @property {string} name
 * @property {string} reason a line
 */

/**
 * @typedef {object} TestCounts
 * @property {number} passed
 * @property {readonly NamedTest[]} failed
 * @property {readonly NamedTest[]} skipped
 */

/** @typedef {TestCounts & { step: string; seconds: number }} StepResult */

/** @type {TestCounts} */
export const NOTHING = { passed: 0, failed: [], skipped: [] };

/**
 * What a step amounts to. Without tests of its own it counts as one; a step that ran no test, or
 * ended badly with every test passed, counts one failure.
 * @param {{ counts: TestCounts | null; problem: string; hasTests: boolean }} outcome
 *   `counts` is null when the step told none; `problem` is why its commands failed, else empty
 * @returns {TestCounts}
 */
export function judgeStep({ counts, problem, hasTests }) {
  if (!hasTests && problem === '') return { ...NOTHING, passed: 1 };
  const told = counts ?? NOTHING;
  const isSilent = told.passed + told.failed.length === 0;
  const reason = problem === '' && isSilent ? 'no test ran' : problem;
  if (reason === '' || told.failed.length > 0) return told;
  return { ...told, failed: [{ name: 'the step', reason }] };
}

/**
 * The report of a run. Its last line alone is the total: `N passed, N failed[, N skipped]`.
 * @param {readonly StepResult[]} results
 * @returns {string}
 */
export function formatSummary(results) {
  const rows = results.map(({ step, passed, failed, skipped, seconds }) => [
    step,
    `${passed} passed`,
    `${failed.length} failed`,
    `${skipped.length} skipped`,
    formatSeconds(seconds),
  ]);
  // Failures last: of a long log it is the end that is kept.
  const named = [...linesOf(results, 'skipped'), ...linesOf(results, 'failed')];
  return ['', formatTable(rows), ...named, '', formatTotal(results)].join('\n');
}

/**
 * @param {readonly StepResult[]} results
 * @param {'failed' | 'skipped'} outcome
 */
function linesOf(results, outcome) {
  return results.flatMap((result) =>
    result[outcome].map(({ name, reason }) => `${outcome}: ${result.step}: ${name}: ${reason}`),
  );
}

/** @param {readonly TestCounts[]} results */
function formatTotal(results) {
  const passed = results.reduce((sum, result) => sum + result.passed, 0);
  const failed = results.reduce((sum, result) => sum + result.failed.length, 0);
  const skipped = results.reduce((sum, result) => sum + result.skipped.length, 0);
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/**
 * @typedef {object} PlaywrightSuite
 * @property {readonly PlaywrightSuite[]} [suites]
 * @property {readonly PlaywrightSpec[]} [specs]
 */
/**
 * @typedef {object} PlaywrightSpec
 * @property {string} title
 * @property {readonly PlaywrightTest[]} tests
 */
/**
 * @typedef {object} PlaywrightTest
 * @property {string} status
 * @property {readonly { type: string; description?: string }[]} annotations
 * @property {readonly { error?: { message?: string } }[]} results one of each attempt
 */

/**
 * Counts of Playwright's JSON report. A test that passed on a retry is a failure here.
 * @param {{ suites: readonly PlaywrightSuite[]; errors?: readonly { message?: string }[] }} report
 * @returns {TestCounts}
 */
export function countPlaywright(report) {
  const tests = specsOf({ suites: report.suites }).flatMap(({ title, tests: runs }) =>
    runs.map((run) => ({ title, ...run })),
  );
  const broken = tests.filter(({ status }) => status !== 'expected' && status !== 'skipped');
  return {
    passed: tests.filter(({ status }) => status === 'expected').length,
    failed: [
      ...broken.map(({ title, status, results }) => ({
        name: title,
        reason: reasonOf(results.find(({ error }) => error !== undefined)?.error, status),
      })),
      ...(report.errors ?? []).map((error) => ({ name: 'no test', reason: reasonOf(error) })),
    ],
    skipped: tests
      .filter(({ status }) => status === 'skipped')
      .map(({ title, annotations }) => ({
        name: title,
        reason: annotations.find(({ type }) => type === 'skip')?.description ?? 'no reason given',
      })),
  };
}

/**
 * The first line of what went wrong, without colours.
 * @param {{ message?: string } | undefined} error
 * @param {string} [otherwise]
 * @returns {string}
 */
export function reasonOf(error, otherwise = 'no reason given') {
  const message = stripVTControlCharacters(error?.message ?? '');
  return (
    message
      .split('\n')
      .find((line) => line.trim() !== '')
      ?.trim() ?? otherwise
  );
}

/**
 * @param {PlaywrightSuite} suite
 * @returns {PlaywrightSpec[]}
 */
function specsOf({ suites = [], specs = [] }) {
  return [...specs, ...suites.flatMap(specsOf)];
}
