import { expect, test } from 'vitest';
import { VoiceAgentError } from '../../../src/core/errors.ts';
import { Mirrors } from '../../../src/models/mirrors.ts';

const policy = { retries: 1, baseDelayMs: 100, maxDelayMs: 1_000, random: () => 0.5 };
const busy = new VoiceAgentError('model-download-failed', 'busy', {
  details: { modelId: 'm', url: '', status: 503 },
  retryable: true,
});
const missing = new VoiceAgentError('model-download-failed', 'missing', {
  details: { modelId: 'm', url: '', status: 404 },
});

test('each place is tried before the first wait, and all of them once more after it', () => {
  const mirrors = new Mirrors(['a/', 'b/'], policy);
  const tries: [string, number][] = [];
  expect(() => {
    for (;;) {
      const place = mirrors.next();
      tries.push([place.baseUrl, mirrors.fail(place, busy)]);
    }
  }).toThrow('busy');
  expect(tries).toEqual([
    ['a/', 0],
    ['b/', 100],
    ['a/', 0],
  ]);
  expect(mirrors.next().baseUrl).toBe('b/');
});

test('tries at the same time that fail together count once', () => {
  const mirrors = new Mirrors(['a/'], policy);
  const [first, second] = [mirrors.next(), mirrors.next()];
  expect([mirrors.fail(first, busy), mirrors.fail(second, busy)]).toEqual([100, 100]);
  expect(() => mirrors.fail(mirrors.next(), busy)).toThrow('busy');
});

test('new bytes forgive what failed before', () => {
  const mirrors = new Mirrors(['a/'], policy);
  for (let tries = 0; tries < 10; tries += 1) {
    expect(mirrors.fail(mirrors.next(), busy)).toBe(100);
    mirrors.succeed();
  }
});

test('a place without the file is not asked again; the last one’s error is the answer', () => {
  const mirrors = new Mirrors(['a/', 'b/'], policy);
  expect(mirrors.fail(mirrors.next(), missing)).toBe(0);
  expect(mirrors.next().baseUrl).toBe('b/');
  expect(() => mirrors.fail(mirrors.next(), missing)).toThrow('missing');
});
