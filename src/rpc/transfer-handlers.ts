// What crosses threads with its identity kept: errors with code and cause, aborts as aborts.
import { transferHandlers } from 'comlink';
import type { TransferHandler } from 'comlink';
import { createAbortReason } from '../core/abort.ts';
import { isAbort, VoiceAgentError } from '../core/errors.ts';
import type { ErrorRecord } from '../core/errors.ts';

type WireError = { readonly isAbort: true; readonly message: string } | ErrorRecord;

/** Replaces comlink's own error handler, which keeps only name, message and stack. Idempotent. */
export function installTransferHandlers(): void {
  const original = transferHandlers.get('throw');
  if (original === undefined) return;
  const handler: TransferHandler<{ value: unknown }, WireError> = {
    canHandle: (value): value is { value: unknown } => original.canHandle(value),
    serialize: ({ value }) => [toWire(value), []],
    deserialize: (wire) => {
      throw fromWire(wire);
    },
  };
  transferHandlers.set('throw', handler);
}

function toWire(value: unknown): WireError {
  if (isAbort(value))
    return { isAbort: true, message: value instanceof Error ? value.message : '' };
  return VoiceAgentError.from(value).toRecord();
}

function fromWire(wire: WireError): Error {
  return 'isAbort' in wire ? createAbortReason(wire.message) : VoiceAgentError.fromRecord(wire);
}
