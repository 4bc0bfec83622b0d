// The agent calls functions of the page: whole turns with scripted engines and a manual clock.
import { describe, expect, test } from 'vitest';
import { delay } from '../../../src/core/abort.ts';
import type { LlmMessage } from '../../../src/core/contracts/language-model.ts';
import { createDeferred } from '../../../src/core/deferred.ts';
import type { VoiceAgentTool } from '../../../src/agent/options.ts';
import type { ScriptedCall, ScriptedReply } from '../../../src/testing/scripted-llm.ts';
import { turnWordsOf } from '../../../src/text/turn-words.ts';
import { DialogueRig } from './dialogue-rig.ts';
import type { RigOptions } from './dialogue-rig.ts';

const ENGLISH = turnWordsOf('en')!;
const PARIS: ScriptedCall = { name: 'weather', arguments: { city: 'Paris' } };
const ROME: ScriptedCall = { name: 'weather', arguments: { city: 'Rome' } };

const isResult = ({ messages }: { messages: readonly LlmMessage[] }): boolean =>
  messages.at(-1)?.role === 'tool';

/** Calls first, then repeats the result. */
const calling = (call: ScriptedReply['call'], say = ''): ScriptedReply[] => [
  { when: isResult, say: (result) => `It says ${result}.` },
  { say, ...(call === undefined ? {} : { call }) },
];

const weather = (
  execute: VoiceAgentTool['execute'],
  more: Partial<VoiceAgentTool> = {},
): VoiceAgentTool => ({
  name: 'weather',
  description: 'The weather of a city.',
  parameters: {
    type: 'object',
    properties: { city: { type: 'string' } },
    required: ['city'],
    additionalProperties: false,
  },
  execute,
  ...more,
});

const rigWith = (tool: VoiceAgentTool, { options, ...rest }: RigOptions = {}): DialogueRig =>
  new DialogueRig({
    replies: calling(PARIS),
    ...rest,
    options: { tools: [tool], turn: { speculation: 'off' }, ...options },
  });

async function askAndWait(rig: DialogueRig, waitMs = 10_000): Promise<void> {
  rig.dialogue.sendText('How is the weather?');
  await rig.clock.advance(waitMs);
}

const lastResult = (rig: DialogueRig): string =>
  rig.dialogue.conversation.messages.findLast(({ role }) => role === 'tool')!.content;

