// What is told when a voice of another library breaks off in the midst of a text. Runs in the speak worker.
import { messageOf, VoiceAgentError } from '../../src/core/errors.ts';

export function createRunFailure(voice: string, error: unknown): VoiceAgentError {
  const reason = messageOf(error);
  return new VoiceAgentError(
    'synthesis-failed',
    `The voice "${voice}" failed on a piece of text (${reason}). The rest goes on; choose another voice if it happens again.`,
    { details: { voice, reason }, cause: error },
  );
}
