// What hears and what is typed where the voice detector's model cannot be loaded. The page's own agent, on real weights.
import { afterEach, beforeAll, expect, test } from 'vitest';
import { createVoiceAgent } from '../../src/index.ts';
import type { VoiceAgent, VoiceAgentOptions } from '../../src/index.ts';
import { ELSEWHERE, watchEvents } from '../support/agent-events.ts';
import { openPlayedMicrophone } from '../support/played-microphone.ts';
import { concatenate, fetchRecording, LIBRIVOX, silence } from '../support/recordings.ts';
import { wordErrorRate } from '../support/word-error-rate.ts';

const LIMIT_MS = 90_000;
const open: { dispose(): Promise<void> }[] = [];

/** The catalogue as served, but for the checksum of the detector's file. */
let damagedCatalogUrl = '';

beforeAll(async () => {
  const catalog = (await (await fetch('/models/catalog.json')).json()) as {
    models: { id: string; files: { sha256: string }[] }[];
  };
  for (const file of catalog.models.find(({ id }) => id === 'silero-vad')?.files ?? []) {
    file.sha256 = '0'.repeat(64);
  }
  damagedCatalogUrl = URL.createObjectURL(new Blob([JSON.stringify(catalog)]));
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.dispose()));
});

function createAgent(options: VoiceAgentOptions) {
  const { assets, engines, ...others } = options;
  const agent: VoiceAgent = createVoiceAgent({
    ...others,
    assets: { catalogUrl: '/models/catalog.json', keepModels: false, ...assets },
    engines: {
      ...{ stt: ELSEWHERE, turn: 'timer', tts: 'none' },
      llm: { kind: 'persona', lines: [{ say: 'Yes, I am.' }] },
      ...engines,
    },
  });
  open.push(agent);
  const vad = () => agent.engines.find(({ stage }) => stage === 'vad')?.name;
  return { agent, vad, ...watchEvents(agent) };
}

test('typing needs no voice detector: there is no file of it, and nobody misses it', async () => {
  const { agent, vad, of } = createAgent({ assets: { modelsUrl: '/nowhere/' } });
  await agent.sendText('Are you there?');
  await expect.poll(() => of('reply-end').length, { timeout: 20_000 }).toBe(1);
  expect(of('reply-end')[0]?.heardText).toBe('Yes, I am.');
  expect(of('error')).toEqual([]);
  expect(vad()).toBeUndefined();
});

test('a file that is not there makes room for the floor, and is asked for again', async () => {
  const { agent, vad, of } = createAgent({ assets: { modelsUrl: '/nowhere/' } });
  await agent.load();
  expect(vad()).toBe('energy');
  const changes = () => of('engine-change').map(({ engine }) => engine.name);
  expect(changes()).toEqual(['energy']);
  expect(of('error').map(({ error }) => error.code)).toEqual(['model-download-failed']);
  await agent.load();
  expect(of('error')).toHaveLength(2);
  expect(changes()).toEqual(['energy']);
});

test(
  'with a damaged file a spoken turn is heard by its loudness, and its words are understood',
  { timeout: LIMIT_MS },
  async () => {
    const { pcm, transcript } = await fetchRecording(LIBRIVOX[0]!);
    const heard = concatenate(silence(500), pcm, silence(3_000));
    const microphone = openPlayedMicrophone();
    open.push(microphone);
    const { agent, vad, of } = createAgent({
      assets: { modelsUrl: '/models/', catalogUrl: damagedCatalogUrl },
      microphone: { source: microphone.stream },
      engines: { stt: 'moonshine', turn: 'smart-turn' },
    });
    await agent.start();
    expect(vad()).toBe('energy');
    expect(of('error').map(({ error }) => error.code)).toEqual(['model-integrity']);
    await microphone.play(heard);
    // In one turn, or in two where its inner pause is taken for the end.
    const errorRate = (): number => {
      const said = agent.messages.flatMap(({ role, content }) => (role === 'user' ? content : []));
      return wordErrorRate([{ reference: transcript, hypothesis: said.join(' ') }]);
    };
    await expect.poll(errorRate, { timeout: 40_000 }).toBeLessThan(0.2);
    await expect.poll(() => of('reply-end').at(-1)?.heardText).toBe('Yes, I am.');
  },
);
