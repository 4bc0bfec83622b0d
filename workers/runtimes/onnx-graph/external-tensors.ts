// Takes large tensors out of an ONNX file, whatever its graph is; pure. In a worker or in Node.
import { MODEL_GRAPH, GRAPH } from './onnx-fields.ts';
import { isLarge, tensorName, toContent, toExternalMessage } from './onnx-tensor.ts';
import type { ExternalData } from './onnx-tensor.ts';
import { MessageWriter, readFields } from './protobuf.ts';

export interface SplitModel {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Views of the file. */
  readonly externalData: readonly ExternalData[];
}

/**
 * The same model with its large tensors beside it: a runtime copies those once, where it copies what is in the file
 * three times. Null for bytes that are no ONNX model: the runtime says what is wrong with them.
 */
export function splitTensors(file: Uint8Array): SplitModel | null {
  const externalData: ExternalData[] = [];
  try {
    const model = new MessageWriter();
    for (const field of readFields(file)) {
      if (field.number === MODEL_GRAPH) {
        model.message(MODEL_GRAPH, splitGraph(field.bytes, externalData));
      } else model.raw(field.raw);
    }
    return { bytes: model.toBytes(), externalData };
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function splitGraph(bytes: Uint8Array, externalData: ExternalData[]): MessageWriter {
  const graph = new MessageWriter();
  for (const field of readFields(bytes)) {
    if (field.number !== GRAPH.initializer || !isLarge(field.bytes)) {
      graph.raw(field.raw);
      continue;
    }
    const content = toContent(field.bytes);
    const name = tensorName(field.bytes);
    graph.message(GRAPH.initializer, toExternalMessage(name, content, externalData));
  }
  return graph;
}
