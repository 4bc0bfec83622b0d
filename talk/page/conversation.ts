// One conversation: engines loaded, recorder on, clips and events played, observations kept. Page.
import { createVoiceAgent } from '../../src/index.ts';
import type { VoiceAgent, VoiceAgentEvent, VoiceAgentOptions } from '../../src/index.ts';
import { messageOf, VoiceAgentError } from '../../src/core/errors.ts';
import { blockMainThread } from './block-main-thread.ts';
import { CueSheet } from './cue-sheet.ts';
import { InjectedMicrophone } from './injected-microphone.ts';
import { TALK_RATE_HZ } from './plan.ts';
import type { PlannedClip, PlannedEvent, TalkPlan } from './plan.ts';
import type { RawClockPair, RawCue, RawFailure, RawReady, RawRun } from './raw-run.ts';
import { Recorder } from './recorder.ts';
import { ReplyWatch } from './reply-watch.ts';
import { RoomVoice } from './room-voice.ts';

const TICK_MS = 20;
const CLOCK_READ_MS = 1_000;

/** An hour of talk; what comes later is dropped, and the report says so by its missing end. */
const MAX_EVENTS = 200_000;

export class Conversation {
  readonly #plan: TalkPlan;
  readonly #context: AudioContext;
  readonly #microphone: InjectedMicrophone | null;
  readonly #agent: VoiceAgent;
  readonly #watch = new ReplyWatch();
  readonly #events: VoiceAgentEvent[] = [];
  readonly #clockPairs: RawClockPair[] = [];
  readonly #cues: RawCue[] = [];
  readonly #rigErrors: { code: string; message: string; eventMs: number }[] = [];
  #recorder: Recorder | null = null;
  #roomVoice: RoomVoice | null = null;
  #isInputTapped = false;
  #isOutputTapped = false;

  /** Throws what `createVoiceAgent` throws for options it refuses. */
  constructor(plan: TalkPlan) {
    this.#plan = plan;
    this.#context = new AudioContext({ sampleRate: TALK_RATE_HZ, latencyHint: 'interactive' });
    this.#microphone = plan.source === 'injected' ? new InjectedMicrophone(this.#context) : null;
    this.#agent = createVoiceAgent(this.#toAgentOptions());
    this.#agent.on('*', (event) => this.#handleEvent(event));
  }

