import { FakeVad } from '../../src/testing/fake-vad.ts';
import { createEnergyVad } from '../../workers/engines/energy-vad.ts';
import { noise } from '../support/recordings.ts';
import { runVadSuite } from './vad.suite.ts';

const loadSpeech = async () => noise(2000, 0.3);

runVadSuite({ name: 'fake', create: async () => new FakeVad(), loadSpeech, noise: null });
runVadSuite({
  name: 'energy',
  create: async () => createEnergyVad(),
  loadSpeech: async () => noise(1400, 0.3),
  noise: null,
});
