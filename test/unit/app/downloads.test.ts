// What is still to be fetched for a choice, and how lists of options say it.
import { describe, expect, it } from 'vitest';
import {
  missingOf,
  toLicenceWords,
  toOfferWords,
  toSizeWords,
  toSourceWords,
} from '../../../src/app/downloads.ts';
import { toGroups } from '../../../src/app/offer-groups.ts';
import { offeredOptions, toOfferKey, toOwn } from '../../../src/app/offers.ts';
import { DEFAULT_SETTINGS } from '../../../src/app/settings.ts';
import { deviceReport } from '../../support/device-report.ts';
import { requiredModel, storedModel } from '../../support/model-lists.ts';
import { requiredDownloads, requiredLibrary } from '../../support/required-downloads.ts';

const NOTHING_HERE = { storedModels: [], loadedBytes: {}, agreedIds: [] };
const voice = requiredModel('voice', { bytes: 60e6, task: 'tts', licence: 'CC0-1.0' });
const espeak = requiredLibrary('espeak', {
  ...{ bytes: 1.3e6, task: 'phonemes', licence: 'GPL-3.0-or-later' },
});
const browsers = requiredLibrary('browser', { bytes: null, task: 'llm', source: '' });
const both = requiredDownloads({ models: [voice], libraries: [espeak] });

describe('what is missing', () => {
  it('is of models what the device lacks, and of libraries all', () => {
    expect(missingOf(both, NOTHING_HERE).map(({ bytes }) => bytes)).toEqual([60e6, 1.3e6]);
    const half = [storedModel('voice', { keptBytes: 20e6, isComplete: false })];
    expect(missingOf(both, { ...NOTHING_HERE, storedModels: half })[0]?.bytes).toBe(40e6);
    const whole = { ...NOTHING_HERE, storedModels: [storedModel('voice')] };
    expect(missingOf(both, whole).map(({ download }) => download.id)).toEqual(['espeak']);
  });

  it('is not what came since the page was opened, kept or not', () => {
    const loaded = { ...NOTHING_HERE, loadedBytes: { voice: 60e6 }, agreedIds: ['espeak'] };
    expect(missingOf(both, loaded)).toEqual([]);
    const partly = { ...NOTHING_HERE, loadedBytes: { voice: 59e6 } };
    expect(missingOf(both, partly)).toHaveLength(2);
  });

  it('is said with its size, its licences and its source', () => {
    const missing = missingOf(both, NOTHING_HERE);
    expect(toSizeWords(missing)).toBe('61 MB');
    expect(toLicenceWords(missing)).toBe('CC0-1.0, GPL-3.0-or-later');
    expect(toSourceWords(voice)).toBe('example.org');
    expect(toOfferWords(both, NOTHING_HERE)).toBe('61 MB, CC0-1.0, GPL-3.0-or-later');
    expect(toOfferWords(requiredDownloads(), NOTHING_HERE)).toBe('');
    const here = { ...NOTHING_HERE, storedModels: [storedModel('voice')] };
    expect(toOfferWords(requiredDownloads({ models: [voice] }), here)).toBe('on this device');
  });

  it('has no size that nobody told', () => {
    const [own] = missingOf(requiredDownloads({ libraries: [browsers] }), NOTHING_HERE);
    expect(toSizeWords([own!])).toBe('size not told');
    expect(toSourceWords(browsers)).toBe('the maker of this browser');
    const all = missingOf({ models: [voice], libraries: [browsers] }, NOTHING_HERE);
    expect(toSizeWords(all)).toBe('60 MB and more, size not told');
  });
});

describe('options', () => {
  it('are asked for one by one, an engine of this site in the place of an endpoint', () => {
    const llm = { baseUrl: 'https://host/v1', model: 'm', key: '', voice: '' };
    const settings = {
      ...DEFAULT_SETTINGS,
      endpoints: { ...DEFAULT_SETTINGS.endpoints, llm },
    };
    const options = offeredOptions(settings, deviceReport());
    const find = (key: string) => options.find((option) => option.key === key)?.settings;
    expect(find('voice=piper')).toEqual({ ...settings, voice: 'piper' });
    const small = { languageModel: 'small', endpoints: DEFAULT_SETTINGS.endpoints };
    expect(find('languageModel=small')).toEqual({ ...settings, ...small });
    const keys = ['recogniser=auto', 'vad=sherpa-onnx', 'turn=timer', 'phonemes=espeak'];
    const others = ['languageModel=browser', 'wake=transcript', 'backend=auto'];
    expect(options.map(({ key }) => key)).toEqual(expect.arrayContaining([...keys, ...others]));
  });

  it('have what is theirs of all that the settings need', () => {
    const ears = requiredModel('ears', { task: 'stt' });
    const own = toOwn('voice', { models: [ears, voice], libraries: [espeak, browsers] });
    expect(own).toEqual(both);
  });

  it('of what the voice runs on need a library, and no other model', () => {
    const gpu = requiredLibrary('onnx-gpu', { task: 'tts' });
    const own = toOwn('backend', { models: [voice], libraries: [gpu] });
    expect(own).toEqual({ models: [], libraries: [gpu] });
  });

  it('stand in groups by where they are fetched from', () => {
    const offers = {
      [toOfferKey('voice', 'a')]: both,
      [toOfferKey('voice', 'none')]: requiredDownloads(),
    };
    const pairs = [
      ['a', 'A'],
      ['none', 'No voice'],
      ['new', 'Not told yet'],
    ] as const;
    expect(toGroups(pairs, 'voice', { ...NOTHING_HERE, offers })).toEqual([
      {
        label: 'Fetched from example.org',
        pairs: [['a', 'A · 61 MB, CC0-1.0, GPL-3.0-or-later']],
      },
      { label: 'Nothing to fetch', pairs: [['none', 'No voice']] },
      { label: '', pairs: [['new', 'Not told yet']] },
    ]);
  });
});
