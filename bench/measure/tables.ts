// Result rows as a table: for a terminal, and as Markdown for the documents. Pure.
import { formatTable } from '../../scripts/lib/format.mjs';
import type { Target, Unit } from './bench.ts';
import type { ResultRow, Side } from './rows.ts';

const HEADINGS = [
  ...['quantity', 'case', 'ours: median', 'p90', 'n', 'against', 'median', 'p90', 'n'],
  ...['ratio', '95 % interval', 'target', 'holds'],
] as const;

/** Columns as wide as their widest cell. */
export function toTerminalTable(rows: readonly ResultRow[]): string {
  return formatTable([HEADINGS, ...rows.map(toCells)]);
}

export function toMarkdownTable(rows: readonly ResultRow[]): string {
  return toMarkdown(HEADINGS, rows.map(toCells));
}

export function toMarkdown(
  headings: readonly string[],
  cells: readonly (readonly string[])[],
): string {
  const lines = [headings, headings.map(() => '---'), ...cells];
  return lines.map((line) => `| ${line.join(' | ')} |`).join('\n');
}

function toCells(row: ResultRow): string[] {
  const { ours, theirs, unit, interval } = row;
  return [
    ...[row.quantity, row.case],
    ...sideCells(ours, unit),
    row.arm ?? '',
    ...(theirs === null ? ['', '', ''] : sideCells(theirs, unit)),
    row.ratio === null ? '' : row.ratio.toFixed(2),
    interval === null ? '' : interval.map((end) => end.toFixed(2)).join('-'),
    row.target === null ? '' : describeTarget(row.target, row),
    row.holds === null ? '' : row.holds ? 'yes' : 'no',
  ];
}

function sideCells(side: Side, unit: Unit): string[] {
  const { median, mean, p90 } = side;
  const middle = mean === undefined ? showValue(median, unit) : `mean ${showValue(mean, unit)}`;
  return [middle, showValue(p90, unit), describeCount(side)];
}

/** Completed, failed, cut off: the three belong together. */
function describeCount({ n, failed, cutOffs }: Side): string {
  const told = [
    failed > 0 ? `${failed} failed` : '',
    (cutOffs ?? 0) > 0 ? `${cutOffs} cut off` : '',
  ];
  const more = told.filter((each) => each !== '');
  return more.length === 0 ? String(n) : `${n} (${more.join(', ')})`;
}

function describeTarget(target: Target, { ours, unit }: ResultRow): string {
  const { of, atMost, quantile, atNoMoreCutOffs } = target;
  const also = atNoMoreCutOffs === true ? ', no more cut off' : '';
  if (of === 'ratio') return `ratio <= ${atMost}${also}`;
  const middle = ours.mean === undefined ? '' : 'mean ';
  const decisive = ours.decisive === undefined ? '' : `${showValue(ours.decisive, unit)} `;
  const which = quantile === undefined ? middle : `p${Math.round(quantile * 100)} ${decisive}`;
  return `${which}<= ${showValue(atMost, unit)}`;
}

export function showValue(value: number | null, unit: Unit): string {
  if (value === null) return '-';
  switch (unit) {
    case 'ms':
      return `${value < 10 ? value.toFixed(2) : Math.round(value)} ms`;
    case 'share':
      return `${(value * 100).toFixed(1)} %`;
    case 'rtf':
      return value.toFixed(3);
    case 'bytes':
      return `${(value / 1024).toFixed(1)} KiB`;
    case 'MiB':
      return `${Math.round(value)} MiB`;
    case 'count':
      return String(Number(value.toFixed(2)));
  }
}
