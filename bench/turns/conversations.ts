// The conversations of the suite: which clips in which order, under which condition. Pure, Node.
import type { TalkScript } from '../../talk/script.ts';
import { KIND_OF_SET } from './clips/clip.ts';
import type { ClipSet, TurnClip } from './clips/clip.ts';

export const SUITE_KINDS = [
  ...(['pauses', 'interruptions', 'backchannels', 'noises', 'calls'] as const),
  ...(['echo', 'echo-interruptions', 'blocked', 'hidden'] as const),
] as const;
/** `aec` needs a sound server, and is run when asked for. */
export type SuiteKind = (typeof SUITE_KINDS)[number] | 'aec';

export interface Echo {
  readonly gainDb: number;
  readonly delayMs: number;
}

export interface PlannedConversation {
  /** Names the run: kind, number, and what is special about it. */
  readonly id: string;
  readonly kind: SuiteKind;
  readonly echo: Echo | null;
  readonly clips: readonly TurnClip[];
  readonly script: TalkScript;
  /** How long the stub lets the agent speak: about 20 s, 10 s, or two words. `local`: the model on the device answers, in a few words. */
  readonly replies: 'long' | 'middling' | 'short' | 'local';
  readonly timeoutS: number;
}

/** In the air between loudspeaker and microphone: quiet to as loud as the person; near to a slow system. */
const ECHO_GAINS_DB = [-30, -20, -10, 0];
const ECHO_DELAYS_MS = [20, 60, 120, 250];

const CLIPS_PER_CONVERSATION = 12;
const CALLS_PER_CONVERSATION = 10;
const AEC_CLIPS = 12;
const PROMPT = 'Please tell me more.';
const PROMPT_AT_MS = 500;

/** A clip begins this long after the reply's first sound; spread, so that it meets any syllable. */
const OVER_MS = { first: 1_500, spread: 370, within: 1_100 };

/** Longest: a conversation that goes wrong ends here, and its clips count as not played. */
const TIMEOUT_S = { perClip: 25, echo: 30 };

/** @param clips all that are wanted; a kind uses those of its set. */
export function planConversations(
  kinds: readonly SuiteKind[],
  clips: readonly TurnClip[],
): PlannedConversation[] {
  return kinds.flatMap((kind) => planKind(kind, clips));
}

/** Two short conversations with two clips of each set, and one call. */
export function planQuick(clips: readonly TurnClip[]): PlannedConversation[] {
  const over = clips.filter(({ set }) => set !== 'pause');
  const barge = overReply({ id: 'quick', kind: 'interruptions', clips: over });
  return [
    ...planKind('pauses', clips),
    { ...barge, script: { ...barge.script, events: [...barge.script.events, callWhenever()] } },
  ];
}

function planKind(kind: SuiteKind, clips: readonly TurnClip[]): PlannedConversation[] {
  const of = (set: ClipSet): TurnClip[] => clips.filter((clip) => clip.set === set);
  switch (kind) {
    case 'pauses':
      return chunk(of('pause')).map((each, index) => intoQuiet(`pauses-${index + 1}`, each));
    case 'interruptions':
    case 'blocked':
    case 'hidden':
      return planOver(kind, of('interruption'));
    case 'aec':
      return planOver(kind, of('interruption').slice(0, AEC_CLIPS));
    case 'backchannels':
      return planOver(kind, of('backchannel'));
    case 'noises':
      return planOver(kind, of('noise'));
    case 'calls':
      return [1, 2, 3].map((number) => planCalls(`calls-${number}`));
    case 'echo':
      return eachEcho((id, echo) => planEcho(id, echo));
    case 'echo-interruptions': {
      const said = of('interruption').filter(({ text }) => text.includes(' '));
      return eachEcho((id, echo, index) => ({
        ...overReply({ id, kind, clips: pickTwo(said, index), echo }),
        timeoutS: 2 * TIMEOUT_S.echo,
      }));
    }
  }
}