  /** Loads every engine. Rejects with a `VoiceAgentError`, or when the plan's time for it is over. */
  async prepare(): Promise<RawReady> {
    const signal = AbortSignal.timeout(this.#plan.loadTimeoutMs);
    await this.#agent.load({ signal });
    return {
      isIsolated: globalThis.crossOriginIsolated,
      readyMs: performance.now(),
      engines: this.#agent.engines,
    };
  }

  /** Records, opens the microphone, plays the plan, and stops recording. */
  async hold(): Promise<RawRun> {
    await this.#context.resume();
    const recorder = await Recorder.create(this.#context, ({ contextMs, isLoud }) =>
      this.#watch.handleLevel(contextMs, isLoud),
    );
    this.#recorder = recorder;
    if (this.#plan.source === 'room') this.#roomVoice = await RoomVoice.create(this.#context);
    this.#tap();
    const openMs = this.#nowMs();
    await this.#open();
    const sheet = new CueSheet({ ...this.#plan, openMs: this.#nowMs(), watch: this.#watch });
    const release = this.#plan.blocksMain ? blockMainThread() : () => undefined;
    const isTimedOut = !(await this.#play(sheet, this.#nowMs()));
    release();
    await recorder.stop();
    return {
      recording: {
        sampleRateHz: this.#context.sampleRate,
        frames: recorder.frames,
        startContextMs: recorder.startContextMs,
        gaps: recorder.gaps,
      },
      microphoneOpenContextMs: openMs,
      baseLatencyMs: toMs(this.#context.baseLatency),
      outputLatencyMs: toMs(this.#context.outputLatency),
      clockPairs: this.#clockPairs,
      events: this.#events,
      cues: this.#cues,
      rigErrors: this.#rigErrors,
      isTimedOut,
    };
  }

  takeRecording(maxBlocks: number): Int16Array {
    return this.#recorder?.take(maxBlocks) ?? new Int16Array(0);
  }

  #toAgentOptions(): VoiceAgentOptions {
    const given = this.#plan.agentOptions as VoiceAgentOptions;
    return {
      ...given,
      microphone: { ...given.microphone, source: this.#microphone?.stream ?? null },
      audio: { ...given.audio, context: this.#context },
    };
  }

  async #open(): Promise<void> {
    // The taps appear while the microphone opens: the first samples must not be missed.
    const poll = setInterval(() => this.#tap(), 2);
    try {
      await this.#agent.start({ signal: AbortSignal.timeout(this.#plan.loadTimeoutMs) });
    } finally {
      clearInterval(poll);
    }
    this.#tap();
  }

  #tap(): void {
    const { audio } = this.#agent;
    if (audio === null || this.#recorder === null) return;
    if (!this.#isOutputTapped) {
      this.#isOutputTapped = true;
      this.#recorder.tapAgent(audio.output);
      if (this.#plan.echo !== null) this.#microphone?.addEcho(audio.output, this.#plan.echo);
    }
    if (!this.#isInputTapped && audio.input !== null) {
      this.#isInputTapped = true;
      this.#recorder.tapMicrophone(audio.input);
    }
  }

  /** Resolves with whether the conversation came to its end in time. */
  #play(sheet: CueSheet, openMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      this.#readClocks();
      const clockReads = setInterval(() => this.#readClocks(), CLOCK_READ_MS);
      const ticks = setInterval(() => {
        const nowMs = this.#nowMs();
        const isOver = this.#tick(sheet, nowMs);
        if (!isOver && nowMs - openMs < this.#plan.timeoutMs) return;
        clearInterval(ticks);
        clearInterval(clockReads);
        resolve(isOver);
      }, TICK_MS);
    });
  }

  #tick(sheet: CueSheet, nowMs: number): boolean {
    this.#watch.handleClipEnd(sheet.lastClipEndMs(nowMs));
    this.#watch.handleTime(nowMs);
    const due = sheet.takeDue(nowMs);
    for (const { clip, atMs } of due.clips) {
      sheet.handleClipStart(clip, this.#startClip(clip, atMs));
    }
    for (const event of due.events) this.#call(event, sheet);
    const { prompt } = this.#plan;
    if (prompt !== null && sheet.isStuck(nowMs)) {
      this.#call({ type: 'sendText', value: prompt, at: { ms: nowMs } }, sheet);
    }
    return sheet.isOver(nowMs);
  }

  #call(event: PlannedEvent, sheet: CueSheet): void {
    const contextMs = this.#nowMs();
    this.#cues.push({ kind: 'call', what: event.type, contextMs });
    sheet.handleEventDone(event, contextMs);
    this.#perform(event);
  }

  /** The fake device plays its file by itself, from when the track opened. */
  #startClip(clip: PlannedClip, atMs: number): number {
    const contextMs = (this.#microphone ?? this.#roomVoice)?.play(clip, atMs) ?? atMs;
    this.#cues.push({ kind: 'clip', what: clip.id, contextMs });
    return contextMs;
  }

  #perform(event: PlannedEvent): void {
    switch (event.type) {
      case 'interrupt':
        this.#agent.interrupt();
        return;
      case 'sendText':
        this.#agent.sendText(event.value).catch((error: unknown) => this.#noteError(error));
        return;
      case 'mute':
        this.#agent.setMuted(event.value);
        return;
      case 'setMode':
        this.#agent.update({ mode: event.value });
        return;
    }
  }

  #handleEvent(event: VoiceAgentEvent): void {
    if (this.#events.length < MAX_EVENTS) this.#events.push(event);
    if (event.type !== 'state-change') return;
    this.#watch.handleAgentBusy(['thinking', 'speaking', 'held'].includes(event.state.agent));
  }

  #noteError(error: unknown): void {
    const { code, message } = VoiceAgentError.from(error);
    this.#rigErrors.push({ code, message, eventMs: performance.timeOrigin + performance.now() });
  }

  #readClocks(): void {
    const { contextTime, performanceTime } = this.#context.getOutputTimestamp();
    if (contextTime === undefined || performanceTime === undefined || contextTime === 0) return;
    this.#clockPairs.push({
      contextMs: contextTime * 1000,
      eventMs: performance.timeOrigin + performanceTime,
    });
  }

  #nowMs(): number {
    return this.#context.currentTime * 1000;
  }
}

/** What a stage of the preparation failed with, ready to cross to the launcher. */
export function toFailure(stage: RawFailure['stage'], error: unknown): RawFailure {
  const code = VoiceAgentError.is(error) ? error.code : 'internal';
  return { stage, code, message: messageOf(error) };
}

function toMs(seconds: number): number | null {
  return Number.isFinite(seconds) ? seconds * 1000 : null;
}
