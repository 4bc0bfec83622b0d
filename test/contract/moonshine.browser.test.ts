// Moonshine on kernels of our own beside its shipped files on ONNX Runtime.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Decode } from '../../workers/engines/decoding.ts';
import { withFurtherLooks } from '../../workers/engines/further-looks.ts';
import { MoonshineModel } from '../../workers/engines/moonshine-model.ts';
import { MoonshineEncoder } from '../../workers/runtimes/moonshine/moonshine-encoder.ts';
import { ENCODER_NAMES, Moonshine } from '../../workers/runtimes/moonshine/moonshine.ts';
import { MoonshineWeights } from '../../workers/runtimes/moonshine/moonshine-weights.ts';
import { createNetworkTeam } from '../../workers/runtimes/network/kernels.ts';
import { valuesOf } from '../../workers/runtimes/network/signal.ts';
import { createOnnxSession, Tensor } from '../../workers/runtimes/onnx-session.ts';
import type { InferenceSession } from '../../workers/runtimes/onnx-session.ts';
import { servedModelFiles } from '../support/model-files-over-http.ts';
import { concatenate, fetchRecording, LIBRIVOX } from '../support/recordings.ts';

const { signal } = new AbortController();
const MODEL_ID = 'moonshine-tiny-en';
const [START, END] = [1, 2];
/** The graph rounds what goes into each of its products to 8 bits: 30 dB below what it hears. */
const ENCODER_DIFFERENCE = 1.5e-3;
const PROBABILITY_DIFFERENCE = 0.1;
/** What settled rows are to later ones: 20 dB below what is heard. */
const SETTLED_DIFFERENCE = 0.01;
/** 10 s. */
const ROOM_ROWS = 417;

/** A copy: whoever takes it may let it go. */
const read = (name: string): Promise<ArrayBuffer> =>
  servedModelFiles.read(MODEL_ID, name, { signal });

let encoder: InferenceSession;
let decoder: InferenceSession;
let empty: Record<string, Tensor>;
beforeAll(async () => {
  const options = { modelId: MODEL_ID, threads: 1 };
  encoder = await createOnnxSession(await read('encoder_model.onnx'), options);
  decoder = await createOnnxSession(await read('decoder_model_merged.onnx'), options);
  const past = decoder.inputNames.filter((name) => name.startsWith('past_key_values.'));
  const nothing = new Tensor('float32', new Float32Array(0), [0, 8, 1, 36]);
  empty = Object.fromEntries(past.map((name) => [name, nothing]));
});
afterAll(() => Promise.all([encoder.release(), decoder.release()]));

async function encode(pcm: Float32Array): Promise<Tensor> {
  const input = new Tensor('float32', pcm, [1, pcm.length]);
  return (await encoder.run({ input_values: input }))['last_hidden_state'] as Tensor;
}

/** The most probable tokens, one by one, and the probability of each. */
async function transcribe(
  pcm: Float32Array,
): Promise<{ tokens: number[]; probabilities: number[] }> {
  const heard = await encode(pcm);
  const tokens: number[] = [];
  const probabilities: number[] = [];
  for (;;) {
    const ids = BigInt64Array.from([START, ...tokens], BigInt);
    const { logits } = await decoder.run({
      ...empty,
      input_ids: new Tensor('int64', ids, [1, ids.length]),
      encoder_hidden_states: heard,
      use_cache_branch: new Tensor('bool', [false]),
    });
    const last = (logits!.data as Float32Array).subarray(-logits!.dims[2]!);
    const best = last.reduce((at, value, index) => (value > last[at]! ? index : at), 0);
    if (best === END) return { tokens, probabilities };
    tokens.push(best);
    probabilities.push(1 / last.reduce((sum, value) => sum + Math.exp(value - last[best]!), 0));
  }
}

async function createNetwork(): Promise<Moonshine> {
  return new Moonshine(createNetworkTeam(), {
    encoder: new Uint8Array(await read('encoder_model.onnx')),
    decoder: new Uint8Array(await read('decoder_model_merged.onnx')),
  });
}

/** Power of the difference as a share of the power. */
function difference(actual: Float32Array, expected: Float32Array): number {
  expect(actual.length).toBe(expected.length);
  const power = expected.reduce((sum, value) => sum + value ** 2, 0);
  return expected.reduce((sum, value, at) => sum + (value - actual[at]!) ** 2, 0) / power;
}

function finish<T>(steps: Generator<void, T>): T {
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  return step.value;
}

interface Rows {
  /** Number of the first of them. */
  readonly first: number;
  readonly values: Float32Array;
}

async function createEncoder(): Promise<(pcm: Float32Array) => Rows> {
  const bytes = new Uint8Array(await read('encoder_model.onnx'));
  const team = createNetworkTeam();
  const encoder = new MoonshineEncoder(team, new MoonshineWeights(bytes, ENCODER_NAMES));
  const room = encoder.createRoom(ROOM_ROWS);
  const { top } = team.memory;
  return (pcm) => {
    const { first, rows } = finish(encoder.run(pcm, { room, mayBeRough: true }));
    const values = valuesOf(team.memory, rows).slice();
    team.memory.release(top);
    return { first, values };
  };
}

