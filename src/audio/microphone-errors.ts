// Why the microphone could not be opened, told apart. Main thread.
import { messageOf, VoiceAgentError } from '../core/errors.ts';

export interface MicrophoneCircumstances {
  readonly deviceId: string | null;
  /** Whether the page's permissions policy forbids the microphone; browsers reject as if the user had. */
  readonly isBlockedByPolicy: boolean;
}

/** A failure of `getUserMedia` as a typed error. */
export function toMicrophoneError(
  error: unknown,
  { deviceId, isBlockedByPolicy }: MicrophoneCircumstances,
): VoiceAgentError {
  const name = error instanceof Error ? error.name : '';
  switch (name) {
    case 'NotAllowedError':
    case 'SecurityError':
      return toDeniedError(
        isBlockedByPolicy || name === 'SecurityError' ? 'policy' : 'user',
        error,
      );
    case 'NotFoundError':
    case 'OverconstrainedError':
      return new VoiceAgentError(
        'microphone-missing',
        deviceId === null
          ? 'No microphone was found. Connect one, or type instead.'
          : 'The chosen microphone is not connected. Choose another, or type instead.',
        { details: { deviceId }, cause: error, retryable: true },
      );
    case 'NotReadableError':
    case 'AbortError':
      return new VoiceAgentError(
        'microphone-busy',
        'The microphone is held by another program or the system. Free it and try again.',
        { details: { deviceId }, cause: error, retryable: true },
      );
    default:
      return new VoiceAgentError(
        'microphone-busy',
        `The microphone could not be opened: ${messageOf(error)}`,
        { details: { deviceId }, cause: error, retryable: true },
      );
  }
}

export function toDeniedError(
  reason: 'user' | 'policy' | 'insecure-context',
  cause?: unknown,
): VoiceAgentError<'microphone-denied'> {
  const advice = {
    user: 'The microphone was not allowed. Allow it in the address bar, or type instead.',
    policy:
      'The page\'s permissions policy forbids the microphone. An iframe needs allow="microphone".',
    'insecure-context': 'The microphone needs a page served over https or from localhost.',
  };
  return new VoiceAgentError('microphone-denied', advice[reason], { details: { reason }, cause });
}

export function toLostError(): VoiceAgentError<'microphone-lost'> {
  return new VoiceAgentError(
    'microphone-lost',
    'The microphone was unplugged or its permission withdrawn. Choose another, or type instead.',
    { details: { reason: 'the track ended' }, retryable: true },
  );
}

/** Whether the page may ask at all; only Chromium can say, elsewhere false. */
export function isMicrophoneBlockedByPolicy(): boolean {
  interface Policy {
    allowsFeature(feature: string): boolean;
  }
  const page = document as { permissionsPolicy?: Policy; featurePolicy?: Policy };
  const policy = page.permissionsPolicy ?? page.featurePolicy;
  return policy !== undefined && !policy.allowsFeature('microphone');
}
