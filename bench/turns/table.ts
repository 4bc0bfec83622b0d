// Rows of figures as a table for a terminal. Pure.
import type { FigureRow } from './figures.ts';

const HEADINGS = ['figure', 'arm', 'condition', 'n', 'value', 'p95'] as const;

/** Columns as wide as their widest cell; lengths in ms, shares in percent. */
export function formatTable(rows: readonly FigureRow[]): string {
  const cells = [
    [...HEADINGS],
    ...rows.map(({ figure, arm, condition, n, unit, value, p95 }) => [
      ...[figure, arm, condition, String(n)],
      ...[formatValue(value, unit), p95 === null ? '' : formatValue(p95, unit)],
    ]),
  ];
  const widths = HEADINGS.map((_, column) =>
    Math.max(...cells.map((line) => line[column]?.length ?? 0)),
  );
  return cells
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
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