describe('a tool call', () => {
  test('is made with its arguments, and the model answers with the result', async () => {
    const heard: unknown[] = [];
    const rig = rigWith(
      weather(async (value) => {
        heard.push(value);
        return { celsius: 21 };
      }),
      { replies: calling(PARIS, 'One moment.') },
    );
    await askAndWait(rig);
    expect(heard).toEqual([{ city: 'Paris' }]);
    expect(rig.llm.requests[1]!.messages.slice(1)).toEqual([
      { role: 'user', content: 'How is the weather?' },
      {
        role: 'assistant',
        content: 'One moment.',
        toolCalls: [{ id: 'call_1', name: 'weather', argumentsJson: '{"city":"Paris"}' }],
      },
      { role: 'tool', content: '{"celsius":21}', toolCallId: 'call_1' },
    ]);
    const [start] = rig.all('tool-start');
    const [end] = rig.all('tool-end');
    expect(start).toMatchObject({ tool: 'weather', callId: 'call_1', turnId: 'k1' });
    expect(end).toMatchObject({ callId: 'call_1', isError: false });
    expect(rig.all('reply-end').map(({ heardText }) => heardText)).toEqual([
      'One moment. It says {"celsius":21}.',
    ]);
  });

  test('words before it are spoken while the tool works', async () => {
    const result = createDeferred<number>();
    const rig = rigWith(
      weather(() => result.promise),
      { replies: calling(PARIS, 'One moment.') },
    );
    await askAndWait(rig, 1_000);
    expect(rig.tts!.requests.map(({ text }) => text)).toEqual(['One moment.']);
    expect(rig.speaker.playedSamples(1)).toBeGreaterThan(20_000);
    result.resolve(21);
    await rig.clock.advance(5_000);
    expect(rig.messages.at(0)).toEqual(['user', 'How is the weather?']);
    expect(rig.messages).toContainEqual(['assistant', 'One moment. It says 21.']);
  });

  test('several are made side by side, and answered in their order', async () => {
    const cities = { Paris: createDeferred<string>(), Rome: createDeferred<string>() };
    const rig = rigWith(
      weather((value) => cities[(value as { city: 'Paris' | 'Rome' }).city].promise),
      { replies: calling([PARIS, ROME]) },
    );
    await askAndWait(rig, 500);
    expect(rig.all('tool-start').map(({ callId }) => callId)).toEqual(['call_1', 'call_2']);
    cities.Rome.resolve('hot');
    await rig.clock.advance(100);
    expect(rig.all('tool-end').map(({ callId }) => callId)).toEqual(['call_2']);
    expect(rig.llm.requests).toHaveLength(1);
    cities.Paris.resolve('cold');
    await rig.clock.advance(5_000);
    const results = rig.llm.requests[1]!.messages.slice(-2);
    expect(results).toEqual([
      { role: 'tool', content: '"cold"', toolCallId: 'call_1' },
      { role: 'tool', content: '"hot"', toolCallId: 'call_2' },
    ]);
  });

  test.each([
    ['a missing argument', {}, '#: Instance does not have required property \\"city\\".'],
    [
      'a wrong type',
      { city: 7 },
      '#/city: Instance type \\"number\\" is invalid. Expected \\"string\\".',
    ],
    ['an unknown argument', { city: 'Rome', day: 1 }, '#/day: False boolean schema.'],
  ])('with %s is not made, and the model is told why', async (_, given, reason) => {
    const calls: unknown[] = [];
    const tool = weather(async (value) => calls.push(value));
    const rig = rigWith(tool, { replies: calling({ name: 'weather', arguments: given }) });
    await askAndWait(rig);
    expect(calls).toEqual([]);
    expect(rig.all('tool-start')).toEqual([]);
    expect(lastResult(rig)).toBe(
      `{"error":"The arguments do not fit the schema of \\"weather\\": ${reason}"}`,
    );
    expect(rig.llm.requests).toHaveLength(2);
  });

  test.each<[string, VoiceAgentTool['execute'], string]>([
    ['rejects', () => Promise.reject(new Error('no network')), '{"error":"no network"}'],
    ['throws', () => { throw new TypeError('oops'); }, '{"error":"oops"}'], // prettier-ignore
    ['gives what is not JSON', async () => 1n, '{"error":"The result is not JSON: Do not know how to serialize a BigInt"}'], // prettier-ignore
  ])('that %s is a result for the model', async (_, execute, content) => {
    const rig = rigWith(weather(execute));
    await askAndWait(rig);
    expect(lastResult(rig)).toBe(content);
    expect(rig.all('tool-end')).toMatchObject([{ isError: true }]);
    expect(rig.all('error')).toEqual([]);
  });

  test('a tool that gives nothing back gives null', async () => {
    const rig = rigWith(weather(async () => undefined));
    await askAndWait(rig);
    expect(lastResult(rig)).toBe('null');
  });

  test('a result of any length is cut to 65,536 characters and a note', async () => {
    const rig = rigWith(weather(async () => 'x'.repeat(100_000)));
    await askAndWait(rig, 1_000);
    const content = lastResult(rig);
    expect(content.slice(65_530)).toBe('xxxxxx [cut here: the whole result has 100002 characters]');
  });

  test('that takes too long fails at its deadline, and goes on', async () => {
    const signals: AbortSignal[] = [];
    const tool = weather((_, { signal }) => {
      signals.push(signal);
      return new Promise(() => undefined);
    });
    const rig = rigWith(tool, { options: { reply: { toolTimeoutMs: 4_000 } } });
    await askAndWait(rig, 3_900);
    expect(rig.all('tool-end')).toEqual([]);
    await rig.clock.advance(400);
    expect(lastResult(rig)).toBe(
      '{"error":"Tool \\"weather\\" did not answer within 4000 ms. It may still be at work."}',
    );
    expect(signals[0]!.aborted).toBe(false);
    rig.tools.dispose();
    expect(signals[0]!.aborted).toBe(true);
  });

  test('an abortable one is ended at its deadline', async () => {
    const signals: AbortSignal[] = [];
    const execute: VoiceAgentTool['execute'] = (_, { signal }) => {
      signals.push(signal);
      return new Promise(() => undefined);
    };
    const tool = weather(execute, { isAbortable: true });
    const rig = rigWith(tool, { options: { reply: { toolTimeoutMs: 4_000 } } });
    await askAndWait(rig, 4_300);
    expect(signals[0]!.aborted).toBe(true);
    expect(lastResult(rig)).toContain('It was ended.');
  });
});

test('after five rounds the agent apologises, and says which tool goes in circles', async () => {
  let calls = 0;
  const tool = weather(async () => (calls += 1));
  const rig = rigWith(tool, { replies: [{ call: PARIS }] });
  await askAndWait(rig);
  expect(calls).toBe(5);
  expect(rig.llm.requests).toHaveLength(6);
  expect(rig.messages.at(-1)).toEqual(['assistant', ENGLISH.apology]);
  expect(rig.all('error')).toMatchObject([
    { turnId: 'k1', error: { code: 'tool-failed', details: { tool: 'weather' } } },
  ]);
});

