import { expect, test } from 'vitest';
import { createEnergyVad } from '../../workers/engines/energy-vad.ts';
import { createSileroVad } from '../../workers/engines/silero-vad.ts';
import { servedModelFiles } from '../support/model-files-over-http.ts';
import { cut, fetchRecording, LIBRIVOX, noise } from '../support/recordings.ts';
import { runVadSuite } from './vad.suite.ts';

const { signal } = new AbortController();
const loadSpeech = async () => (await fetchRecording(LIBRIVOX[0] ?? '')).pcm;

runVadSuite({
  name: 'silero',
  create: () => createSileroVad({ files: servedModelFiles, signal }),
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
