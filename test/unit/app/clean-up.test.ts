// Which models are offered to be deleted where there is no room.
import { expect, test } from 'vitest';
import { pickUnused, toCleanUpNotice } from '../../../src/app/clean-up.ts';
import { requiredModel, storedModel } from '../../support/model-lists.ts';

const MB = 1_000_000;
const stored = (id: string, megabytes: number) => storedModel(id, { bytes: megabytes * MB });
const required = (id: string, megabytes: number) => requiredModel(id, { bytes: megabytes * MB });
const OLD = [stored('old', 20), stored('needed', 30), stored('older', 50), stored('recent', 200)];

const toId = ({ modelId }: { modelId: string }): string => modelId;
const pick = (
  models: ReturnType<typeof required>[],
  freeMegabytes: number | null,
  isFull = false,
) =>
  pickUnused(OLD, {
    ...{ models, isFull },
    freeBytes: freeMegabytes === null ? null : freeMegabytes * MB,
  }).map(toId);

const NEW = required('new', 40);
test.each([
  ['as few as do, the longest unused first', pick([NEW], 22), ['old']],
  ['several', pick([NEW], 20), ['old', 'needed']],
  ['none that is needed', pick([NEW, required('needed', 30)], 1), ['old', 'older']],
  ['none where there is room', pick([NEW], 42), []],
  ['none where all is here', pick([required('needed', 30)], 0), []],
  ['none where nobody knows', pick([NEW], null), []],
  ['none where all of them would not do', pick([required('new', 400)], 100), []],
  ['what a file that was begun lacks of its room', pick([required('older', 55)], 0), ['old']],
])('offers %s', (_, picked, modelIds) => {
  expect(picked).toEqual(modelIds);
});

test.each([
  ['as many as may do', pick([NEW], 10_000, true), ['old', 'needed']],
  ['all, if that may help', pick([required('new', 400)], 10_000, true), OLD.map(toId)],
  ['as many as do where the browser knows', pick([NEW], 22, true), ['old']],
  ['as many as may do where nobody knows', pick([NEW], null, true), ['old', 'needed']],
  ['none where nothing is missing', pick([required('needed', 30)], 10_000, true), []],
])('offers %s, once a model found no room', (_, picked, modelIds) => {
  expect(picked).toEqual(modelIds);
});

test('the offer names each with its size, and what is freed', () => {
  const { text, action } = toCleanUpNotice(OLD.slice(0, 2), (id) => id.toUpperCase());
  expect(text).toMatch(/OLD \(20 MB\), NEEDED \(30 MB\)\. Deleting them frees 50 MB/u);
  expect(action).toBe('clean-up');
});
