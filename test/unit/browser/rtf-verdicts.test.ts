// How quick engines were, from visit to visit. Node.
import { expect, test } from 'vitest';
import { RtfVerdicts } from '../../../src/browser/rtf-verdicts.ts';

const subject = { modelId: 'kokoro', backend: 'wasm', threads: 2 } as const;
const DAY_MS = 24 * 60 * 60 * 1_000;

function createStorage() {
  const kept = new Map<string, string>();
  const storage = {
    read: async (key: string) => kept.get(key) ?? null,
    write: async (key: string, text: string) => void kept.set(key, text),
    clear: async () => kept.clear(),
  };
  return { kept, storage };
}

test('a verdict holds for model, backend and threads, and for the visit where nothing is kept', async () => {
  const { kept, storage } = createStorage();
  await new RtfVerdicts(storage).write(subject, 0.7);
  const next = new RtfVerdicts(storage);
  expect(await next.read(subject)).toBe(0.7);
  expect(await next.read({ ...subject, threads: 1 })).toBeNull();
  expect(await next.read({ ...subject, backend: 'webgpu' })).toBeNull();

  const noop = async () => undefined;
  const forgetful = new RtfVerdicts({ read: async () => null, write: noop, clear: noop });
  await forgetful.write(subject, 0.7);
  expect(await forgetful.read(subject)).toBe(0.7);
  kept.set('rtf, kokoro, wasm, 2', 'garbage');
  expect(await new RtfVerdicts(storage).read(subject)).toBeNull();
});

test('who was too slow is measured again a week later, who was not is trusted', async () => {
  for (const [rtf, afterDays, expected] of [
    [0.9, 6, 0.9],
    [0.9, 8, null],
    [0.5, 800, 0.5],
  ] as const) {
    const { storage } = createStorage();
    let nowMs = 1e12;
    await new RtfVerdicts(storage, () => nowMs).write(subject, rtf);
    nowMs += afterDays * DAY_MS;
    expect(await new RtfVerdicts(storage, () => nowMs).read(subject)).toBe(expected);
  }
});

test('what is forgotten is measured again, at this visit too', async () => {
  const { kept, storage } = createStorage();
  const verdicts = new RtfVerdicts(storage);
  await verdicts.write(subject, 0.9);
  kept.set('an adapter, weights', 'failed');
  await verdicts.forget();
  expect([await verdicts.read(subject), kept.size]).toEqual([null, 0]);
});

test('a slow verdict without its day is measured again', async () => {
  const { kept, storage } = createStorage();
  kept.set('rtf, kokoro, wasm, 2', '0.9');
  expect(await new RtfVerdicts(storage).read(subject)).toBeNull();
});
