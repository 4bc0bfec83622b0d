// How quick engines were, from visit to visit. Node.
import { expect, test } from 'vitest';
import { RtfVerdicts } from '../../../src/browser/rtf-verdicts.ts';

test('a verdict holds for model, backend and threads, and for the visit where nothing is kept', async () => {
  const kept = new Map<string, string>();
  const storage = {
    read: async (key: string) => kept.get(key) ?? null,
    write: async (key: string, text: string) => void kept.set(key, text),
  };
  const subject = { modelId: 'kokoro', backend: 'wasm', threads: 2 } as const;
  await new RtfVerdicts(storage).write(subject, 0.7);
  const next = new RtfVerdicts(storage);
  expect(await next.read(subject)).toBe(0.7);
  expect(await next.read({ ...subject, threads: 1 })).toBeNull();
  expect(await next.read({ ...subject, backend: 'webgpu' })).toBeNull();

  const forgetful = new RtfVerdicts({ read: async () => null, write: async () => undefined });
  await forgetful.write(subject, 0.7);
  expect(await forgetful.read(subject)).toBe(0.7);
  kept.set('rtf, kokoro, wasm, 2', 'garbage');
  expect(await new RtfVerdicts(storage).read(subject)).toBeNull();
});
