// What options need, for tests that look at few of its fields.
import type { RequiredDownloads, RequiredLibrary } from '../../src/index.ts';

export const requiredLibrary = (
  id: string,
  more: Partial<RequiredLibrary> = {},
): RequiredLibrary => ({
  ...{ id, name: id, bytes: 1, licence: 'MIT', note: '', task: 'stt' },
  ...{ source: 'https://example.org/app/assets/', ...more },
});

export const requiredDownloads = (more: Partial<RequiredDownloads> = {}): RequiredDownloads => ({
  ...{ models: [], libraries: [], ...more },
});
