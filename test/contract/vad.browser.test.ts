import { createEnergyVad } from '../../workers/engines/energy-vad.ts';
import { createSileroVad } from '../../workers/engines/silero-vad.ts';
import { servedModelFiles } from '../support/model-files-over-http.ts';
import { fetchRecording, LIBRIVOX, noise } from '../support/recordings.ts';
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
