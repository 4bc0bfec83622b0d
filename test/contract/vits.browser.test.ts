// A Piper voice on kernels of our own beside the same file on ONNX Runtime, both without noise.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { concatenate } from '../../src/core/pcm.ts';
import { symbolsOf } from '../../workers/engines/symbol-table.ts';
import { createOnnxSession, Tensor } from '../../workers/runtimes/onnx-session.ts';
import type { InferenceSession } from '../../workers/runtimes/onnx-session.ts';
import { GraphWeights } from '../../workers/runtimes/onnx-graph/graph-weights.ts';
import { OnnxModel } from '../../workers/runtimes/onnx-graph/onnx-model.ts';
import { DATA_TYPE } from '../../workers/runtimes/onnx-graph/onnx-tensor.ts';
import { createNetworkTeam } from '../../workers/runtimes/network/kernels.ts';
import { Vits } from '../../workers/runtimes/vits/vits.ts';
import { servedModelFiles as files } from '../support/model-files-over-http.ts';

const MODEL_ID = 'piper-en-us-joe';
const FILE = 'en_US-joe-medium.onnx';
const DURATIONS = '/Ceil_output_0';
const SAMPLES_PER_FRAME = 256;
const PHRASES = [
  'ɪt ɪz sˈʌni aʊtsˈaɪd.',
  'ðə mˈɔːɹnɪŋ tɹˈeɪn lˈɛft ðə stˈeɪʃən ɐ lˈɪɾəl bɪfˌoːɹ sˈɛvən, ænd ɪt wʌz lˈeɪt.',
];
const { signal } = new AbortController();

function finish<Result>(steps: Generator<void, Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

let session: InferenceSession;
let vits: Vits;
let toIds: (phrase: string) => number[];
beforeAll(async () => {
  const bytes = await files.read(MODEL_ID, FILE, { signal });
  const model = OnnxModel.parse(new Uint8Array(bytes));
  const weights = new GraphWeights(model);
  expect(Vits.fits(weights)).toBe(true);
  vits = new Vits(createNetworkTeam(), weights);
  model.addOutput(DURATIONS, DATA_TYPE.float);
  session = await createOnnxSession(model.toBytes().buffer, { modelId: MODEL_ID, threads: 1 });
  const settings = await files.read(MODEL_ID, `${FILE}.json`, { signal });
  const { phoneme_id_map: known } = JSON.parse(new TextDecoder().decode(settings)) as {
    phoneme_id_map: Record<string, number[]>;
  };
  toIds = (phrase) => [1, 0, ...symbolsOf(phrase).flatMap((symbol) => [...known[symbol]!, 0]), 2];
});
afterAll(() => session.release());

async function askRuntime(ids: readonly number[], length: number) {
  const outputs = await session.run({
    input: new Tensor('int64', BigInt64Array.from(ids, BigInt), [1, ids.length]),
    input_lengths: new Tensor('int64', [BigInt(ids.length)], [1]),
    scales: new Tensor('float32', [0, length, 0], [3]),
  });
  return {
    durations: outputs[DURATIONS]!.data as Float32Array,
    pcm: outputs['output']!.data as Float32Array,
  };
}

test.for(PHRASES)('says "%s" as the graph does', { timeout: 120_000 }, async (phrase) => {
  const ids = toIds(phrase);
  for (const length of [1, 0.8]) {
    const expected = await askRuntime(ids, length);
    const speech = finish(vits.begin(ids, { noise: 0, durationNoise: 0, length, seed: 1 }));
    expect([...speech.durations]).toEqual([...expected.durations]);
    const half = Math.floor(speech.frames / 2);
    const ends = [20, half, speech.frames - 2, speech.frames];
    const parts = ends.map((to, place) => finish(speech.make({ from: ends[place - 1] ?? 0, to })));
    speech.end();
    const pcm = concatenate(parts);
    expect(pcm.length).toBe(speech.frames * SAMPLES_PER_FRAME);
    // 40 dB below the signal: weights have 16 bits here.
    expect(difference(pcm, expected.pcm)).toBeLessThan(1e-4);
  }
});

test('noise changes lengths and sound, and is the same for the same seed', () => {
  const ids = toIds(PHRASES[0]!);
  const say = (seed: number) => {
    const options = { noise: 0.667, durationNoise: 0.8, length: 1, seed };
    const speech = finish(vits.begin(ids, options));
    const pcm = finish(speech.make({ from: 0, to: speech.frames }));
    speech.end();
    return { durations: [...speech.durations], pcm };
  };
  const first = say(7);
  const other = say(8);
  expect(say(7)).toEqual(first);
  expect(other.durations).not.toEqual(first.durations);
});

/** Power of the difference as a share of the signal's. */
function difference(actual: Float32Array, expected: Float32Array): number {
  expect(actual.length).toBe(expected.length);
  const power = expected.reduce((sum, sample) => sum + sample ** 2, 0);
  return expected.reduce((sum, sample, i) => sum + (sample - actual[i]!) ** 2, 0) / power;
}
