// Loads an audio worklet from a URL. Main thread.
import { abortable } from '../core/abort.ts';
import { messageOf, VoiceAgentError } from '../core/errors.ts';

/**
 * Adds the module at `url`, a real address and not a blob, which strict host pages refuse. Rejects with
 * `worker-load-failed` naming the URL, `unsupported` on an insecure page, or the signal's reason.
 */
export async function loadWorklet(
  context: BaseAudioContext,
  url: string,
  options: { signal?: AbortSignal | undefined } = {},
): Promise<void> {
  // Browsers leave the property out on pages that are not secure; the type does not know.
  const worklet = context.audioWorklet as AudioWorklet | undefined;
  if (worklet === undefined) {
    throw new VoiceAgentError(
      'unsupported',
      'This page has no AudioWorklet: serve it over https or from localhost.',
      { details: { feature: 'AudioWorklet' } },
    );
  }
  const loading = worklet.addModule(url).catch((error: unknown) => {
    throw new VoiceAgentError(
      'worker-load-failed',
      `The audio worklet could not be loaded from ${url}: ${messageOf(error)} Check that the address serves JavaScript and that the page's script-src allows it.`,
      { details: { worker: 'audio worklet', url }, cause: error, retryable: true },
    );
  });
  await abortable(loading, options.signal);
}
