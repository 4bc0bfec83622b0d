import { expect, test } from 'vitest';
import { createOnnxSession } from '../../workers/runtimes/onnx-session.ts';

test('bytes that are no model are refused with a typed error', async () => {
  const page = new TextEncoder().encode('<!doctype html><title>not a model</title>');
  await expect(
    createOnnxSession(page.buffer, { modelId: 'silero-vad', threads: 1 }),
  ).rejects.toMatchObject({ code: 'model-invalid', details: { modelId: 'silero-vad' } });
});
