// The files of a model of sherpa-onnx, told by their names, and what its graph says of itself. In any worker.
import type { ModelFiles } from '../../src/core/contracts/model-files.ts';
import type { CatalogModel } from '../../src/models/catalog.ts';
import { findFile } from '../../src/models/model-kind.ts';
import { createInvalidModelError } from '../runtimes/invalid-model.ts';
import { readMetadata } from '../runtimes/onnx-graph/metadata.ts';

/** Names by role, as rules of kinds have them (`model-kind.ts`). */
export const TRANSDUCER = {
  encoder: 'encoder',
  decoder: 'decoder',
  joiner: 'joiner',
  tokens: 'tokens.txt',
} as const;

/** The first file of each role that the model has. Rejects as `files.read` does. */
export async function readRoles<Role extends string>(
  roles: Readonly<Record<Role, string>>,
  {
    files,
    model,
    signal,
  }: { readonly files: ModelFiles; readonly model: CatalogModel; readonly signal: AbortSignal },
): Promise<Record<Role, ArrayBuffer>> {
  const found = Object.entries<string>(roles).flatMap(([role, pattern]) => {
    const name = findFile(model, pattern);
    return name === undefined ? [] : [{ role, name }];
  });
  const read = found.map(
    async ({ role, name }) => [role, await files.read(model.id, name, { signal })] as const,
  );
  return Object.fromEntries(await Promise.all(read)) as Record<Role, ArrayBuffer>;
}

/** By key. Throws `model-invalid` for what is no ONNX file. */
export function readGraphMetadata(
  graph: ArrayBuffer,
  modelId: string,
): ReadonlyMap<string, string> {
  try {
    return readMetadata(graph);
  } catch (error) {
    throw createInvalidModelError(modelId, error);
  }
}
