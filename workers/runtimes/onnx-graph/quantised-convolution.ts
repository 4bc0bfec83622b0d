// Finds the dynamically quantised convolutions of a graph and all that belongs to each; pure.
import type { OnnxNode } from './onnx-node.ts';
import type { OnnxModel } from './onnx-model.ts';
import { DATA_TYPE } from './onnx-tensor.ts';
import type { TensorContent } from './onnx-tensor.ts';

/** One dynamically quantised convolution: what goes in, the weights, and the name of what comes out. */
export interface QuantisedConvolution {
  readonly node: OnnxNode;
  readonly input: string;
  readonly output: string;
  /** The float bias by name. */
  readonly bias: string | null;
  /** [output channels, input channels, taps]. */
  readonly weights: TensorContent;
  readonly weightZeroPoint: number;
  readonly weightScale: string;
  /** Padding before and after the signal. */
  readonly pads: readonly [number, number];
  /** Nodes beside `node` that the rewrite stands for. */
  readonly replaced: readonly OnnxNode[];
}

/** Who makes and who reads each value. */
export interface NodeIndex {
  readonly producers: ReadonlyMap<string, OnnxNode>;
  readonly consumers: ReadonlyMap<string, readonly OnnxNode[]>;
}

export function indexNodes(nodes: readonly OnnxNode[]): NodeIndex {
  const producers = new Map<string, OnnxNode>();
  const consumers = new Map<string, OnnxNode[]>();
  for (const node of nodes) {
    for (const output of node.outputs) producers.set(output, node);
    for (const input of node.inputs) {
      const found = consumers.get(input);
      if (found === undefined) consumers.set(input, [node]);
      else found.push(node);
    }
  }
  return { producers, consumers };
}

/** The convolution that `node` is part of; null when it is no `ConvInteger` of the expected pattern. */
export function matchConvolution(
  node: OnnxNode,
  { model, graph }: { model: OnnxModel; graph: NodeIndex },
): QuantisedConvolution | null {
  if (node.opType !== 'ConvInteger') return null;
  const [quantised = '', weightName = '', , zeroPointName] = node.inputs;
  const quantiser = graph.producers.get(quantised);
  const input = quantiser?.opType === 'DynamicQuantizeLinear' ? quantiser.inputs[0] : undefined;
  const weights = model.tensor(weightName);
  const weightZeroPoint = readZeroPoint(model, zeroPointName);
  const [before, after, ...others] = node.attributes.get('pads')?.ints ?? [0, 0];
  const tail = matchTail(node, { model, graph });
  if (input === undefined || weights?.dims.length !== 3 || weightZeroPoint === null) return null;
  if (before === undefined || after === undefined || others.length > 0 || tail === null)
    return null;
  return { node, input, weights, weightZeroPoint, pads: [before, after], ...tail };
}

type Tail = Pick<QuantisedConvolution, 'output' | 'bias' | 'weightScale' | 'replaced'>;

/** What makes floats of the integers: a bias where there is one, `Cast`, and `Mul` by both scales. */
function matchTail(
  node: OnnxNode,
  { model, graph }: { model: OnnxModel; graph: NodeIndex },
): Tail | null {
  const added = onlyConsumer(node, 'Add', graph);
  const cast = onlyConsumer(added ?? node, 'Cast', graph);
  const scaled = cast === null ? null : onlyConsumer(cast, 'Mul', graph);
  const output = scaled?.outputs[0];
  if (cast === null || scaled === null || output === undefined) return null;
  const factor = graph.producers.get(otherInput(scaled, cast));
  const weightScale = factor?.inputs.find((name) => isTensor(model, { name, rank: 0 }));
  if (factor?.opType !== 'Mul' || weightScale === undefined) return null;
  if (added === null) return { output, bias: null, weightScale, replaced: [cast, scaled] };
  const bias = findSource(otherInput(added, node), graph);
  if (!isTensor(model, { name: bias, rank: 1 })) return null;
  return { output, bias, weightScale, replaced: [added, cast, scaled] };
}

/** The node of that kind which alone reads what `node` makes; null where it is another, or there are several. */
export function onlyConsumer(node: OnnxNode, opType: string, graph: NodeIndex): OnnxNode | null {
  const consumers = graph.consumers.get(node.outputs[0] ?? '') ?? [];
  const [consumer] = consumers;
  return consumers.length === 1 && consumer?.opType === opType ? consumer : null;
}

/** The input of a binary node that does not come from `source`. */
function otherInput(node: OnnxNode, source: OnnxNode): string {
  return node.inputs.find((input) => !source.outputs.includes(input)) ?? '';
}

/** Up the first inputs to a value that no node makes: the float that the graph quantises on the fly. */
function findSource(value: string, graph: NodeIndex): string {
  const producer = graph.producers.get(value);
  return producer === undefined ? value : findSource(producer.inputs[0] ?? '', graph);
}

function isTensor(model: OnnxModel, { name, rank }: { name: string; rank: number }): boolean {
  const tensor = model.tensor(name);
  return tensor?.dataType === DATA_TYPE.float && tensor.dims.length === rank;
}

/** 0 where the node names none; null for one that differs from channel to channel. */
function readZeroPoint(model: OnnxModel, name: string | undefined): number | null {
  if (name === undefined || name === '') return 0;
  const content = model.tensor(name);
  if (content?.data.length !== 1) return null;
  const value = content.data[0] ?? 0;
  return content.dataType === DATA_TYPE.int8 ? (value << 24) >> 24 : value;
}