test('the encoder hears what the graph hears, also where it heard a short beginning before', async () => {
  const { pcm } = await fetchRecording(LIBRIVOX[1]!);
  const expected = (await encode(pcm)).data as Float32Array;
  const hear = await createEncoder();
  const whole = hear(pcm);
  expect(whole.first).toBe(0);
  expect(difference(whole.values, expected)).toBeLessThan(ENCODER_DIFFERENCE);
  hear(pcm.slice(5_000));
  hear(pcm.slice(0, 20_001));
  const again = hear(pcm);
  expect(again.first).toBe(0);
  expect(difference(again.values, whole.values)).toBeLessThan(1e-9);
});

test('speech that goes on is heard from its last seconds on, and nearly the same', async () => {
  const { pcm } = await fetchRecording(LIBRIVOX[0]!);
  const [hear, hearWhole] = await Promise.all([createEncoder(), createEncoder()]);
  for (let end = 4_000; end < pcm.length; end += 4_000) hear(pcm.slice(0, end));
  const [last, whole] = [hear(pcm), hearWhole(pcm)];
  expect(last.first).toBeGreaterThan(100);
  const same = whole.values.subarray(-last.values.length);
  expect(difference(last.values, same)).toBeLessThan(SETTLED_DIFFERENCE);
  // Other audio from 3 s on: what was heard there does not stay.
  const other = pcm.map((sample, at) => (at < 48_000 ? sample : -sample / 2));
  expect(hear(other).first).toBeLessThanOrEqual(125);
});

test('a run that is broken off leaves nothing behind that a later one takes for heard', async () => {
  const { pcm } = await fetchRecording(LIBRIVOX[0]!);
  const network = await createNetwork();
  const options = { maxTokens: 60, mayBeRough: true };
  finish(network.hear(pcm.slice(0, 64_000), options));
  network.hear(pcm.slice(0, 80_000), options).next();
  const cutShort = network.hear(pcm.slice(0, 96_000), options);
  for (let step = 0; step < 5; step++) cutShort.next();
  const rough = { draft: [], signal, mayBeRough: true };
  const after = await new MoonshineModel(network).decode(pcm, rough);
  expect(after.isRough).toBe(true);
  const plain = await new MoonshineModel(await createNetwork()).decode(pcm, rough);
  expect(plain.isRough).toBe(false);
  expect(after.text).toBe(plain.text);
});

test('the words are those of the graph, about as probable', async () => {
  const model = new MoonshineModel(await createNetwork());
  for (const file of LIBRIVOX) {
    const { pcm } = await fetchRecording(file);
    const expected = await transcribe(pcm);
    const actual = await model.decode(pcm, { draft: [], signal });
    expect(actual.tokens).toEqual(expected.tokens);
    const worst = actual.probabilities.map((p, at) => Math.abs(p - expected.probabilities[at]!));
    expect(Math.max(...worst)).toBeLessThan(PROBABILITY_DIFFERENCE);
  }
});

test('further looks at a doubtful question make up for where its frames happen to fall', async () => {
  const served = await fetch('/recordings/questions/capital-of-france.wav');
  const context = new OfflineAudioContext(1, 1, 16_000);
  const decoded = await context.decodeAudioData(await served.arrayBuffer());
  // Up to 0.1 s behind the last word, as the recogniser cuts it.
  const pcm = decoded.getChannelData(0).subarray(0, 29_900);
  const model = new MoonshineModel(await createNetwork());
  const once: Decode = (piece, options) => model.decode(piece, options);
  const surely = withFurtherLooks(once);
  const right = { once: 0, surely: 0 };
  for (let lead = 1_200; lead < 1_968; lead += 32) {
    const piece = concatenate(new Float32Array(lead), pcm);
    for (const [name, decode] of Object.entries({ once, surely })) {
      const { text } = await decode(piece.slice(), { draft: [], signal });
      if (text === 'What is the capital of France?') right[name as keyof typeof right] += 1;
    }
  }
  // eslint-disable-next-line no-console -- figures of the run
  console.info(
    `of 24 places, right with one look ${right.once}, with further ones ${right.surely}`,
  );
  expect(right.surely).toBeGreaterThan(right.once);
});

test('log-probabilities are those of all tokens, and tokens read again change nothing', async () => {
  const network = await createNetwork();
  const { pcm } = await fetchRecording(LIBRIVOX[4]!);
  finish(network.hear(pcm, { maxTokens: 20, mayBeRough: false }));
  finish(network.read([START], 0));
  const [first] = network.choose(0, 1);
  const [opening] = network.logProbabilities(0, 1);
  expect(opening!.reduce((sum, value) => sum + Math.exp(value), 0)).toBeCloseTo(1, 4);
  expect(Math.exp(opening![first!.token]!)).toBeCloseTo(first!.probability, 4);
  finish(network.read([first!.token, 1_000, 2_000], 1));
  finish(network.read([first!.token], 1));
  const [second] = network.choose(1, 1);
  finish(network.read([START, first!.token, 500], 0));
  const both = network.choose(0, 2);
  expect(both.map(({ token }) => token)).toEqual([first!.token, second!.token]);
  expect(both[1]!.probability).toBeCloseTo(second!.probability, 4);
  expect(network.countRead([START, first!.token, 500, 7])).toBe(3);
  expect(() => finish(network.read([START], 1_000))).toThrow(RangeError);
});
