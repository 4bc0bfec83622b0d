// The discrete Fourier transform for lengths made of fours and fives, such as the 400 samples of a
// speech frame. In any worker.

const COS_1 = Math.cos((2 * Math.PI) / 5);
const COS_2 = Math.cos((4 * Math.PI) / 5);
const SIN_1 = Math.sin((2 * Math.PI) / 5);
const SIN_2 = Math.sin((4 * Math.PI) / 5);

/** Complex samples, real and imaginary parts apart. */
export interface ComplexSamples {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/** One radix of the transform: `length` points are left to transform, each `stride` apart. */
interface Stage {
  readonly radix: 4 | 5;
  readonly length: number;
  readonly stride: number;
}

/** Stockham's algorithm: each stage writes to the other buffer, in order, so nothing is sorted after. */
export class FourierTransform {
  /** Fill it, `run`, read it: `size` points, overwritten by each run. */
  readonly samples: ComplexSamples;
  readonly #other: ComplexSamples;
  readonly #stages: readonly Stage[];
  /** The roots of unity, exp(-2 pi i k / size). */
  readonly #roots: ComplexSamples;

  /** @throws TypeError when `size` has other factors than 4 and 5. */
  constructor(size: number) {
    this.#stages = toStages(size);
    this.samples = createSamples(size);
    this.#other = createSamples(size);
    this.#roots = createSamples(size);
    for (let k = 0; k < size; k += 1) {
      this.#roots.re[k] = Math.cos((2 * Math.PI * k) / size);
      this.#roots.im[k] = -Math.sin((2 * Math.PI * k) / size);
    }
  }

