// The arms of voice to voice: who answers, with which engines, on which page. Pure, Node.
import { STUB_MS } from '../workers/stub-times.ts';

export type TurnLogic = 'ours' | 'ours, speculating' | 'fixed timer' | 'sequential';
export type EngineKind = 'local' | 'kokoro' | 'remote' | 'stub' | 'slow';

export interface V2vCase {
  readonly engines: EngineKind;
  readonly isIsolated: boolean;
}

export const V2V_CASES: readonly V2vCase[] = [
  ...(['local', 'kokoro', 'remote', 'stub', 'slow'] as const).flatMap((engines) => [
    { engines, isIsolated: true },
    { engines, isIsolated: false },
  ]),
];

/** So late that people are told first that their words have arrived. */
const SLOW_LLM_MS = 1_500;

const NAMES: Readonly<Record<EngineKind, string>> = {
  local: 'all local (Moonshine, SmolLM2, Piper)',
  kokoro: 'all local (Moonshine, SmolLM2, Kokoro)',
  remote: `endpoint with ${STUB_MS.llm} ms to its first token (Moonshine, Piper)`,
  stub: 'stub engines of fixed delays',
  slow: `endpoint with ${SLOW_LLM_MS.toLocaleString('en')} ms to its first token (Moonshine, Piper)`,
};

export function nameOfCase({ engines, isIsolated }: V2vCase): string {
  return `${NAMES[engines]}, ${isIsolated ? 'isolated' : 'plain'} page`;
}

/** An endpoint may be paid by the call: there, answers are begun ahead only by who asks for it. */
export function armsOf({ engines }: V2vCase): readonly TurnLogic[] {
  if (engines === 'local') return ['ours', 'sequential', 'fixed timer'];
  if (engines === 'slow' || engines === 'kokoro') return ['ours'];
  return ['ours', 'ours, speculating', 'sequential', 'fixed timer'];
}

/** To the first token of the endpoint, where there is one. */
export function firstTokenMsOf({ engines }: V2vCase): number {
  return engines === 'slow' ? SLOW_LLM_MS : STUB_MS.llm;
}

/** The same for every arm: what it may say, and with which voice. */
const COMMON = ['reply.maxTokens=40', 'silence.earconAfterMs=null'];

/** 800 ms of silence decide; nothing is begun before that, and nothing is said to bridge the wait. */
const FIXED_TIMER = [
  ...['engines.turn=timer', 'turn.minSilenceMs=800', 'turn.eagerSilenceMs=1000'],
  ...['turn.speculation=off', 'silence.acknowledgements=null'],
];

const OWN: Readonly<Record<TurnLogic, readonly string[]>> = {
  ours: [],
  'ours, speculating': ['turn.speculation=on'],
  'fixed timer': FIXED_TIMER,
  // Its turn logic is another worker's; the end-of-turn model is not loaded for it.
  sequential: ['engines.turn=timer'],
};

/** Flags of `talk` for an arm. @param llmUrl of the stub endpoint. */
export function flagsOf(
  arm: TurnLogic,
  { engines, isIsolated }: V2vCase,
  llmUrl: string,
): string[] {
  const settings = [...COMMON, ...OWN[arm]].flatMap((setting) => ['--set', setting]);
  return [
    ...['--script', 'v2v', '--tts', engines === 'kokoro' ? 'kokoro' : 'piper', '--timeout', '360'],
    ...(engines === 'local' || engines === 'kokoro' ? [] : ['--llm', llmUrl]),
    isIsolated ? '--isolated' : '--plain',
    ...settings,
  ];
}

/** The page on which some workers are replaced. */
export function pagePathOf(arm: TurnLogic, { engines }: V2vCase): string {
  const query = new URLSearchParams();
  if (arm === 'sequential') query.set('turn', 'sequential');
  if (engines === 'stub') query.set('engines', 'stub');
  return `pages/conversation/index.html?${query.toString()}`;
}
