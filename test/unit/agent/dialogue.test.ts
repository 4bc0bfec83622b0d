import { describe, expect, test } from 'vitest';
import { VoiceAgentError } from '../../../src/core/errors.ts';
import { FakeTts } from '../../../src/testing/fake-tts.ts';
import { DialogueRig } from './dialogue-rig.ts';

/** A flush fades out over 5 ms at 48 kHz. */
const FADE_SAMPLES = 240;

describe('a spoken turn', () => {
  test('a question is transcribed, answered, spoken and kept', async () => {
    const rig = await new DialogueRig({ options: { turn: { speculation: 'off' } } }).ask();
    expect(rig.state.agent).toBe('thinking');
    await rig.clock.advance(10_000);
    expect(rig.state).toEqual({ user: 'silent', agent: 'idle' });
    expect(rig.messages).toEqual([
      ['user', 'What is the capital of France?'],
      ['assistant', 'The capital of France is Paris. It lies on the Seine.'],
    ]);
    expect(rig.all('transcript-final')).toMatchObject([
      { turnId: 't1', text: 'What is the capital of France?', isTimedOut: false },
    ]);
    expect(rig.all('reply-end')).toMatchObject([
      {
        turnId: 't1',
        heardText: 'The capital of France is Paris. It lies on the Seine.',
        isInterrupted: false,
      },
    ]);
    expect(rig.all('error')).toEqual([]);
  });

  test('the page is told of a state once, not at each window', async () => {
    const rig = await new DialogueRig().hear(0.05, 960);
    expect(rig.states).toEqual([{ user: 'silent', agent: 'idle' }]);
    await rig.hear(0.9, 320);
    expect(rig.states.slice(1)).toEqual([{ user: 'speaking', agent: 'idle' }]);
  });

  test('its timings are told once, in order', async () => {
    const rig = await new DialogueRig({ options: { turn: { speculation: 'off' } } }).ask();
    await rig.clock.advance(10_000);
    const [metrics, ...more] = rig.all('metrics').map((event) => event.metrics);
    expect(more).toEqual([]);
    const { marks } = metrics!;
    const times = [
      marks.speechEndMs,
      marks.eagerMs,
      marks.decisionMs,
      marks.llmStartMs,
      marks.llmFirstTokenMs,
      marks.firstClauseMs,
      marks.firstPcmMs,
      marks.firstAudibleMs,
      marks.replyEndMs,
    ];
    expect(times).not.toContain(null);
    expect(times).toEqual([...times].sort((left, right) => left! - right!));
    // The recogniser worked while the silence was waited out.
    expect(marks.sttFinalMs).toBeLessThan(marks.decisionMs!);
    expect(metrics!.speculation).toMatchObject({ started: 1, used: 1, dropped: 0 });
    expect(marks.llmEndMs).toBeGreaterThan(marks.llmFirstTokenMs!);
    expect(metrics).toMatchObject({
      turnId: 't1',
      isInterrupted: false,
      outputLatencyMs: 0,
      llm: { engine: 'scripted', model: null, decodeMs: null, calls: 1 },
      stt: { audioMs: 0, computeMs: 0 },
    });
    expect(marks.firstPhraseMs).toBe(null);
  });

  test('an empty transcript is no turn: nothing is kept or said', async () => {
    const rig = await new DialogueRig({ lines: [''] }).ask();
    await rig.clock.advance(3_000);
    expect(rig.messages).toEqual([]);
    expect(rig.llm.requests).toEqual([]);
    expect(rig.state.agent).toBe('idle');
  });

  test('a recogniser that runs out of time is owned up to', async () => {
    const rig = new DialogueRig({ lines: [''], sttLatencyMs: 60_000, sttDeadlineMs: 1_000 });
    await rig.ask();
    await rig.clock.advance(8_000);
    expect(rig.all('transcript-final')).toMatchObject([{ isTimedOut: true }]);
    expect(rig.messages).toEqual([
      ['assistant', "Sorry, I didn't catch that. Could you say it again?"],
    ]);
  });

  test('speech that goes on drops the attempt and its cost is counted', async () => {
    const rig = new DialogueRig();
    await rig.hear(0.9, 800);
    await rig.hear(0.05, 288);
    await rig.ask();
    await rig.clock.advance(10_000);
    expect(rig.all('speculation-drop')).toHaveLength(1);
    expect(rig.all('metrics')[0]?.metrics.speculation).toMatchObject({
      started: 2,
      used: 1,
      dropped: 1,
      droppedTokens: 3,
      droppedSpeechMs: 0,
    });
  });
});

