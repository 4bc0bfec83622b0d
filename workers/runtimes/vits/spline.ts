// The inverse of a monotonic rational-quadratic spline (Durkan et al., 2019), as stochastic durations use it; pure.

/** Outside of -5 to 5 the spline is the identity. */
const BOUND = 5;
const LEAST_SIZE = 1e-3;
const LEAST_SLOPE = 1e-3;

/**
 * Where the spline has the value `y`. `parameters` are for n bins n widths, n heights and n - 1 slopes between them,
 * `scale` is what the first two were multiplied by.
 */
export function invertSpline(y: number, parameters: Float32Array, scale: number): number {
  if (y < -BOUND || y > BOUND) return y;
  const bins = (parameters.length + 1) / 3;
  const xs = toEdges(parameters.subarray(0, bins), scale);
  const ys = toEdges(parameters.subarray(bins, 2 * bins), scale);
  const bin = Math.max(
    0,
    ys.findLastIndex((edge, index) => index < bins && y >= edge),
  );
  const slopeAt = (edge: number): number => {
    if (edge === 0 || edge === bins) return 1;
    return LEAST_SLOPE + Math.log1p(Math.exp(parameters[2 * bins + edge - 1] ?? 0));
  };
  const [x0 = 0, x1 = 0] = xs.slice(bin, bin + 2);
  const [y0 = 0, y1 = 0] = ys.slice(bin, bin + 2);
  const slope = (y1 - y0) / (x1 - x0);
  const [slope0, slope1] = [slopeAt(bin), slopeAt(bin + 1)];
  const bend = (y - y0) * (slope0 + slope1 - 2 * slope);
  const a = (y1 - y0) * (slope - slope0) + bend;
  const b = (y1 - y0) * slope0 - bend;
  const c = -slope * (y - y0);
  const root = (2 * c) / (-b - Math.sqrt(b * b - 4 * a * c));
  return x0 + root * (x1 - x0);
}

/** From -5 to 5, with shares by softmax between. */
function toEdges(values: Float32Array, scale: number): number[] {
  const sizes = Array.from(values, (value) => Math.exp(value * scale));
  const sum = sizes.reduce((total, size) => total + size, 0);
  const edges = [-BOUND];
  let share = 0;
  for (const size of sizes) {
    share += LEAST_SIZE + (1 - LEAST_SIZE * sizes.length) * (size / sum);
    edges.push(2 * BOUND * share - BOUND);
  }
  edges[sizes.length] = BOUND;
  return edges;
}
