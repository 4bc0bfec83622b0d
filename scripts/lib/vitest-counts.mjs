// A Vitest reporter that writes how many tests passed, and which failed and were skipped, and why. Node.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { reasonOf } from './test-counts.mjs';

/** The environment variable that names the file to write. */
export const COUNTS_VARIABLE = 'PARLEY_TEST_COUNTS';

/** Vitest makes one, and calls it when the run is over. */
export default class VitestCounts {
  /**
   * @param {readonly import('vitest/node').TestModule[]} modules
   * @param {readonly { message?: string }[]} unhandledErrors
   */
  onTestRunEnd(modules, unhandledErrors) {
    const file = process.env[COUNTS_VARIABLE];
    if (file === undefined) return;
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(countModules(modules, unhandledErrors)));
  }
}

/**
 * A file that cannot be loaded, a failing hook around tests and an error outside of any test are
 * one failure each: the tests they take down are only "skipped" to Vitest.
 * @param {readonly import('vitest/node').TestModule[]} modules
 * @param {readonly { message?: string }[]} unhandledErrors
 * @returns {import('./test-counts.mjs').TestCounts}
 */
export function countModules(modules, unhandledErrors) {
  let passed = 0;
  const failed = unhandledErrors.map((error) => failure('no test', error));
  const skipped = [];
  for (const module of modules) {
    const file = module.relativeModuleId;
    failed.push(...module.errors().map((error) => failure(file, error)));
    for (const suite of module.children.allSuites()) {
      failed.push(...suite.errors().map((error) => failure(`${file} > ${suite.fullName}`, error)));
    }
    for (const test of module.children.allTests()) {
      const result = test.result();
      if (result.state === 'passed') passed += 1;
      else if (result.state === 'failed') {
        failed.push(failure(`${file} > ${test.fullName}`, result.errors[0]));
      } else skipped.push({ name: test.fullName, reason: noteOf(result) });
    }
  }
  return { passed, failed, skipped };
}

/**
 * @param {string} name
 * @param {{ message?: string } | undefined} error
 */
function failure(name, error) {
  return { name, reason: reasonOf(error) };
}

/** @param {import('vitest/node').TestResult} result */
function noteOf(result) {
  const note = result.state === 'skipped' ? result.note : 'never ran';
  return note ?? 'no reason given';
}