describe('being cut off', () => {
  test('speech over the agent silences it; the history keeps what was heard', async () => {
    const rig = await new DialogueRig({ lines: ['What is it?', 'Stop.'] }).ask();
    await rig.clock.advance(1_200);
    expect(rig.state.agent).toBe('speaking');
    await rig.hear(0.9, 256);
    const cutAt = rig.speaker.playedSamples(1);
    await rig.hear(0.05, 320);
    expect(rig.all('interruption')).toMatchObject([{ turnId: 't1', by: 'speech' }]);
    await rig.clock.advance(100);
    expect(rig.speaker.playedSamples(1)).toBeLessThanOrEqual(cutAt + FADE_SAMPLES);
    const [end] = rig.all('reply-end');
    expect(end).toMatchObject({ isInterrupted: true });
    expect('The capital of France is Paris. It lies on the Seine.').toContain(end!.heardText);
    expect(end!.heardText.length).toBeGreaterThan(5);
    expect(end!.heardText.length).toBeLessThan(end!.generatedText.length);
    expect(rig.messages[1]).toEqual(['assistant', end!.heardText]);
  });

  test('in a later clause of a sentence, it keeps the words up to there', async () => {
    const say = 'The museum is open. On Monday, we open at nine in the morning and rest after six.';
    const rig = await new DialogueRig({ replies: [{ say }] }).ask();
    await rig.clock.advance(2_700);
    rig.dialogue.interrupt();
    await rig.clock.advance(1_000);
    const heard = 'The museum is open. On Monday, we open at nine in the';
    expect(rig.all('reply-end')[0]?.heardText).toBe(heard);
  });

  test('the next answer is told that the one before was interrupted', async () => {
    const rig = await new DialogueRig({ lines: ['What is it?', 'And Spain?'] }).ask();
    await rig.clock.advance(1_200);
    await rig.ask();
    await rig.clock.advance(10_000);
    const prompt = rig.llm.requests[1]!.messages;
    expect(prompt.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'user']);
    expect(prompt[2]!.content).toMatch(/ \[interrupted\]$/u);
  });

  test('a reply of which nothing was heard leaves no trace', async () => {
    const rig = await new DialogueRig({ firstTokenMs: 2_000 }).ask();
    await rig.clock.advance(500);
    rig.dialogue.interrupt();
    await rig.clock.advance(5_000);
    expect(rig.messages).toEqual([['user', 'What is the capital of France?']]);
    expect(rig.speaker.playedSamples(1)).toBe(0);
    expect(rig.state.agent).toBe('idle');
  });

  test('typed words cut the reply off and are answered', async () => {
    const rig = await new DialogueRig().ask();
    await rig.clock.advance(1_000);
    rig.dialogue.sendText('And of Spain?');
    expect(rig.all('interruption')).toMatchObject([{ by: 'text' }]);
    await rig.clock.advance(10_000);
    expect(rig.messages.map(([role]) => role)).toEqual(['user', 'assistant', 'user', 'assistant']);
    expect(rig.messages[2]).toEqual(['user', 'And of Spain?']);
  });

  test('no sample of an older reply is played once a newer one has begun', async () => {
    const rig = await new DialogueRig().ask();
    await rig.clock.advance(1_000);
    rig.dialogue.sendText('Again?');
    const before = rig.speaker.playedSamples(1);
    await rig.clock.advance(10_000);
    expect(rig.speaker.playedSamples(1)).toBeLessThanOrEqual(before + FADE_SAMPLES);
    expect(rig.speaker.playedSamples(2)).toBeGreaterThan(0);
  });
});

