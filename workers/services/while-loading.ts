// Tells a worker's supervisor of what loading an engine computes between the files that it waits for. Engine workers.
import type { ModelFiles } from '../../src/core/contracts/model-files.ts';
import { announceBusy } from '../../src/rpc/expose-worker.ts';

/**
 * The longest step after a file, in which this thread may answer nobody: compiling, packing weights, making a session
 * of a graph, first runs. The longest one of this project's models takes 2.1 s on two busy cores (Kokoro).
 */
const STEP = { maxMs: 60_000 };

/**
 * `load` gets its files from what it is given: each one that comes begins a step anew. A wait for one may take any
 * time, since this thread answers meanwhile.
 */
export async function whileLoading<T>(
  scope: { postMessage(message: unknown): void },
  files: ModelFiles,
  load: (files: ModelFiles) => Promise<T>,
): Promise<T> {
  const loading = { end: announceBusy(scope, STEP), isOver: false };
  const read: ModelFiles['read'] = async (...file) => {
    const bytes = await files.read(...file);
    if (loading.isOver) return bytes;
    const endBefore = loading.end;
    loading.end = announceBusy(scope, STEP);
    endBefore();
    return bytes;
  };
  try {
    return await load({ read });
  } finally {
    loading.isOver = true;
    loading.end();
  }
}