function planOver(kind: SuiteKind, clips: readonly TurnClip[]): PlannedConversation[] {
  return chunk(clips).map((each, index) =>
    overReply({ id: `${kind}-${index + 1}`, kind, clips: each }),
  );
}

/** Each clip when the one before is answered. */
function intoQuiet(id: string, clips: readonly TurnClip[]): PlannedConversation {
  const at = { whenever: 'quiet', offsetMs: 800 } as const;
  return {
    ...{ id, kind: 'pauses', echo: null, clips, replies: 'local' },
    script: { version: 1, clips: clips.map((clip) => toScriptClip(clip, at)), events: [] },
    timeoutS: clips.length * TIMEOUT_S.perClip,
  };
}

/** The agent speaks at length; each clip begins over it. Whenever it falls silent it is asked for more. */
function overReply(plan: {
  id: string;
  kind: SuiteKind;
  clips: readonly TurnClip[];
  echo?: Echo;
}): PlannedConversation {
  const { id, kind, clips, echo } = plan;
  const cueOf = (index: number) => {
    const offsetMs = OVER_MS.first + ((index * OVER_MS.spread) % OVER_MS.within);
    return { whenever: 'speaking', offsetMs } as const;
  };
  return {
    ...{ id, kind, clips, echo: echo ?? null, replies: 'long' },
    script: {
      version: 1,
      clips: clips.map((clip, index) => toScriptClip(clip, cueOf(index))),
      events: [askAtStart()],
      prompt: PROMPT,
      ...(echo === undefined ? {} : { echo }),
    },
    timeoutS: clips.length * TIMEOUT_S.perClip,
  };
}

function planCalls(id: string): PlannedConversation {
  const calls = Array.from({ length: CALLS_PER_CONVERSATION }, callWhenever);
  return {
    ...{ id, kind: 'calls', echo: null, clips: [], replies: 'long' },
    script: { version: 1, clips: [], events: [askAtStart(), ...calls], prompt: PROMPT },
    timeoutS: CALLS_PER_CONVERSATION * TIMEOUT_S.perClip,
  };
}

function planEcho(id: string, echo: Echo): PlannedConversation {
  return {
    ...{ id, kind: 'echo', echo, clips: [], replies: 'middling' },
    script: { version: 1, clips: [], events: [askAtStart()], echo },
    timeoutS: TIMEOUT_S.echo,
  };
}

function eachEcho(
  plan: (id: string, echo: Echo, index: number) => PlannedConversation,
): PlannedConversation[] {
  const echoes = ECHO_GAINS_DB.flatMap((gainDb) =>
    ECHO_DELAYS_MS.map((delayMs) => ({ gainDb, delayMs })),
  );
  return echoes.map((echo, index) => plan(`echo${echo.gainDb}dB-${echo.delayMs}ms`, echo, index));
}

function toScriptClip(clip: TurnClip, at: TalkScript['clips'][number]['at']) {
  const { id, set, file, text, speechSpansMs } = clip;
  const spans = speechSpansMs.map(([start, end]): [number, number] => [start, end]);
  return { id, file, text, gainDb: 0, at, kind: KIND_OF_SET[set], speechSpansMs: spans };
}

function askAtStart(): TalkScript['events'][number] {
  return { at: { ms: PROMPT_AT_MS }, type: 'sendText', value: PROMPT };
}

function callWhenever(): TalkScript['events'][number] {
  return { at: { whenever: 'speaking', offsetMs: OVER_MS.first }, type: 'interrupt' };
}

/** A different pair for each index, round and round. */
function pickTwo(clips: readonly TurnClip[], index: number): TurnClip[] {
  return [2 * index, 2 * index + 1].flatMap((at) => clips[at % clips.length] ?? []);
}

function chunk(clips: readonly TurnClip[]): TurnClip[][] {
  const count = Math.ceil(clips.length / CLIPS_PER_CONVERSATION);
  return Array.from({ length: count }, (_, index) =>
    clips.slice(index * CLIPS_PER_CONVERSATION, (index + 1) * CLIPS_PER_CONVERSATION),
  );
}
