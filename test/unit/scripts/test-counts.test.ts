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

  test.each([
    ['lint that is fine', { counts: null, problem: '', hasTests: false }, [1, 0, '']],
    ['lint that fails', { counts: null, problem: 'bad', hasTests: false }, [0, 1, 'bad']],
    [
      'tests that pass',
      { counts: { ...NOTHING, passed: 3 }, problem: '', hasTests: true },
      [3, 0, ''],
    ],
    [
      'tests that fail, which the exit code repeats',
      { counts: { ...NOTHING, passed: 3, failed: 2 }, problem: 'code 1', hasTests: true },
      [3, 2, ''],
    ],
    [
      'passing tests with a bad end',
      { counts: { ...NOTHING, passed: 3 }, problem: 'code 1', hasTests: true },
      [3, 1, 'code 1'],
    ],
    ['no test at all', { counts: NOTHING, problem: '', hasTests: true }, [0, 1, 'no test ran']],
    ['no report', { counts: null, problem: 'a crash', hasTests: true }, [0, 1, 'a crash']],
    [
      'nothing but skipped tests',
      { counts: { ...NOTHING, skipped }, problem: '', hasTests: true },
      [0, 1, 'no test ran'],
    ],
  ] as const)('%s', (_, outcome, [passed, failed, problem]) => {
    expect(judgeStep(outcome)).toMatchObject({ passed, failed, problem });
  });
});

describe('the summary', () => {
  const lint = { step: 'lint', ...NOTHING, passed: 1, seconds: 3.2, problem: '' };
  const unit = {
    step: 'unit',
    passed: 40,
    failed: 2,
    skipped: [{ name: 'gpu > runs', reason: 'no GPU' }],
    seconds: 61,
    problem: '',
  };

  test('ends with the total, alone on its line', () => {
    expect(formatSummary([lint]).split('\n').slice(-2)).toEqual(['', '1 passed, 0 failed']);
    expect(formatSummary([lint, unit]).split('\n').at(-1)).toBe('41 passed, 2 failed, 1 skipped');
  });

  test('has a row per step and a line per skipped test', () => {
    expect(formatSummary([lint, unit]).split('\n').slice(1, 4)).toEqual([
      'lint  1 passed   0 failed  0 skipped  4 s',
      'unit  40 passed  2 failed  1 skipped  1 min 1 s',
      'skipped: unit: gpu > runs: no GPU',
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
    const suite = { errors: () => Array<object>(suiteErrors).fill(failure) };
    return {
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
      { state: 'failed' },
      { state: 'skipped', note: 'no GPU' },
      { state: 'skipped' },
      { state: 'pending' },
    ];
    expect(countModules([createModule({ results })], [])).toEqual({
      passed: 1,
      failed: 1,
      skipped: [
        { name: 't2', reason: 'no GPU' },
        { name: 't3', reason: 'no reason given' },
        { name: 't4', reason: 'never ran' },
      ],
    });
  });

  test('a file that cannot be loaded, a failing hook and a stray error are failures', () => {
    const modules = [createModule({ moduleErrors: 1 }), createModule({ suiteErrors: 1 })];
    expect(countModules(modules, [failure])).toEqual({ passed: 0, failed: 3, skipped: [] });
  });
});

test('counts of Playwright: nested suites, flaky ones, skips with their reason', () => {
  const run = (status: string, annotations: { type: string; description?: string }[] = []) => ({
    status,
    annotations,
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
    failed: 3,
    skipped: [{ name: 'c', reason: 'no mic' }],
  });
});
