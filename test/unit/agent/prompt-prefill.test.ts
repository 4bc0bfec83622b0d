import { describe, expect, test } from 'vitest';
import { resolveOptions } from '../../../src/agent/resolve-options.ts';
import { FakeEndOfTurn } from '../../../src/testing/fake-end-of-turn.ts';
import { DialogueRig } from './dialogue-rig.ts';

/** The person's words in each prompt that was read ahead; the system prompt goes before them. */
function wordsRead(rig: DialogueRig): string[] {
  return rig.llm.prefills.map(({ messages }) => {
    expect(messages[0]?.role).toBe('system');
    const last = messages.at(-1);
    return last?.role === 'user' ? last.content : '';
  });
}

test('the instructions are read before anybody speaks, once', () => {
  const rig = new DialogueRig();
  rig.dialogue.setOptions(rig.options);
  expect(rig.llm.prefills).toHaveLength(1);
  expect(rig.llm.prefills[0]!.messages).toEqual([
    { role: 'system', content: rig.options.instructions },
  ]);
});

test("the person's words are read as they come, without the last mark", async () => {
  const rig = new DialogueRig({ lines: ['What is, the capital of France?'] });
  await rig.hear(0.9, 2_200);
  expect(wordsRead(rig)).toEqual([
    '',
    'What',
    'What is',
    'What is, the',
    'What is, the capital',
    'What is, the capital of',
    'What is, the capital of France',
  ]);
});

test('with speculation off, no words are read before the turn is over', async () => {
  const rig = new DialogueRig({ lines: ['What is the capital of France?'] });
  rig.dialogue.setOptions(resolveOptions({ turn: { speculation: 'off' } }));
  await rig.hear(0.9, 2_200);
  expect(rig.all('transcript-partial').length).toBeGreaterThan(3);
  expect(wordsRead(rig).filter((words) => words !== '')).toEqual([]);
});

test('of a question only the end is left to read when it is over', async () => {
  const rig = new DialogueRig();
  await rig.hear(0.9, 2_200);
  await rig.hear(0.05, 3_000);
  await rig.clock.advance(10_000);
  const { llm } = rig.all('metrics')[0]!.metrics;
  // The last word with its mark, and the start of the answer.
  expect(llm.promptTokens).toBeLessThanOrEqual(2);
});

test('a pause stops it: the end-of-turn model needs the cores; speech that goes on starts it again', async () => {
  const endOfTurn = new FakeEndOfTurn({ probabilities: [0.1] });
  const rig = new DialogueRig({ endOfTurn, promptTokenMs: 50 });
  await rig.hear(0.9, 1_000);
  const before = rig.llm.prefills.length;
  expect(rig.llm.prefills.at(-1)!.signal.aborted).toBe(false);
  await rig.hear(0.05, 64);
  expect(rig.llm.prefills.at(-1)!.signal.aborted).toBe(true);
  await rig.hear(0.9, 1_000);
  expect(rig.llm.prefills.length).toBeGreaterThan(before);
});

test('nothing is read while the agent has the floor; after it, what was heard of it', async () => {
  const rig = await new DialogueRig().ask();
  const { length } = rig.llm.prefills;
  await rig.clock.advance(500);
  expect(rig.state.agent).toBe('speaking');
  await rig.hear(0.05, 500);
  expect(rig.llm.prefills).toHaveLength(length);
  await rig.clock.advance(10_000);
  expect(rig.llm.prefills.at(-1)!.messages.map(({ role }) => role)).toEqual([
    'system',
    'user',
    'assistant',
  ]);
});

test('a model that cannot read ahead is left alone, one that fails is not told of', async () => {
  const rig = new DialogueRig();
  await rig.llm.dispose();
  await rig.hear(0.9, 1_000);
  expect(rig.all('error')).toEqual([]);
});

describe('a model that tells whether words are a whole sentence', () => {
  const question = 'When does the sun rise in summer?';
  const unsure = () => new FakeEndOfTurn({ probabilities: [0.17] });
  /** From the last sample of speech to the decision, in the person's audio. */
  async function decisionAfter(wordsEnd?: (text: string) => number) {
    const told = wordsEnd === undefined ? {} : { wordsEnd };
    const rig = new DialogueRig({ lines: [question], endOfTurn: unsure(), ...told });
    await rig.hear(0.9, 2_200);
    await rig.hear(0.05, 3_000);
    await rig.clock.advance(10_000);
    const { contextMarks } = rig.all('metrics')[0]!.metrics;
    return { delayMs: contextMarks.decisionMs! - contextMarks.speechEndMs!, rig };
  }

  test('ends the doubt about the voice, or deepens it', async () => {
    const known = await decisionAfter((text) => (text.endsWith('summer') ? 0.6 : 0.001));
    const unknown = await decisionAfter();
    const unfinished = await decisionAfter(() => 0.0001);
    expect(known.delayMs).toBeLessThan(unknown.delayMs - 200);
    expect(unfinished.delayMs).toBeGreaterThan(unknown.delayMs);
    expect(known.rig.all('reply-end')).toHaveLength(1);
  });

  test('is asked about words as they come, once each, and about no single one', async () => {
    const asked: string[] = [];
    const { rig } = await decisionAfter((text) => asked.push(text) && 0.6);
    expect(asked).toEqual([
      'When does',
      'When does the',
      'When does the sun',
      'When does the sun rise',
      'When does the sun rise in',
      'When does the sun rise in summer',
    ]);
    expect(rig.all('error')).toEqual([]);
  });

  test('is not asked where nothing may be begun ahead', async () => {
    const asked: string[] = [];
    const rig = new DialogueRig({ lines: [question], wordsEnd: (text) => asked.push(text) });
    rig.dialogue.setOptions(resolveOptions({ turn: { speculation: 'off' } }));
    await rig.hear(0.9, 2_200);
    await rig.hear(0.05, 600);
    expect(asked).toEqual([]);
  });
});
