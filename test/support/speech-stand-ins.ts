// Stand-ins for the browser's own voices: what is said is kept, and told of as a voice does. Node and the browser.
import type {
  SpeechSystem,
  SystemUtterance,
  SystemVoice,
} from '../../src/browser/web-speech-tts.ts';
import type { Clock } from '../../src/core/clock.ts';

export class StandInUtterance extends EventTarget implements SystemUtterance {
  voice: SystemVoice | null = null;
  lang = '';
  rate = 0;
  readonly text: string;

  constructor(text: string) {
    super();
    this.text = text;
  }

  tell(type: string, details: object = {}): void {
    this.dispatchEvent(Object.assign(new Event(type), details));
  }
}

/** A word each `wordMs`, told as it begins. */
export class StandInSpeech extends EventTarget implements SpeechSystem {
  readonly said: { readonly text: string; readonly atMs: number }[] = [];
  readonly #clock: Clock;
  readonly #wordMs: number;
  #cancels: (() => void)[] = [];

  constructor(clock: Clock, wordMs: number) {
    super();
    this.#clock = clock;
    this.#wordMs = wordMs;
  }

  getVoices(): readonly SystemVoice[] {
    const voice = { voiceURI: 'stand-in', name: 'Stand-in', lang: 'en-US' };
    return [{ ...voice, localService: true, default: true }];
  }

  speak(utterance: SystemUtterance): void {
    if (!(utterance instanceof StandInUtterance)) throw new TypeError('a stand-in was expected');
    this.said.push({ text: utterance.text, atMs: this.#clock.nowMs() });
    const tell = (type: string, afterMs: number, details?: object): void => {
      const fire = (): void => utterance.tell(type, details);
      this.#cancels.push(this.#clock.schedule(fire, afterMs));
    };
    const words = [...utterance.text.matchAll(/\S+/gu)];
    tell('start', 0);
    words.forEach(({ index }, i) =>
      tell('boundary', i * this.#wordMs, { name: 'word', charIndex: index }),
    );
    tell('end', words.length * this.#wordMs);
  }

  cancel(): void {
    this.#cancels.splice(0).forEach((cancel) => cancel());
  }
}
