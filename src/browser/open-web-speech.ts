// The browser's own recogniser, with what it needs of this page. Main thread.
import { systemClock } from '../core/clock.ts';
import type { SttEngine } from '../core/contracts/speech-to-text.ts';
import { createSamplesTrack } from './samples-track.ts';
import { createWebSpeechStt } from './web-speech-stt.ts';
import type { WebSpeech } from './web-speech-stt.ts';

/** Throws `unsupported` where the browser has none. */
export function openWebSpeech(): SttEngine {
  const known = globalThis as { [name: string]: unknown };
  const WebSpeechClass = known['SpeechRecognition'] ?? known['webkitSpeechRecognition'];
  const state: { context: AudioContext | null } = { context: null };
  return createWebSpeechStt({
    clock: systemClock,
    createWebSpeech:
      typeof WebSpeechClass === 'function'
        ? () => new (WebSpeechClass as new () => WebSpeech)()
        : null,
    createTrack: () => {
      const context = (state.context ??= new AudioContext());
      // Suspended where no gesture came before: it runs from the next one on.
      void context.resume();
      return createSamplesTrack(context);
    },
    onDispose: () => void state.context?.close(),
  });
}
