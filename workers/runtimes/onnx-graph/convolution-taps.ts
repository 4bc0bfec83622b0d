// Rewrites 8-bit convolutions into sums of 8-bit matrix products, which run faster; pure. Worker or Node.
import { createNode, intAttribute, intOf, intsAttribute } from './onnx-node.ts';
import type { OnnxNode } from './onnx-node.ts';
import type { OnnxModel } from './onnx-model.ts';
import { DATA_TYPE } from './onnx-tensor.ts';
import type { TensorContent } from './onnx-tensor.ts';
import { indexNodes, matchConvolution } from './quantised-convolution.ts';
import type { QuantisedConvolution } from './quantised-convolution.ts';

/** How many convolutions were rewritten, and into what. */
export interface TapCounts {
  /** Into one integer matrix product per tap of the kernel. */
  readonly products: number;
  /** Strided or grouped ones: into float convolutions, for taps do not serve them. */
  readonly floats: number;
}

const CHANNELS_LAST = [0, 2, 1];
const TO_END = 2 ** 31 - 1;
/** Inputs whose weights are laid out in one go. */
const STRETCH = 32;

/**
 * Changes each one-dimensional `ConvInteger` that follows a `DynamicQuantizeLinear` and leads to
 * `Cast` and `Mul`: the signal is laid out channel-last, and for each tap of the kernel the shifted
 * signal is multiplied by that tap's weights (`MatMulInteger`), the products added as integers. The
 * sums are the same integers; only the bias is no longer rounded. ORT's WASM build spends most of a
 * `ConvInteger` on copying the signal (im2col), and its product is fastest with signed weights.
 * Anything that does not fit the pattern stays as it is.
 */
export function rewriteConvolutions(model: OnnxModel): TapCounts {
  const graph = indexNodes(model.nodes);
  const counts = { products: 0, floats: 0 };
  const replacements = new Map<OnnxNode, readonly OnnxNode[]>();
  const channelsLast = new Set<string>();
  for (const node of model.nodes) {
    const found = matchConvolution(node, { model, graph });
    if (found === null) continue;
    for (const replaced of found.replaced) replacements.set(replaced, []);
    const isPlain = intOf(node, 'strides', 1) === 1 && intOf(node, 'group', 1) === 1;
    counts[isPlain ? 'products' : 'floats'] += 1;
    const rewritten = isPlain
      ? [...toChannelsLast(found.input, channelsLast), ...toProducts(found, model)]
      : [toFloatConvolution(found, model)];
    replacements.set(node, rewritten);
  }
  model.nodes = model.nodes.flatMap((node) => replacements.get(node) ?? [node]);
  model.prune();
  return counts;
}

/** One transposed and quantised copy of a signal serves every convolution that reads it. */
function toChannelsLast(signal: string, done: Set<string>): OnnxNode[] {
  if (done.has(signal)) return [];
  done.add(signal);
  const laidOut = `${signal}/last`;
  return [
    createNode(
      'Transpose',
      { inputs: [signal], outputs: [laidOut] },
      { perm: intsAttribute('perm', CHANNELS_LAST) },
    ),
    createNode('DynamicQuantizeLinear', {
      inputs: [laidOut],
      outputs: [`${laidOut}/q`, `${laidOut}/scale`, `${laidOut}/zero`],
    }),
  ];
}

function toProducts(found: QuantisedConvolution, model: OnnxModel): OnnxNode[] {
  const { node, input, output, bias, weightScale } = found;
  const signal = `${input}/last`;
  const base = `${node.name}/taps`;
  const padded = pad(found, { model, base });
  const summed = sumTaps(found, { model, base, signal: padded?.outputs[0] ?? `${signal}/q` });
  const biased = bias === null ? `${base}/scaled` : `${base}/biased`;
  const binary = (opType: string, inputs: [string, string], name: string): OnnxNode =>
    createNode(opType, { inputs, outputs: [name] });
  return [
    ...(padded === null ? [] : [padded]),
    ...summed,
    createNode(
      'Cast',
      { inputs: [`${base}/sum`], outputs: [`${base}/float`] },
      { to: intAttribute('to', DATA_TYPE.float) },
    ),
    binary('Mul', [`${signal}/scale`, weightScale], `${base}/scale`),
    binary('Mul', [`${base}/float`, `${base}/scale`], `${base}/scaled`),
    ...(bias === null ? [] : [binary('Add', [`${base}/scaled`, bias], biased)]),
    createNode(
      'Transpose',
      { inputs: [biased], outputs: [output] },
      { perm: intsAttribute('perm', CHANNELS_LAST) },
    ),
  ];
}

