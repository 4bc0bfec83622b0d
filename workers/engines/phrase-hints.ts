// Short phrases that are likely where they are hoped for: hears them instead of what sounds much the
// same. Portable; used in the listen worker.
import llamaTokenizer from 'llama-tokenizer-js';
import type { PhraseHint } from '../../src/core/contracts/speech-to-text.ts';
import { toText } from './moonshine-tokenizer.ts';
import type { Decoding } from './decoding.ts';

/** A phrase as Moonshine writes it: with a capital, and the full stop apart. */
export interface HintTokens {
  readonly tokens: readonly number[];
  /** Nats. */
  readonly boost: number;
}

/** What was recognised without hints. */
export interface FreeDecoding {
  readonly decoding: Decoding;
  /** Of all its tokens and the end mark, in nats. */
  readonly logProbability: number;
  /** Of each token at the first place: vocabulary entries, in nats. */
  readonly opening: Float32Array;
}

/** Log-probabilities after the start mark and each of the tokens: `rows[i][token]`, in nats. */
export type ScoreTokens = (tokens: readonly number[]) => Promise<readonly Float32Array[]>;

const END_TOKEN = 2;
const FULL_STOP = 29_889;
/** Each takes a run of the decoder; more than these hardly ever come near. */
const MAX_RUNS = 6;

export function toHintTokens({ text, boost }: PhraseHint): HintTokens {
  const written = text.charAt(0).toUpperCase() + text.slice(1);
  return { tokens: llamaTokenizer.encode(written, false, true), boost };
}

/**
 * The hint whose log-probability with its boost is the highest, where it exceeds that of what was
 * recognised; else that. Hints whose first token alone rules them out cost nothing.
 */
export async function preferHint(
  free: FreeDecoding,
  hints: readonly HintTokens[],
  score: ScoreTokens,
): Promise<Decoding> {
  const possible = hints
    .map(({ tokens, boost }) => ({
      ...{ tokens, boost },
      limit: boost + (free.opening[tokens[0] ?? 0] ?? -Infinity),
    }))
    .filter(({ limit }) => limit > free.logProbability)
    .sort((one, other) => other.limit - one.limit)
    .slice(0, MAX_RUNS);
  let best = { value: free.logProbability, decoding: free.decoding };
  for (const { tokens, boost, limit } of possible) {
    if (limit <= best.value) break;
    const rows = await score([...tokens, FULL_STOP]);
    for (const written of [tokens, [...tokens, FULL_STOP]]) {
      const steps = [...written, END_TOKEN].map((token, at) => rows[at]?.[token] ?? -Infinity);
      const value = boost + steps.reduce((sum, step) => sum + step, 0);
      if (value > best.value) best = { value, decoding: toDecoding(written, steps) };
    }
  }
  return best.decoding;
}

function toDecoding(tokens: readonly number[], steps: readonly number[]): Decoding {
  const probabilities = tokens.map((_, at) => Math.exp(steps[at] ?? -Infinity));
  return { text: toText(tokens), tokens, probabilities };
}
