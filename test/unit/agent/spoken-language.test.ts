// The language of a conversation: everything follows it, and nothing is spoken that the voice does not have. Node.
import { describe, expect, test } from 'vitest';
import type { VoiceAgentOptions } from '../../../src/agent/voice-agent-options.ts';
import { FakeTts } from '../../../src/testing/fake-tts.ts';
import { DialogueRig } from './dialogue-rig.ts';
import type { RigOptions } from './dialogue-rig.ts';

const AUTO: VoiceAgentOptions = { language: 'auto' };
const UNSUPPORTED = { error: { code: 'unsupported' } };

const german: RigOptions = {
  options: AUTO,
  told: ['de'],
  lines: ['Wie heißt die Hauptstadt von Frankreich?'],
  replies: [{ say: 'Sie heißt Paris. Sie liegt an der Seine.' }],
};
const spoken = (rig: DialogueRig): readonly (readonly [string, string | undefined])[] =>
  (rig.tts?.requests ?? []).map(({ text, language }) => [text, language] as const);
const systemPrompts = (rig: DialogueRig): string[] =>
  rig.llm.requests.map(({ messages }) => messages[0]?.content ?? '');

describe('a language that is heard', () => {
  test('is asked for, told, answered in, and spoken by a voice that has it', async () => {
    const rig = await new DialogueRig({
      ...german,
      voice: new FakeTts({ language: 'de-DE', msPerCharacter: 50 }),
    }).ask();
    await rig.hear(0.05, 4_000);
    expect(rig.stt.expected).toEqual(['und']);
    expect(rig.all('transcript-final')).toMatchObject([{ language: 'de' }]);
    expect(systemPrompts(rig).at(-1)).toMatch(/Always answer in German\.$/u);
    expect(spoken(rig)).toEqual([
      ['Sie heißt Paris.', 'de'],
      ['Sie liegt an der Seine.', 'de'],
    ]);
    expect(rig.all('error')).toEqual([]);
  });

  test.each(['auto', 'off'] as const)(
    'is shown where the voice lacks it, and told of once (speculation %s)',
    async (speculation) => {
      const rig = await new DialogueRig({
        ...german,
        options: { ...AUTO, turn: { speculation } },
      }).ask();
      await rig.hear(0.05, 2_000);
      await rig.ask();
      await rig.hear(0.05, 2_000);
      expect(spoken(rig)).toEqual([]);
      expect(rig.messages.filter(([role]) => role === 'assistant')).toEqual([
        ['assistant', 'Sie heißt Paris. Sie liegt an der Seine.'],
        ['assistant', 'Sie heißt Paris. Sie liegt an der Seine.'],
      ]);
      expect(rig.all('error')).toMatchObject([
        { error: { code: 'unsupported', details: { feature: 'a voice for language "de"' } } },
      ]);
    },
  );

  test('changes with the turn: the voice is back with its language, and silent again with another', async () => {
    const rig = await new DialogueRig({ ...german, told: ['de', 'en', 'fr'] }).ask();
    await rig.hear(0.05, 2_000);
    expect(spoken(rig)).toHaveLength(0);
    await rig.ask();
    await rig.hear(0.05, 4_000);
    expect(spoken(rig).map(([, language]) => language)).toEqual(['en', 'en']);
    expect(systemPrompts(rig).at(-1)).toMatch(/Always answer in English\.$/u);
    await rig.ask();
    await rig.hear(0.05, 2_000);
    expect(spoken(rig)).toHaveLength(2);
    expect(rig.all('error')).toMatchObject([UNSUPPORTED, UNSUPPORTED]);
  });

  test('brings its words of turn taking: what was understood last asks for more', async () => {
    const endsIn = async (language: string): Promise<number> => {
      const rig = new DialogueRig({
        ...{ options: AUTO, told: [language], lines: ['Ich möchte einen'] },
        endOfTurn: {
          info: { name: 'sure', stage: 'turn', modelIds: [], backend: 'js', threads: 1 },
          sampleRateHz: 16_000,
          windowSamples: 128_000,
          predict: async () => 0.4,
          dispose: async () => undefined,
        },
      });
      await rig.hear(0.9, 800);
      // Longer than a probable end is waited for, shorter than an unfinished one is.
      await rig.hear(0.05, 448);
      return rig.all('user-speech-end').length;
    };
    expect([await endsIn('de'), await endsIn('nb')]).toEqual([0, 1]);
  });

  test('that the language model lacks is refused, and nothing is answered', async () => {
    const rig = new DialogueRig(german);
    const llm = Object.assign(Object.create(rig.llm) as typeof rig.llm, { languages: ['en'] });
    rig.dialogue.setEngines({ stt: rig.stt, endOfTurn: null, llm, tts: null });
    await rig.ask();
    await rig.hear(0.05, 2_000);
    expect(rig.llm.requests).toEqual([]);
    expect(rig.all('error')).toMatchObject([
      { error: { code: 'unsupported', details: { feature: 'language "de" with scripted' } } },
    ]);
  });
});

describe('while no language was told', () => {
  test('answers are shown, and the words of the page are spoken', async () => {
    const rig = new DialogueRig({ options: AUTO, told: [null] });
    const said = rig.dialogue.say({ text: 'Welcome.', kind: 'prompt', isInterruptible: true });
    await rig.hear(0.05, 1_500);
    await said;
    expect(spoken(rig)).toEqual([['Welcome.', undefined]]);
    rig.dialogue.sendText('Hallo');
    await rig.hear(0.05, 1_500);
    await rig.ask();
    await rig.hear(0.05, 1_500);
    expect(spoken(rig)).toHaveLength(1);
    expect(rig.all('error')).toMatchObject([UNSUPPORTED]);
    expect(systemPrompts(rig).at(-1)).toMatch(/the language you are spoken to in\.$/u);
  });

  test('a voice that speaks whatever it is given speaks', async () => {
    const voice = new FakeTts({ language: 'und', msPerCharacter: 50 });
    const rig = await new DialogueRig({ options: AUTO, told: [null], voice }).ask();
    await rig.hear(0.05, 4_000);
    expect(spoken(rig).map(([, language]) => language)).toEqual([undefined, undefined]);
    expect(rig.all('error')).toEqual([]);
  });
});

test('a language that the page sets is never followed away from', async () => {
  const rig = await new DialogueRig({ told: ['de'] }).ask();
  await rig.hear(0.05, 4_000);
  expect(rig.stt.expected).toEqual(['en']);
  expect(spoken(rig).map(([, language]) => language)).toEqual(['en', 'en']);
  expect(rig.all('transcript-final')).toMatchObject([{ language: 'de' }]);
});

test('a change to a language that the voice lacks leaves captions, also of what is typed', async () => {
  const rig = new DialogueRig();
  rig.dialogue.setOptions({ ...rig.options, language: 'de' });
  rig.dialogue.sendText('Wie geht es dir?');
  await rig.hear(0.05, 1_500);
  expect(spoken(rig)).toEqual([]);
  expect(rig.messages.at(-1)?.[0]).toBe('assistant');
  expect(rig.all('error')).toMatchObject([UNSUPPORTED]);
  rig.dialogue.setOptions(rig.options);
  rig.dialogue.sendText('How are you?');
  await rig.hear(0.05, 3_000);
  expect(spoken(rig)).toHaveLength(2);
});
