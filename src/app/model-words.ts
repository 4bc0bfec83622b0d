// What the models are for, where they come from, and how much of them is here, in words. Main thread, pure.
import type { RequiredLibrary, RequiredModel, StoredModel } from '../index.ts';
import { formatBytes } from './format.ts';

const PURPOSES: Readonly<Record<string, string>> = {
  vad: 'Hears when somebody speaks.',
  wake: 'Hears the wake phrase.',
  stt: 'Understands what you say.',
  turn: 'Knows when you have finished.',
  llm: 'Thinks of the answer.',
  tts: 'Speaks.',
  'tts-voice': 'How the voice sounds.',
  phonemes: 'How words are pronounced.',
};

/** What a model is for; empty for a task that is new to this page. */
export function toPurpose({ task }: Pick<RequiredModel, 'task'>): string {
  return PURPOSES[task] ?? '';
}

/** Bytes of a model that need not be fetched. */
export function keptBytesOf(
  { id, bytes }: RequiredModel,
  stored: readonly StoredModel[] | null,
): number {
  const found = stored?.find(({ modelId }) => modelId === id);
  // Of a set one file is needed, and the others may be there too.
  if (found?.isComplete === true) return bytes;
  return Math.min(bytes, found?.keptBytes ?? 0);
}

/** Bytes that a start would fetch. */
export function missingBytes(
  models: readonly RequiredModel[],
  stored: readonly StoredModel[] | null,
): number {
  return models.reduce((sum, model) => sum + model.bytes - keptBytesOf(model, stored), 0);
}

export const LATER =
  'Comes while you talk already, and is used if this device keeps up with it, or loses another.';

/** What a visitor should know of it besides name, licence and size. */
export function toNotes(
  download: Pick<RequiredModel, 'task' | 'note' | 'isLater'> | RequiredLibrary,
): string[] {
  const isLater = 'isLater' in download ? (download.isLater ?? false) : false;
  const notes = [toPurpose(download), download.note, isLater ? LATER : ''];
  return notes.filter((text) => text !== '');
}

/**
 * What the button Start will do.
 * @param pageUrl address of the page: what comes from another host is said to
 */
export function toStartWords(
  models: readonly RequiredModel[],
  { stored, pageUrl }: { stored: readonly StoredModel[] | null; pageUrl: string },
): string {
  const totalBytes = models.reduce((sum, { bytes }) => sum + bytes, 0);
  const missing = missingBytes(models, stored);
  // What the browser fetches for itself has no size.
  const isTold = models.every(({ bytes }) => bytes > 0);
  if (missing === 0 && isTold)
    return 'Start needs these models, and all of them are on this device';
  const sources = models.map(({ source }) => source).filter((source) => URL.canParse(source));
  const hosts = new Set(sources.map((source) => new URL(source).host));
  hosts.delete(new URL(pageUrl).host);
  const from = hosts.size === 0 ? '' : ` from ${[...hosts].join(' and ')}`;
  if (missing === totalBytes) {
    return `Start loads these models into this page${from}, ${formatBytes(totalBytes)} together`;
  }
  const kept = formatBytes(totalBytes - missing);
  return `Start loads these models into this page${from}: ${formatBytes(missing)}, since ${kept} of them are on this device`;
}

/** Null where there is room, or nobody knows. */
export function toRoomWords(missing: number, freeBytes: number | null): string | null {
  if (freeBytes === null || missing <= freeBytes) return null;
  return (
    `The browser has room for ${formatBytes(freeBytes)} only. What it cannot keep stays in memory until this page is ` +
    'closed, and is fetched again next time.'
  );
}
