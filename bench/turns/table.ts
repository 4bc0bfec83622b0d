// Rows of figures as a table for a terminal. Pure.
import { formatTable as alignColumns } from '../../scripts/lib/format.mjs';
import type { FigureRow } from './figures.ts';

const HEADINGS = ['figure', 'arm', 'condition', 'n', 'value', 'p95'] as const;

/** Columns as wide as their widest cell; lengths in ms, shares in percent. */
export function formatTable(rows: readonly FigureRow[]): string {
  return alignColumns([
    HEADINGS,
    ...rows.map(({ figure, arm, condition, n, unit, value, p95 }) => [
      ...[figure, arm, condition, String(n)],
      ...[formatValue(value, unit), p95 === null ? '' : formatValue(p95, unit)],
    ]),
  ]);
}

function formatValue(value: number | null, unit: FigureRow['unit']): string {
  if (value === null) return '-';
  switch (unit) {
    case 'share':
      return `${(value * 100).toFixed(1)} %`;
    case 'ms':
      return `${Math.round(value)} ms`;
    case 'samples':
      return `${value} samples`;
    case 'count':
      return String(value);
  }
}
