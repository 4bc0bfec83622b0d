// Remembers which adapters said a golden utterance right, between visits. Any thread of a secure page.
import { verdictStorage } from '../../src/engines/verdict-storage.ts';

export type Verdict = 'passed' | 'failed';

export interface VerdictStore {
  /** Null where nothing is remembered. */
  read(key: string): Promise<Verdict | null>;
  write(key: string, verdict: Verdict): Promise<void>;
}

export const storedVerdicts: VerdictStore = {
  async read(key) {
    const text = await verdictStorage.read(key);
    return text === 'passed' || text === 'failed' ? text : null;
  },
  write: (key, verdict) => verdictStorage.write(key, verdict),
};
