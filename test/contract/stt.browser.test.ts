import { describe, expect, test } from 'vitest';
import { nextMacrotask } from '../../src/core/macrotask.ts';
import { createMoonshineStt } from '../../workers/engines/moonshine-stt.ts';
import { servedModelFiles } from '../support/model-files-over-http.ts';
import { concatenate, fetchRecording, LIBRIVOX, noise, silence } from '../support/recordings.ts';
import { countWordErrors } from '../support/word-error-rate.ts';
import { runSttSuite } from './stt.suite.ts';

const { signal } = new AbortController();
const create = () => createMoonshineStt({ files: servedModelFiles, threads: 2, signal });
const loadRecordings = () => Promise.all(LIBRIVOX.map(fetchRecording));

runSttSuite({
  name: 'moonshine',
  create,
  loadRecordings,
  maxWordErrorRate: 0.05,
  settle: nextMacrotask,
});

describe('moonshine', () => {
  test('half a minute of speech without a pause in asking keeps every sentence', async () => {
    const engine = await create();
    const recordings = await loadRecordings();
    const pcm = concatenate(...recordings.flatMap((one) => [one.pcm, silence(150)]));
    const stream = engine.open({ language: 'en', onPartial: () => undefined, signal });
    stream.push(pcm);
    const { text } = await stream.transcribe({ signal });
    const { errors, words } = countWordErrors(
      recordings.map((one) => one.transcript).join(' '),
      text,
    );
    expect(errors / words, text).toBeLessThanOrEqual(0.1);
    await engine.dispose();
  });

  test('noise is not taken for words', async () => {
    const engine = await create();
    for (const amplitude of [0.003, 0.03, 0.3]) {
      const stream = engine.open({ language: 'en', onPartial: () => undefined, signal });
      stream.push(noise(3000, amplitude));
      expect((await stream.transcribe({ signal })).text).toBe('');
      stream.close();
    }
    await engine.dispose();
  });

  test('a language it does not know is refused by name', async () => {
    const engine = await create();
    const open = () => engine.open({ language: 'de-DE', onPartial: () => undefined, signal });
    expect(open).toThrow(expect.objectContaining({ code: 'unsupported' }));
    await engine.dispose();
  });

  test('weights that are no model are refused by name', async () => {
    const files = { read: async () => new TextEncoder().encode('<!doctype html>').buffer };
    await expect(createMoonshineStt({ files, threads: 1, signal })).rejects.toMatchObject({
      code: 'model-invalid',
      details: { modelId: 'moonshine-tiny-en' },
    });
  });
});
