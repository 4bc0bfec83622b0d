import { describe, expect, test } from 'vitest';
import { Loudness } from '../../../talk/report/loudness.ts';
import { findSharedOpenings, openingOf } from '../../../talk/report/openings.ts';
import { findPlayed } from '../../../talk/report/played.ts';
import { findTurns } from '../../../talk/report/turns.ts';
import type { VoiceAgentEvent } from '../../../src/index.ts';
import { at, clip, reply, spoken, timeline } from './events.ts';
import { RATE_HZ, tones } from './signals.ts';

const heard = (...spans: [number, number][]): Loudness =>
  new Loudness(tones(10_000, ...spans), RATE_HZ);

describe('findPlayed', () => {
  test('the recording says when, the agent says what', () => {
    const events = reply('t1', [3_000, 4_000]);
    const [played] = findPlayed(events, timeline, heard([3_020, 3_980]));
    expect(played).toMatchObject({
      turnId: 't1',
      kind: 'answer',
      text: 'Paris is the capital.',
      startMs: 3_020,
      cached: false,
    });
    expect(played?.endMs).toBeCloseTo(3_980, 0);
  });

  test('what nobody could hear was not played', () => {
    expect(findPlayed(reply('t1', [3_000, 4_000]), timeline, heard())).toEqual([]);
  });

  test('two generations back to back share no sample', () => {
    const events = [
      ...reply('t1', [3_000, 3_500], { generation: 1, cached: true, text: 'One moment.' }),
      ...reply('t1', [3_500, 4_500], { generation: 2 }),
    ];
    const played = findPlayed(events, timeline, heard([3_000, 4_500]));
    expect(played.map(({ startMs, endMs, cached }) => [startMs, endMs, cached])).toEqual([
      [3_000, 3_500, true],
      [3_500, 4_500, false],
    ]);
  });
});

describe('findTurns', () => {
  const turnOf = (
    events: VoiceAgentEvent[],
    right: Loudness,
    clips = [clip('q', [[500, 1_900]])],
  ) => {
    const played = findPlayed(events, timeline, right);
    return findTurns({ events, timeline, clips, played });
  };

  test('voice to voice runs from the clip to the recorded answer, not between the agent’s marks', () => {
    const events = [...spoken('t1', [450, 1_950], 2_400), ...reply('t1', [3_000, 4_000])];
    const [turn] = turnOf(events, heard([3_020, 3_980]));
    expect(turn?.isSpoken).toBe(true);
    expect(turn?.report).toMatchObject({
      turnId: 't1',
      clipIds: ['q'],
      transcript: 'what is the capital',
      generatedText: 'Paris is the capital.',
      interrupted: false,
      firstSoundMs: 3_020,
      firstAnswerMs: 3_020,
      voiceToVoiceMs: 1_120,
      endOfTurn: [],
      speculation: { started: 2, used: 1, dropped: 1 },
    });
    expect(turn?.report.partials).toEqual([{ atMs: 1_850, text: 'what is' }]);
  });

  test('marks come from the audio clock where it has them, else from the event clock', () => {
    const [turn] = turnOf(spoken('t1', [450, 1_950], 2_400), heard());
    expect(turn?.report.marks).toEqual({
      speechEndMs: 1_950,
      eagerMs: null,
      decisionMs: 2_400,
      decisionTakenMs: 2_430,
      sttFinalMs: 2_440,
      llmFirstTokenMs: 2_540,
      firstClauseMs: null,
      firstPcmMs: null,
    });
  });

  test('an acknowledgement is the first sound and not the answer', () => {
    const events = [
      ...spoken('t1', [450, 1_950], 2_400),
      ...reply('t1', [2_500, 2_900], { generation: 1, cached: true, text: 'One moment.' }),
      ...reply('t1', [4_000, 5_000], { generation: 2 }),
    ];
    const [turn] = turnOf(events, heard([2_500, 2_900], [4_000, 5_000]));
    expect(turn?.report).toMatchObject({
      firstSoundMs: 2_500,
      firstAnswerMs: 4_000,
      voiceToVoiceMs: 2_100,
    });
  });

  test('an interrupted reply keeps what was heard apart from what was written', () => {
    const events = [
      ...spoken('t1', [450, 1_950], 2_400),
      ...reply('t1', [3_000, 3_400], { heard: 'Paris' }),
    ];
    const [turn] = turnOf(events, heard([3_000, 3_400]));
    expect(turn?.report).toMatchObject({
      generatedText: 'Paris is the capital.',
      heardText: 'Paris',
      interrupted: true,
    });
  });

  test('a typed turn has no speech, no clips and no voice to voice', () => {
    const events = reply('t1', [3_000, 4_000]);
    const [turn] = turnOf(events, heard([3_000, 4_000]));
    expect(turn?.isSpoken).toBe(false);
    expect(turn?.report).toMatchObject({ clipIds: [], voiceToVoiceMs: null, firstAnswerMs: 3_000 });
  });

  test('speech that never became a turn is none', () => {
    const dropped: VoiceAgentEvent[] = [
      { type: 'user-speech-start', turnId: 't1', ...at(450) },
      { type: 'user-speech-end', turnId: 't1', isMisfire: true, ...at(500) },
    ];
    expect(turnOf(dropped, heard())).toEqual([]);
  });

  test('an opening that the run shares is no answer, and its end is not guessed', () => {
    const answers = ['Sure, it is Paris.', 'Sure, it is four.', 'Sure.'];
    const events = answers.flatMap((text, index) => [
      ...spoken(`t${index}`, [index * 3_000, index * 3_000 + 500], index * 3_000 + 900),
      ...reply(`t${index}`, [index * 3_000 + 1_000, index * 3_000 + 2_000], {
        generation: index,
        text,
      }),
    ]);
    const right = heard([1_000, 2_000], [4_000, 5_000], [7_000, 8_000]);
    expect(turnOf(events, right, []).map(({ report }) => report.firstAnswerMs)).toEqual([
      null,
      null,
      null,
    ]);
  });
});

describe('shared openings', () => {
  test('the opening is the first clause without case and punctuation', () => {
    expect(openingOf('Sure, 3.5 is right.')).toBe('sure');
    expect(openingOf('It is 3.5 metres.')).toBe('it is 35 metres');
    expect(openingOf('No stop here')).toBe('no stop here');
  });

  test('over a fifth, and at least two', () => {
    const many = Array.from({ length: 8 }, (_, index) => `Reply ${index}.`);
    expect(findSharedOpenings(['Well, a.', 'Well, b.', ...many])).toEqual(new Set());
    expect(findSharedOpenings(['Well, a.', 'well! b.', ...many.slice(1)])).toEqual(
      new Set(['well']),
    );
    expect(findSharedOpenings(['Well, a.'])).toEqual(new Set());
  });
});
