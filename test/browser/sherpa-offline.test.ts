// Recognisers of sherpa-onnx for whole pieces of audio, each kind through the real library in the real listen worker:
// with models made here whose output is known, and Moonshine with real weights.
import { afterEach, expect, test } from 'vitest';
import type {
  FinalTranscript,
  PartialTranscript,
} from '../../src/core/contracts/speech-to-text.ts';
import type { WorkerStt } from '../../src/engines/worker-stt.ts';
import { cut, fetchRecording, LIBRIVOX, silence } from '../support/recordings.ts';
import { toTones } from '../support/toy-whisper.ts';
import { countWordErrors } from '../support/word-error-rate.ts';
import { startListening } from '../support/worker-engines.ts';

const { signal } = new AbortController();
const started: { dispose(): void }[] = [];
afterEach(() => {
  for (const one of started.splice(0)) one.dispose();
});

async function listen(modelId: string): Promise<WorkerStt> {
  const worker = await startListening(modelId);
  started.push(worker);
  const { engine } = worker;
  expect(engine.info).toMatchObject({ name: 'sherpa-onnx', backend: 'wasm', modelIds: [modelId] });
  return engine;
}

interface Heard {
  readonly final: FinalTranscript;
  readonly partials: readonly PartialTranscript[];
}

/** What is heard of audio that comes in small pieces, faster than it is spoken. */
async function hear(engine: WorkerStt, pcm: Float32Array, language = 'en'): Promise<Heard> {
  const partials: PartialTranscript[] = [];
  const onPartial = (partial: PartialTranscript): void => void partials.push(partial);
  const stream = engine.open({ language, onPartial, signal });
  for (const chunk of cut(pcm, 320)) {
    stream.push(chunk);
    await new Promise((resolve) => setTimeout(resolve, 4));
  }
  const final = await stream.transcribe({ signal });
  stream.close();
  return { final, partials };
}

test.each([
  ...['toy-whole-transducer', 'toy-paraformer', 'toy-whisper-export'],
  ...['toy-moonshine', 'toy-moonshine-ort'],
])(
  '%s: words again and again while they are spoken, and all of them at the end',
  async (modelId) => {
    const engine = await listen(modelId);
    const { final, partials } = await hear(engine, toTones([0, 1, 0, 1]));
    expect(final).toMatchObject({ text: 'low high low high', isFinal: true, confidence: null });
    expect(partials.length).toBeGreaterThan(1);
    expect('low high low high'.startsWith(partials[0]?.stableText ?? '?')).toBe(true);
    expect((await hear(engine, silence(1_000))).final.text).toBe('');
    expect((await hear(engine, toTones([1]).subarray(0, 4_000))).final.text).toBe('high');
  },
);

test('Whisper is told the language, changes it between two streams, or detects it', async () => {
  const engine = await listen('toy-whisper-export');
  const hearIn = async (language: string, tones: readonly (0 | 1)[]) => {
    const { text, language: heard } = (await hear(engine, toTones(tones), language)).final;
    return { text, heard };
  };
  expect(await hearIn('de-AT', [0, 1])).toEqual({ text: 'tief hoch', heard: 'de' });
  expect(await hearIn('en', [0, 1])).toEqual({ text: 'low high', heard: 'en' });
  // This one's German is what begins with a high tone.
  expect(await hearIn('und', [1, 0])).toEqual({ text: 'hoch tief', heard: 'de' });
  expect(await hearIn('und', [0, 1])).toEqual({ text: 'low high', heard: 'en' });
  await expect(hearIn('fr', [0])).rejects.toMatchObject({
    code: 'unsupported',
    message: expect.stringContaining('recognises en, de, not "fr"') as string,
  });
});

test('Moonshine of the catalogue, real weights with tokens beside them, hears sentences that were read', async () => {
  const engine = await listen('moonshine-of-sherpa');
  const counted = { errors: 0, words: 0 };
  for (const name of LIBRIVOX.slice(0, 3)) {
    const { pcm, transcript } = await fetchRecording(name);
    const stream = engine.open({ language: 'en', onPartial: () => undefined, signal });
    stream.push(pcm);
    const { text } = await stream.transcribe({ signal });
    stream.close();
    const { errors, words } = countWordErrors(transcript, text);
    counted.errors += errors;
    counted.words += words;
  }
  expect(counted.errors / counted.words).toBeLessThanOrEqual(0.05);
});

test.each([
  ['toy-unknown-whisper', 'its metadata calls it "murmur", which is none of whisper-*'],
  ['toy-unknown-ctc', 'its metadata calls it "of_no_kind", which is none of EncDecCTCModel'],
  ['toy-broken', 'sherpa-onnx refused its files'],
  ['toy-ambiguous', 'an entry is one model, with its own files alone'],
])('%s is refused, and the error says why', async (modelId, reason) => {
  await expect(startListening(modelId)).rejects.toMatchObject({
    code: 'model-invalid',
    message: expect.stringContaining(reason) as string,
  });
});
