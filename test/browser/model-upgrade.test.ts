// A small language model answers until the better one is there, both real: the history goes on. The page's own agent.
import { afterEach, expect, test } from 'vitest';
import { createVoiceAgent } from '../../src/index.ts';
import type { VoiceAgent } from '../../src/index.ts';
import { KEEPS_UP_RTF, RtfVerdicts } from '../../src/browser/rtf-verdicts.ts';
import { verdictStorage } from '../../src/engines/verdict-storage.ts';
import { ELSEWHERE, watchEvents } from '../support/agent-events.ts';

const LARGE = 'smollm2-135m-instruct';
const LIMIT_MS = 90_000;
const open: VoiceAgent[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((agent) => agent.dispose()));
  await verdictStorage.clear();
});

/** What was measured of the model of the catalogue. */
function readRtf(): Promise<number | null> {
  const threads = crossOriginIsolated ? Math.min(navigator.hardwareConcurrency, 4) : 1;
  return new RtfVerdicts().read({ modelId: LARGE, backend: 'wasm', threads });
}

/** A toy of some kilobytes is the small one, and the model of the catalogue the better one. */
function createAgent() {
  const agent = createVoiceAgent({
    assets: {
      ...{ catalogUrl: '/toys/all.json', modelsUrl: '/toys/', mirrors: ['/models/'] },
      keepModels: false,
    },
    engines: { stt: ELSEWHERE, turn: 'timer', tts: 'none', llm: 'auto' },
    reply: { maxTokens: 12 },
  });
  open.push(agent);
  const { of } = watchEvents(agent);
  const mind = () => agent.engines.find(({ stage }) => stage === 'llm')?.modelIds[0];
  return { agent, of, mind };
}

test(
  'a small model answers first, and the better one from when it is there',
  { timeout: LIMIT_MS },
  async () => {
    const { agent, of, mind } = createAgent();
    const models = await agent.requiredModels();
    expect(models.filter(({ isLater }) => isLater).map(({ id }) => id)).toEqual([LARGE]);
    await agent.sendText('What is the capital of France');
    expect(mind()).toBe('toy-text');
    await expect.poll(() => of('reply-end').length, { timeout: 30_000 }).toBe(1);
    expect(agent.messages.at(-1)?.content.trim()).toBe('It is Paris');

    await expect.poll(() => mind(), { timeout: 60_000 }).toBe(LARGE);
    await agent.sendText('And of Italy?');
    await expect.poll(() => of('reply-end').length, { timeout: 30_000 }).toBe(2);
    expect(agent.messages).toHaveLength(4);
    expect(agent.messages.at(-1)?.content.trim()).not.toBe('');
    const settled = of('engine-choice').findLast((event) => event.choice.stage === 'llm')?.choice;
    expect(settled).toMatchObject({ engine: LARGE, better: null });
    // It was tried before it answered, and the reason tells how quick it is.
    expect(settled?.reason).toMatch(/It made \d+ tokens a second\./u);
    expect(await readRtf()).toBeLessThan(KEEPS_UP_RTF);
    expect(of('error')).toEqual([]);
  },
);

test('the one that was chosen is tried once it is loaded, and never again', async () => {
  const create = (): VoiceAgent => {
    const agent = createVoiceAgent({
      engines: { stt: ELSEWHERE, turn: 'timer', tts: 'none', llm: 'auto' },
      assets: { keepModels: false },
    });
    open.push(agent);
    return agent;
  };
  const agent = create();
  await agent.load();
  await expect.poll(readRtf, { timeout: 30_000 }).toBeGreaterThan(0);
  const { choices } = await agent.inspectDevice();
  expect(choices.find(({ stage }) => stage === 'llm')?.reason).toMatch(/tokens a second/u);

  const measured = await readRtf();
  await create().load();
  // Twice as long as the first trial could have waited and taken.
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  expect(await readRtf()).toBe(measured);
});