test('a model that calls no tools is told of once a turn, and not asked', async () => {
  const rig = rigWith(weather(async () => 1));
  const llm = {
    info: { ...rig.llm.info, modelIds: ['tiny'] },
    supportsTools: false,
    generate: rig.llm.generate.bind(rig.llm),
    dispose: async () => undefined,
  };
  rig.dialogue.setEngines({ stt: rig.stt, endOfTurn: null, llm, tts: rig.tts });
  rig.dialogue.setOptions({
    ...rig.options,
    turn: { ...rig.options.turn, speculation: 'on' },
  });
  await rig.ask();
  await rig.clock.advance(2_000);
  expect(rig.llm.requests).toEqual([]);
  expect(rig.all('error')).toMatchObject([{ error: { code: 'unsupported' } }]);
  expect(rig.all('error')[0]!.error.message).toBe(
    'The language model "tiny" cannot call tools. Take one that can with options.engines.llm, or leave options.tools out.',
  );
});

describe('an answer begun ahead', () => {
  const silent = { options: { turn: { minSilenceMs: 3_000 } } };

  test('collects calls, and makes them at the decision', async () => {
    const calls: unknown[] = [];
    const tool = weather(async (value) => calls.push(value));
    const rig = rigWith(tool, silent);
    await rig.hear(0.9, 800);
    await rig.hear(0.05, 2_500);
    expect(rig.llm.requests).toHaveLength(1);
    expect(calls).toEqual([]);
    expect(rig.messages).toEqual([]);
    await rig.hear(0.05, 600);
    await rig.clock.advance(5_000);
    expect(calls).toEqual([{ city: 'Paris' }]);
    expect(rig.messages.map(([role]) => role)).toEqual(['user', 'tool', 'assistant']);
    expect(rig.llm.requests).toHaveLength(2);
    expect(rig.all('metrics')[0]!.metrics.speculation).toMatchObject({ used: 1, dropped: 0 });
  });

  test('that is dropped makes none', async () => {
    const calls: unknown[] = [];
    const tool = weather(async (value) => calls.push(value));
    const rig = rigWith(tool, silent);
    await rig.hear(0.9, 800);
    await rig.hear(0.05, 1_000);
    expect(rig.llm.requests).toHaveLength(1);
    rig.dialogue.mute();
    await rig.clock.advance(10_000);
    expect(calls).toEqual([]);
    expect(rig.all('tool-start')).toEqual([]);
  });
});

describe('an interruption while a tool works', () => {
  test('leaves the tool alone; its result is there for the next turn', async () => {
    const result = createDeferred<string>();
    const signals: AbortSignal[] = [];
    const tool = weather((_, { signal }) => {
      signals.push(signal);
      return result.promise;
    });
    const rig = rigWith(tool, { replies: [{ when: 'and now', say: 'Yes.' }, { call: PARIS }] });
    await askAndWait(rig, 1_000);
    rig.dialogue.interrupt();
    await rig.clock.advance(100);
    expect(rig.state.agent).toBe('idle');
    expect(signals[0]!.aborted).toBe(false);
    rig.dialogue.sendText('And now?');
    await rig.clock.advance(2_000);
    expect(rig.llm.requests[1]!.messages.slice(2)).toEqual([
      {
        role: 'assistant',
        content: '',
        toolCalls: [{ id: 'call_1', name: 'weather', argumentsJson: '{"city":"Paris"}' }],
      },
      {
        role: 'tool',
        content: '{"error":"No result yet. Do not call it again for this."}',
        toolCallId: 'call_1',
      },
      { role: 'user', content: 'And now?' },
    ]);
    result.resolve('sunny');
    await rig.clock.advance(100);
    rig.dialogue.sendText('And now again?');
    await rig.clock.advance(2_000);
    expect(rig.llm.requests[2]!.messages[3]).toEqual({
      role: 'tool',
      content: '"sunny"',
      toolCallId: 'call_1',
    });
    expect(rig.all('tool-end')).toMatchObject([{ callId: 'call_1', isError: false }]);
  });

  test('ends an abortable one', async () => {
    const signals: AbortSignal[] = [];
    const execute: VoiceAgentTool['execute'] = (_, { signal }) => {
      signals.push(signal);
      return new Promise(() => undefined);
    };
    const rig = rigWith(weather(execute, { isAbortable: true }));
    await askAndWait(rig, 1_000);
    expect(signals[0]!.aborted).toBe(false);
    rig.dialogue.interrupt();
    await rig.clock.advance(0);
    expect(signals[0]!.aborted).toBe(true);
    expect(lastResult(rig)).toBe('{"error":"The reply was cut off."}');
  });

  test('disposal ends every one', async () => {
    const signals: AbortSignal[] = [];
    const tool = weather((_, { signal }) => {
      signals.push(signal);
      return new Promise(() => undefined);
    });
    const rig = rigWith(tool);
    await askAndWait(rig, 1_000);
    rig.dialogue.dispose();
    expect(signals[0]!.aborted).toBe(true);
  });

  test('more than eight at work are refused', async () => {
    const tool = weather(() => new Promise(() => undefined));
    const replies = [{ call: Array.from({ length: 9 }, () => PARIS) }];
    const rig = rigWith(tool, { replies });
    await askAndWait(rig, 1_000);
    expect(rig.all('tool-start')).toHaveLength(8);
    expect(lastResult(rig)).toBe('{"error":"8 tools run already."}');
  });
});

