// One AudioContext and the truth about whether it plays. Main thread.
import { systemClock } from '../core/clock.ts';
import type { Clock } from '../core/clock.ts';
import { Emitter } from '../core/emitter.ts';
import { messageOf, VoiceAgentError } from '../core/errors.ts';

/**
 * `needs-gesture`: the browser waits for a click, tap or key. `interrupted`: the system took the
 * device (a call). `stalled`: the context says it runs and renders nothing; a new one has to be made.
 */
export type AudioSessionState = 'running' | 'needs-gesture' | 'interrupted' | 'stalled' | 'closed';

export interface AudioSessionEvent {
  readonly type: 'state-change';
  readonly state: AudioSessionState;
}

export interface AudioSessionOptions {
  /** The page's own context: it is used and left open. Default: one of our own, closed at the end. */
  readonly context?: AudioContext | undefined;
  /** Default: an interactive context at the device's own rate. */
  readonly createContext?: (() => AudioContext) | undefined;
  readonly clock?: Clock | undefined;
  /** Receives what a listener throws. Default: the error is reported as uncaught. */
  readonly onListenerError?: ((error: unknown) => void) | undefined;
}

const CHECK_MS = 500;
/** iOS has been seen running with a frozen clock; one second tells it from a slow start. */
const STALL_MS = 1000;
/** After a longer gap between checks the page itself was frozen, which says nothing of the context. */
const JUDGE_WITHIN_MS = 3000;
/** A context that may start does so within this; without a gesture `resume()` never settles. */
const RESUME_LIMIT_MS = 1000;
const GESTURES = ['pointerdown', 'pointerup', 'keydown', 'touchend'] as const;

export class AudioSession {
  readonly context: AudioContext;
  readonly #clock: Clock;
  readonly #emitter: Emitter<AudioSessionEvent>;
  readonly #abort = new AbortController();
  readonly #isOwn: boolean;
  #state: AudioSessionState;
  #isStalled = false;
  #cancelCheck: () => void = () => undefined;
  #seenTime: number;
  #seenAtMs: number;
  #stalledMs = 0;

  /** Throws `audio-unavailable` when no context can be made. */
  constructor(options: AudioSessionOptions = {}) {
    this.#clock = options.clock ?? systemClock;
    this.#emitter = new Emitter(options.onListenerError ?? reportUncaught);
    this.#isOwn = options.context === undefined;
    this.context = options.context ?? createContext(options.createContext);
    this.#seenTime = this.context.currentTime;
    this.#seenAtMs = this.#clock.nowMs();
    this.#state = this.#derive();
    this.context.addEventListener('statechange', () => this.#update(), {
      signal: this.#abort.signal,
    });
    this.#scheduleCheck();
  }

  get state(): AudioSessionState {
    return this.#state;
  }

  /** Time from the graph to the loudspeaker; `outputMs` is 0 until audio flows. */
  get latency(): { readonly baseMs: number; readonly outputMs: number } {
    // Safari has no outputLatency; the type does not know.
    const outputLatency = this.context.outputLatency as number | undefined;
    return { baseMs: this.context.baseLatency * 1000, outputMs: (outputLatency ?? 0) * 1000 };
  }

  /** Listens to changes of `state`; returns the detach. */
  onStateChange(listener: (state: AudioSessionState) => void): () => void {
    return this.#emitter.on('state-change', (event) => listener(event.state));
  }

  /**
   * Starts a suspended context; to be called from a gesture's handler. Resolves with the state reached:
   * `needs-gesture` when the browser still refuses. An interrupted context is left alone, because
   * resuming it can wedge iOS; it comes back by itself.
   */
  async resume(): Promise<AudioSessionState> {
    if (this.context.state === 'suspended') {
      await new Promise<void>((resolve) => {
        const cancel = this.#clock.schedule(resolve, RESUME_LIMIT_MS);
        void this.context
          .resume()
          .catch(() => undefined)
          .then(() => {
            cancel();
            resolve();
          });
      });
    }
    this.#update();
    return this.#state;
  }

  /** Resumes at the next gestures on `target` until the context runs; returns the detach. */
  attachGestures(target: EventTarget): () => void {
    const attached = new AbortController();
    const handleGesture = (): void => {
      void this.resume().then((state) => {
        if (state === 'running') attached.abort();
      });
    };
    const signal = AbortSignal.any([attached.signal, this.#abort.signal]);
    for (const gesture of GESTURES) {
      target.addEventListener(gesture, handleGesture, { signal, capture: true });
    }
    return () => attached.abort();
  }

  /** Idempotent. */
  async close(): Promise<void> {
    if (this.#abort.signal.aborted) return;
    this.#abort.abort();
    this.#cancelCheck();
    if (this.#isOwn && this.context.state !== 'closed') await this.context.close();
    this.#update();
    this.#emitter.clear();
  }

  #scheduleCheck(): void {
    this.#cancelCheck = this.#clock.schedule(() => {
      this.#checkFrames();
      this.#scheduleCheck();
    }, CHECK_MS);
  }

  #checkFrames(): void {
    const nowMs = this.#clock.nowMs();
    const elapsedMs = nowMs - this.#seenAtMs;
    const renderedMs = (this.context.currentTime - this.#seenTime) * 1000;
    this.#seenAtMs = nowMs;
    this.#seenTime = this.context.currentTime;
    if (elapsedMs > JUDGE_WITHIN_MS) return;
    const isFrozen = this.context.state === 'running' && renderedMs < elapsedMs / 10;
    this.#stalledMs = isFrozen ? this.#stalledMs + elapsedMs : 0;
    this.#isStalled = this.#stalledMs >= STALL_MS;
    this.#update();
  }

  #derive(): AudioSessionState {
    switch (this.context.state) {
      case 'running':
        return this.#isStalled ? 'stalled' : 'running';
      case 'suspended':
        return 'needs-gesture';
      case 'interrupted':
        return 'interrupted';
      case 'closed':
        return 'closed';
    }
  }

  #update(): void {
    const state = this.#derive();
    if (state === this.#state) return;
    this.#state = state;
    this.#emitter.emit({ type: 'state-change', state });
  }
}

function createContext(create: (() => AudioContext) | undefined): AudioContext {
  try {
    return create === undefined ? new AudioContext({ latencyHint: 'interactive' }) : create();
  } catch (error) {
    throw new VoiceAgentError(
      'audio-unavailable',
      `The browser offers no audio output: ${messageOf(error)} Text still works.`,
      { details: { reason: messageOf(error) }, cause: error },
    );
  }
}

/** The default for what a listener throws: the window's `error` event. */
export function reportUncaught(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
