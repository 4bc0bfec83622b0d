// `npm run suite:replay`: false cut-offs and delays of the turn machine for sets of options, faster than real time. Node.
import { parseArgs } from 'node:util';
import { DEFAULT_INTERRUPTION, DEFAULT_TURN } from '../../../src/agent/options.ts';
import { quantile } from '../../../src/core/quantile.ts';
import { turnWordsOf } from '../../../src/text/turn-words.ts';
import type { TurnMachineOptions } from '../../../src/turn/turn-machine.ts';
import { CLIPS } from '../clips/catalog.ts';
import { ensureClips } from '../clips/generate.ts';
import { planConversations } from '../conversations.ts';
import { replayTimer, scoreDecisions } from '../decisions.ts';
import { TIMERS_MS } from '../outcomes.ts';
import type { HeardClip } from './heard-clip.ts';
import { ModelEars } from './heard-clip.ts';
import { Replay } from './replay.ts';
import type { ReplayedClip, ReplayModels } from './replay.ts';

/** Of a clip against the detector's windows: half a window apart. */
const SHIFTS_MS = [0, 16];

type Conversation = readonly HeardClip[];

const BASE: TurnMachineOptions = {
  ...DEFAULT_TURN,
  ...DEFAULT_INTERRUPTION,
  mode: 'automatic',
  language: 'en',
  words: turnWordsOf('en'),
  wakePhrase: null,
  wakeWindowMs: 0,
  isModelAsked: true,
};

async function hearAll(ears: ModelEars): Promise<Conversation[]> {
  const ids = CLIPS.filter(({ set }) => set === 'pause').map(({ id }) => id);
  const plans = planConversations(['pauses'], await ensureClips(ids));
  const heard: Conversation[] = [];
  for (const shiftMs of SHIFTS_MS) {
    for (const { clips } of plans) {
      const conversation: HeardClip[] = [];
      for (const clip of clips) conversation.push(await ears.hear(clip, shiftMs));
      heard.push(conversation);
    }
  }
  return heard;
}

async function replayAll(
  conversations: readonly Conversation[],
  models: ReplayModels,
  options: TurnMachineOptions,
): Promise<ReplayedClip[]> {
  const results: ReplayedClip[] = [];
  for (const clips of conversations) {
    const replay = new Replay(options, models);
    for (const clip of clips) results.push(await replay.hear(clip));
  }
  return results;
}

function timerRow(conversations: readonly Conversation[], silenceMs: number): string {
  const clips = conversations.flat();
  const scores = clips.map(({ windows, endMs }) =>
    scoreDecisions(replayTimer(windows, { ...BASE, silenceMs }), endMs),
  );
  return row(`timer ${silenceMs} ms`, { clips, scores });
}

function row(
  name: string,
  {
    clips,
    scores,
    rest = '',
  }: {
    clips: readonly { pauses: number }[];
    scores: readonly { cutOffs: number; delayMs: number | null }[];
    rest?: string;
  },
): string {
  const pauses = sum(clips.map((clip) => clip.pauses));
  const cutOffs = sum(scores.map((score) => score.cutOffs));
  const delays = scores.flatMap(({ delayMs }) => delayMs ?? []);
  const missed = scores.length - delays.length;
  const at = (share: number): string => quantile(delays, share).toFixed(0).padStart(5);
  const mean = (sum(delays) / delays.length).toFixed(0).padStart(5);
  return `${name.padEnd(44)} cut ${cutOffs}/${pauses}  delay p50 ${at(0.5)} mean ${mean} p90 ${at(0.9)}${missed > 0 ? ` none ${missed}` : ''}${rest}`;
}

function replayRow(name: string, results: readonly ReplayedClip[]): string {
  const begun = results.flatMap(({ begunMs }) => begunMs ?? []);
  const total = (count: (result: ReplayedClip) => number): number => sum(results.map(count));
  const attempts = `${total((each) => each.attempts)} attempts, ${total((each) => each.dropped)} dropped`;
  const drafts = `${total((each) => each.drafts)} drafts, ${total((each) => each.draftsDropped)} dropped`;
  const counts = `${attempts}; ${drafts}`;
  const rest = `  begun p50 ${quantile(begun, 0.5).toFixed(0)}; ${counts}`;
  return row(name, { clips: results, scores: results, rest });
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** `a=1,b=2`: numbers alone. */
function toOptions(set: string): Partial<TurnMachineOptions> {
  return Object.fromEntries(
    set.split(',').flatMap((each) => {
      const [name = '', value = ''] = each.split('=');
      return name === '' ? [] : [[name, Number(value)]];
    }),
  );
}

const { values } = parseArgs({
  options: { set: { type: 'string', multiple: true }, clips: { type: 'boolean' } },
});
const ears = await ModelEars.open();
/** As with a language model that does not tell whether words are a whole sentence. */
const voiceAlone: ReplayModels = {
  probability: (pcm) => ears.probability(pcm),
  transcript: (pcm) => ears.transcript(pcm),
  wordsEnd: async () => null,
};
const conversations = await hearAll(ears);
for (const silenceMs of TIMERS_MS) console.log(timerRow(conversations, silenceMs));
for (const set of ['', ...(values.set ?? [])]) {
  const options = { ...BASE, ...toOptions(set) };
  const name = set === '' ? 'defaults' : set;
  const results = await replayAll(conversations, ears, options);
  console.log(replayRow(name, results));
  console.log(
    replayRow(`${name}, voice alone`, await replayAll(conversations, voiceAlone, options)),
  );
  await ears.keep();
  if (values.clips === true) console.log(results.map((each) => JSON.stringify(each)).join('\n'));
}
await ears.close();
