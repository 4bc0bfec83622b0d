// From logarithms of magnitudes and sines of angles to samples: an inverse short-time Fourier transform. Worker or Node.
import { unitsOf } from '../network/kernels.ts';
import type { NetworkTeam } from '../network/kernels.ts';
import { RowProduct } from '../network/row-product.ts';
import { createSignal, rowAt, valuesOf } from '../network/signal.ts';
import type { Signal } from '../network/signal.ts';

const HOP = 5;
const WINDOW = 20;
/** Windows that lie over one another. */
const OVERLAP = WINDOW / HOP;
const BINS = 22;
const ROW = 24;
/** Products have their outputs in eights. */
const STEP = 8;
/** Of the graph: the window's own sum is not taken out. */
const GAIN = 4;
const FLOAT_BYTES = 4;

export class InverseTransform {
  readonly #team: NetworkTeam;
  readonly #product: RowProduct;

  /** @param basis [22, 1, 20]: what one row adds to 20 samples. */
  constructor(team: NetworkTeam, basis: Float32Array) {
    const depth = OVERLAP * ROW;
    const weights = new Float32Array(HOP * depth);
    for (let sample = 0; sample < HOP; sample++) {
      for (let row = 0; row < OVERLAP; row++) {
        // The earliest of four rows has got to the end of its window.
        const offset = (OVERLAP - 1 - row) * HOP + sample;
        for (let bin = 0; bin < BINS; bin++) {
          const value = basis[bin * WINDOW + offset] ?? 0;
          weights[sample * depth + row * ROW + bin] = GAIN * value;
        }
      }
    }
    this.#team = team;
    this.#product = new RowProduct(team, {
      ...{ weights, outputs: HOP, depth },
      bias: new Float32Array(HOP),
    });
  }

  /** 5 samples for each row but the last. The rows are overwritten. */
  run(spectra: Signal): Float32Array {
    const { memory } = this.#team;
    const { rows } = spectra;
    this.#team.run('toPolar', [spectra.at, rows], unitsOf(rows));
    const steps = createSignal(memory, { rows: rows + OVERLAP - 1, channels: STEP });
    this.#product.run({
      from: rowAt(spectra, 1 - OVERLAP),
      stride: ROW * FLOAT_BYTES,
      rows: steps.rows,
      to: steps.at,
      toStride: STEP * FLOAT_BYTES,
    });
    const values = valuesOf(memory, steps);
    const pcm = new Float32Array(HOP * (rows - 1));
    // Half a window in front was padding.
    const skipped = WINDOW / 2 / HOP;
    for (let step = 0; step < rows - 1; step++) {
      const from = (step + skipped) * STEP;
      for (let sample = 0; sample < HOP; sample++) {
        pcm[step * HOP + sample] = values[from + sample] ?? 0;
      }
    }
    return pcm;
  }
}
