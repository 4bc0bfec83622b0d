// Which models are offered to be deleted where there is no room.
import { expect, test } from 'vitest';
import { pickUnused, toCleanUpNotice } from '../../../src/app/clean-up.ts';
import { requiredModel, storedModel } from '../../support/model-lists.ts';

const MB = 1_000_000;
const stored = (id: string, megabytes: number) => storedModel(id, { bytes: megabytes * MB });
const required = (id: string, megabytes: number) => requiredModel(id, { bytes: megabytes * MB });
const OLD = [stored('old', 20), stored('needed', 30), stored('older', 50), stored('recent', 200)];

const pick = (
  models: ReturnType<typeof required>[],
  freeMegabytes: number | null,
  isFull = false,
) =>
  pickUnused(OLD, {
    ...{ models, isFull },
    freeBytes: freeMegabytes === null ? null : freeMegabytes * MB,
  }).map(({ modelId }) => modelId);

test.each([
  ['as few as do, the longest unused first', [required('new', 40)], 22, ['old']],
  ['several', [required('new', 40)], 20, ['old', 'needed']],
  ['none that is needed', [required('new', 40), required('needed', 30)], 1, ['old', 'older']],
  ['none where there is room', [required('new', 40)], 42, []],
  ['none where all is here', [required('needed', 30)], 0, []],
  ['none where nobody knows', [required('new', 40)], null, []],
  ['none where all of them would not do', [required('new', 400)], 100, []],
  ['what a file that was begun still lacks of its room', [required('older', 55)], 0, ['old']],
] as const)('offers %s', (_, ...[models, freeMegabytes, modelIds]) => {
  expect(pick([...models], freeMegabytes)).toEqual(modelIds);
});

test.each([
  ['as many as may do', 40, 10_000, ['old', 'needed']],
  ['all, if that may help', 400, 10_000, ['old', 'needed', 'older', 'recent']],
  ['as many as do where the browser knows', 40, 22, ['old']],
  ['as many as may do where nobody knows', 40, null, ['old', 'needed']],
  ['none where nothing is missing', 0, 10_000, []],
] as const)('offers %s, once a model found no room', (_, ...[megabytes, free, modelIds]) => {
  expect(pick([required('new', megabytes)], free, true)).toEqual(modelIds);
});

test('the offer names each with its size, and what is freed', () => {
  const { text, action } = toCleanUpNotice(OLD.slice(0, 2), (id) => id.toUpperCase());
  expect(text).toMatch(/OLD \(20 MB\), NEEDED \(30 MB\)\. Deleting them frees 50 MB/u);
  expect(action).toBe('clean-up');
});
