// Events and messages with everything filled in that a test does not care for.
import type { ConversationMessage } from '../../../src/agent/conversation.ts';
import type { UnstampedEvent, VoiceAgentEvent } from '../../../src/agent/events.ts';
import type { ErrorCode, ErrorRecord } from '../../../src/core/errors.ts';

export function stamped(event: UnstampedEvent): VoiceAgentEvent {
  return { ...event, atMs: 0 };
}

export function message(
  change: Partial<ConversationMessage> & Pick<ConversationMessage, 'id' | 'role'>,
): VoiceAgentEvent {
  const content = change.content ?? '';
  return stamped({
    type: 'message-change',
    turnId: 't1',
    message: {
      content,
      generatedText: content,
      isInterrupted: false,
      isFinal: true,
      turnId: 't1',
      createdAtMs: 0,
      ...change,
    },
  });
}

export function errorRecord(code: ErrorCode, text: string): ErrorRecord {
  const details = { reason: 'test' };
  return { code, message: text, details, retryable: false, stack: undefined, cause: undefined };
}
