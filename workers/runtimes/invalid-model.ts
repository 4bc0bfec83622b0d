// What every engine and runtime says of a model's files that it cannot use. In any worker.
import { messageOf, VoiceAgentError } from '../../src/core/errors.ts';

/** @param cause what was thrown, or the reason in words. */
export function createInvalidModelError(modelId: string, cause: unknown): VoiceAgentError {
  const reason = messageOf(cause);
  return new VoiceAgentError(
    'model-invalid',
    `Model "${modelId}" cannot be used: ${reason}. Fetch it again with "npm run models -- --force ${modelId}", or check its entry in the catalogue.`,
    { details: { modelId, reason }, cause },
  );
}
