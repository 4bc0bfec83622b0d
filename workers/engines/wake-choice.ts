// The keyword spotter that a page asked for, fetched for those alone that have one. Runs in the turn worker.
import type { KeywordSpotter } from '../../src/core/contracts/keyword-spotter.ts';
import type { SherpaKeywordsOptions } from './sherpa-keywords.ts';

/** Rejects as the engine does. */
export async function createSpotter(request: SherpaKeywordsOptions): Promise<KeywordSpotter> {
  const { createSherpaKeywords } = await import('./sherpa-keywords.ts');
  return createSherpaKeywords(request);
}
