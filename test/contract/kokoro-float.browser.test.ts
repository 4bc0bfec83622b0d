// Kokoro's graph in float arithmetic, on ONNX Runtime's CPU provider: what a graphics processor is given.
import { beforeAll, expect, test } from 'vitest';
import { toWholeSpeech } from '../../bench/voices/whole-speech.ts';
import { compare, findFault } from '../../workers/engines/golden-utterance.ts';
import { KOKORO_GOLDEN } from '../../workers/engines/kokoro-golden.ts';
import { loadKokoroKernels } from '../../workers/engines/kokoro-kernels.ts';
import { KOKORO_MODEL_FILE, KOKORO_MODEL_ID } from '../../workers/engines/kokoro-runtime.ts';
import { toFeeds, toFloatKokoro, toSpeech } from '../../workers/engines/kokoro-webgpu.ts';
import type { KokoroInput, KokoroSpeech } from '../../workers/runtimes/kokoro/kokoro-network.ts';
import { createOnnxSession } from '../../workers/runtimes/onnx-session.ts';
import { silentLogger } from '../../src/core/logger.ts';
import { encodeGolden } from '../support/golden-input.ts';
import { servedModelFiles as files } from '../support/model-files-over-http.ts';

const { signal } = new AbortController();
let input: KokoroInput;
let kernels: KokoroSpeech;

beforeAll(async () => {
  input = await encodeGolden();
  const runtime = await loadKokoroKernels({ files, threads: 2, logger: silentLogger, signal });
  kernels = await runtime.speak(input, signal);
  await runtime.dispose();
});

async function runFloat(): Promise<KokoroSpeech> {
  const file = await files.read(KOKORO_MODEL_ID, KOKORO_MODEL_FILE, { signal });
  const { buffer } = toFloatKokoro(file).toBytes();
  const session = await createOnnxSession(buffer, { modelId: KOKORO_MODEL_ID, threads: 2 });
  const outputs = await session.run(toFeeds(input));
  await session.release();
  return toSpeech(outputs);
}

test('the golden utterance is what the kernels say', () => {
  const pcm = toWholeSpeech(kernels);
  expect(pcm.length).toBe(KOKORO_GOLDEN.samples);
  expect(findFault(pcm, KOKORO_GOLDEN)).toBeNull();
  expect(compare(pcm, KOKORO_GOLDEN).likeness).toBeGreaterThan(0.998);
});

test('the float graph says it too, to the sample', async () => {
  const { pcm, frames } = await runFloat();
  expect(frames).toEqual(kernels.frames);
  expect(pcm.length).toBe(KOKORO_GOLDEN.samples);
  expect(findFault(pcm, KOKORO_GOLDEN)).toBeNull();
  expect(compare(pcm, KOKORO_GOLDEN).likeness).toBeGreaterThan(0.99);
});
