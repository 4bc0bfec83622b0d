// What one run of a recogniser over one piece of audio yields. Portable; used in the listen worker.

export interface Decoding {
  readonly text: string;
  /** The model's own ids, without start and end marks. */
  readonly tokens: readonly number[];
  /** The probability the model gave each token. */
  readonly probabilities: readonly number[];
  /** Whether its beginning was taken from decodes before. Default false. */
  readonly isRough?: boolean;
  /** What was heard, as a primary BCP 47 tag, where the model tells. */
  readonly language?: string | undefined;
}

export interface DecodeOptions {
  readonly draft: readonly number[];
  readonly signal: AbortSignal;
  /**
   * Whether the beginning may be taken from decodes before, where the audio begins like theirs: the result may differ a
   * little then. Default false.
   */
  readonly mayBeRough?: boolean;
}

/**
 * Recognises mono 16 kHz samples, which it may keep. `draft` holds tokens of an earlier decode of
 * nearly the same audio: a hint that saves time and must not change the result. Rejects with the signal's
 * reason on abort.
 */
export type Decode = (pcm: Float32Array, options: DecodeOptions) => Promise<Decoding>;

export const EMPTY_DECODING: Decoding = { text: '', tokens: [], probabilities: [] };

/** Two pieces that follow each other as one. */
export function joinDecodings(first: Decoding, second: Decoding): Decoding {
  return {
    text: [first.text, second.text].filter((text) => text !== '').join(' '),
    tokens: [...first.tokens, ...second.tokens],
    probabilities: [...first.probabilities, ...second.probabilities],
    language: second.language ?? first.language,
  };
}

/** Of all its tokens, in nats. */
export function logProbabilityOf({ probabilities }: Pick<Decoding, 'probabilities'>): number {
  return probabilities.reduce((sum, one) => sum + Math.log(one), 0);
}

/** Mean token probability, or null of nothing. */
export function confidenceOf({ probabilities }: Decoding): number | null {
  if (probabilities.length === 0) return null;
  return probabilities.reduce((sum, one) => sum + one, 0) / probabilities.length;
}
