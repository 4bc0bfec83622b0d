import { describe, expect, test } from 'vitest';
import { nextMacrotask } from '../../src/core/macrotask.ts';
import { createAbortReason } from '../../src/core/abort.ts';
import { MoonshineModel } from '../../workers/engines/moonshine-model.ts';
import { createMoonshineStt } from '../../workers/engines/moonshine-stt.ts';
import { createOnnxSession } from '../../workers/runtimes/onnx-session.ts';
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

async function createModel(): Promise<MoonshineModel> {
  const [encoder, decoder] = await Promise.all(
    ['encoder_model.onnx', 'decoder_model_merged.onnx'].map(async (fileName) =>
      createOnnxSession(await servedModelFiles.read('moonshine-tiny-en', fileName, { signal }), {
        modelId: 'moonshine-tiny-en',
        threads: 2,
      }),
    ),
  );
  return new MoonshineModel({ encoder: encoder!, decoder: decoder! });
}

describe('moonshine', () => {
  test('a draft, right, half right or wrong, does not change what is recognised', async () => {
    const model = await createModel();
    const { pcm } = await fetchRecording(LIBRIVOX[3] ?? '');
    const plain = await model.decode(pcm, { draft: [], signal });
    expect(plain.tokens.length).toBeGreaterThan(15);
    expect(plain.probabilities).toHaveLength(plain.tokens.length);
    const drafts = [
      plain.tokens,
      [...plain.tokens.slice(0, 7), 1000, 1001, 1002],
      [1000, ...plain.tokens],
      [...plain.tokens, 1000, 1001],
    ];
    for (const draft of drafts) {
      const { text, tokens } = await model.decode(pcm, { draft, signal });
      expect({ text, tokens }).toEqual({ text: plain.text, tokens: plain.tokens });
    }
    await model.dispose();
  });

  test('an abort is seen between two runs of the model, and the next decode is whole', async () => {
    const model = await createModel();
    const { pcm, transcript } = await fetchRecording(LIBRIVOX[4] ?? '');
    const aborting = new AbortController();
    const cutShort = model.decode(pcm, { draft: [], signal: aborting.signal });
    const next = model.decode(pcm, { draft: [], signal });
    const reason = createAbortReason('newer audio');
    aborting.abort(reason);
    await expect(cutShort).rejects.toBe(reason);
    expect(countWordErrors(transcript, (await next).text).errors).toBe(0);
    await model.dispose();
  });

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
