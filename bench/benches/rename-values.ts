// An ONNX model whose values are called otherwise. In Node or in a browser.
import { MessageWriter, readFields, toText } from '../../workers/runtimes/onnx-graph/protobuf.ts';

const MODEL_GRAPH = 7;
const GRAPH = { node: 1, input: 11, output: 12 };
const NODE = { input: 1, output: 2 };
const VALUE_NAME = 1;

/** The same model with values of its main graph called otherwise, where they come in, go out and are used. */
export function renameValues(
  model: Uint8Array,
  names: Readonly<Record<string, string>>,
): Uint8Array {
  const written = new MessageWriter();
  for (const field of readFields(model)) {
    if (field.number === MODEL_GRAPH)
      written.message(MODEL_GRAPH, renameInGraph(field.bytes, names));
    else written.raw(field.raw);
  }
  return written.toBytes();
}

function renameInGraph(graph: Uint8Array, names: Readonly<Record<string, string>>): MessageWriter {
  const written = new MessageWriter();
  for (const { number, bytes, raw } of readFields(graph)) {
    const isNode = number === GRAPH.node;
    const isValue = number === GRAPH.input || number === GRAPH.output;
    const textFields = isNode ? [NODE.input, NODE.output] : isValue ? [VALUE_NAME] : [];
    if (textFields.length === 0) written.raw(raw);
    else written.message(number, renameTexts(bytes, textFields, names));
  }
  return written;
}

function renameTexts(
  message: Uint8Array,
  textFields: readonly number[],
  names: Readonly<Record<string, string>>,
): MessageWriter {
  const written = new MessageWriter();
  for (const { number, bytes, raw } of readFields(message)) {
    const other = textFields.includes(number) ? names[toText(bytes)] : undefined;
    if (other === undefined) written.raw(raw);
    else written.string(number, other);
  }
  return written;
}
