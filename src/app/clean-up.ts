// Which models a visitor is offered to delete, where the device has no room for what is needed. Main thread, pure.
import type { RequiredModel, StoredModel } from '../index.ts';
import { formatBytes } from './format.ts';
import type { Notice } from './notices.ts';

/** Heads and tables of the files, and what a browser counts besides. */
const MARGIN_BYTES = 1024 ** 2;

/** The same as of the notice that there is no room: this one takes its place. */
export const CLEAN_UP_NOTICE_ID = 'storage-fallback';

export interface Room {
  /** What the settings need. */
  readonly models: readonly RequiredModel[];
  /** Told by the browser; null where it does not. */
  readonly freeBytes: number | null;
  /** Whether a model found no room, whatever the browser tells: Chromium promises 10 GB to every site. */
  readonly isFull: boolean;
}

/**
 * The longest unused models that, deleted, make room for what is needed: as few as do, none that is needed. Empty where there is room, or nobody
 * knows, and where deleting all would not suffice; of a device that is full without telling how full, what may suffice.
 * @param stored the longest unused first
 */
export function pickUnused(
  stored: readonly StoredModel[],
  { models, freeBytes, isFull }: Room,
): readonly StoredModel[] {
  // A file takes all of its room from the beginning.
  const takenBytes = new Map(stored.map(({ modelId, bytes }) => [modelId, bytes]));
  const lackingBytes = models.reduce(
    (sum, { id, bytes }) => sum + Math.max(0, bytes - (takenBytes.get(id) ?? 0)),
    0,
  );
  const neededBytes = lackingBytes === 0 ? 0 : lackingBytes + MARGIN_BYTES;
  const isKnown = freeBytes !== null && (!isFull || freeBytes < neededBytes);
  if (!isKnown && !isFull) return [];
  let missingBytes = neededBytes - (isKnown ? freeBytes : 0);
  const picked: StoredModel[] = [];
  for (const model of stored) {
    if (missingBytes <= 0) break;
    if (models.some(({ id }) => id === model.modelId)) continue;
    picked.push(model);
    missingBytes -= model.bytes;
  }
  return missingBytes <= 0 || !isKnown ? picked : [];
}

/** @param picked one at least */
export function toCleanUpNotice(
  picked: readonly StoredModel[],
  nameOf: (modelId: string) => string,
): Notice {
  const names = picked.map(({ modelId, bytes }) => `${nameOf(modelId)} (${formatBytes(bytes)})`);
  const bytes = picked.reduce((sum, model) => sum + model.bytes, 0);
  return {
    id: CLEAN_UP_NOTICE_ID,
    title: 'This device has no room for the models',
    text: `Not needed now, and unused for longest: ${names.join(', ')}. Deleting them frees ${formatBytes(bytes)}, which makes room for what is needed.`,
    advice:
      'Nothing is deleted unless you say so. What is deleted is fetched again when it is needed.',
    action: 'clean-up',
  };
}
