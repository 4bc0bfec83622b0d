// What a change of settings asks of a visitor while the agent is at work. Main thread, pure.
import type { MissingDownload } from './downloads.ts';
import type { AppSettings } from './settings.ts';

/** Nothing of it is fetched before it is agreed to. */
export interface ConsentRequest {
  readonly missing: readonly MissingDownload[];
  /** Whether an endpoint is left, which text or audio goes to until the new engine is ready. */
  readonly leavesEndpoint: boolean;
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

/** Whether a stage that an endpoint serves is to be served here. */
export function leavesEndpoint(before: AppSettings, after: AppSettings): boolean {
  return STAGES.some(
    (stage) => before.endpoints[stage] !== null && after.endpoints[stage] === null,
  );
}