describe('when something breaks', () => {
  const failure = new VoiceAgentError('llm-incomplete', 'The answer broke off.', {
    details: { url: 'https://a.example/v1', reason: 'reset' },
    retryable: true,
  });

  test('an answer that breaks off is spoken as far as it came, and reported', async () => {
    const rig = new DialogueRig({
      replies: [{ say: 'The capital of France is', failWith: failure }],
    });
    await rig.ask();
    await rig.clock.advance(10_000);
    expect(rig.messages[1]).toEqual(['assistant', 'The capital of France is']);
    expect(rig.all('error')).toMatchObject([{ error: { code: 'llm-incomplete' } }]);
    expect(rig.state.agent).toBe('idle');
  });

  test('the conversation goes on by typing', async () => {
    const rig = new DialogueRig({
      replies: [{ when: 'Again', say: 'Paris.' }, { failWith: failure }],
    });
    await rig.ask();
    await rig.clock.advance(5_000);
    rig.dialogue.sendText('Again');
    await rig.clock.advance(5_000);
    expect(rig.messages.at(-1)).toEqual(['assistant', 'Paris.']);
  });

  test('a voice that fails ends the reply with what was heard until then', async () => {
    const voice = new FakeTts({ msPerCharacter: 50, failsOn: (text) => text.includes('Seine') });
    const rig = await new DialogueRig({ voice }).ask();
    await rig.clock.advance(10_000);
    expect(rig.all('error')).toMatchObject([{ error: { code: 'synthesis-failed' } }]);
    expect(rig.messages[1]).toEqual(['assistant', 'The capital of France is Paris.']);
  });
});

test('without a voice the words on the screen are the reply', async () => {
  const rig = await new DialogueRig({ voice: null }).ask();
  await rig.clock.advance(3_000);
  expect(rig.messages[1]?.[1]).toBe('The capital of France is Paris. It lies on the Seine.');
  expect(rig.all('reply-audio-start')).toEqual([]);
});

test('options.reply.maxWords ends a reply at a whole sentence', async () => {
  const rig = await new DialogueRig({ options: { reply: { maxWords: 8 } } }).ask();
  await rig.clock.advance(10_000);
  expect(rig.messages[1]?.[1]).toBe('The capital of France is Paris.');
});

test('say waits for the reply in progress and tells what was heard', async () => {
  const rig = await new DialogueRig().ask();
  await rig.clock.advance(1_000);
  const said = rig.dialogue.say({
    text: 'By the way, it is late.',
    kind: 'prompt',
    isInterruptible: true,
  });
  await rig.clock.advance(12_000);
  expect(await said).toMatchObject({ heardText: 'By the way, it is late.', isInterrupted: false });
  expect(rig.messages.map(([, text]) => text)).toEqual([
    'What is the capital of France?',
    'The capital of France is Paris. It lies on the Seine.',
    'By the way, it is late.',
  ]);
});

test('aborting say silences it', async () => {
  const rig = new DialogueRig();
  const controller = new AbortController();
  const text = 'A rather long text to be spoken by the agent.';
  const said = rig.dialogue.say({ text, kind: 'prompt', isInterruptible: true }, controller.signal);
  await rig.clock.advance(800);
  controller.abort();
  await rig.clock.advance(100);
  expect(await said).toMatchObject({ isInterrupted: true });
});

test('manual mode: only commitTurn ends the turn', async () => {
  const rig = new DialogueRig({ options: { mode: 'manual', turn: { speculation: 'off' } } });
  await rig.hear(0.9, 800);
  await rig.hear(0.05, 3_000);
  expect(rig.llm.requests).toEqual([]);
  rig.dialogue.commitTurn();
  await rig.clock.advance(8_000);
  expect(rig.llm.requests).toHaveLength(1);
});

test('closing the microphone drops the open turn', async () => {
  const rig = new DialogueRig();
  await rig.hear(0.9, 800);
  rig.dialogue.setHeard(null);
  expect(rig.all('user-speech-end')).toMatchObject([{ isMisfire: true }]);
  await rig.clock.advance(5_000);
  expect(rig.messages).toEqual([]);
});

test.each([0, 100, 400])(
  'options.reply.sentencePauseMs puts %i ms between two sentences',
  async (sentencePauseMs) => {
    const rig = await new DialogueRig({ options: { reply: { sentencePauseMs } } }).ask();
    await rig.clock.advance(12_000);
    const spoken = rig.tts!.requests.map(({ text }) => text);
    expect(spoken).toEqual(['The capital of France is Paris.', 'It lies on the Seine.']);
    const audioMs = rig.all('metrics')[0]!.metrics.tts.audioMs;
    const playedMs = (rig.speaker.playedSamples(1) / rig.speaker.output.sampleRateHz) * 1_000;
    expect(playedMs - audioMs).toBeCloseTo(sentencePauseMs, 1);
  },
);
