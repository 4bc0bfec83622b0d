// Which voice detector serves when the wanted one cannot be loaded.
import { expect, it } from 'vitest';
import { VoiceAgentError } from '../../../src/core/errors.ts';
import { createVadOrFloor } from '../../../workers/engines/vad-choice.ts';

const { signal } = new AbortController();
const failure = new VoiceAgentError('model-download-failed', 'no file', {
  details: { modelId: 'silero-vad', url: '/none', status: 404 },
});
const noFiles = { read: () => Promise.reject(failure) };

it('the floor takes over from one whose file does not come, and says why', async () => {
  const { vad, error } = await createVadOrFloor({ engine: 'silero', files: noFiles, signal });
  expect(vad.info).toMatchObject({ name: 'energy', stage: 'vad', modelIds: [] });
  expect(error).toBe(failure);
});

it('and from one whose file is no model', async () => {
  const files = { read: async () => new ArrayBuffer(64) };
  const { vad, error } = await createVadOrFloor({ engine: 'silero', files, signal });
  expect(vad.info.name).toBe('energy');
  expect(error?.code).toBe('model-invalid');
});

it('who asks for the floor gets it without a file', async () => {
  const { vad, error } = await createVadOrFloor({ engine: 'energy', files: noFiles, signal });
  expect(vad.info.name).toBe('energy');
  expect(error).toBeNull();
});

it('an abort is not a failure', async () => {
  const reason = new DOMException('enough', 'AbortError');
  const request = { engine: 'silero', files: noFiles, signal: AbortSignal.abort(reason) } as const;
  await expect(createVadOrFloor(request)).rejects.toBe(reason);
});
