// How far a download of several models is: one true fraction, its rate, and the time left. Portable, pure.
import type { Clock } from '../core/clock.ts';

export interface MeteredModel {
  readonly id: string;
  readonly bytes: number;
}

/** One model on its way. */
export interface MeteredProgress {
  readonly modelId: string;
  readonly loadedBytes: number;
  readonly fetchedBytes: number;
}

/** Of all wanted models together. */
export interface DownloadTotals {
  /** Here by now, from the device or the network. */
  readonly loadedBytes: number;
  readonly totalBytes: number;
  /** Over the network, in the latest seconds; null until that can be said. */
  readonly bytesPerSecond: number | null;
  /** At that rate; null while it is not known, or nothing comes. */
  readonly remainingMs: number | null;
}

/** Long enough to even out a request's way there and back, short enough to follow a line that changes. */
const WINDOW_MS = 5_000;
const MIN_WINDOW_MS = 500;

export class DownloadMeter {
  readonly #clock: Clock;
  readonly #models = new Map<string, MeteredProgress>();
  /** Sizes by id. */
  readonly #wanted = new Map<string, number>();
  /** Sizes by id of what counts from the moment on when it comes. */
  readonly #perhaps = new Map<string, number>();
  #wishes = 0;
  /** Fetched bytes of all models by time, oldest first, within the window. */
  #marks: readonly { readonly atMs: number; readonly fetchedBytes: number }[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Somebody waits for these: they count to the whole, with what others wait for at the same time. Returns what ends the
   * wait, to be called once. Once nobody waits the next wish begins a new whole.
   * @param perhaps what may be needed in the place of another: it counts once it comes
   */
  want(models: readonly MeteredModel[], perhaps: readonly MeteredModel[] = []): () => void {
    if (this.#wishes === 0) {
      this.#wanted.clear();
      this.#perhaps.clear();
    }
    this.#wishes += 1;
    for (const { id, bytes } of perhaps) this.#perhaps.set(id, bytes);
    for (const { id, bytes } of models) this.#wanted.set(id, bytes);
    return () => {
      this.#wishes -= 1;
    };
  }

  /** Takes in one model's progress. Null for one that nobody waited for. */
  report(progress: MeteredProgress): DownloadTotals | null {
    this.#models.set(progress.modelId, progress);
    const spareBytes = this.#perhaps.get(progress.modelId);
    if (!this.#wanted.has(progress.modelId) && spareBytes !== undefined) {
      this.#wanted.set(progress.modelId, spareBytes);
    }
    if (!this.#wanted.has(progress.modelId)) return null;
    const nowMs = this.#clock.nowMs();
    let fetchedBytes = 0;
    let loadedBytes = 0;
    let totalBytes = 0;
    for (const [id, bytes] of this.#wanted) {
      const model = this.#models.get(id);
      fetchedBytes += model?.fetchedBytes ?? 0;
      loadedBytes += Math.min(bytes, model?.loadedBytes ?? 0);
      totalBytes += bytes;
    }
    const recent = this.#marks.filter(({ atMs }) => nowMs - atMs <= WINDOW_MS);
    this.#marks = [...recent, { atMs: nowMs, fetchedBytes }];
    const bytesPerSecond = this.#rate();
    const hasRate = bytesPerSecond !== null && bytesPerSecond > 0;
    const remainingMs = hasRate ? (1_000 * (totalBytes - loadedBytes)) / bytesPerSecond : null;
    return { loadedBytes, totalBytes, bytesPerSecond, remainingMs };
  }

  #rate(): number | null {
    const [first, last] = [this.#marks[0], this.#marks.at(-1)];
    if (first === undefined || last === undefined) return null;
    const spanMs = last.atMs - first.atMs;
    if (spanMs < MIN_WINDOW_MS) return null;
    return (1_000 * (last.fetchedBytes - first.fetchedBytes)) / spanMs;
  }
}
