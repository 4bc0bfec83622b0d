// A voice that plays by itself in a conversation: what is made ahead must not be heard, and what was heard is kept.
import { expect, test } from 'vitest';
import { createWebSpeechTts } from '../../../src/browser/web-speech-tts.ts';
import { StandInSpeech, StandInUtterance } from '../../support/speech-stand-ins.ts';
import { DialogueRig } from './dialogue-rig.ts';
import type { RigOptions } from './dialogue-rig.ts';

const WORD_MS = 200;

async function createRig(options: RigOptions = {}) {
  const rig = new DialogueRig(options);
  const system = new StandInSpeech(rig.clock, WORD_MS);
  const tts = await createWebSpeechTts({
    ...{ clock: rig.clock, system, voices: 'device', language: 'en' },
    signal: new AbortController().signal,
    createUtterance: (text) => new StandInUtterance(text),
  });
  rig.dialogue.setEngines({ stt: rig.stt, endOfTurn: null, llm: rig.llm, tts });
  return { rig, system };
}

test('an answer that is begun ahead is not heard before the turn is decided', async () => {
  const { rig, system } = await createRig({ options: { turn: { speculation: 'on' } } });
  await rig.hear(0.9, 800);
  await rig.hear(0.05, 420);
  expect(rig.all('user-speech-end')).toEqual([]);
  expect(rig.llm.requests.length).toBeGreaterThan(0);
  expect(system.said).toEqual([]);
  await rig.hear(0.05, 200);
  const [ended] = rig.all('user-speech-end');
  expect(ended).toMatchObject({ isMisfire: false });
  expect(system.said.map(({ text }) => text)).toEqual(['The capital of France is Paris.']);
  await rig.hear(0.05, 6_000);
  expect(system.said.map(({ text }) => text)).toEqual([
    'The capital of France is Paris.',
    'It lies on the Seine.',
  ]);
  expect(system.said[1]!.atMs - system.said[0]!.atMs).toBeGreaterThanOrEqual(6 * WORD_MS);
  expect(rig.messages.at(-1)).toEqual([
    'assistant',
    'The capital of France is Paris. It lies on the Seine.',
  ]);
});

test('an answer that is cut off is silent, and the conversation has what was heard', async () => {
  const { rig, system } = await createRig();
  await rig.ask();
  while (system.said.length === 0) await rig.clock.advance(10);
  await rig.clock.advance(3 * WORD_MS + 300);
  rig.dialogue.interrupt();
  await rig.clock.advance(5_000);
  expect(system.said).toHaveLength(1);
  const heard = rig.messages.at(-1)![1];
  expect(heard).toMatch(/^The capital/u);
  expect(heard.split(' ').length).toBeLessThanOrEqual(5);
});

test('no phrases are made for it', async () => {
  const silence = { maxAcknowledgedShare: 0.5, earconAfterMs: null };
  const { rig, system } = await createRig({ firstTokenMs: 2_000, options: { silence } });
  for (let turn = 0; turn < 2; turn += 1) {
    await rig.ask();
    await rig.hear(0.05, 9_000);
  }
  expect(rig.all('reply-audio-start').map(({ kind }) => kind)).toEqual(['answer', 'answer']);
  expect(new Set(system.said.map(({ text }) => text))).toEqual(
    new Set(['The capital of France is Paris.', 'It lies on the Seine.']),
  );
});
