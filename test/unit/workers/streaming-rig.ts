// A recogniser whose decodes a test answers.
import { createDeferred } from '../../../src/core/deferred.ts';
import type { PartialTranscript } from '../../../src/core/contracts/speech-to-text.ts';
import { ManualClock } from '../../../src/testing/manual-clock.ts';
import type { Decoding } from '../../../workers/engines/decoding.ts';
import { DEFAULT_STREAMING_POLICY } from '../../../workers/engines/streaming-policy.ts';
import type { StreamingPolicy } from '../../../workers/engines/streaming-policy.ts';
import { StreamingRecogniser } from '../../../workers/engines/streaming-recogniser.ts';
import { cut } from '../../support/recordings.ts';

/** One call of `decode`, which the test answers. */
export interface Call {
  readonly lengthMs: number;
  readonly draft: readonly number[];
  readonly mayBeRough: boolean;
  readonly signal: AbortSignal;
  /** Whether it may go on by now. */
  answer(text: string, tokens?: readonly number[], isRough?: boolean): Promise<void>;
  fail(error: Error): Promise<void>;
}

export interface Rig {
  readonly stream: StreamingRecogniser;
  readonly clock: ManualClock;
  readonly calls: Call[];
  readonly partials: PartialTranscript[];
  /** The newest call. */
  last(): Call;
  /** Pushes 20 ms at a time. */
  push(pcm: Float32Array): void;
}

export function createRig(
  options: { policy?: Partial<StreamingPolicy>; signal?: AbortSignal } = {},
): Rig {
  const clock = new ManualClock();
  const calls: Call[] = [];
  const partials: PartialTranscript[] = [];
  const stream = new StreamingRecogniser({
    clock,
    deadlineMs: 1000,
    signal: options.signal ?? new AbortController().signal,
    policy: { ...DEFAULT_STREAMING_POLICY, partialIntervalMs: 400, ...options.policy },
    onPartial: (partial) => void partials.push(partial),
    decode: (pcm, { draft, mayBeRough = false, signal }) => {
      const result = createDeferred<Decoding>();
      signal.addEventListener('abort', () => result.reject(signal.reason));
      calls.push({
        lengthMs: pcm.length / 16,
        draft,
        mayBeRough,
        signal,
        answer: async (text, tokens = [], isRough = false) => {
          result.resolve({ text, tokens, probabilities: tokens.map(() => 0.5), isRough });
          await clock.advance(0);
        },
        fail: async (error) => {
          result.reject(error);
          await clock.advance(0);
        },
      });
      return result.promise;
    },
  });
  const push = (pcm: Float32Array): void => {
    for (const chunk of cut(pcm, 320)) stream.push(chunk);
  };
  return { stream, clock, calls, partials, push, last: () => calls.at(-1)! };
}
