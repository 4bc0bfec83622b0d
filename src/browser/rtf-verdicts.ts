// How quick engines were on this device, kept between visits. Main thread.
import { verdictStorage } from '../engines/verdict-storage.ts';

/** A voice that takes longer for a second of speech is not used where a lighter one is there: the rest is for pauses of the device. */
export const KEEPS_UP_RTF = 0.85;

/** Whoever was too slow is tried again after this: browsers and this code get quicker, and a device may have been busy. */
const TOO_SLOW_HOLDS_MS = 7 * 24 * 60 * 60 * 1_000;

/** What was measured: a verdict holds for nothing else. */
export interface RtfSubject {
  readonly modelId: string;
  readonly backend: 'wasm' | 'webgpu';
  readonly threads: number;
}

export class RtfVerdicts {
  readonly #storage: typeof verdictStorage;
  readonly #now: () => number;
  /** For a browser that keeps nothing. */
  readonly #known = new Map<string, string>();

  /** @param now ms since 1970. */
  constructor(
    storage: typeof verdictStorage = verdictStorage,
    now: () => number = () => Date.now(),
  ) {
    this.#storage = storage;
    this.#now = now;
  }

  /** Seconds of computing for a second of speech; null where it was never measured, or has to be again. */
  async read(subject: RtfSubject): Promise<number | null> {
    const key = keyOf(subject);
    const text = this.#known.get(key) ?? (await this.#storage.read(key)) ?? '';
    const [rtf = NaN, measuredMs = NaN] = text.split(' ').map(Number);
    if (!(rtf > 0)) return null;
    const isFresh = this.#now() - measuredMs < TOO_SLOW_HOLDS_MS;
    return rtf <= KEEPS_UP_RTF || isFresh ? rtf : null;
  }

  async write(subject: RtfSubject, rtf: number): Promise<void> {
    const key = keyOf(subject);
    const text = `${rtf} ${this.#now()}`;
    this.#known.set(key, text);
    await this.#storage.write(key, text);
  }

  /** With what else is kept there: which graphics processors compute right. */
  async forget(): Promise<void> {
    this.#known.clear();
    await this.#storage.clear();
  }
}

function keyOf({ modelId, backend, threads }: RtfSubject): string {
  return `rtf, ${modelId}, ${backend}, ${threads}`;
}
