import { hashAudio, ScriptedStt } from '../../src/testing/scripted-stt.ts';
import { noise } from '../support/recordings.ts';
import { runSttSuite } from './stt.suite.ts';

const recordings = [
  { pcm: noise(2400, 0.2), transcript: 'He was not an ill-disposed young man.' },
  { pcm: noise(1500, 0.2, 2), transcript: 'He might even have been amiable.' },
];

runSttSuite({
  name: 'scripted',
  create: async () =>
    new ScriptedStt({
      transcripts: Object.fromEntries(
        recordings.map(({ pcm, transcript }) => [hashAudio(pcm), transcript]),
      ),
    }),
  loadRecordings: async () => recordings,
  maxWordErrorRate: 0,
  settle: async () => undefined,
});
