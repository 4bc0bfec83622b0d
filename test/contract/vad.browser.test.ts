import { expect, test } from 'vitest';
import { createEnergyVad } from '../../workers/engines/energy-vad.ts';
import { createSherpaVad } from '../../workers/engines/sherpa-vad.ts';
import { createSileroVad } from '../../workers/engines/silero-vad.ts';
import { servedModelFiles } from '../support/model-files-over-http.ts';
import {
  concatenate,
  cut,
  fetchRecording,
  LIBRIVOX,
  noise,
  silence,
} from '../support/recordings.ts';
import { runVadSuite } from './vad.suite.ts';

const { signal } = new AbortController();
const loadSpeech = async () => (await fetchRecording(LIBRIVOX[0] ?? '')).pcm;

runVadSuite({
  name: 'silero',
  create: () => createSileroVad({ files: servedModelFiles, signal }),
  loadSpeech,
  noise: noise(3000, 0.1),
});

runVadSuite({
  name: 'sherpa-onnx',
  create: () => createSherpaVad({ files: servedModelFiles, signal }),
  loadSpeech,
  noise: noise(3000, 0.1),
});

runVadSuite({ name: 'energy', create: async () => createEnergyVad(), loadSpeech, noise: null });

test('silero is fed as it was trained: with the context it hears 681 windows of speech, without 656', async () => {
  const vad = await createSileroVad({ files: servedModelFiles, signal });
  let heard = 0;
  for (const file of LIBRIVOX) {
    vad.reset();
    for (const window of cut((await fetchRecording(file)).pcm, vad.windowSamples)) {
      if (window.length === vad.windowSamples && (await vad.process(window)) > 0.5) heard += 1;
    }
  }
  expect(Math.abs(heard - 681)).toBeLessThanOrEqual(2);
  await vad.dispose();
});

test('sherpa-onnx says 1 from the second window over 0.5 on, and 0 from one under 0.35', async () => {
  const ours = await createSileroVad({ files: servedModelFiles, signal });
  const theirs = await createSherpaVad({ files: servedModelFiles, signal });
  let [windows, same] = [0, 0];
  for (const file of LIBRIVOX) {
    ours.reset();
    theirs.reset();
    let [isAlert, isSpeech] = [false, false];
    for (const window of cut((await fetchRecording(file)).pcm, ours.windowSamples)) {
      if (window.length < ours.windowSamples) continue;
      const probability = await ours.process(window);
      if (probability > 0.5) [isAlert, isSpeech] = [true, isAlert];
      else if (probability < 0.35 || !isSpeech) [isAlert, isSpeech] = [false, false];
      windows += 1;
      if ((await theirs.process(window)) === (isSpeech ? 1 : 0)) same += 1;
    }
  }
  expect(windows).toBeGreaterThan(700);
  expect(same / windows).toBeGreaterThan(0.99);
  await Promise.all([ours.dispose(), theirs.dispose()]);
});

test('silero hears a voice after speech and a second of quiet as soon as after quiet alone', async () => {
  const vad = await createSileroVad({ files: servedModelFiles, signal });
  const [before, after] = await Promise.all(LIBRIVOX.slice(0, 2).map(fetchRecording));
  const listen = async (pcm: Float32Array): Promise<number[]> => {
    vad.reset();
    const heard: number[] = [];
    for (const window of cut(pcm, vad.windowSamples)) {
      if (window.length === vad.windowSamples) heard.push(await vad.process(window));
    }
    return heard;
  };
  const lead = vad.windowSamples * Math.floor((before?.pcm.length ?? 0) / vad.windowSamples);
  const speech = after?.pcm.subarray(0, 16_000) ?? new Float32Array(0);
  const quiet = silence(1_600);
  const fresh = await listen(concatenate(quiet, speech));
  const later = await listen(concatenate(before!.pcm.subarray(0, lead), quiet, speech));
  const spoken = later.slice(lead / vad.windowSamples + quiet.length / vad.windowSamples);
  const alone = fresh.slice(quiet.length / vad.windowSamples);
  expect(Math.max(...alone)).toBeGreaterThan(0.9);
  for (const [index, probability] of alone.entries()) {
    expect(Math.abs((spoken[index] ?? 0) - probability)).toBeLessThan(0.05);
  }
  await vad.dispose();
});
