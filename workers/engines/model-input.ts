// Checks on what comes with a model: its JSON files and the names of its inputs. In any worker.
import * as v from 'valibot';
import type { InferenceSession } from '../runtimes/onnx-session.ts';
import { messageOf } from '../../src/core/errors.ts';
import { createInvalidModelError } from '../runtimes/invalid-model.ts';

/** The parsed and checked text of a JSON file; `model-invalid` names the path of what is wrong. */
export function parseModelJson<Output>(
  bytes: ArrayBuffer,
  options: { readonly schema: v.GenericSchema<unknown, Output>; readonly modelId: string },
): Output {
  try {
    const json: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return v.parse(options.schema, json);
  } catch (error) {
    const path = v.isValiError(error) ? v.getDotPath(error.issues[0]) : null;
    const reason = path === null ? messageOf(error) : `${path}: ${messageOf(error)}`;
    throw createInvalidModelError(options.modelId, reason);
  }
}

/** The values of a float output, whatever its leading dimensions. */
export function floatsOf(
  outputs: InferenceSession.OnnxValueMapType,
  { name, modelId }: { name: string | undefined; modelId: string },
): Float32Array {
  const data = name === undefined ? undefined : outputs[name]?.data;
  if (data instanceof Float32Array) return data;
  throw createInvalidModelError(modelId, `its output ${String(name)} is not float`);
}
