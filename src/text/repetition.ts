// Finds the loops that a sequence model falls into, in token ids or words. Portable.

/** Longest unit looked for: longer loops end at the length limit before they repeat often enough. */
const MAX_UNIT = 12;
/** People do say "no, no, no, no"; decoders loop until stopped. */
const MAX_REPEATS = 6;
/** A unit of several items is hardly said more often than this on purpose. */
const MAX_LONG_REPEATS = 4;

/**
 * When `items` ends in a unit of 1 to 12 items repeated more often than people do, the length to keep:
 * everything up to the end of the unit's first occurrence. Otherwise null.
 */
export function findLoopCut(items: readonly (number | string)[]): number | null {
  for (let unit = 1; unit <= Math.min(MAX_UNIT, items.length); unit += 1) {
    const repeats = countRepeats(items, unit);
    if (repeats > (unit < 3 ? MAX_REPEATS : MAX_LONG_REPEATS)) {
      return items.length - (repeats - 1) * unit;
    }
  }
  return null;
}

/** How often the last `unit` items stand in a row at the end. */
function countRepeats(items: readonly (number | string)[], unit: number): number {
  let same = 0;
  for (let index = items.length - 1; index >= unit; index -= 1) {
    if (items[index] !== items[index - unit]) break;
    same += 1;
  }
  return Math.floor(same / unit) + 1;
}
