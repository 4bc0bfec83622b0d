// The one error type of the product, portable: any thread, and across threads as a plain record.

/** What each error code carries in `details`. A code not listed here does not exist. */
export interface ErrorDetails {
  'microphone-denied': { reason: 'user' | 'policy' | 'insecure-context' };
  'microphone-missing': { deviceId: string | null };
  'microphone-busy': { deviceId: string | null };
  'microphone-lost': { reason: string };
  'audio-unavailable': { reason: string };
  'model-download-failed': { modelId: string; url: string; status: number | null };
  'model-integrity': { modelId: string; url: string; expected: string; actual: string };
  'model-invalid': { modelId: string; reason: string };
  'worker-load-failed': { worker: string; url: string };
  'worker-crashed': { worker: string; reason: string };
  'worker-timeout': { worker: string; waitedMs: number };
  'gpu-lost': { adapter: string };
  'self-test-failed': { engine: string };
  unsupported: { feature: string };
  'llm-request-failed': { url: string; status: number | null; reason: string };
  'llm-stalled': { url: string; waitedMs: number };
  'llm-incomplete': { url: string; reason: string };
  'stt-request-failed': { url: string; status: number | null; reason: string };
  'stt-timeout': { waitedMs: number };
  'tts-request-failed': { url: string; status: number | null; reason: string };
  'synthesis-failed': { voice: string; reason: string };
  'tool-failed': { tool: string; reason: string };
  'queue-overflow': { queue: string; capacity: number };
  'invalid-data': { what: string; reason: string };
  disposed: { what: string };
  internal: { reason: string };
}

export type ErrorCode = keyof ErrorDetails;

/** The form in which an error crosses a thread: structured clone would drop `code` and `cause`. */
export interface ErrorRecord {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details: ErrorDetails[ErrorCode];
  readonly retryable: boolean;
  readonly stack: string | undefined;
  readonly cause: ErrorRecord | string | undefined;
}

const MARKER = Symbol.for('parley-voice.error');

/**
 * An expected failure, with a stable `code`, typed `details`, and a message that says what to do.
 * Recognise it by {@link VoiceAgentError.is}, which works across copies of the package.
 */
export class VoiceAgentError<Code extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'VoiceAgentError';
  readonly code: Code;
  readonly details: ErrorDetails[Code];
  /** Whether the same call may succeed later without the caller changing anything. */
  readonly retryable: boolean;

  constructor(
    code: Code,
    message: string,
    options: { details: ErrorDetails[Code]; retryable?: boolean; cause?: unknown },
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details;
    this.retryable = options.retryable ?? false;
    Object.defineProperty(this, MARKER, { value: true });
  }

  static is(value: unknown): value is VoiceAgentError {
    return typeof value === 'object' && value !== null && MARKER in value;
  }

  toRecord(): ErrorRecord {
    return {
      code: this.code,
      message: this.message,
      details: this.details,
      retryable: this.retryable,
      stack: this.stack,
      cause: toCauseRecord(this.cause),
    };
  }

  static fromRecord(record: ErrorRecord): VoiceAgentError {
    const cause =
      typeof record.cause === 'object' ? VoiceAgentError.fromRecord(record.cause) : record.cause;
    const error = new VoiceAgentError(record.code, record.message, {
      details: record.details,
      retryable: record.retryable,
      cause,
    });
    if (record.stack !== undefined) error.stack = record.stack;
    return error;
  }

  /** Any thrown value as a `VoiceAgentError`; an unknown one becomes `internal`. */
  static from(value: unknown): VoiceAgentError {
    if (VoiceAgentError.is(value)) return value;
    const reason = messageOf(value);
    return new VoiceAgentError('internal', `Unexpected failure: ${reason}`, {
      details: { reason },
      cause: value,
    });
  }
}

/** The message of any thrown value. */
export function messageOf(value: unknown): string {
  return value instanceof Error ? value.message : String(value);
}

/** Whether `value` is what an aborted operation rejects with (a `DOMException` named `AbortError`). */
export function isAbort(value: unknown): boolean {
  return value instanceof Error && value.name === 'AbortError';
}

function toCauseRecord(cause: unknown): ErrorRecord | string | undefined {
  if (cause === undefined) return undefined;
  return VoiceAgentError.is(cause) ? cause.toRecord() : messageOf(cause);
}
