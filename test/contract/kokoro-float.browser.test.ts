// Kokoro's graph in float arithmetic, on ONNX Runtime's CPU provider: what a graphics processor is given.
import { beforeAll, expect, test } from 'vitest';
import { renameValues } from '../../bench/benches/rename-values.ts';
import { toWholeSpeech } from '../../bench/voices/whole-speech.ts';
import { compare, findFault } from '../../workers/engines/golden-utterance.ts';
import { KOKORO_GOLDEN } from '../../workers/engines/kokoro-golden.ts';
import { loadKokoroKernels } from '../../workers/engines/kokoro-kernels.ts';
import { KOKORO_MODEL_FILE, KOKORO_MODEL_ID } from '../../workers/engines/kokoro-runtime.ts';
import { toFeeds, toFloatKokoro, toSpeech } from '../../workers/engines/kokoro-webgpu.ts';
import type { KokoroInput, KokoroSpeech } from '../../workers/runtimes/kokoro/kokoro-network.ts';
import type { OnnxModel } from '../../workers/runtimes/onnx-graph/onnx-model.ts';
import { DATA_TYPE } from '../../workers/runtimes/onnx-graph/onnx-tensor.ts';
import { createOnnxSession } from '../../workers/runtimes/onnx-session.ts';
import { meanOf } from '../../src/core/correlation.ts';
import { silentLogger } from '../../src/core/logger.ts';
import { toBandedNoise } from '../support/banded-noise.ts';
import {
  changeWeights,
  clampOutput,
  inWrongOrder,
  roundOutput,
  transposed,
  withZeroOutputs,
} from '../support/garble-graph.ts';
import { encodeGolden } from '../support/golden-input.ts';
import { withIntegerSpeed } from '../support/integer-speed.ts';
import { servedModelFiles as files } from '../support/model-files-over-http.ts';
import { createNoise } from '../support/noise.ts';

const { signal } = new AbortController();
let input: KokoroInput;
let kernels: KokoroSpeech;

beforeAll(async () => {
  input = await encodeGolden();
  const runtime = await loadKokoroKernels({ files, threads: 2, logger: silentLogger, signal });
  kernels = await runtime.speak(input, signal);
  await runtime.dispose();
});

/** The shipped file with the names that the model hub's exports have. */
async function readRenamed(): Promise<ArrayBuffer> {
  const file = await files.read(KOKORO_MODEL_ID, KOKORO_MODEL_FILE, { signal });
  const names = { tokens: 'input_ids', audio: 'waveform' };
  return renameValues(new Uint8Array(file), names).slice().buffer;
}

async function runFloat(
  garble: (model: OnnxModel) => void = () => undefined,
  read = () => files.read(KOKORO_MODEL_ID, KOKORO_MODEL_FILE, { signal }),
  asked = input,
): Promise<KokoroSpeech> {
  const file = await read();
  const model = toFloatKokoro(file);
  garble(model);
  const { buffer } = model.toBytes();
  const session = await createOnnxSession(buffer, { modelId: KOKORO_MODEL_ID, threads: 2 });
  const outputs = await session.run(toFeeds(asked, session.inputNames));
  await session.release();
  return toSpeech(outputs);
}

test('the float graph says the golden utterance', async () => {
  const { pcm, frames } = await runFloat();
  expect(frames).toEqual(kernels.frames);
  expect(pcm.length).toBe(KOKORO_GOLDEN.samples);
  expect(findFault(pcm, KOKORO_GOLDEN)).toBeNull();
  expect(compare(pcm, KOKORO_GOLDEN).likeness).toBeGreaterThan(0.9995);
});

test('noise with the same levels of bands passes by those, and is refused by its lines', async () => {
  const noise = toBandedNoise((await runFloat()).pcm, KOKORO_GOLDEN.sampleRateHz);
  const { likeness, louderDb } = compare(noise, KOKORO_GOLDEN);
  expect(likeness).toBeGreaterThan(0.999);
  expect(Math.abs(louderDb)).toBeLessThan(1);
  expect(findFault(noise, KOKORO_GOLDEN)).toMatch(/^lines/u);
});

test('a file whose symbols are called input_ids says the same, here and on the kernels', async () => {
  const { pcm, frames } = await runFloat(() => undefined, readRenamed);
  expect(frames).toEqual(kernels.frames);
  expect(findFault(pcm, KOKORO_GOLDEN)).toBeNull();
  const renamed = {
    read: (id: string, name: string) =>
      name === KOKORO_MODEL_FILE ? readRenamed() : files.read(id, name, { signal }),
  };
  const options = { files: renamed, threads: 2, logger: silentLogger, signal };
  const runtime = await loadKokoroKernels(options);
  expect(await runtime.speak(input, signal)).toEqual(kernels);
  await runtime.dispose();
});

