// The browser's own recogniser and voices, with what they need of this page. Main thread.
import { systemClock } from '../core/clock.ts';
import type { SttEngine } from '../core/contracts/speech-to-text.ts';
import type { TtsEngine } from '../core/contracts/text-to-speech.ts';
import { createSamplesTrack } from './samples-track.ts';
import { createWebSpeechStt } from './web-speech-stt.ts';
import type { WebSpeech } from './web-speech-stt.ts';
import { createWebSpeechTts } from './web-speech-tts.ts';
import type { SpeechSystem, SystemUtterance, WebSpeechTtsOptions } from './web-speech-tts.ts';

const known = globalThis as { readonly [name: string]: unknown };

/** Throws `unsupported` where the browser has none. */
export function openWebSpeech(): SttEngine {
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

/** Rejects with `unsupported` where the browser has none for the language. */
export function openWebSpeechVoice(
  options: Pick<WebSpeechTtsOptions, 'voices' | 'language' | 'signal'>,
): Promise<TtsEngine> {
  const UtteranceClass = known['SpeechSynthesisUtterance'] as new (text: string) => SystemUtterance;
  return createWebSpeechTts({
    ...options,
    clock: systemClock,
    system: (known['speechSynthesis'] as SpeechSystem | undefined) ?? null,
    createUtterance: (text) => new UtteranceClass(text),
  });
}
