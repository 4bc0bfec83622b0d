// How quick engines were on this device, kept between visits. Main thread.
import { verdictStorage } from '../engines/verdict-storage.ts';

/** A voice that takes longer for a second of speech is not used where a lighter one is there: the rest is for pauses of the device. */
export const KEEPS_UP_RTF = 0.85;

/** What was measured: a verdict holds for nothing else. */
export interface RtfSubject {
  readonly modelId: string;
  readonly backend: 'wasm' | 'webgpu';
  readonly threads: number;
}

export class RtfVerdicts {
  readonly #storage: Pick<typeof verdictStorage, 'read' | 'write'>;
  /** For a browser that keeps nothing. */
  readonly #known = new Map<string, number>();

  constructor(storage: Pick<typeof verdictStorage, 'read' | 'write'> = verdictStorage) {
    this.#storage = storage;
  }

  /** Seconds of computing for a second of speech; null where it was never measured. */
  async read(subject: RtfSubject): Promise<number | null> {
    const key = keyOf(subject);
    const text = this.#known.get(key) ?? (await this.#storage.read(key));
    const rtf = Number(text ?? 'none');
    return rtf > 0 ? rtf : null;
  }

  async write(subject: RtfSubject, rtf: number): Promise<void> {
    const key = keyOf(subject);
    this.#known.set(key, rtf);
    await this.#storage.write(key, String(rtf));
  }
}

function keyOf({ modelId, backend, threads }: RtfSubject): string {
  return `rtf, ${modelId}, ${backend}, ${threads}`;
}
