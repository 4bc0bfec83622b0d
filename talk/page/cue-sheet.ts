// Decides when clips and events are due, and when the conversation is over. Pure, page.
import type { CuePoint, PlannedClip, PlannedEvent } from './plan.ts';
import type { HeardReply, ReplyWatch } from './reply-watch.ts';

export interface DueCues {
  readonly clips: readonly { readonly clip: PlannedClip; readonly atMs: number }[];
  readonly events: readonly PlannedEvent[];
}

interface Stretch {
  readonly startMs: number;
  readonly endMs: number;
}

/** After the last clip, an agent that already answered may still answer the rest of what was said. */
const SETTLE_MS = 3_000;

/** All times are context times in ms. */
export class CueSheet {
  readonly #openMs: number;
  readonly #watch: ReplyWatch;
  readonly #clips: PlannedClip[];
  readonly #events: PlannedEvent[];
  readonly #sounds: Stretch[] = [];
  readonly #prompts: Stretch[] = [];
  #endMs: number;

  /** @param plan `openMs` is when the microphone opened. */
  constructor(plan: {
    clips: readonly PlannedClip[];
    events: readonly PlannedEvent[];
    openMs: number;
    watch: ReplyWatch;
  }) {
    this.#clips = [...plan.clips];
    this.#events = [...plan.events];
    this.#openMs = plan.openMs;
    this.#endMs = plan.openMs;
    this.#watch = plan.watch;
  }

  /**
   * What has to be done now: clips whose time is known (it may lie ahead, so that they start to the
   * sample), and events whose time has come. Each is returned once.
   */
  takeDue(nowMs: number): DueCues {
    const clips = takeWhere(this.#clips, ({ at }) => this.#timeOf(at) !== null).map((clip) => ({
      clip,
      atMs: Math.max(this.#timeOf(clip.at) ?? nowMs, nowMs),
    }));
    const events = takeWhere(this.#events, ({ at }) => (this.#timeOf(at) ?? Infinity) <= nowMs);
    return { clips, events };
  }

  handleClipStart({ kind, lengthMs, speechEndMs }: PlannedClip, startMs: number): void {
    this.#endMs = Math.max(this.#endMs, startMs + lengthMs);
    const spoken = { startMs, endMs: startMs + speechEndMs };
    this.#sounds.push(spoken);
    if (kind === 'speech') this.#prompts.push(spoken);
  }

  handleEventDone({ type }: PlannedEvent, atMs: number): void {
    this.#endMs = Math.max(this.#endMs, atMs);
    if (type === 'sendText') this.#prompts.push({ startMs: atMs, endMs: atMs });
  }

  /** When the latest clip whose sound is over by now ended. */
  lastClipEndMs(nowMs: number): number {
    return Math.max(
      -Infinity,
      ...this.#sounds.map(({ endMs }) => endMs).filter((ms) => ms <= nowMs),
    );
  }

  /**
   * Everything was played and done, the agent is quiet, and what it was last asked is answered: a
   * reply began after that prompt ended; or one began during it, and a while has passed.
   */
  isOver(nowMs: number): boolean {
    if (this.#clips.length > 0 || this.#events.length > 0) return false;
    if (nowMs < this.#endMs || !this.#watch.isQuiet(nowMs)) return false;
    const isSettled = nowMs - this.#endMs >= SETTLE_MS;
    const asked = this.#prompts.at(-1);
    if (asked === undefined) return isSettled;
    const hasReplyFrom = (fromMs: number): boolean =>
      this.#watch.replies.some(({ startMs, isOver }) => isOver && startMs >= fromMs);
    // A clip that asks for no answer still gets its time to be mistaken for one.
    const isLast = this.#sounds.every(({ startMs }) => startMs <= asked.startMs);
    return hasReplyFrom(asked.endMs)
      ? isLast || isSettled
      : isSettled && hasReplyFrom(asked.startMs);
  }

  #timeOf(at: CuePoint): number | null {
    if ('ms' in at) return this.#openMs + at.ms;
    if ('reply' in at) {
      const reply = this.#reply(at.reply);
      return reply === null ? null : reply.startMs + at.offsetMs;
    }
    const reply = this.#reply(at.afterReply);
    return reply?.isOver === true ? reply.endMs + at.offsetMs : null;
  }

  #reply(index: number): HeardReply | null {
    return this.#watch.replies[index] ?? null;
  }
}

/** Removes and returns what `isTaken` picks. */
function takeWhere<Item>(items: Item[], isTaken: (item: Item) => boolean): Item[] {
  const taken = items.filter(isTaken);
  for (const item of taken) items.splice(items.indexOf(item), 1);
  return taken;
}
