// How `npm test` counts, sums up, and refuses to call silence a success. Node.
import type { TestModule } from 'vitest/node';
import { describe, expect, test } from 'vitest';
import {
  NOTHING,
  countPlaywright,
  formatSummary,
  judgeStep,
} from '../../../scripts/lib/test-counts.mjs';
import { countModules } from '../../../scripts/lib/vitest-counts.mjs';

describe('a step', () => {
  const skipped = [{ name: 'a', reason: 'b' }];

  const failed = [{ name: 'c', reason: 'd' }];
  const fails = (reason: string) => [{ name: 'the step', reason }];

  test.each([
    ['lint that is fine', { counts: null, problem: '', hasTests: false }, [1, []]],
    ['lint that fails', { counts: null, problem: 'bad', hasTests: false }, [0, fails('bad')]],
    [
      'tests that pass',
      { counts: { ...NOTHING, passed: 3 }, problem: '', hasTests: true },
      [3, []],
    ],
    [
      'tests that fail, which the exit code repeats',
      { counts: { ...NOTHING, passed: 3, failed }, problem: 'code 1', hasTests: true },
      [3, failed],
    ],
    [
      'passing tests with a bad end',
      { counts: { ...NOTHING, passed: 3 }, problem: 'code 1', hasTests: true },
      [3, fails('code 1')],
    ],
    ['no test at all', { counts: NOTHING, problem: '', hasTests: true }, [0, fails('no test ran')]],
    ['no report', { counts: null, problem: 'a crash', hasTests: true }, [0, fails('a crash')]],
    [
      'nothing but skipped tests',
      { counts: { ...NOTHING, skipped }, problem: '', hasTests: true },
      [0, fails('no test ran')],
    ],
  ] as const)('%s', (_, outcome, [passed, failures]) => {
    expect(judgeStep(outcome)).toMatchObject({ passed, failed: failures });
  });
});

describe('the summary', () => {
  const lint = { step: 'lint', ...NOTHING, passed: 1, seconds: 3.2 };
  const unit = {
    step: 'unit',
    passed: 40,
    failed: [
      { name: 'a.test.ts > adds', reason: 'expected 3 to be 2' },
      { name: 'b.test.ts', reason: 'not found' },
    ],
    skipped: [{ name: 'gpu > runs', reason: 'no GPU' }],
    seconds: 61,
  };

  test('ends with the total, alone on its line', () => {
    expect(formatSummary([lint]).split('\n').slice(-2)).toEqual(['', '1 passed, 0 failed']);
    expect(formatSummary([lint, unit]).split('\n').at(-1)).toBe('41 passed, 2 failed, 1 skipped');
  });

  test('has a row per step, and a line per skipped and failed test, the failed ones last', () => {
    expect(formatSummary([lint, unit]).split('\n').slice(1, 7)).toEqual([
      'lint  1 passed   0 failed  0 skipped  4 s',
      'unit  40 passed  2 failed  1 skipped  1 min 1 s',
      'skipped: unit: gpu > runs: no GPU',
      'failed: unit: a.test.ts > adds: expected 3 to be 2',
      'failed: unit: b.test.ts: not found',
      '',
    ]);
  });
});

describe('counts of Vitest', () => {
  const failure = { message: 'broken' };
  const createModule = (options: {
    results?: readonly object[];
    moduleErrors?: number;
    suiteErrors?: number;
  }): TestModule => {
    const { results = [], moduleErrors = 0, suiteErrors = 0 } = options;
    const suite = { fullName: 's', errors: () => Array<object>(suiteErrors).fill(failure) };
    return {
      relativeModuleId: 'a.test.ts',
      errors: () => Array<object>(moduleErrors).fill(failure),
      children: {
        allSuites: () => [suite],
        allTests: () =>
          results.map((result, index) => ({ fullName: `t${index}`, result: () => result })),
      },
    } as unknown as TestModule;
  };

  test('passed, failed and skipped, with the note of the skip', () => {
    const results = [
      { state: 'passed' },
      { state: 'failed', errors: [{ message: '\n\u001b[31mexpected 3\u001b[39m to be 2\n\nat' }] },
      { state: 'skipped', note: 'no GPU' },
      { state: 'skipped' },
      { state: 'pending' },
    ];
    expect(countModules([createModule({ results })], [])).toEqual({
      passed: 1,
      failed: [{ name: 'a.test.ts > t1', reason: 'expected 3 to be 2' }],
      skipped: [
        { name: 't2', reason: 'no GPU' },
        { name: 't3', reason: 'no reason given' },
        { name: 't4', reason: 'never ran' },
      ],
    });
  });

  test('a file that cannot be loaded, a failing hook and a stray error are failures', () => {
    const modules = [createModule({ moduleErrors: 1 }), createModule({ suiteErrors: 1 })];
    expect(countModules(modules, [failure])).toEqual({
      passed: 0,
      failed: ['no test', 'a.test.ts', 'a.test.ts > s'].map((name) => ({ name, reason: 'broken' })),
      skipped: [],
    });
  });
});

test('counts of Playwright: nested suites, flaky ones, skips with their reason', () => {
  const run = (status: string, annotations: { type: string; description?: string }[] = []) => ({
    status,
    annotations,
    results: status === 'flaky' ? [{ error: { message: 'too late\nat' } }, {}] : [{}],
  });
  const report = {
    errors: [{ message: 'set-up failed' }],
    suites: [
      {
        specs: [{ title: 'a', tests: [run('expected'), run('unexpected')] }],
        suites: [
          {
            specs: [
              { title: 'b', tests: [run('flaky')] },
              { title: 'c', tests: [run('skipped', [{ type: 'skip', description: 'no mic' }])] },
            ],
          },
        ],
      },
    ],
  };
  expect(countPlaywright(report)).toEqual({
    passed: 1,
    failed: [
      { name: 'a', reason: 'unexpected' },
      { name: 'b', reason: 'too late' },
      { name: 'no test', reason: 'set-up failed' },
    ],
    skipped: [{ name: 'c', reason: 'no mic' }],
  });
});
