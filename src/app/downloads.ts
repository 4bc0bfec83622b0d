// What of models and libraries is still to be fetched for a choice, and how that is said. Main thread, pure.
import type { RequiredDownloads, RequiredLibrary, RequiredModel, StoredModel } from '../index.ts';
import { formatBytes } from './format.ts';
import { keptBytesOf } from './model-words.ts';

export type Download = RequiredModel | RequiredLibrary;

/** What a page has of what it needs. */
export interface Here {
  /** What the device keeps; null while that is not known. */
  readonly storedModels: readonly StoredModel[] | null;
  /** Bytes that arrived since the page was opened, by model id. */
  readonly loadedBytes: Readonly<Record<string, number>>;
  /** Of models and libraries, those that were agreed to since then. */
  readonly agreedIds: readonly string[];
}

export interface MissingDownload {
  readonly download: Download;
  /** Null where nobody tells. */
  readonly bytes: number | null;
}

/** Of models what has not come yet; of libraries, of which no page knows whether the browser kept them, those that were not agreed to. */
export function missingOf({ models, libraries }: RequiredDownloads, here: Here): MissingDownload[] {
  const missing = models.map((model): MissingDownload => {
    const isLoaded = (here.loadedBytes[model.id] ?? 0) >= model.bytes;
    const bytes = isLoaded ? 0 : model.bytes - keptBytesOf(model, here.storedModels);
    return { download: model, bytes };
  });
  const others = libraries.filter(({ id }) => !here.agreedIds.includes(id));
  return [
    ...missing.filter(({ bytes }) => bytes !== 0),
    ...others.map((library) => ({ download: library, bytes: library.bytes })),
  ];
}

/** Such as `63 MB`; what the size of is not told is said to come besides. */
export function toSizeWords(missing: readonly MissingDownload[]): string {
  const bytes = missing.reduce((sum, each) => sum + (each.bytes ?? 0), 0);
  const isTold = missing.every((each) => each.bytes !== null);
  if (isTold) return formatBytes(bytes);
  return bytes === 0 ? 'size not told' : `${formatBytes(bytes)} and more, size not told`;
}

/** Each licence once. */
export function toLicenceWords(missing: readonly MissingDownload[]): string {
  return [...new Set(missing.map(({ download }) => download.licence))].join(', ');
}

/** The host that it is fetched from. */
export function toSourceWords({ source }: Pick<Download, 'source'>): string {
  return URL.canParse(source) ? new URL(source).host : 'the maker of this browser';
}

/** What stands behind an option's name: what it would still fetch, and under which licence. Empty for what needs nothing. */
export function toOfferWords(needed: RequiredDownloads, here: Here): string {
  if (needed.models.length + needed.libraries.length === 0) return '';
  const missing = missingOf(needed, here);
  if (missing.length === 0) return 'on this device';
  return `${toSizeWords(missing)}, ${toLicenceWords(missing)}`;
}
