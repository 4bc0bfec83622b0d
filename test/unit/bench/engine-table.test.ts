import { expect, test } from 'vitest';
import type { Unit } from '../../../bench/measure/bench.ts';
import { toEngineTable } from '../../../bench/measure/engine-table.ts';
import type { BenchResult } from '../../../bench/measure/result.ts';
import type { ResultRow, Side } from '../../../bench/measure/rows.ts';
import type { CatalogModel } from '../../../src/models/catalog.ts';

const sideOf = (median: number | null): Side => ({ median, p90: median, n: 30, failed: 0 });
const rowOf = (
  [quantity, where, unit]: readonly [string, string, Unit],
  ours: number | null,
  theirs?: readonly [string, number],
): ResultRow => ({
  ...{ quantity, case: where, unit, ours: sideOf(ours) },
  ...{ arm: theirs?.[0] ?? null, theirs: theirs === undefined ? null : sideOf(theirs[1]) },
  ...{ ratio: null, interval: null, target: null, holds: null },
});
const resultOf = (name: string, rows: readonly ResultRow[]): BenchResult => ({
  ...{ name, commit: null, isDirty: null, quick: false, rows, notes: [] },
  machine: { cpu: '', cores: 2, memoryGiB: 4, system: '', node: '', chromium: null, flags: [] },
});
const modelOf = (id: string, bytes: number, licence: string): CatalogModel => ({
  ...{ id, name: id, task: 'tts', licence, note: '', languages: [], backends: ['wasm'] },
  ...{ preload: true, files: [{ name: 'f', bytes, sha256: '', sources: [] }] },
});

const FLITE = modelOf('flite-en', 21_530_456, 'BSD-3-Clause');

const MODELS = [
  modelOf('piper-en-us-joe', 63_000_000, 'CC0-1.0'),
  modelOf('english-phonemes', 4_000_000, 'Apache-2.0'),
  modelOf('smollm2-135m-instruct', 98_000_000, 'Apache-2.0'),
];

test('a voice and the other library with its weights: size, licence, first audio, speed, and what is heard', () => {
  const page = 'isolated page, 2 threads';
  const of = (quantity: string, unit: Unit, text: string) =>
    [`piper: ${quantity}`, `${text}, ${page}`, unit] as const;
  const table = toEngineTable(
    [
      resultOf('tts', [
        rowOf(of('time to first audio', 'ms', '20 characters'), 56.4, ['sherpa-onnx', 140]),
        rowOf(of('real-time factor', 'rtf', '20 characters'), 0.9, ['sherpa-onnx', 0.9]),
        rowOf(of('real-time factor', 'rtf', '150 characters'), 0.08, ['sherpa-onnx', 0.2]),
        rowOf(of('word error rate', 'share', '30 sentences'), 0.012, ['sherpa-onnx', 0.05]),
      ]),
    ],
    MODELS,
  );
  expect(table.split('\n').slice(2)).toEqual([
    '| Piper, own kernels | piper-en-us-joe, english-phonemes | 67.0 MB | CC0-1.0, Apache-2.0 | isolated page | 56 ms | RTF 0.080 | 1.2 % |',
    '| Piper, sherpa-onnx | piper-en-us-joe | 63.0 MB | CC0-1.0 | isolated page | 140 ms | RTF 0.200 | 5.0 % |',
  ]);
});

test('a language model has tokens a second, on each page it was measured on', () => {
  const rows = ['isolated page', 'plain page'].flatMap((page) => [
    rowOf(['first token, read ahead', `second turn, ${page}`, 'ms'], 36, ['kept', 86]),
    rowOf(['first token, read ahead', `second turn, ${page}`, 'ms'], 36, ['llama.cpp', 410]),
    rowOf(['a token', `second turn, ${page}`, 'ms'], 8, ['llama.cpp', 80]),
  ]);
  const lines = toEngineTable([resultOf('llm', rows)], MODELS)
    .split('\n')
    .slice(2);
  expect(lines).toHaveLength(4);
  expect(lines[1]).toMatch(/own kernels .* plain page \| 36 ms \| 125 tokens\/s \| {2}\|$/u);
  expect(lines[3]).toMatch(/llama\.cpp .* plain page \| 410 ms \| 13 tokens\/s \| {2}\|$/u);
});

test('a voice that is measured beside nobody has its line', () => {
  const rows = [
    rowOf(['flite: time to first audio', '20 characters, plain page', 'ms'], 90),
    rowOf(['flite: real-time factor', '150 characters, plain page', 'rtf'], 0.05),
  ];
  const lines = toEngineTable([resultOf('tts', rows)], [...MODELS, FLITE]).split('\n');
  expect(lines.slice(2)).toEqual([
    '| Flite | flite-en | 21.5 MB | BSD-3-Clause | plain page | 90 ms | RTF 0.050 |  |',
  ]);
});

test('what was not measured is left out', () => {
  expect(toEngineTable([], MODELS)).toBe('');
  const quantity = ['piper: time to first audio', '20 characters, plain page', 'ms'] as const;
  expect(toEngineTable([resultOf('tts', [rowOf(quantity, null)])], MODELS)).toBe('');
});
