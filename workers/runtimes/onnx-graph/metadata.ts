// What an ONNX file says of itself beside its graph; pure. In a worker or in Node.
import { readFields, textOf } from './protobuf.ts';

/** `metadata_props` of a model, each an entry of key and value. */
const METADATA_FIELD = 14;

/** By key. Throws `RangeError` for what is no ONNX file. */
export function readMetadata(file: ArrayBuffer): ReadonlyMap<string, string> {
  const entries = new Map<string, string>();
  for (const { number, bytes } of readFields(new Uint8Array(file))) {
    if (number === METADATA_FIELD) entries.set(textOf(bytes, 1), textOf(bytes, 2));
  }
  return entries;
}
