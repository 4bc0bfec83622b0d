// Whether a model is on the device, to its end. Pure.
import type { StoredModel } from '../core/contracts/model-files.ts';

/** @param kept what the device holds, as the store lists it */
export function isKept(kept: readonly StoredModel[], id: string): boolean {
  return kept.some(({ modelId, isComplete }) => modelId === id && isComplete);
}
