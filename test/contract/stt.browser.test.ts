import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SttEngine } from '../../src/core/contracts/speech-to-text.ts';
import { nextMacrotask } from '../../src/core/macrotask.ts';
import { createAbortReason } from '../../src/core/abort.ts';
import { MoonshineModel } from '../../workers/engines/moonshine-model.ts';
import { createMoonshineStt } from '../../workers/engines/moonshine-stt.ts';
import { toHintTokens } from '../../workers/engines/phrase-hints.ts';
import { Moonshine } from '../../workers/runtimes/moonshine/moonshine.ts';
import { createNetworkTeam } from '../../workers/runtimes/network/kernels.ts';
import { servedModelFiles } from '../support/model-files-over-http.ts';
import { concatenate, fetchRecording, LIBRIVOX, noise, silence } from '../support/recordings.ts';
import { countWordErrors } from '../support/word-error-rate.ts';
import { runSttSuite } from './stt.suite.ts';

const { signal } = new AbortController();
/** The deadline is out of the way: a busy machine must not change what is recognised. */
const create = () =>
  createMoonshineStt({ files: servedModelFiles, threads: 2, signal, deadlineMs: 100_000 });
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
    (['encoder_model.onnx', 'decoder_model_merged.onnx'] as const).map(
      async (name) =>
        new Uint8Array(await servedModelFiles.read('moonshine-tiny-en', name, { signal })),
    ),
  );
  const network = new Moonshine(createNetworkTeam(), { encoder: encoder!, decoder: decoder! });
  return new MoonshineModel(network);
}

describe('moonshine', () => {
  let engine: SttEngine;
  let model: MoonshineModel;
  beforeAll(async () => {
    [engine, model] = await Promise.all([create(), createModel()]);
  });
  afterAll(() => Promise.all([engine.dispose(), model.dispose()]));

  test('a hint is heard in a short piece of audio that resembles it, and nowhere else', async () => {
    const { pcm } = await fetchRecording(LIBRIVOX[3] ?? '');
    const short = pcm.subarray(0, 11_200);
    const plain = await model.decode(short, { draft: [], signal });
    const hinted = (samples: Float32Array, boost: number) =>
      model.decode(samples, { draft: [], signal, hints: [toHintTokens({ text: 'yeah', boost })] });
    expect((await hinted(short, 0)).text).toBe(plain.text);
    expect((await hinted(short, 100)).text).toMatch(/^Yeah\.?$/u);
    const long = await model.decode(pcm, { draft: [], signal });
    expect((await hinted(pcm, 100)).text).toBe(long.text);
  });

  test('a draft, right, half right or wrong, does not change what is recognised', async () => {
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
  });

  test('an abort is seen between two runs of the model, and the next decode is whole', async () => {
    const { pcm, transcript } = await fetchRecording(LIBRIVOX[4] ?? '');
    const aborting = new AbortController();
    const cutShort = model.decode(pcm, { draft: [], signal: aborting.signal });
    const next = model.decode(pcm, { draft: [], signal });
    const reason = createAbortReason('newer audio');
    aborting.abort(reason);
    await expect(cutShort).rejects.toBe(reason);
    expect(countWordErrors(transcript, (await next).text).errors).toBe(0);
  });

  test('half a minute of speech, pushed at once, keeps every sentence', async () => {
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
  });

  test('noise is not taken for words', async () => {
    for (const amplitude of [0.003, 0.03, 0.3]) {
      const stream = engine.open({ language: 'en', onPartial: () => undefined, signal });
      stream.push(noise(3000, amplitude));
      expect((await stream.transcribe({ signal })).text).toBe('');
      stream.close();
    }
  });

  test('a language it does not know is refused by name', async () => {
    const open = () => engine.open({ language: 'de-DE', onPartial: () => undefined, signal });
    expect(open).toThrow(expect.objectContaining({ code: 'unsupported' }));
  });

  test('weights that are no model are refused by name', async () => {
    const files = { read: async () => new TextEncoder().encode('<!doctype html>').buffer };
    await expect(createMoonshineStt({ files, threads: 1, signal })).rejects.toMatchObject({
      code: 'model-invalid',
      details: { modelId: 'moonshine-tiny-en' },
    });
  });
});
