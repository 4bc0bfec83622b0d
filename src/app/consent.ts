// What a change of settings asks of a visitor while the agent is at work. Main thread, pure.
import type { MissingDownload } from './downloads.ts';
import { BROWSER_MODEL, PERSONA } from './settings.ts';
import type { AppSettings } from './settings.ts';

/** Nothing of it is fetched before it is agreed to. */
export interface ConsentRequest {
  readonly missing: readonly MissingDownload[];
  /** Whether what serves now stops with the change, and the new one is waited for. */
  readonly isWaitedFor: boolean;
}

/** Taken at the start alone: a change that comes later counts when the page is opened again, whose table tells of it. */
export type AtStart = Pick<AppSettings, 'vad' | 'wake'>;

/** What else is set changes no engine, or is taken at the start alone. */
const MAY_FETCH: readonly (keyof AppSettings)[] = [
  'voice',
  'backend',
  'language',
  'recogniser',
  'languageModel',
  'endpoints',
  'turn',
  'phonemes',
];

export function mayFetch(change: Partial<AppSettings>): boolean {
  return MAY_FETCH.some((name) => change[name] !== undefined);
}

const STAGES = ['stt', 'llm', 'tts'] as const;

/**
 * Whether a stage has nothing while its new engine is fetched: what answers elsewhere or by a script is let go of with
 * the change. Engines that run in workers go on until the other is ready.
 */
export function isWaitedFor(before: AppSettings, after: AppSettings): boolean {
  const isLetGo = STAGES.some(
    (stage) => before.endpoints[stage] !== null && after.endpoints[stage] === null,
  );
  const isWithoutWorker = [BROWSER_MODEL, PERSONA].includes(before.languageModel);
  const hasMindHere = before.endpoints.llm === null && after.endpoints.llm === null;
  const isMindChanged = hasMindHere && before.languageModel !== after.languageModel;
  return isLetGo || (isWithoutWorker && isMindChanged);
}
