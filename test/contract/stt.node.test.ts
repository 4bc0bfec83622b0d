// The recogniser contract on what runs without weights: the fake, and the client of OpenAI-compatible servers
// against a real server of this machine.
import { afterAll } from 'vitest';
import { createOpenAiStt } from '../../src/engines/openai-stt.ts';
import { hashAudio, ScriptedStt } from '../../src/testing/scripted-stt.ts';
import { startAudioServer } from '../support/audio-server.ts';
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

const server = await startAudioServer(recordings);
afterAll(() => server.close());

runSttSuite({
  name: 'openai, with partials',
  create: async () =>
    createOpenAiStt({
      baseUrl: server.baseUrl,
      model: 'script',
      languages: ['en'],
      partialEveryMs: 300,
    }),
  loadRecordings: async () => recordings,
  maxWordErrorRate: 0,
  settle: () => new Promise((resolve) => setTimeout(resolve, 1)),
});
