// How each symbol of Kokoro sounds between its neighbours. Worker or Node.
import { ByteProduct } from '../network/byte-product.ts';
import type { NetworkTeam } from '../network/kernels.ts';
import { LayerNorm } from '../network/layer-norm.ts';
import { leakyRelu } from '../network/leaky-relu.ts';
import { RecurrentLayer } from '../network/recurrent-layer.ts';
import { createRows, valuesOf } from '../network/signal.ts';
import type { Signal } from '../network/signal.ts';
import type { Embedding, QuantisedLayers } from '../onnx-graph/quantised-layers.ts';

const ROOT = '/encoder/text_encoder';
const CONVOLUTIONS = 3;
/** Rows that a convolution reads on each side. */
const REACH = 2;
const SLOPE = 0.2;
const EPSILON = 1e-5;

export class TextEncoder {
  readonly #team: NetworkTeam;
  readonly #embedding: Embedding;
  readonly #convolutions: readonly {
    readonly product: ByteProduct;
    readonly norm: LayerNorm;
  }[];
  readonly #recurrent: RecurrentLayer;

  /** Throws `RangeError` for a graph without these layers, or without memory for them. */
  constructor(team: NetworkTeam, layers: QuantisedLayers) {
    this.#team = team;
    this.#embedding = layers.embedding(`${ROOT}/embedding/Gather`);
    this.#convolutions = Array.from({ length: CONVOLUTIONS }, (_, index) => {
      const name = `${ROOT}/cnn.${index}/cnn.${index}`;
      const norm = `${name}.1/LayerNormalization`;
      const [weights, bias] = [layers.constant(norm, 1), layers.constant(norm, 2)];
      return {
        product: new ByteProduct(team, layers.convolution(`${name}.0`)),
        norm: new LayerNorm(team, { weights, bias, epsilon: EPSILON }),
      };
    });
    this.#recurrent = new RecurrentLayer(team, layers.recurrent(`${ROOT}/lstm/LSTM_quant`));
  }

  /** 512 channels for each token; pauses after each layer. */
  *run(tokens: readonly number[]): Generator<void, Signal> {
    const { memory } = this.#team;
    const { width, values } = this.#embedding;
    const shape = { rows: tokens.length, channels: width };
    const result = createRows(memory, shape, REACH);
    const { top } = memory;
    let [from, to] = [0, 1].map(() => createRows(memory, shape, REACH)) as [Signal, Signal];
    const rows = valuesOf(memory, from);
    for (const [row, token] of tokens.entries()) {
      rows.set(values.subarray(token * width, (token + 1) * width), row * width);
    }
    for (const { product, norm } of this.#convolutions) {
      product.run(from, to);
      norm.run(to, to);
      leakyRelu(this.#team, { from: to, to, slope: SLOPE });
      [from, to] = [to, from];
      yield;
    }
    this.#recurrent.run(from, result);
    memory.release(top);
    return result;
  }
}
