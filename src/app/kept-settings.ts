// The visitor's choice of engines and language, kept in this browser from visit to visit. Main thread.
import { AUTO, BACKENDS, DETECTORS, LANGUAGES, PHONEMES, TURN_ENDS } from './settings.ts';
import type { AppSettings } from './settings.ts';

const KEY = 'parley-engines';

const KEPT = [
  'voice',
  'backend',
  'recogniser',
  'languageModel',
  'language',
  'vad',
  'turn',
  'wake',
  'phonemes',
] as const;
type KeptSettings = Pick<AppSettings, (typeof KEPT)[number]>;

/** What was kept; unknown values are left out. `storage` null, as where a browser refuses it, holds nothing. */
export function readKeptSettings(storage: Pick<Storage, 'getItem'> | null): Partial<KeptSettings> {
  const kept = parse(storage?.getItem(KEY) ?? '{}');
  const backend = BACKENDS.find((known) => known === kept.backend);
  const language = [...LANGUAGES, AUTO].find((known) => known === kept.language);
  const vad = DETECTORS.find((known) => known === kept.vad);
  const turn = TURN_ENDS.find((known) => known === kept.turn);
  const phonemes = PHONEMES.find((known) => known === kept.phonemes);
  const { voice, recogniser, languageModel, wake } = kept;
  return {
    ...(typeof voice === 'string' ? { voice } : {}),
    ...(backend === undefined ? {} : { backend }),
    ...(language === undefined ? {} : { language }),
    ...(typeof recogniser === 'string' ? { recogniser } : {}),
    ...(typeof languageModel === 'string' ? { languageModel } : {}),
    ...(vad === undefined ? {} : { vad }),
    ...(turn === undefined ? {} : { turn }),
    ...(phonemes === undefined ? {} : { phonemes }),
    ...(typeof wake === 'string' ? { wake } : {}),
  };
}

/** Keeps what of a change is kept; what an address presets is not the visitor's choice. */
export function keepSettings(
  storage: Pick<Storage, 'getItem' | 'setItem'> | null,
  change: Partial<AppSettings>,
): void {
  const known = new Set<string>(KEPT);
  const kept = Object.entries(change).filter(([name]) => known.has(name));
  if (kept.length === 0) return;
  try {
    const text = JSON.stringify({ ...readKeptSettings(storage), ...Object.fromEntries(kept) });
    storage?.setItem(KEY, text);
  } catch {
    // No room: the choice holds for this visit.
  }
}

/** Null where the browser keeps nothing for this page. */
export function openStorage(): Storage | null {
  try {
    return localStorage;
  } catch {
    return null;
  }
}

function parse(text: string): { readonly [Name in keyof AppSettings]?: unknown } {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
