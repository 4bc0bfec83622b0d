// What the page says of the models before it loads them.
import { expect, test } from 'vitest';
import {
  missingBytes,
  toPurpose,
  toRoomWords,
  toStartWords,
} from '../../../src/app/model-words.ts';
import type { RequiredModel, StoredModel } from '../../../src/index.ts';
import { requiredModel, storedModel } from '../../support/model-lists.ts';

const pageUrl = 'https://example.org/app/';

const model = (id: string, bytes: number, more: Partial<RequiredModel> = {}): RequiredModel =>
  requiredModel(id, { bytes, ...more });

const stored = (id: string, keptBytes: number, isComplete = false): StoredModel =>
  storedModel(id, { keptBytes, isComplete });

const models = [model('a', 40_000_000), model('b', 60_000_000)];

test('a first visit fetches everything', () => {
  expect(toStartWords(models, { stored: null, pageUrl })).toBe(
    'Start loads these models into this page, 100 MB together',
  );
});

test('what another host has is said to come from there', () => {
  const elsewhere = models.map((each) => ({
    ...each,
    source: `https://models.example.net/${each.id}/`,
  }));
  expect(toStartWords(elsewhere, { stored: [], pageUrl })).toContain(' from models.example.net, ');
});

test('what is on the device is not fetched again', () => {
  const half = [stored('a', 40_000_000, true), stored('b', 10_000_000)];
  expect(missingBytes(models, half)).toBe(50_000_000);
  expect(toStartWords(models, { stored: half, pageUrl })).toBe(
    'Start loads these models into this page: 50 MB, since 50 MB of them are on this device',
  );
  const all = [stored('a', 40_000_000, true), stored('b', 60_000_000, true)];
  expect(toStartWords(models, { stored: all, pageUrl })).toContain(
    'all of them are on this device',
  );
});

test('of a set that is there in part, one file counts', () => {
  expect(missingBytes([model('voices', 500_000)], [stored('voices', 1_000_000, true)])).toBe(0);
});

test('too little room is told before the start', () => {
  expect(toRoomWords(100_000_000, 2_000_000)).toContain('room for 2.0 MB only');
  expect(toRoomWords(100_000_000, 200_000_000)).toBeNull();
  expect(toRoomWords(100_000_000, null)).toBeNull();
});

test('each model says what it is for', () => {
  expect(toPurpose(model('a', 1, { task: 'llm' }))).toBe('Thinks of the answer.');
  expect(toPurpose(model('a', 1, { task: 'to come' }))).toBe('');
});
