// How long a language model computes for a second of speech on this device. Portable.
import type { LlmEngine } from '../core/contracts/language-model.ts';

/** Speech takes some three tokens a second; this leaves time for a first clause. */
export const TOKENS_PER_SECOND = 8;

/** What any model goes on with for long enough. */
const WORDS = 'Count in words from one to twenty.';
const TOKENS = 16;
/** Other work may hold up any: the better one tells what the device can do. */
const RUNS = 2;

/** Computing for a second of speech, of `tokens` that took `decodeMs` after the first. */
export function toLlmRtf({ tokens, decodeMs }: { tokens: number; decodeMs: number }): number {
  return decodeMs / ((1_000 * (tokens - 1)) / TOKENS_PER_SECOND);
}

/**
 * Answers nobody, twice. Resolves with the real-time factor of the quicker run; null where the model does not tell what
 * its tokens took, or made too few. Rejects as the model does, and on abort.
 */
export async function measureLlmRtf(
  engine: LlmEngine,
  signal: AbortSignal,
): Promise<number | null> {
  const messages = [{ role: 'user', content: WORDS }] as const;
  const request = { messages, maxTokens: TOKENS, temperature: 0, seed: 1, signal };
  let best: number | null = null;
  for (let run = 0; run < RUNS; run += 1) {
    for await (const part of engine.generate(request)) {
      if (part.type !== 'finish' || part.decodeMs === undefined) continue;
      const rtf = toLlmRtf({ tokens: part.completionTokens ?? 0, decodeMs: part.decodeMs });
      if (rtf > 0) best = Math.min(best ?? Infinity, rtf);
    }
  }
  return best;
}
