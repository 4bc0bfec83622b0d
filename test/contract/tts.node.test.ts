// The voice contract on what runs without weights: the fake, and the client of OpenAI-compatible servers
// against a real server of this machine.
import { afterAll } from 'vitest';
import { FakeTts } from '../../src/testing/fake-tts.ts';
import { createOpenAiTts } from '../../workers/engines/openai-tts.ts';
import { startAudioServer } from '../support/audio-server.ts';
import { runTtsSuite } from './tts.suite.ts';

runTtsSuite({ name: 'fake', timesWords: true, create: async () => new FakeTts() });

const server = await startAudioServer();
afterAll(() => server.close());

for (const [model, format] of [
  ['tone', 'wav'],
  ['tone', 'pcm'],
  ['other-rate', 'wav'],
] as const) {
  runTtsSuite({
    name: `openai, ${model} as ${format}`,
    timesWords: false,
    create: async () =>
      createOpenAiTts({
        baseUrl: server.baseUrl,
        model,
        format,
        voices: ['alloy', 'nova'],
        language: 'en',
      }),
  });
}
