// Runs a computation that pauses between its steps, so that an abort is seen. In any worker.
import { nextMacrotask } from '../../src/core/macrotask.ts';

/** Messages that wait, an abort among them, are let in this often. */
const SLICE_MS = 30;

/** What the steps come to; rejects with the signal's reason within a slice and a step of an abort. */
export async function runInSlices<Result>(
  steps: Generator<void, Result>,
  signal: AbortSignal,
): Promise<Result> {
  let sliceEndMs = performance.now() + SLICE_MS;
  let isDone = false;
  try {
    for (;;) {
      const step = steps.next();
      if (step.done === true) {
        isDone = true;
        return step.value;
      }
      if (performance.now() < sliceEndMs) continue;
      await nextMacrotask();
      signal.throwIfAborted();
      sliceEndMs = performance.now() + SLICE_MS;
    }
  } finally {
    if (!isDone) endEarly(steps);
  }
}

/** Lets the computation give back what it holds. */
function endEarly(steps: Generator<void, unknown>): void {
  steps.return(undefined);
}
