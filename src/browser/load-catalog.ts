// Reads the model catalogue of the page's own server. Main thread.
import { messageOf, VoiceAgentError } from '../core/errors.ts';
import type { ModelCatalog } from '../models/catalog.ts';
import { parseCatalog } from '../models/parse-catalog.ts';

/** Rejects with `model-download-failed` naming the address, or `invalid-data` naming the entry. */
export async function loadCatalog(
  url: string,
  signal: AbortSignal | undefined,
): Promise<ModelCatalog> {
  const response = await fetch(url, signal === undefined ? {} : { signal }).catch(
    (error: unknown) => {
      signal?.throwIfAborted();
      throw failed(url, null, messageOf(error));
    },
  );
  if (!response.ok) throw failed(url, response.status, `HTTP ${response.status}`);
  const json: unknown = await response.json().catch(() => {
    throw failed(url, response.status, 'the answer is not JSON');
  });
  return parseCatalog(json);
}

function failed(url: string, status: number | null, reason: string): VoiceAgentError {
  return new VoiceAgentError(
    'model-download-failed',
    `The model catalogue could not be read from ${url} (${reason}). Serve the models folder there, or set options.assets.modelsUrl.`,
    { details: { modelId: 'catalogue', url, status }, retryable: true },
  );
}
