// Weights of a GGUF file in the order in which the kernels read them. Worker or Node.
import { createCutOffError, fromHalf, GGUF_TYPE } from './gguf.ts';
import type { GgufTensor } from './gguf.ts';
import type { LinearMemory } from '../linear-memory.ts';

/** A matrix in linear memory. */
export interface PackedMatrix {
  readonly at: number;
  readonly rows: number;
  /** Of 32 columns. */
  readonly blocks: number;
}

const BLOCK = 32;
/** Rows that are multiplied side by side. */
const LANES = 4;
const PACKED_4_BYTES = 96;
const PACKED_8_BYTES = 160;
const Q4_0_BYTES = 18;
const Q4_1_BYTES = 20;
const Q8_0_BYTES = 34;

/** Whether {@link pack4} takes it. */
export function isPackable4({ type, dims }: GgufTensor): boolean {
  return (type === GGUF_TYPE.q4_0 || type === GGUF_TYPE.q4_1) && isWhole(dims);
}

/** Whether {@link pack8} takes it. */
export function isPackable8({ type, dims }: GgufTensor): boolean {
  return type === GGUF_TYPE.q8_0 && isWhole(dims);
}

function isWhole([columns = 0, rows = 0]: readonly number[]): boolean {
  return columns % BLOCK === 0 && rows % LANES === 0;
}

/** Addresses of a block in a packed matrix: the file's, and those of a lane in memory. */
interface BlockAt {
  readonly from: number;
  readonly bytes: number;
  readonly scale: number;
  readonly floor: number;
}

/**
 * For `multiply4`: the 16 bytes of a block hold column c in the low and column 16 + c in the high half, and so do
 * four rows of them in turns of 4 bytes. Q4_0 is Q4_1 whose least value is -8 times the scale.
 */
export function pack4(tensor: GgufTensor, memory: LinearMemory): PackedMatrix {
  const { data, type } = tensor;
  const hasFloor = type === GGUF_TYPE.q4_1;
  const fileBytes = hasFloor ? Q4_1_BYTES : Q4_0_BYTES;
  const start = fileBytes - BLOCK / 2;
  return pack(tensor, memory, {
    ...{ fileBytes, packedBytes: PACKED_4_BYTES, scaleAt: 64 },
    copy: (out, { from, bytes, scale, floor }) => {
      const size = fromHalf(data.getUint16(from, true));
      const least = hasFloor ? fromHalf(data.getUint16(from + 2, true)) : -8 * size;
      for (let turn = 0; turn < 4; turn += 1) {
        const four = data.getUint32(from + start + 4 * turn, true);
        out.setUint32(bytes + 16 * turn, four, true);
      }
      out.setFloat32(scale, size, true);
      out.setFloat32(floor, least, true);
    },
  });
}

/** For `multiply8`: the bytes of four rows in turns of four, and what a vector around 64 must be corrected by. */
export function pack8(tensor: GgufTensor, memory: LinearMemory): PackedMatrix {
  const { data } = tensor;
  return pack(tensor, memory, {
    ...{ fileBytes: Q8_0_BYTES, packedBytes: PACKED_8_BYTES, scaleAt: 128 },
    copy: (out, { from, bytes, scale, floor }) => {
      const size = fromHalf(data.getUint16(from, true));
      let sum = 0;
      for (let column = 0; column < BLOCK; column += 1) sum += data.getInt8(from + 2 + column);
      for (let turn = 0; turn < 8; turn += 1) {
        out.setUint32(bytes + 16 * turn, data.getUint32(from + 2 + 4 * turn, true), true);
      }
      out.setFloat32(scale, size, true);
      out.setFloat32(floor, -64 * size * sum, true);
    },
  });
}

/** One row of a matrix that {@link pack8} made, as floats. */
export function unpackRow8(
  { at, blocks }: PackedMatrix,
  row: number,
  { from, to }: { from: DataView; to: Float32Array },
): void {
  const lane = row % LANES;
  const start = at + ((row - lane) / LANES) * blocks * PACKED_8_BYTES;
  for (let block = 0; block < blocks; block += 1) {
    const blockAt = start + block * PACKED_8_BYTES;
    const scale = from.getFloat32(blockAt + 128 + 4 * lane, true);
    for (let column = 0; column < BLOCK; column += 1) {
      const turn = column >> 2;
      const value = from.getInt8(blockAt + 16 * turn + 4 * lane + (column & 3));
      to[block * BLOCK + column] = scale * value;
    }
  }
}

function pack(
  { dims, data }: GgufTensor,
  memory: LinearMemory,
  format: {
    readonly fileBytes: number;
    readonly packedBytes: number;
    readonly scaleAt: number;
    readonly copy: (out: DataView, at: BlockAt) => void;
  },
): PackedMatrix {
  const [columns = 0, rows = 0] = dims;
  const blocks = columns / BLOCK;
  if (data.byteLength < rows * blocks * format.fileBytes) throw createCutOffError();
  const at = memory.take((rows / LANES) * blocks * format.packedBytes);
  const out = new DataView(memory.memory.buffer);
  for (let row = 0; row < rows; row += 1) {
    const lane = row % LANES;
    for (let block = 0; block < blocks; block += 1) {
      const to = at + (((row - lane) / LANES) * blocks + block) * format.packedBytes;
      const scale = to + format.scaleAt + 4 * lane;
      const from = (row * blocks + block) * format.fileBytes;
      format.copy(out, { from, bytes: to + 4 * lane, scale, floor: scale + 16 });
    }
  }
  return { at, rows, blocks };
}
