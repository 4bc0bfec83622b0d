// Entries of what an agent needs and of what a device keeps, for tests that look at few of their fields.
import type { RequiredModel, StoredModel } from '../../src/index.ts';

export const requiredModel = (id: string, more: Partial<RequiredModel> = {}): RequiredModel => ({
  ...{ id, name: id, bytes: 1, licence: 'MIT', note: '', task: 'stt' },
  ...{ source: `https://example.org/app/models/${id}/`, ...more },
});

/** Whole, unless told otherwise. */
export const storedModel = (modelId: string, more: Partial<StoredModel> = {}): StoredModel => ({
  ...{ modelId, bytes: 1, keptBytes: 1, lastUsedMs: 1, isComplete: true, ...more },
});
