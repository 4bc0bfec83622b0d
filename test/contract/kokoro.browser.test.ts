// Kokoro on kernels of our own beside the shipped graph on ONNX Runtime.
import { expect, test } from 'vitest';
import { FRAME_SAMPLES, toWholeSpeech } from '../../bench/voices/whole-speech.ts';
import { correlate } from '../../src/core/correlation.ts';
import { toRms } from '../../src/core/pcm.ts';
import { KokoroStyles } from '../../workers/engines/kokoro-voices.ts';
import { SymbolTable } from '../../workers/engines/symbol-table.ts';
import { KokoroNetwork } from '../../workers/runtimes/kokoro/kokoro-network.ts';
import { createNetworkTeam } from '../../workers/runtimes/network/kernels.ts';
import { OnnxModel } from '../../workers/runtimes/onnx-graph/onnx-model.ts';
import { DATA_TYPE } from '../../workers/runtimes/onnx-graph/onnx-tensor.ts';
import { createOnnxSession, Tensor } from '../../workers/runtimes/onnx-session.ts';
import { servedModelFiles as files } from '../support/model-files-over-http.ts';

const MODEL = 'kokoro-82m';
const DURATIONS = '/encoder/Clip_output_0';
/** -60 dBFS. */
const SILENT_RMS = 0.001;
const { signal } = new AbortController();

const SENTENCES = [
  'ʃˈʊɹ, I kæn hˈɛlp ju.',
  'ɪts sˈʌni ˌWtsˈId, ænd ðə bˈɜɹdz ɑɹ sˈɪŋɪŋ ɪn ðə ɡˈɑɹdᵊn.',
];

test.for(SENTENCES)(
  'says what the shipped graph says: %s',
  { timeout: 400_000 },
  async (symbols) => {
    const bytes = await files.read(MODEL, 'kokoro-v1.0.int8.onnx', { signal });
    const vocabulary = await files.read(MODEL, 'vocab.json', { signal });
    const { vocab } = JSON.parse(new TextDecoder().decode(vocabulary)) as {
      vocab: Record<string, number>;
    };
    const ids = new SymbolTable(vocab).encode(symbols);
    const tokens = [0, ...ids, 0];
    const style = await new KokoroStyles(files).read('af_heart', ids.length, { signal });
    const model = OnnxModel.parse(new Uint8Array(bytes));
    const network = new KokoroNetwork(createNetworkTeam(), model);
    const steps = network.run({ tokens, style, speed: 1 });
    let step = steps.next();
    while (step.done !== true) step = steps.next();
    const { frames } = step.value;
    const pcm = toWholeSpeech(step.value);

    model.addOutput(DURATIONS, DATA_TYPE.float);
    const session = await createOnnxSession(model.toBytes().buffer, { modelId: MODEL, threads: 2 });
    const outputs = await session.run({
      tokens: new Tensor('int64', BigInt64Array.from(tokens, BigInt), [1, tokens.length]),
      style: new Tensor('float32', style, [1, style.length]),
      speed: new Tensor('float32', [1], [1]),
    });
    const audio = outputs['audio']!.data as Float32Array;
    const durations = outputs[DURATIONS]!.data as Float32Array;
    await session.release();
    expect(frames.length).toBe(durations.length);
    const moved = frames.map((count, index) => Math.abs(count - durations[index]!));
    expect(Math.max(...moved)).toBeLessThanOrEqual(1);
    expect(moved.filter((by) => by > 0).length).toBeLessThanOrEqual(0.05 * frames.length);
    const { skippedSamples } = step.value;
    const endSample = skippedSamples + step.value.pcm.length;
    expect(endSample).toBeLessThan(pcm.length);
    // What is not made is silent where it is.
    expect(toRms(audio.subarray(0, skippedSamples))).toBeLessThan(SILENT_RMS);
    expect(toRms(audio.subarray(endSample))).toBeLessThan(SILENT_RMS);
    const levelDb = 20 * Math.log10(toRms(pcm) / toRms(audio));
    expect(Math.abs(levelDb)).toBeLessThan(1);
    const ours = toSpectrogram(pcm);
    const theirs = toSpectrogram(audio);
    const pairs: [number[], number[]][] = [];
    let [at, other] = [frames[0]!, durations[0]!];
    for (let index = 1; index < frames.length; index++) {
      const count = Math.min(frames[index]!, durations[index]!);
      for (let frame = 0; frame < count; frame++) {
        pairs.push([ours[at + frame]!, theirs[other + frame]!]);
      }
      at += frames[index]!;
      other += durations[index]!;
    }
    // Phases drift apart where roundings differ, levels do not: 0.96 where the graph rounds signals to 8 bits.
    const likeness = correlate(
      pairs.flatMap(([left]) => left),
      pairs.flatMap(([, right]) => right),
    );
    expect(likeness).toBeGreaterThan(0.9);
  },
);

/** Logarithms of the energy of 20 bands, up to 3.2 kHz, of each frame. */
function toSpectrogram(pcm: Float32Array): number[][] {
  const frames: number[][] = [];
  for (let start = 0; start + FRAME_SAMPLES <= pcm.length; start += FRAME_SAMPLES) {
    frames.push(
      Array.from({ length: 20 }, (_, band) => {
        let [re, im] = [0, 0];
        for (let n = 0; n < FRAME_SAMPLES; n++) {
          const turns = (4 * (band + 1) * n) / FRAME_SAMPLES;
          const window = 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / FRAME_SAMPLES);
          re += pcm[start + n]! * window * Math.cos(2 * Math.PI * turns);
          im += pcm[start + n]! * window * Math.sin(2 * Math.PI * turns);
        }
        return Math.log10(1e-4 + re * re + im * im);
      }),
    );
  }
  return frames;
}
