// The lines of the conversation, from events.
import { describe, expect, it } from 'vitest';
import type { VoiceAgentEvent } from '../../../src/agent/events.ts';
import { EMPTY_CAPTIONS, reduceCaptions, splitLines, toLines } from '../../../src/app/captions.ts';
import type { CaptionsState } from '../../../src/app/captions.ts';
import { message, stamped } from './events.ts';

function after(events: readonly VoiceAgentEvent[], from = EMPTY_CAPTIONS): CaptionsState {
  return events.reduce(reduceCaptions, from);
}

const partial = (text: string, stableText: string): VoiceAgentEvent =>
  stamped({ type: 'transcript-partial', turnId: 't1', text, stableText });
const reply = { turnId: 't1', generation: 3, kind: 'answer' } as const;

describe('what the person says', () => {
  it('shows the stable opening solid and the rest faint', () => {
    const [line] = toLines(after([partial('and what about the', 'and what')]));
    expect(line).toMatchObject({ speaker: 'you', solid: 'and what', faint: ' about the' });
  });

  it('shows all of it faint when the stable text does not open it', () => {
    const [line] = toLines(after([partial('and what', 'an')].concat(partial('And what', 'and'))));
    expect(line).toMatchObject({ solid: '', faint: 'And what' });
  });

  it.each([
    ['a misfire', { type: 'user-speech-end', turnId: null, contextMs: 0, isMisfire: true }],
    ['a backchannel', { type: 'backchannel', turnId: null, text: 'mm' }],
    [
      'an empty transcript',
      { type: 'transcript-final', turnId: 't1', text: ' ', isTimedOut: true, language: null },
    ],
  ] as const)('takes the partial away after %s', (_, event) => {
    expect(toLines(after([partial('hm', ''), stamped(event)]))).toEqual([]);
  });

  it('replaces the partial by the message', () => {
    const state = after([
      partial('hello', 'hello'),
      stamped({
        type: 'transcript-final',
        turnId: 't1',
        text: 'Hello.',
        isTimedOut: false,
        language: null,
      }),
      message({ id: 'm1', role: 'user', content: 'Hello.' }),
    ]);
    expect(toLines(state)).toEqual([
      { id: 'm1', speaker: 'you', solid: 'Hello.', faint: '', mark: null, isFinal: true },
    ]);
  });

  it('drops a waiting text once it is a message, and only one of two alike', () => {
    const waiting = ['w1', 'w2'].map((id) => ({ id, text: 'Hi' }));
    const state = after([message({ id: 'm1', role: 'user', content: 'Hi' })], {
      ...EMPTY_CAPTIONS,
      waiting,
    });
    expect(toLines(state).map(({ id, mark }) => [id, mark])).toEqual([
      ['m1', null],
      ['w2', 'waiting'],
    ]);
  });
});

describe('what the agent says', () => {
  it('shows generated text before there is a message', () => {
    const state = after([
      stamped({ type: 'reply-start', ...reply }),
      stamped({ type: 'reply-delta', ...reply, text: 'It is ' }),
      stamped({ type: 'reply-delta', ...reply, text: 'noon.' }),
      stamped({ type: 'reply-delta', ...reply, generation: 2, text: 'stale' }),
    ]);
    expect(toLines(state)).toMatchObject([{ id: 'reply', faint: 'It is noon.', isFinal: false }]);
  });

  it('shows what was heard solid and what follows faint while it speaks', () => {
    const state = after([
      stamped({ type: 'reply-start', ...reply }),
      stamped({ type: 'reply-delta', ...reply, text: 'It is noon. Time to eat.' }),
      message({
        id: 'm2',
        role: 'assistant',
        content: 'It is noon.',
        generatedText: 'It is noon. Time',
        isFinal: false,
      }),
    ]);
    expect(toLines(state)).toMatchObject([
      { id: 'm2', solid: 'It is noon.', faint: ' Time to eat.', mark: null },
    ]);
  });

  it('marks an interrupted reply and keeps what was not heard', () => {
    const state = after([
      message({
        id: 'm2',
        role: 'assistant',
        content: 'It is',
        generatedText: 'It is noon.',
        isInterrupted: true,
      }),
    ]);
    expect(toLines(state)).toMatchObject([
      { solid: 'It is', faint: ' noon.', mark: 'interrupted', isFinal: true },
    ]);
  });

  it('removes a message of which nothing was heard', () => {
    const state = after([
      message({ id: 'm2', role: 'assistant', content: 'It', isFinal: false }),
      message({ id: 'm2', role: 'assistant', content: '', generatedText: 'It is noon.' }),
    ]);
    expect(toLines(state)).toEqual([]);
  });

  it('shows no line while there is no word', () => {
    expect(toLines(after([message({ id: 'm2', role: 'assistant', isFinal: false })]))).toEqual([]);
  });

  it('shows neither tools nor spoken fillers', () => {
    const state = after([
      message({ id: 'm3', role: 'tool', content: '{}' }),
      stamped({ type: 'reply-start', ...reply, kind: 'acknowledgement' }),
      stamped({ type: 'reply-delta', ...reply, kind: 'acknowledgement', text: 'One moment.' }),
    ]);
    expect(toLines(state)).toEqual([]);
  });

  it('forgets the generated text at the end of the reply', () => {
    const state = after([
      stamped({ type: 'reply-start', ...reply }),
      stamped({ type: 'reply-delta', ...reply, text: 'It is noon.' }),
      stamped({
        type: 'reply-end',
        ...reply,
        generatedText: 'It is noon.',
        heardText: '',
        isInterrupted: true,
      }),
    ]);
    expect(state.reply).toBeNull();
  });
});

describe('the log', () => {
  it('is the opening run of final lines', () => {
    const state = after([
      message({ id: 'm1', role: 'user', content: 'One' }),
      message({ id: 'm2', role: 'assistant', content: 'Two', isFinal: false }),
      message({ id: 'm3', role: 'user', content: 'Three' }),
    ]);
    const { log, live } = splitLines(toLines(state));
    expect(log.map(({ id }) => id)).toEqual(['m1']);
    expect(live.map(({ id }) => id)).toEqual(['m2', 'm3']);
  });

  it('is empty while the first line is live', () => {
    const { log, live } = splitLines(toLines(after([partial('hello', '')])));
    expect([log.length, live.length]).toEqual([0, 1]);
  });

  it('keeps the latest 200 messages', () => {
    const ids = Array.from({ length: 203 }, (_, index) => `m${index}`);
    const state = after(ids.map((id) => message({ id, role: 'user', content: id })));
    expect(toLines(state).map(({ id }) => id)).toEqual(ids.slice(3));
  });
});
