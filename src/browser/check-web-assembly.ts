// Finds out before anything is loaded whether this page may run WebAssembly. Main thread.
import { messageOf, VoiceAgentError } from '../core/errors.ts';

/** The smallest module there is: its magic number and version. */
const EMPTY_MODULE = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

/** Throws `unsupported`, which says what to add to a content security policy that forbids it. */
export function checkWebAssembly(): void {
  try {
    new WebAssembly.Module(EMPTY_MODULE);
  } catch (error) {
    throw new VoiceAgentError(
      'unsupported',
      "The content security policy of this page forbids WebAssembly, which every engine runs on. Its host must add 'wasm-unsafe-eval' to script-src.",
      { details: { feature: `WebAssembly: ${messageOf(error)}` }, cause: error },
    );
  }
}
