// Tells heard replies apart while the conversation runs, from the agent's recorded channel. Pure, page.
import { REPLY_GAP_MS } from './loudness-rule.ts';

/** Silence within a sentence: longer, and the voice may have stopped. */
const BETWEEN_WORDS_MS = 200;

export interface HeardReply {
  /** Context time of the first loud window. */
  readonly startMs: number;
  /** Context time of the end of the last loud window so far. */
  readonly endMs: number;
  readonly isOver: boolean;
}

/**
 * A reply begins with sound. It is over after {@link REPLY_GAP_MS} of silence while the agent is
 * neither thinking, nor speaking, nor held (a slow voice pauses longer than that between two
 * sentences); or when, after silence, a clip ended and the agent sounds again: that is the next one.
 * All times are context times in ms.
 */
export class ReplyWatch {
  readonly #replies: HeardReply[] = [];
  #isLoud = false;
  #sinceMs = 0;
  #isAgentBusy = false;
  #clipEndMs = -Infinity;

  get replies(): readonly HeardReply[] {
    return this.#replies;
  }

  /** Whether the agent neither sounds nor is about to, and has not for the gap of a reply. */
  isQuiet(nowMs: number): boolean {
    const last = this.#replies.at(-1);
    return (
      !this.#isLoud && !this.#isAgentBusy && nowMs - (last?.endMs ?? -Infinity) >= REPLY_GAP_MS
    );
  }

  /** Since when the agent has been heard without a reply's gap; null when it is silent now. */
  soundingSince(nowMs: number): number | null {
    const lastMs = this.#replies.at(-1)?.endMs ?? -Infinity;
    return this.#isLoud || nowMs - lastMs < BETWEEN_WORDS_MS ? this.#sinceMs : null;
  }

  /** The agent's channel crossed the threshold at `atMs`. */
  handleLevel(atMs: number, isLoud: boolean): void {
    this.#isLoud = isLoud;
    if (!isLoud) {
      this.#updateLast({ endMs: atMs });
      return;
    }
    const last = this.#replies.at(-1);
    if (atMs - (last?.endMs ?? -Infinity) >= REPLY_GAP_MS) this.#sinceMs = atMs;
    const isNext = last !== undefined && this.#clipEndMs > last.endMs;
    if (isNext) this.#updateLast({ isOver: true });
    if (last === undefined || last.isOver || isNext) {
      this.#replies.push({ startMs: atMs, endMs: atMs, isOver: false });
    }
  }

  handleAgentBusy(isBusy: boolean): void {
    this.#isAgentBusy = isBusy;
  }

  handleClipEnd(atMs: number): void {
    this.#clipEndMs = atMs;
  }

  /** Call it now and then: silence is only noticed by the passing of time. */
  handleTime(nowMs: number): void {
    if (this.isQuiet(nowMs)) this.#updateLast({ isOver: true });
  }

  #updateLast(change: Partial<HeardReply>): void {
    const last = this.#replies.pop();
    if (last !== undefined) this.#replies.push({ ...last, ...change });
  }
}
