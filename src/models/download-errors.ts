// What goes wrong while a model file is fetched, as errors that name the file. Portable.
import { VoiceAgentError } from '../core/errors.ts';

/** Which file an error is about. */
export interface FileOrigin {
  readonly modelId: string;
  readonly url: string;
}

export function downloadError(
  { modelId, url }: FileOrigin,
  reason: string,
  options: { status?: number; retryable?: boolean; cause?: unknown } = {},
): VoiceAgentError<'model-download-failed'> {
  const { status = null, retryable = true, cause } = options;
  const message = `The model file ${url} could not be loaded: ${reason}. ${adviceFor(modelId)}`;
  return new VoiceAgentError('model-download-failed', message, {
    details: { modelId, url, status },
    retryable,
    cause,
  });
}

/** An answer that is no range of the file: asked for the whole, the same place may have it. Told by its status. */
export function rangeError(
  origin: FileOrigin,
  reason: string,
): VoiceAgentError<'model-download-failed'> {
  return downloadError(origin, reason, { status: RANGE_STATUS, retryable: false });
}

/** Partial Content. */
export const RANGE_STATUS = 206;

export function sizeError(
  { modelId, url, totalBytes }: FileOrigin & { readonly totalBytes: number },
  actual: string,
): VoiceAgentError<'model-integrity'> {
  const what = `${url} is cut short or another file: ${actual} came, ${totalBytes} were expected.`;
  const details = { modelId, url, expected: `${totalBytes} bytes`, actual };
  return integrityError(what, details);
}

export function hashError(
  { modelId, url }: FileOrigin,
  hashes: { readonly expected: string; readonly actual: string },
): VoiceAgentError<'model-integrity'> {
  const what = `${url} is damaged or another file: its sha256 is not the catalogue's.`;
  return integrityError(what, { modelId, url, ...hashes });
}

function integrityError(
  what: string,
  details: VoiceAgentError<'model-integrity'>['details'],
): VoiceAgentError<'model-integrity'> {
  return new VoiceAgentError('model-integrity', `${what} ${adviceFor(details.modelId)}`, {
    details,
    retryable: true,
  });
}

/** What to do about a file that the page's own server does not deliver. */
function adviceFor(modelId: string): string {
  return (
    `Check the connection, and that the server has the models folder: ` +
    `"npm run models -- ${modelId}" fetches it, "npm run build -- --with-models=${modelId}" ` +
    `puts it into the built site.`
  );
}
