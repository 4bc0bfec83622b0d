// A pause of downloads, kept in this browser until the visitor ends it. Main thread.
import { formatBytes } from './format.ts';
import { keptBytesOf, missingBytes } from './model-words.ts';
import type { Notice } from './notices.ts';
import type { AppView } from './view-model.ts';

const KEY = 'parley-paused';

export const PAUSE_NOTICE_ID = 'paused';

/** False where `storage` is null, as where a browser refuses it. */
export function readKeptPause(storage: Pick<Storage, 'getItem'> | null): boolean {
  return storage?.getItem(KEY) === 'true';
}

export function keepPause(
  storage: Pick<Storage, 'setItem' | 'removeItem'> | null,
  isPaused: boolean,
): void {
  try {
    if (isPaused) storage?.setItem(KEY, 'true');
    else storage?.removeItem(KEY);
  } catch {
    // No room: the pause holds for this visit.
  }
}

/** What a visitor is told who paused at an earlier visit; null where nothing is missing, or nothing is paused. */
export function toPauseNotice({ isPaused, models, storedModels }: AppView): Notice | null {
  if (!isPaused || models === null || missingBytes(models, storedModels) === 0) return null;
  const totalBytes = models.reduce((sum, { bytes }) => sum + bytes, 0);
  const keptBytes = models.reduce((sum, model) => sum + keptBytesOf(model, storedModels), 0);
  const amount = `${formatBytes(keptBytes)} of ${formatBytes(totalBytes)}`;
  return {
    id: PAUSE_NOTICE_ID,
    title: 'Downloads are paused',
    text: `You paused them at an earlier visit. ${amount} are on this device.`,
    advice: 'They go on from there when you want them to.',
    action: 'resume',
  };
}
