// Cuts the window of the Smart Turn graph, which costs as much for silence as for speech; pure. Worker or Node.
import { OnnxModel } from '../runtimes/onnx-graph/onnx-model.ts';
import { DATA_TYPE } from '../runtimes/onnx-graph/onnx-tensor.ts';
import type { TensorContent } from '../runtimes/onnx-graph/onnx-tensor.ts';

export const SMART_TURN_INPUT = 'input_features';

const BANDS = 80;
/** The encoder's second convolution takes two frames to a position. */
const FRAMES_PER_POSITION = 2;
const BYTES_PER_FLOAT = 4;

/**
 * The same model for the last `frames` of its spectrogram, an even number: the positions in front are
 * left out, the others keep their places. A file that is no such graph comes back as it is, with
 * `frames` of what it takes; the runtime then says what is wrong with it.
 */
export function cutSmartTurnWindow(
  bytes: ArrayBuffer,
  { frames, fullFrames }: { frames: number; fullFrames: number },
): { readonly bytes: ArrayBuffer; readonly frames: number } {
  const full = fullFrames / FRAMES_PER_POSITION;
  const kept = frames / FRAMES_PER_POSITION;
  const model = OnnxModel.tryParse(new Uint8Array(bytes));
  const positions = model === null ? null : findPositions(model, full);
  if (model === null || positions === null) return { bytes, frames: fullFrames };
  model.setTensor(positions.name, lastRows(positions.content, kept));
  for (const name of findLengths(model, full)) model.setTensor(name, toLength(kept));
  model.setInput(SMART_TURN_INPUT, { dataType: DATA_TYPE.float, dims: [1, BANDS, frames] });
  return { bytes: model.toBytes().buffer, frames };
}

/** The one table with a row for each position that is added to something. */
function findPositions(
  model: OnnxModel,
  rows: number,
): { readonly name: string; readonly content: TensorContent } | null {
  for (const node of model.nodes.filter(({ opType }) => opType === 'Add')) {
    for (const name of node.inputs) {
      const content = model.tensor(name);
      const isTable = content?.dataType === DATA_TYPE.float && content.dims.length === 2;
      if (isTable && content.dims[0] === rows) return { name, content };
    }
  }
  return null;
}

/** Parts of target shapes that stand for the number of positions. */
function findLengths(model: OnnxModel, length: number): Set<string> {
  const parts = model.nodes.filter(({ opType }) => opType === 'Concat');
  const names = new Set(parts.flatMap(({ inputs }) => inputs));
  return new Set(
    [...names].filter((name) => {
      const content = model.tensor(name);
      if (content?.dataType !== DATA_TYPE.int64 || content.data.length !== 8) return false;
      const { buffer, byteOffset } = content.data;
      return new DataView(buffer, byteOffset).getBigInt64(0, true) === BigInt(length);
    }),
  );
}

function lastRows({ dataType, dims, data }: TensorContent, rows: number): TensorContent {
  const [, width = 0] = dims;
  return { dataType, dims: [rows, width], data: data.subarray(-rows * width * BYTES_PER_FLOAT) };
}

function toLength(length: number): TensorContent {
  const data = new Uint8Array(BigInt64Array.of(BigInt(length)).buffer);
  return { dataType: DATA_TYPE.int64, dims: [1], data };
}
