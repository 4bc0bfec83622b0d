// Engines side by side: what each weighs and costs, how soon and how fast it is, what is heard rightly. Pure.
import type { CatalogModel } from '../../src/models/catalog.ts';
import type { BenchResult } from './result.ts';
import type { ResultRow, Side } from './rows.ts';
import { showValue, toMarkdown } from './tables.ts';

/** Where an engine's figures are: a row of a bench, ours or the other arm's. */
interface Place {
  readonly quantity: string;
  /** Part of the case's name, beside the page's. */
  readonly case?: string;
  /** Of the other arm; absent for ours. */
  readonly arm?: string;
}

interface MeasuredEngine {
  readonly engine: string;
  /** All that it reads. */
  readonly modelIds: readonly string[];
  readonly bench: string;
  readonly first: Place;
  readonly speed: Place;
  readonly errors: Place | null;
}

/** The last part of the names of cases. */
const PAGES = ['isolated page', 'plain page'] as const;

const CLAUSE = '20 characters';
const LONG = '150 characters';

const ENGINES: readonly MeasuredEngine[] = [
  {
    ...{ engine: 'Moonshine, own kernels', modelIds: ['moonshine-tiny-en'], bench: 'stt' },
    first: { quantity: 'final transcript' },
    speed: { quantity: 'real-time factor' },
    errors: { quantity: 'word error rate' },
  },
  {
    ...{ engine: 'Moonshine, sherpa-onnx', modelIds: ['moonshine-tiny-en'], bench: 'stt' },
    first: { quantity: 'final transcript', arm: 'sherpa-onnx' },
    speed: { quantity: 'real-time factor', arm: 'sherpa-onnx' },
    errors: { quantity: 'word error rate', arm: 'sherpa-onnx' },
  },
  {
    ...{ engine: 'Llama, own kernels', modelIds: ['smollm2-135m-instruct'], bench: 'llm' },
    first: { quantity: 'first token, read ahead', case: 'second turn' },
    speed: { quantity: 'a token', case: 'second turn' },
    errors: null,
  },
  {
    ...{ engine: 'Llama, llama.cpp', modelIds: ['smollm2-135m-instruct'], bench: 'llm' },
    first: { quantity: 'first token, read ahead', case: 'second turn', arm: 'llama.cpp' },
    speed: { quantity: 'a token', case: 'second turn', arm: 'llama.cpp' },
    errors: null,
  },
  {
    ...{ engine: 'Kokoro, own kernels', bench: 'tts' },
    modelIds: ['kokoro-82m', 'kokoro-voices-en', 'english-phonemes'],
    first: { quantity: 'kokoro: time to first audio', case: CLAUSE },
    speed: { quantity: 'kokoro: real-time factor', case: LONG },
    errors: { quantity: 'kokoro: word error rate' },
  },
  {
    ...{ engine: 'kokoro-js, ONNX Runtime', bench: 'tts' },
    modelIds: ['kokoro-82m', 'kokoro-voices-en'],
    first: { quantity: 'kokoro: time to first audio', case: CLAUSE, arm: 'kokoro-js generate' },
    speed: { quantity: 'kokoro: real-time factor', case: LONG, arm: 'kokoro-js stream' },
    errors: { quantity: 'kokoro: word error rate', arm: 'kokoro-js generate' },
  },
  {
    ...{ engine: 'Piper, own kernels', bench: 'tts' },
    modelIds: ['piper-en-us-joe', 'english-phonemes'],
    first: { quantity: 'piper: time to first audio', case: CLAUSE },
    speed: { quantity: 'piper: real-time factor', case: LONG },
    errors: { quantity: 'piper: word error rate' },
  },
  {
    ...{ engine: 'Piper, sherpa-onnx', modelIds: ['piper-en-us-joe'], bench: 'tts' },
    first: { quantity: 'piper: time to first audio', case: CLAUSE, arm: 'sherpa-onnx' },
    speed: { quantity: 'piper: real-time factor', case: LONG, arm: 'sherpa-onnx' },
    errors: { quantity: 'piper: word error rate', arm: 'sherpa-onnx' },
  },
  {
    ...{ engine: 'Flite', modelIds: ['flite-en'], bench: 'tts' },
    first: { quantity: 'flite: time to first audio', case: CLAUSE },
    speed: { quantity: 'flite: real-time factor', case: LONG },
    errors: { quantity: 'flite: word error rate' },
  },
];

const HEADINGS = [
  ...['engine', 'models', 'size', 'licence', 'page'],
  ...['first result', 'speed', 'word errors'],
] as const;

export const ENGINE_NOTES: readonly string[] = [
  'First result: of a recogniser the final transcript, from the moment it is asked for; of a language model the first token of a second turn; of a voice the first audio of 20 characters. Medians.',
  'Speed: of a recogniser that gets a whole utterance at once, and of a voice with 150 characters, compute time by length of the audio.',
  'Word errors: of a recogniser on all recordings of `stt`; of a voice what the recogniser here hears of thirty sentences.',
];

/** A line for each engine and page that was measured, as Markdown; empty when none was. */
export function toEngineTable(
  results: readonly BenchResult[],
  models: readonly CatalogModel[],
): string {
  const lines = ENGINES.flatMap((engine) => toLines(engine, results, models));
  return lines.length === 0 ? '' : toMarkdown(HEADINGS, lines);
}

function toLines(
  { engine, modelIds, bench, first, speed, errors }: MeasuredEngine,
  results: readonly BenchResult[],
  models: readonly CatalogModel[],
): string[][] {
  const rows = results.find(({ name }) => name === bench)?.rows ?? [];
  const read = models.filter(({ id }) => modelIds.includes(id));
  return PAGES.flatMap((page) => {
    const firstMs = findMedian(rows, first, page);
    if (firstMs === null) return [];
    const errorRate = errors === null ? null : findMedian(rows, errors, page);
    return [
      [
        ...[engine, modelIds.join(', '), showSize(read), showLicences(read), page],
        showValue(firstMs, 'ms'),
        showSpeed(findMedian(rows, speed, page), bench),
        errorRate === null ? '' : showValue(errorRate, 'share'),
      ],
    ];
  });
}

function findMedian(
  rows: readonly ResultRow[],
  { quantity, case: part = '', arm }: Place,
  page: string,
): number | null {
  const row = rows.find(
    (each) =>
      each.quantity === quantity &&
      each.case.includes(part) &&
      each.case.includes(page) &&
      (arm === undefined || each.arm === arm),
  );
  const side: Side | null | undefined = arm === undefined ? row?.ours : row?.theirs;
  return side?.median ?? null;
}

function showSize(models: readonly CatalogModel[]): string {
  const bytes = models.flatMap(({ files }) => files).reduce((sum, file) => sum + file.bytes, 0);
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function showLicences(models: readonly CatalogModel[]): string {
  return [...new Set(models.map(({ licence }) => licence))].join(', ');
}

/** Of a language model the median is from token to token. */
function showSpeed(median: number | null, bench: string): string {
  if (median === null) return '';
  return bench === 'llm'
    ? `${Math.round(1_000 / median)} tokens/s`
    : `RTF ${showValue(median, 'rtf')}`;
}
