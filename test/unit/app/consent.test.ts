// Which changes may fetch something, and which leave an endpoint that goes on serving until then.
import { expect, it } from 'vitest';
import { leavesEndpoint, mayFetch } from '../../../src/app/consent.ts';
import { DEFAULT_SETTINGS } from '../../../src/app/settings.ts';
import type { AppSettings } from '../../../src/app/settings.ts';

const llm = { baseUrl: 'https://host/v1', model: 'm', key: '', voice: '' };
const elsewhere = { endpoints: { ...DEFAULT_SETTINGS.endpoints, llm } };
const change = (before: Partial<AppSettings>, after: Partial<AppSettings>): boolean =>
  leavesEndpoint({ ...DEFAULT_SETTINGS, ...before }, { ...DEFAULT_SETTINGS, ...after });

it('what serves here, and what serves elsewhere from now on, leaves none', () => {
  expect(change({ voice: 'flite' }, { voice: 'piper' })).toBe(false);
  expect(change({ languageModel: 'a' }, { languageModel: 'b' })).toBe(false);
  expect(change({ recogniser: 'web-speech' }, {})).toBe(false);
  expect(change({}, elsewhere)).toBe(false);
});

it('an endpoint is left for what runs here; a script and the browser’s own model are none', () => {
  expect(change(elsewhere, {})).toBe(true);
  expect(change({ languageModel: 'persona' }, {})).toBe(false);
  expect(change({ languageModel: 'browser' }, { languageModel: 'a' })).toBe(false);
});

it('unless it is another stage that changes', () => {
  expect(change({ ...elsewhere, voice: 'flite' }, { ...elsewhere, voice: 'piper' })).toBe(false);
  expect(change({ ...elsewhere, languageModel: 'persona' }, elsewhere)).toBe(false);
});

it('only what has engines, or a language, may fetch', () => {
  const free = [
    { speed: 2 },
    { mode: 'manual' },
    { vad: 'energy' },
    { wakePhrase: 'hey' },
  ] as const;
  expect(free.map(mayFetch)).toEqual([false, false, false, false]);
  const more = [{ turn: 'timer' }, { phonemes: 'espeak' }, { language: 'de' }, elsewhere] as const;
  expect(more.map((each) => mayFetch(each))).toEqual([true, true, true, true]);
});