describe('progress', () => {
  const slow = (): { rig: DialogueRig; finish: () => void } => {
    const result = createDeferred<number>();
    return { rig: rigWith(weather(() => result.promise)), finish: () => result.resolve(21) };
  };

  test('is spoken once in a reply and shown every ten seconds', async () => {
    const { rig, finish } = slow();
    // The model takes 100 ms; the call follows at once.
    await askAndWait(rig, 1_500);
    expect(rig.all('progress')).toEqual([]);
    await rig.clock.advance(200);
    expect(rig.all('progress')).toMatchObject([{ turnId: 'k1', message: ENGLISH.progress }]);
    await rig.clock.advance(22_000);
    expect(rig.all('progress')).toHaveLength(3);
    expect(rig.tts!.requests.map(({ text }) => text)).toEqual([ENGLISH.progress]);
    finish();
    await rig.clock.advance(5_000);
    expect(rig.all('progress')).toHaveLength(3);
    const sounds = [...rig.all('reply-audio-start'), ...rig.all('reply-audio-end')];
    expect(sounds.map(({ type, kind }) => `${type} ${kind}`)).toEqual([
      'reply-audio-start progress',
      'reply-audio-start answer',
      'reply-audio-end progress',
      'reply-audio-end answer',
    ]);
    expect(rig.all('reply-end')).toMatchObject([{ heardText: 'It says 21.' }]);
    expect(rig.messages.at(-1)).toEqual(['assistant', 'It says 21.']);
  });

  test('is made ahead while nobody speaks', async () => {
    const { rig, finish } = slow();
    await rig.hear(0.05, 3_000);
    expect(rig.tts!.requests[0]!.text).toBe(ENGLISH.progress);
    const made = rig.tts!.requests.length;
    await askAndWait(rig, 2_000);
    expect(rig.tts!.requests).toHaveLength(made);
    expect(rig.all('reply-audio-start')).toMatchObject([{ kind: 'progress' }]);
    finish();
  });

  test('goes between the words before the call and those after it', async () => {
    const result = createDeferred<number>();
    const replies = calling(PARIS, 'Let me have a look at that.');
    const rig = rigWith(
      weather(() => result.promise),
      { replies },
    );
    await askAndWait(rig, 6_000);
    result.resolve(21);
    await rig.clock.advance(5_000);
    expect(rig.tts!.requests.map(({ text }) => text)).toEqual([
      'Let me have a look at that.',
      ENGLISH.progress,
      'It says 21.',
    ]);
    const [answer, progress] = rig.all('reply-audio-start');
    const [progressEnd, answerEnd] = rig.all('reply-audio-end');
    expect([answer!.kind, progress!.kind]).toEqual(['answer', 'progress']);
    expect([progressEnd!.kind, answerEnd!.kind]).toEqual(['progress', 'answer']);
    // The fake voice speaks a character in 50 ms, phrases a tenth quicker.
    const spokenMs = progressEnd!.contextMs - progress!.contextMs;
    expect(spokenMs).toBeCloseTo((ENGLISH.progress.length * 50) / 1.1, -2);
    expect(answerEnd!.text).toBe('Let me have a look at that. It says 21.');
  });

  test('is not spoken when the tools are done by the time it is made', async () => {
    const rig: DialogueRig = rigWith(
      weather(async () => {
        while (rig.tts!.requests.length === 0) await delay(rig.clock, 8);
        return 21;
      }),
    );
    await askAndWait(rig, 6_000);
    expect(rig.tts!.requests[0]!.text).toBe(ENGLISH.progress);
    expect(rig.tts!.requests[0]!.signal.aborted).toBe(true);
    expect(rig.all('reply-audio-start').map(({ kind }) => kind)).toEqual(['answer']);
  });

  test('is neither spoken nor shown with options.silence.progressAfterMs null', async () => {
    const tool = weather(() => new Promise(() => undefined));
    const rig = rigWith(tool, { options: { tools: [tool], silence: { progressAfterMs: null } } });
    await askAndWait(rig, 20_000);
    expect(rig.all('progress')).toEqual([]);
    expect(rig.tts!.requests).toEqual([]);
  });
});
