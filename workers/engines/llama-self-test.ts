// Whether a graphics processor goes on with a text as the processor does. In the think worker.
import { VoiceAgentError } from '../../src/core/errors.ts';
import { toChunk } from '../../src/engines/openai-wire.ts';
import type { LlamaRuntime } from '../runtimes/llama-runtime.ts';

/** A text that any model is sure how to go on with: what is nearly a draw may fall either way by the order of sums. */
export const TEST_PROMPT = 'Count in words from one to ten: one, two, three, four,';
const TOKENS = 8;
/** Parts from the first on. A device that computes wrong has other ones at once; 16-bit floats may part later. */
const LEAST_ALIKE = 4;

/** The most likely parts of an answer, one by one. Rejects as the runtime does. */
export async function answerTestPrompt(
  runtime: LlamaRuntime,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const messages = [{ role: 'user', content: TEST_PROMPT }] as const;
  const parts: string[] = [];
  await runtime.complete(
    { messages: [...messages], max_tokens: TOKENS, temperature: 0, seed: 1 },
    {
      signal,
      onChunk: (chunk) => {
        const { text } = toChunk(chunk);
        if (text !== '') parts.push(text);
      },
    },
  );
  return parts;
}

/** What is wrong with an answer, in words for a log; null for nothing. */
export function findLlamaFault(got: readonly string[], wanted: readonly string[]): string | null {
  const needed = Math.min(LEAST_ALIKE, wanted.length);
  const parted = wanted.findIndex((part, at) => part !== got[at]);
  const alike = parted === -1 ? wanted.length : parted;
  if (alike >= needed && (wanted.length > 0 || got.length === 0)) return null;
  return `another answer from token ${alike + 1} on`;
}

export function llamaSelfTestFailed(modelId: string, fault: string): VoiceAgentError {
  return new VoiceAgentError(
    'self-test-failed',
    `The language model "${modelId}" answers something else on this graphics processor than on the processor (${fault}), and runs there instead. To have it tested again, call agent.forgetVerdicts().`,
    { details: { engine: 'llama' } },
  );
}
