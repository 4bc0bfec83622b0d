// Numbers as people read them. Main thread, pure.

const UNITS = ['bytes', 'kB', 'MB', 'GB'] as const;

/** Decimal units, as download sizes are usually given; one decimal under ten. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  const digits = unit > 0 && value < 9.95 ? 1 : 0;
  return `${value.toFixed(digits)} ${UNITS[unit] ?? ''}`;
}

/** Whole per cent, rounded down so that 100 means complete; 0 for an unknown total. */
export function toPercent(part: number, whole: number): number {
  if (whole <= 0) return 0;
  return Math.max(0, Math.min(100, Math.floor((100 * part) / whole)));
}

/** Milliseconds under ten seconds, seconds above. */
export function formatMs(lengthMs: number): string {
  return lengthMs < 10_000 ? `${Math.round(lengthMs)} ms` : `${(lengthMs / 1_000).toFixed(1)} s`;
}
