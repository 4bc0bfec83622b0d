// Sums up what the steps of `npm test` found. Pure. Node.
import { formatSeconds, formatTable } from './format.mjs';

/**
 * @typedef {object} TestCounts
 * @property {number} passed
 * @property {number} failed
 * @property {readonly { name: string; reason: string }[]} skipped
 */

/**
 * @typedef {TestCounts & { step: string; seconds: number; problem: string }} StepResult
 * `problem` says why a step failed beyond its failed tests; empty when there is nothing to say.
 */

/** @type {TestCounts} */
export const NOTHING = { passed: 0, failed: 0, skipped: [] };

/**
 * What a step amounts to. Without tests of its own it counts as one; a step that ran no test, or
 * ended badly with every test passed, counts one failure.
 * @param {{ counts: TestCounts | null; problem: string; hasTests: boolean }} outcome
 *   `counts` is null when the step told none; `problem` is why its commands failed, else empty
 * @returns {TestCounts & { problem: string }}
 */
export function judgeStep({ counts, problem, hasTests }) {
  if (!hasTests) {
    const isFine = problem === '';
    return { ...NOTHING, passed: isFine ? 1 : 0, failed: isFine ? 0 : 1, problem };
  }
  const told = counts ?? NOTHING;
  const isSilent = told.passed + told.failed === 0;
  if (isSilent) return { ...told, failed: 1, problem: problem === '' ? 'no test ran' : problem };
  if (problem !== '' && told.failed === 0) return { ...told, failed: 1, problem };
  return { ...told, problem: '' };
}

/**
 * The report of a run. Its last line alone is the total: `N passed, N failed[, N skipped]`.
 * @param {readonly StepResult[]} results
 * @returns {string}
 */
export function formatSummary(results) {
  const rows = results.map(({ step, passed, failed, skipped, seconds, problem }) => [
    step,
    `${passed} passed`,
    `${failed} failed`,
    `${skipped.length} skipped`,
    formatSeconds(seconds),
    problem,
  ]);
  const skips = results.flatMap(({ step, skipped }) =>
    skipped.map(({ name, reason }) => `skipped: ${step}: ${name}: ${reason}`),
  );
  return ['', formatTable(rows), ...skips, '', formatTotal(results)].join('\n');
}

/** @param {readonly TestCounts[]} results */
function formatTotal(results) {
  const passed = results.reduce((sum, result) => sum + result.passed, 0);
  const failed = results.reduce((sum, result) => sum + result.failed, 0);
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
 * @property {readonly { status: string; annotations: readonly { type: string; description?: string }[] }[]} tests
 */

/**
 * Counts of Playwright's JSON report. A test that passed on a retry is a failure here.
 * @param {{ suites: readonly PlaywrightSuite[]; errors?: readonly unknown[] }} report
 * @returns {TestCounts}
 */
export function countPlaywright(report) {
  const tests = specsOf({ suites: report.suites }).flatMap(({ title, tests: runs }) =>
    runs.map((run) => ({ title, ...run })),
  );
  const skipped = tests.filter(({ status }) => status === 'skipped');
  const passed = tests.filter(({ status }) => status === 'expected').length;
  return {
    passed,
    failed: tests.length - passed - skipped.length + (report.errors?.length ?? 0),
    skipped: skipped.map(({ title, annotations }) => ({
      name: title,
      reason: annotations.find(({ type }) => type === 'skip')?.description ?? 'no reason given',
    })),
  };
}

/**
 * @param {PlaywrightSuite} suite
 * @returns {PlaywrightSpec[]}
 */
function specsOf({ suites = [], specs = [] }) {
  return [...specs, ...suites.flatMap(specsOf)];
}