test.each([
  ['int32', DATA_TYPE.int32],
  ['int64', DATA_TYPE.int64],
])('an export whose speed is an %s speaks as quickly as it is asked to', async (_, type) => {
  const readInteger = async (): Promise<ArrayBuffer> =>
    withIntegerSpeed(await readRenamed(), type).slice().buffer;
  const asked = { ...input, speed: 1.25 };
  const shipped = await runFloat(() => undefined, undefined, asked);
  const { pcm, frames } = await runFloat(() => undefined, readInteger, asked);
  expect(frames).toEqual(shipped.frames);
  expect(pcm).toEqual(shipped.pcm);
  expect(pcm.length).toBeLessThan(0.9 * KOKORO_GOLDEN.samples);
  const integer = {
    read: (id: string, name: string) =>
      name === KOKORO_MODEL_FILE ? readInteger() : files.read(id, name, { signal }),
  };
  const options = { files: integer, threads: 2, logger: silentLogger, signal };
  const runtime = await loadKokoroKernels(options);
  expect((await runtime.speak(asked, signal)).frames).toEqual(shipped.frames);
  expect(await runtime.speak(input, signal)).toEqual(kernels);
  await runtime.dispose();
});

test('the kernels, whose spectra are whole numbers, say it to the sample, and nearly as it sounds', () => {
  const pcm = toWholeSpeech(kernels);
  expect(pcm.length).toBe(KOKORO_GOLDEN.samples);
  expect(compare(pcm, KOKORO_GOLDEN).likeness).toBeGreaterThan(0.99);
});

test('it passes with all results of convolutions rounded to 16-bit floats', async () => {
  const { pcm } = await runFloat((model) => {
    const convolutions = model.nodes.filter(({ opType }) => opType === 'Conv');
    for (const { name } of convolutions) roundOutput(model, name, 1);
  });
  expect(findFault(pcm, KOKORO_GOLDEN)).toBeNull();
  expect(compare(pcm, KOKORO_GOLDEN).lineLikeness).toBeGreaterThan(0.97);
});

const DECODER = '/decoder/decoder/decode.3/conv2/Conv_quant';
const GENERATOR = '/decoder/decoder/generator';
const SOURCE = `${GENERATOR}/noise_res.0/convs1.0/Conv_quant`;
const BLOCK = `${GENERATOR}/resblocks.3/convs1.0/Conv_quant`;
const QUERY =
  '/encoder/bert/encoder/albert_layer_groups.0/albert_layers.0/attention/query/MatMul_quant';

test.for<[what: string, fault: RegExp, garble: (model: OnnxModel) => void]>([
  ['taps in a wrong order', /likeness/u, (model) => changeWeights(model, DECODER, inWrongOrder)],
  ['the same in the source', /likeness/u, (model) => changeWeights(model, SOURCE, inWrongOrder)],
  ['inputs for outputs', /likeness/u, (model) => changeWeights(model, BLOCK, transposed)],
  ['a transposed product', /samples instead/u, (model) => changeWeights(model, QUERY, transposed)],
  [
    'half of the outputs zero',
    /likeness/u,
    (model) => changeWeights(model, DECODER, withZeroOutputs(0.5)),
  ],
  ['results that are cut off', /likeness/u, (model) => clampOutput(model, DECODER, 0.5)],
  ['results without end', /no numbers/u, (model) => roundOutput(model, BLOCK, 16_384)],
])('a graph with one layer garbled is refused: %s', async ([, fault, garble]) => {
  expect(findFault((await runFloat(garble)).pcm, KOKORO_GOLDEN)).toMatch(fault);
});

test('noise 40 dB below the voice is refused', () => {
  const pcm = toWholeSpeech(kernels);
  const loudness = Math.sqrt(meanOf(Array.from(pcm, (sample) => sample ** 2)));
  const noise = createNoise(7);
  // Of uniform noise from -1 to 1, the loudness is the root of a third.
  const noisy = pcm.map((sample) => sample + noise() * Math.sqrt(3) * loudness * 0.01);
  expect(findFault(noisy, KOKORO_GOLDEN)).toMatch(/level|likeness/u);
});