/** Pads the time axis with the signal's own zero point. */
function pad(
  { input, pads: [before, after] }: QuantisedConvolution,
  { model, base }: { model: OnnxModel; base: string },
): OnnxNode | null {
  if (before === 0 && after === 0) return null;
  const pads = setInt64s(model, [0, before, 0, 0, after, 0]);
  const signal = `${input}/last`;
  return createNode('Pad', {
    inputs: [`${signal}/q`, pads, `${signal}/zero`],
    outputs: [`${base}/padded`],
  });
}

/** The integer sum over taps of shifted signal times weights, under the name `<base>/sum`. */
function sumTaps(
  found: QuantisedConvolution,
  { model, base, signal }: { model: OnnxModel; base: string; signal: string },
): OnnxNode[] {
  const taps = found.weights.dims[2] ?? 0;
  const dilation = intOf(found.node, 'dilations', 1);
  const zeroPoint = setSignedZeroPoint(found, { model, base });
  const nodes: OnnxNode[] = [];
  for (let tap = 0; tap < taps; tap += 1) {
    const last = (taps - 1 - tap) * dilation;
    const shifted = taps === 1 ? signal : `${base}/shifted${tap}`;
    const bounds = [[tap * dilation], [last === 0 ? TO_END : -last], [1]];
    const slice = { inputs: [signal, ...bounds.map((bound) => setInt64s(model, bound))] };
    if (taps > 1) nodes.push(createNode('Slice', { ...slice, outputs: [shifted] }));
    const weights = `${base}/weights${tap}`;
    model.setTensor(weights, toSignedTap(found.weights, tap));
    const product = tap === 0 ? sumName(base, { tap, taps }) : `${base}/product${tap}`;
    const inputs = [shifted, weights, `${found.input}/last/zero`, zeroPoint];
    nodes.push(createNode('MatMulInteger', { inputs, outputs: [product] }));
    if (tap === 0) continue;
    const terms = [sumName(base, { tap: tap - 1, taps }), product];
    nodes.push(createNode('Add', { inputs: terms, outputs: [sumName(base, { tap, taps })] }));
  }
  return nodes;
}

function sumName(base: string, { tap, taps }: { tap: number; taps: number }): string {
  return tap === taps - 1 ? `${base}/sum` : `${base}/sum${tap}`;
}

/** Weights of one tap, [output, input, tap] to [input, output], as signed bytes. */
function toSignedTap(weights: TensorContent, tap: number): TensorContent {
  const [outputs = 0, inputs = 0, taps = 0] = weights.dims;
  const shift = weights.dataType === DATA_TYPE.uint8 ? 128 : 0;
  const data = new Uint8Array(inputs * outputs);
  // Stretch by stretch, so that what is written stays in a core's cache: a third of the time.
  for (let first = 0; first < inputs; first += STRETCH) {
    const end = Math.min(inputs, first + STRETCH);
    for (let output = 0; output < outputs; output += 1) {
      let from = (output * inputs + first) * taps + tap;
      for (let input = first; input < end; input += 1) {
        data[input * outputs + output] = (weights.data[from] ?? 0) - shift;
        from += taps;
      }
    }
  }
  return { dataType: DATA_TYPE.int8, dims: [inputs, outputs], data };
}

function setSignedZeroPoint(
  { weights, weightZeroPoint }: QuantisedConvolution,
  { model, base }: { model: OnnxModel; base: string },
): string {
  const shift = weights.dataType === DATA_TYPE.uint8 ? 128 : 0;
  const data = Uint8Array.of(weightZeroPoint - shift);
  model.setTensor(`${base}/zero`, { dataType: DATA_TYPE.int8, dims: [], data });
  return `${base}/zero`;
}

function toFloatConvolution(found: QuantisedConvolution, model: OnnxModel): OnnxNode {
  const { node, input, output, bias, weights, weightZeroPoint } = found;
  const scale = readFloat(model, found.weightScale);
  const isSigned = weights.dataType === DATA_TYPE.int8;
  const floats = Float32Array.from(
    isSigned ? new Int8Array(Uint8Array.from(weights.data).buffer) : weights.data,
    (value) => (value - weightZeroPoint) * scale,
  );
  const name = `${node.name}/float`;
  const data = new Uint8Array(floats.buffer);
  model.setTensor(name, { dataType: DATA_TYPE.float, dims: weights.dims, data });
  const inputs = bias === null ? [input, name] : [input, name, bias];
  const convolution = createNode('Conv', { inputs, outputs: [output] });
  return { ...convolution, attributes: node.attributes };
}

function readFloat(model: OnnxModel, name: string): number {
  const { data } = model.tensor(name) ?? { data: new Uint8Array(4) };
  return new DataView(data.buffer, data.byteOffset).getFloat32(0, true);
}

/** A one-dimensional int64 tensor, shared by all that need the same values. */
function setInt64s(model: OnnxModel, values: readonly number[]): string {
  const name = `int64/${values.join()}`;
  const data = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
  model.setTensor(name, { dataType: DATA_TYPE.int64, dims: [values.length], data });
  return name;
}
