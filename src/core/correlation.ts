// How alike two lists of numbers are. Portable.

/** 0 of no values. */
export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(values.length, 1);
}

/** Of deviations from the mean (Pearson's): 1 for equal numbers, 0 where one of the lists does not vary. */
export function correlate(left: readonly number[], right: readonly number[]): number {
  const [leftMean, rightMean] = [meanOf(left), meanOf(right)];
  let [product, leftPower, rightPower] = [0, 0, 0];
  for (const [index, value] of left.entries()) {
    const [x, y] = [value - leftMean, (right[index] ?? 0) - rightMean];
    product += x * y;
    leftPower += x * x;
    rightPower += y * y;
  }
  const scale = Math.sqrt(leftPower * rightPower);
  return scale === 0 ? 0 : product / scale;
}
