// Decides when clips and events are due, and when the conversation is over. Pure, page.
import type { CuePoint, EchoPlan, PlannedClip, PlannedEvent } from './plan.ts';
import type { HeardReply, ReplyWatch } from './reply-watch.ts';

export interface DueCues {
  readonly clips: readonly { readonly clip: PlannedClip; readonly atMs: number }[];
  readonly events: readonly PlannedEvent[];
}

type WheneverCue = Extract<CuePoint, { whenever: string }>;

interface Stretch {
  readonly startMs: number;
  readonly endMs: number;
}

/** After the last clip, an agent that already answered may still answer the rest of what was said. */
const SETTLE_MS = 3_000;

/** How long what was played over the agent may take to have its effect, before the next thing is. */
const REACTION_MS = 2_500;

/** An agent that stays silent for so long will not answer: a script with cues to come goes on. */
const GIVE_UP_MS = 5_000;

/** All times are context times in ms. */
export class CueSheet {
  readonly #openMs: number;
  readonly #watch: ReplyWatch;
  readonly #clips: PlannedClip[];
  readonly #events: PlannedEvent[];
  readonly #sounds: Stretch[] = [];
  readonly #prompts: Stretch[] = [];
  readonly #hasEcho: boolean;
  readonly #isOpenEnded: boolean;
  #endMs: number;

  /** @param plan `openMs` is when the microphone opened. */
  constructor(plan: {
    clips: readonly PlannedClip[];
    events: readonly PlannedEvent[];
    echo: EchoPlan | null;
    openMs: number;
    watch: ReplyWatch;
  }) {
    this.#hasEcho = plan.echo !== null;
    this.#isOpenEnded = [...plan.clips, ...plan.events].some(({ at }) => 'whenever' in at);
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
    const next = [...this.#clips, ...this.#events].find(({ at }) => 'whenever' in at);
    const timeOf = (item: PlannedClip | PlannedEvent): number | null => {
      if (!('whenever' in item.at)) return this.#timeOf(item.at);
      return item === next ? this.#timeWhenever(item.at, nowMs) : null;
    };
    const clips = this.#clips
      .map((clip) => ({ clip, atMs: timeOf(clip) }))
      .flatMap(({ clip, atMs }) => (atMs === null ? [] : [{ clip, atMs: Math.max(atMs, nowMs) }]));
    const events = this.#events.filter((event) => (timeOf(event) ?? Infinity) <= nowMs);
    remove(
      this.#clips,
      clips.map(({ clip }) => clip),
    );
    remove(this.#events, events);
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
    return this.#clips.length + this.#events.length === 0 && this.#isAnswered(nowMs);
  }

  /** Cues are left that nothing brings about any more: all is answered and the agent stays quiet. */
  isStuck(nowMs: number): boolean {
    const isLeft = this.#clips.length + this.#events.length > 0;
    return isLeft && this.#isAnswered(nowMs) && nowMs - this.#endMs >= REACTION_MS;
  }

  #isAnswered(nowMs: number): boolean {
    if (nowMs < this.#endMs || !this.#watch.isQuiet(nowMs)) return false;
    const isSettled = nowMs - this.#endMs >= SETTLE_MS;
    const asked = this.#prompts.at(-1);
    if (asked === undefined) return isSettled;
    if (this.#isOpenEnded && this.#quietMs(nowMs) >= GIVE_UP_MS) return true;
    const hasReplyFrom = (fromMs: number): boolean =>
      this.#watch.replies.some(({ startMs, isOver }) => isOver && startMs >= fromMs);
    // A clip that asks for no answer, and an echo, get their time to be mistaken for one.
    const isLast = !this.#hasEcho && this.#sounds.every(({ startMs }) => startMs <= asked.startMs);
    return hasReplyFrom(asked.endMs)
      ? isLast || isSettled
      : isSettled && hasReplyFrom(asked.startMs);
  }

  /** Of both. */
  #quietMs(nowMs: number): number {
    return nowMs - Math.max(this.#endMs, this.#watch.replies.at(-1)?.endMs ?? 0);
  }

  #timeWhenever({ whenever, offsetMs }: WheneverCue, nowMs: number): number | null {
    if (whenever === 'quiet') {
      const isFirst = this.#sounds.length + this.#prompts.length === 0;
      if (isFirst) return this.#openMs + offsetMs;
      return this.#isAnswered(nowMs) && this.#quietMs(nowMs) >= offsetMs ? nowMs : null;
    }
    const sinceMs = this.#watch.soundingSince(nowMs);
    if (sinceMs === null || nowMs - sinceMs < offsetMs) return null;
    return nowMs - this.#endMs >= REACTION_MS ? nowMs : null;
  }

  #timeOf(at: Exclude<CuePoint, WheneverCue>): number | null {
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

function remove<Item>(items: Item[], taken: readonly Item[]): void {
  for (const item of taken) items.splice(items.indexOf(item), 1);
}
