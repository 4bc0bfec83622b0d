// What a device tells of itself, and that nobody waits for what it does not tell. Node.
import { expect, test } from 'vitest';
import { probeDevice } from '../../../src/browser/probe-device.ts';
import type { ProbedPlatform } from '../../../src/browser/probe-device.ts';
import { ManualClock } from '../../../src/testing/manual-clock.ts';

const clock = new ManualClock();
const probe = (platform: Partial<ProbedPlatform>, isIsolated = true) =>
  probeDevice({ platform: { hardwareConcurrency: 4, ...platform }, isIsolated, clock });

const info = { vendor: 'acme', architecture: 'gen-9', description: '' };
const withAdapter = (change: object = {}): Partial<ProbedPlatform> => ({
  gpu: { requestAdapter: async () => ({ info, features: new Set(['shader-f16']), ...change }) },
});

test('tells cores, memory, shared memory and room', async () => {
  const storage = { estimate: async () => ({ quota: 1_000, usage: 400 }) };
  expect(await probe({ deviceMemory: 8, storage })).toEqual({
    ...{ cores: 4, memoryGib: 8, hasSharedMemory: true, freeBytes: 600 },
    gpu: { kind: 'none', name: '', hasFloat16: false },
  });
  expect(await probe({}, false)).toMatchObject({
    ...{ memoryGib: null, hasSharedMemory: false, freeBytes: null },
  });
});

test.each([
  ['hardware', {}],
  ['software', { isFallbackAdapter: true }],
  ['software', { info: { ...info, isFallbackAdapter: true } }],
  ['software', { info: { ...info, description: 'Google SwiftShader' } }],
])('knows %s graphics: %j', async (kind, change) => {
  expect((await probe(withAdapter(change))).gpu).toMatchObject({ kind, hasFloat16: true });
});

test('a graphics processor that fails, or does not answer for 2 s, is none', async () => {
  const failing = { requestAdapter: () => Promise.reject(new Error('driver')) };
  expect((await probe({ gpu: failing })).gpu.kind).toBe('none');
  const silent = { requestAdapter: () => new Promise<never>(() => undefined) };
  const seen: string[] = [];
  void probe({ gpu: silent }).then(({ gpu }) => seen.push(gpu.kind));
  await clock.advance(1_999);
  expect(seen).toEqual([]);
  await clock.advance(1);
  await clock.advance(1);
  expect(seen).toEqual(['none']);
});