  run(): void {
    let from = this.samples;
    let to = this.#other;
    for (const stage of this.#stages) {
      if (stage.radix === 4) runRadix4(stage, this.#roots, { from, to });
      else runRadix5(stage, this.#roots, { from, to });
      [from, to] = [to, from];
    }
    if (from === this.samples) return;
    this.samples.re.set(from.re);
    this.samples.im.set(from.im);
  }
}

function createSamples(size: number): ComplexSamples {
  return { re: new Float64Array(size), im: new Float64Array(size) };
}

function toStages(size: number): Stage[] {
  const stages: Stage[] = [];
  for (let length = size; length > 1;) {
    const radix = length % 4 === 0 ? 4 : 5;
    if (length % radix !== 0) throw new TypeError(`size: ${size} is not made of fours and fives`);
    stages.push({ radix, length, stride: size / length });
    length /= radix;
  }
  return stages;
}

interface Buffers {
  readonly from: ComplexSamples;
  readonly to: ComplexSamples;
}

function runRadix4({ length, stride }: Stage, roots: ComplexSamples, buffers: Buffers): void {
  const { re, im } = buffers.from;
  const { re: toRe, im: toIm } = buffers.to;
  const quarter = (length / 4) * stride;
  for (let at = 0; at < quarter; at += stride) {
    const w1r = roots.re[at] ?? 0;
    const w1i = roots.im[at] ?? 0;
    const w2r = roots.re[2 * at] ?? 0;
    const w2i = roots.im[2 * at] ?? 0;
    const w3r = roots.re[3 * at] ?? 0;
    const w3i = roots.im[3 * at] ?? 0;
    for (let q = 0; q < stride; q += 1) {
      const a = at + q;
      const b = a + quarter;
      const c = b + quarter;
      const d = c + quarter;
      const sumR = (re[a] ?? 0) + (re[c] ?? 0);
      const sumI = (im[a] ?? 0) + (im[c] ?? 0);
      const differenceR = (re[a] ?? 0) - (re[c] ?? 0);
      const differenceI = (im[a] ?? 0) - (im[c] ?? 0);
      const oddSumR = (re[b] ?? 0) + (re[d] ?? 0);
      const oddSumI = (im[b] ?? 0) + (im[d] ?? 0);
      // Times -i.
      const oddDifferenceR = (im[b] ?? 0) - (im[d] ?? 0);
      const oddDifferenceI = (re[d] ?? 0) - (re[b] ?? 0);
      const o = 4 * at + q;
      toRe[o] = sumR + oddSumR;
      toIm[o] = sumI + oddSumI;
      const x1 = differenceR + oddDifferenceR;
      const y1 = differenceI + oddDifferenceI;
      toRe[o + stride] = x1 * w1r - y1 * w1i;
      toIm[o + stride] = x1 * w1i + y1 * w1r;
      const x2 = sumR - oddSumR;
      const y2 = sumI - oddSumI;
      toRe[o + 2 * stride] = x2 * w2r - y2 * w2i;
      toIm[o + 2 * stride] = x2 * w2i + y2 * w2r;
      const x3 = differenceR - oddDifferenceR;
      const y3 = differenceI - oddDifferenceI;
      toRe[o + 3 * stride] = x3 * w3r - y3 * w3i;
      toIm[o + 3 * stride] = x3 * w3i + y3 * w3r;
    }
  }
}

function runRadix5({ length, stride }: Stage, roots: ComplexSamples, buffers: Buffers): void {
  const { re, im } = buffers.from;
  const { re: toRe, im: toIm } = buffers.to;
  const fifth = (length / 5) * stride;
  for (let at = 0; at < fifth; at += stride) {
    const w1r = roots.re[at] ?? 0;
    const w1i = roots.im[at] ?? 0;
    const w2r = roots.re[2 * at] ?? 0;
    const w2i = roots.im[2 * at] ?? 0;
    const w3r = roots.re[3 * at] ?? 0;
    const w3i = roots.im[3 * at] ?? 0;
    const w4r = roots.re[4 * at] ?? 0;
    const w4i = roots.im[4 * at] ?? 0;
    for (let q = 0; q < stride; q += 1) {
      const a = at + q;
      const b = a + fifth;
      const c = b + fifth;
      const d = c + fifth;
      const e = d + fifth;
      const aR = re[a] ?? 0;
      const aI = im[a] ?? 0;
      const outerR = (re[b] ?? 0) + (re[e] ?? 0);
      const outerI = (im[b] ?? 0) + (im[e] ?? 0);
      const innerR = (re[c] ?? 0) + (re[d] ?? 0);
      const innerI = (im[c] ?? 0) + (im[d] ?? 0);
      const outerGapR = (re[b] ?? 0) - (re[e] ?? 0);
      const outerGapI = (im[b] ?? 0) - (im[e] ?? 0);
      const innerGapR = (re[c] ?? 0) - (re[d] ?? 0);
      const innerGapI = (im[c] ?? 0) - (im[d] ?? 0);
      const u1R = aR + COS_1 * outerR + COS_2 * innerR;
      const u1I = aI + COS_1 * outerI + COS_2 * innerI;
      const u2R = aR + COS_2 * outerR + COS_1 * innerR;
      const u2I = aI + COS_2 * outerI + COS_1 * innerI;
      // Times -i.
      const v1R = SIN_1 * outerGapI + SIN_2 * innerGapI;
      const v1I = -SIN_1 * outerGapR - SIN_2 * innerGapR;
      const v2R = SIN_2 * outerGapI - SIN_1 * innerGapI;
      const v2I = -SIN_2 * outerGapR + SIN_1 * innerGapR;
      const o = 5 * at + q;
      toRe[o] = aR + outerR + innerR;
      toIm[o] = aI + outerI + innerI;
      toRe[o + stride] = (u1R + v1R) * w1r - (u1I + v1I) * w1i;
      toIm[o + stride] = (u1R + v1R) * w1i + (u1I + v1I) * w1r;
      toRe[o + 2 * stride] = (u2R + v2R) * w2r - (u2I + v2I) * w2i;
      toIm[o + 2 * stride] = (u2R + v2R) * w2i + (u2I + v2I) * w2r;
      toRe[o + 3 * stride] = (u2R - v2R) * w3r - (u2I - v2I) * w3i;
      toIm[o + 3 * stride] = (u2R - v2R) * w3i + (u2I - v2I) * w3r;
      toRe[o + 4 * stride] = (u1R - v1R) * w4r - (u1I - v1I) * w4i;
      toIm[o + 4 * stride] = (u1R - v1R) * w4i + (u1I - v1I) * w4r;
    }
  }
}
