// What both sides said and are saying, as lines of text: state and its transitions. Main thread, pure.
import type { ConversationMessage, VoiceAgentEvent } from '../index.ts';
import { reduceByTable } from './event-table.ts';
import type { EventTable } from './event-table.ts';

/** Lines kept on the page; older ones leave it, the agent's own history is its own. */
const MAX_MESSAGES = 200;

export interface CaptionsState {
  readonly messages: readonly ConversationMessage[];
  /** What the person is saying, before it is a message. `stableText` opens `text` and will not change. */
  readonly partial: { readonly text: string; readonly stableText: string } | null;
  /** What the agent is generating, before or while it is a message. */
  readonly reply: {
    readonly turnId: string | null;
    readonly generation: number;
    readonly text: string;
  } | null;
  /** Typed, not yet accepted by the agent (it may be loading). */
  readonly waiting: readonly { readonly id: string; readonly text: string }[];
}

export interface CaptionLine {
  readonly id: string;
  readonly speaker: 'you' | 'agent';
  /** Settled: recognised for good, or heard by the person. */
  readonly solid: string;
  /** Unsettled, to be shown fainter: may still change, or was not heard (yet). */
  readonly faint: string;
  readonly mark: 'interrupted' | 'waiting' | null;
  /** Whether the line will not change any more. */
  readonly isFinal: boolean;
}

export const EMPTY_CAPTIONS: CaptionsState = {
  messages: [],
  partial: null,
  reply: null,
  waiting: [],
};

const TABLE: EventTable<CaptionsState> = {
  'transcript-partial': (state, { text, stableText }) => ({
    ...state,
    partial: { text, stableText },
  }),
  'transcript-final': (state, { text }) => ({ ...state, partial: toFinalPartial(text) }),
  'user-speech-end': (state, { isMisfire }) => (isMisfire ? { ...state, partial: null } : state),
  backchannel: (state) => ({ ...state, partial: null }),
  'message-change': (state, { message }) => applyMessage(state, message),
  'reply-start': (state, { kind, turnId, generation }) =>
    kind === 'answer' ? { ...state, reply: { turnId, generation, text: '' } } : state,
  'reply-delta': (state, { generation, text }) =>
    state.reply?.generation === generation
      ? { ...state, reply: { ...state.reply, text: state.reply.text + text } }
      : state,
  'reply-end': (state, { generation }) =>
    state.reply?.generation === generation ? { ...state, reply: null } : state,
};

/** The state after `event`; the same object when the event says nothing about captions. */
export function reduceCaptions(state: CaptionsState, event: VoiceAgentEvent): CaptionsState {
  return reduceByTable(TABLE, state, event);
}

function toFinalPartial(text: string): CaptionsState['partial'] {
  return text.trim() === '' ? null : { text, stableText: text };
}

/** An empty final message is one that was taken back: nothing of it was heard. */
function applyMessage(state: CaptionsState, message: ConversationMessage): CaptionsState {
  const isRemoved = message.isFinal && message.content === '';
  const index = state.messages.findIndex((known) => known.id === message.id);
  const messages = [...state.messages];
  if (isRemoved) {
    if (index >= 0) messages.splice(index, 1);
  } else if (index >= 0) {
    messages[index] = message;
  } else {
    messages.push(message);
  }
  const kept = { ...state, messages: messages.slice(-MAX_MESSAGES) };
  if (message.role !== 'user') return kept;
  return { ...kept, partial: null, waiting: withoutText(state.waiting, message.content) };
}

/** A typed text has arrived as a message: it waits no longer. */
function withoutText(waiting: CaptionsState['waiting'], text: string): CaptionsState['waiting'] {
  const index = waiting.findIndex((entry) => entry.text === text);
  return waiting.filter((_, position) => position !== index);
}

/** The lines to show, oldest first. */
export function toLines(state: CaptionsState): CaptionLine[] {
  const shown = state.messages.filter((message) => message.role !== 'tool');
  const lines = shown
    .map((message) => toLine(message, state.reply))
    .filter((line) => line.solid + line.faint !== '');
  const isReplyShown = shown.some(
    (message) => message.role === 'assistant' && message.turnId === state.reply?.turnId,
  );
  if (state.partial !== null) lines.push(toPartialLine(state.partial));
  if (state.reply !== null && state.reply.text !== '' && !isReplyShown) {
    lines.push({ ...liveLine('reply', 'agent'), faint: state.reply.text });
  }
  for (const { id, text } of state.waiting) {
    lines.push({ ...liveLine(id, 'you'), faint: text, mark: 'waiting' });
  }
  return lines;
}

/**
 * Splits lines into the opening run that is final (the log, which only grows) and the rest (live
 * captions, which a screen reader is spared).
 */
export function splitLines(lines: readonly CaptionLine[]): {
  log: CaptionLine[];
  live: CaptionLine[];
} {
  const firstLive = lines.findIndex((line) => !line.isFinal);
  const end = firstLive < 0 ? lines.length : firstLive;
  return { log: lines.slice(0, end), live: lines.slice(end) };
}

function liveLine(id: string, speaker: CaptionLine['speaker']): CaptionLine {
  return { id, speaker, solid: '', faint: '', mark: null, isFinal: false };
}

function toPartialLine(partial: NonNullable<CaptionsState['partial']>): CaptionLine {
  const { text, stableText } = partial;
  const solid = text.startsWith(stableText) ? stableText : '';
  return { ...liveLine('partial', 'you'), solid, faint: text.slice(solid.length) };
}

function toLine(message: ConversationMessage, reply: CaptionsState['reply']): CaptionLine {
  const { id, role, content, isFinal, isInterrupted } = message;
  if (role === 'user') {
    return { ...liveLine(id, 'you'), solid: content, isFinal };
  }
  const isGrowing = !isFinal && reply !== null && reply.turnId === message.turnId;
  const longest =
    isGrowing && reply.text.length > message.generatedText.length
      ? reply.text
      : message.generatedText;
  return {
    ...liveLine(id, 'agent'),
    solid: content,
    faint: isFinal && !isInterrupted ? '' : unheardOf(longest, content),
    mark: isInterrupted ? 'interrupted' : null,
    isFinal,
  };
}

/** What follows the heard words; empty when they do not open the generated text word for word. */
function unheardOf(generated: string, heard: string): string {
  return generated.startsWith(heard) ? generated.slice(heard.length) : '';
}
