// Whisper by transformers.js, on a toy whose words are known: the real library on a model made here.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ModelFiles } from '../../src/core/contracts/model-files.ts';
import type { FinalTranscript, SttEngine } from '../../src/core/contracts/speech-to-text.ts';
import { createAbortReason } from '../../src/core/abort.ts';
import { nextMacrotask } from '../../src/core/macrotask.ts';
import type { CatalogModel } from '../../src/models/catalog.ts';
import { loadWhisper } from '../../workers/engines/whisper-model.ts';
import type { WhisperModel } from '../../workers/engines/whisper-model.ts';
import { createWhisperStt } from '../../workers/engines/whisper-stt.ts';
import type { Recording } from '../support/recordings.ts';
import { toCatalog, toJsonFile, toStore } from '../support/toy-models.ts';
import { TOY_WHISPER, toTones, wordsOf } from '../support/toy-whisper.ts';
import { runSttSuite } from './stt.suite.ts';

const { signal } = new AbortController();
const catalog = await toCatalog([TOY_WHISPER]);
const model = catalog.models[0]!;
const request = { files: toStore(catalog, [TOY_WHISPER]), model, threads: 2, signal };
/** The deadline is out of the way: a busy machine must not change what is recognised. */
const create = () => createWhisperStt({ ...request, deadlineMs: 100_000 });

const SENTENCES = [
  [0, 1, 0, 0, 1, 0],
  [1, 1, 0, 1, 0, 1],
] as const;

runSttSuite({
  name: 'whisper',
  create,
  loadRecordings: async () =>
    SENTENCES.map((tones): Recording => ({ pcm: toTones(tones), transcript: wordsOf(tones) })),
  maxWordErrorRate: 0,
  settle: nextMacrotask,
});

describe('whisper', () => {
  let engine: SttEngine;
  let whisper: WhisperModel;
  beforeAll(async () => {
    engine = await create();
    whisper = await loadWhisper(request, null);
  });
  afterAll(() => Promise.all([engine.dispose(), whisper.dispose()]));

  const hear = async (tones: readonly (0 | 1)[], language: string): Promise<FinalTranscript> => {
    const stream = engine.open({ language, onPartial: () => undefined, signal });
    stream.push(toTones(tones));
    const final = await stream.transcribe({ signal });
    stream.close();
    return final;
  };
  const say = async (tones: readonly (0 | 1)[], language: string): Promise<string> =>
    (await hear(tones, language)).text;

  test('says what it is and which languages it knows', () => {
    expect(engine.info).toMatchObject({
      name: 'whisper',
      modelIds: ['toy-whisper'],
      backend: 'wasm',
    });
    expect(engine.languages).toEqual(['en', 'de']);
  });

  test('a language that is given is taken, in any region; "und" is heard', async () => {
    const [low, high] = SENTENCES;
    expect(await say(low, 'de-CH')).toBe(wordsOf(low, 'de'));
    expect(await say(low, 'und')).toBe(wordsOf(low, 'en'));
    expect(await say(high, 'und')).toBe(wordsOf(high, 'de'));
  });

  test('a final tells which language was heard', async () => {
    const [low, high] = SENTENCES;
    expect((await hear(low, 'de-CH')).language).toBe('de');
    expect((await hear(low, 'und')).language).toBe('en');
    expect((await hear(high, 'und')).language).toBe('de');
  });

  test('a language it does not know is refused by name', () => {
    const open = () => engine.open({ language: 'fr', onPartial: () => undefined, signal });
    expect(open).toThrow(expect.objectContaining({ code: 'unsupported' }));
  });

  test('each token has its probability', async () => {
    const { tokens, probabilities } = await whisper.decode(toTones(SENTENCES[0]), {
      draft: [],
      signal,
      language: 'en',
    });
    expect(tokens).toHaveLength(6);
    expect(probabilities).toHaveLength(6);
    for (const one of probabilities) expect(one).toBeGreaterThan(0.5);
  });

  test('an abort is seen between two runs of the model, and the next decode is whole', async () => {
    const controller = new AbortController();
    const reason = createAbortReason('newer audio');
    const pcm = toTones(SENTENCES[0]);
    const cutShort = whisper.decode(pcm, { draft: [], signal: controller.signal, language: 'en' });
    let isOver = false;
    void cutShort.catch(() => undefined).then(() => (isOver = true));
    // A message that waits, as an abort does: let in while the decode is under way.
    await nextMacrotask();
    expect(isOver).toBe(false);
    controller.abort(reason);
    await expect(cutShort).rejects.toBe(reason);
    const { text } = await whisper.decode(pcm, { draft: [], signal, language: 'en' });
    expect(text).toBe(wordsOf(SENTENCES[0]));
  });

  test('files of something else, and files that are not there, are refused by name', async () => {
    const other: ModelFiles = {
      read: async (id, name, options) =>
        name === 'config.json'
          ? toJsonFile({ model_type: 'moonshine' }).buffer
          : request.files.read(id, name, options),
    };
    const invalid = { code: 'model-invalid', details: { modelId: 'toy-whisper' } };
    await expect(loadWhisper({ ...request, files: other }, null)).rejects.toMatchObject(invalid);
    const files = model.files.filter(({ name }) => name !== 'encoder_model.onnx');
    const lacking: CatalogModel = { ...model, files };
    await expect(loadWhisper({ ...request, model: lacking }, null)).rejects.toMatchObject(invalid);
    const damaged = toStore(catalog, [
      { ...TOY_WHISPER, files: { ...TOY_WHISPER.files, 'config.json': toJsonFile({}) } },
    ]);
    await expect(loadWhisper({ ...request, files: damaged }, null)).rejects.toMatchObject({
      details: { modelId: 'toy-whisper' },
    });
  });
});
