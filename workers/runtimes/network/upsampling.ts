// A transposed convolution with twice as many taps as its stride: more rows out than in. Worker or Node.
import type { NetworkTeam } from './kernels.ts';
import { RowProduct } from './row-product.ts';
import { clearMargins, rowAt } from './signal.ts';
import type { Signal } from './signal.ts';

const FLOAT_BYTES = 4;

/** So many rows of the result as the stride are one product of two neighbouring rows, as they lie in memory. */
export class Upsampling {
  readonly channels: number;
  /** Rows out for each row in. */
  readonly stride: number;
  readonly #team: NetworkTeam;
  readonly #product: RowProduct;

  /** @param layer Weights [inputs, outputs, 2 strides], padded by half a stride. */
  constructor(
    team: NetworkTeam,
    layer: {
      readonly weights: Float32Array;
      readonly dims: readonly number[];
      readonly bias: Float32Array;
      readonly stride: number;
    },
  ) {
    const { stride, weights } = layer;
    const [inputs = 0, channels = 0, taps = 0] = layer.dims;
    if (taps !== 2 * stride)
      throw new RangeError(`upsampling: ${taps} taps for a stride of ${stride}`);
    this.#team = team;
    this.channels = channels;
    this.stride = stride;
    const depth = 2 * inputs;
    const outputs = stride * channels;
    const rows = new Float32Array(outputs * depth);
    const bias = new Float32Array(outputs);
    for (let step = 0; step < stride; step++) {
      bias.set(layer.bias, step * channels);
      for (let channel = 0; channel < channels; channel++) {
        const row = (step * channels + channel) * depth;
        for (let input = 0; input < inputs; input++) {
          // The earlier of the two rows meets the later half of the taps.
          const at = (input * channels + channel) * taps + step;
          rows[row + input] = weights[at + stride] ?? 0;
          rows[row + inputs + input] = weights[at] ?? 0;
        }
      }
    }
    this.#product = new RowProduct(team, { weights: rows, outputs, depth, bias });
  }

  /** `to` has `stride` rows for each of `from`, from row `offset` on. */
  run(from: Signal, to: Signal, offset: number): void {
    this.#product.run({
      from: rowAt(from, -1),
      stride: from.channels * FLOAT_BYTES,
      rows: from.rows + 1,
      to: rowAt(to, offset - this.stride / 2),
      toStride: this.stride * this.channels * FLOAT_BYTES,
    });
    clearMargins(this.#team.memory, to);
  }
}
