// Who has the floor: voice windows, buttons and the agent's progress in; effects out. Pure: its only
// clock is the audio time of the windows, its only output the effects that `handle` returns.
import { decideEndpoint } from './endpointing.ts';
import type { EndpointingOptions } from './endpointing.ts';
import { SpeechSegmenter } from './speech-segmenter.ts';
import type { SegmenterOptions, VadWindow } from './speech-segmenter.ts';

export interface TurnMachineOptions extends EndpointingOptions, SegmenterOptions {
  readonly mode: 'automatic' | 'push-to-talk' | 'manual';
  /** Less voice than this is a misfire, not a turn. */
  readonly minSpeechMs: number;
  /** Audio from before the first speech window that belongs to the turn. */
  readonly preRollMs: number;
  /** Voice over a thinking or speaking agent that cuts it off. */
  readonly interruptAfterMs: number;
}

export type TurnInput =
  | { readonly type: 'window'; readonly window: VadWindow }
  | { readonly type: 'commit' }
  | { readonly type: 'push-to-talk'; readonly isPressed: boolean }
  | { readonly type: 'mute' }
  /** The agent takes the floor: a committed turn, typed words or a text to speak. */
  | { readonly type: 'reply-start'; readonly generation: number }
  | { readonly type: 'reply-audible'; readonly generation: number }
  | { readonly type: 'reply-end'; readonly generation: number }
  /** The page or a button silences the agent. */
  | { readonly type: 'interrupt' };

export type TurnEffect =
  | { readonly type: 'turn-open'; readonly turnId: string; readonly fromMs: number }
  | { readonly type: 'turn-drop'; readonly turnId: string; readonly reason: 'misfire' | 'muted' }
  | { readonly type: 'attempt-start'; readonly turnId: string }
  | { readonly type: 'attempt-drop'; readonly turnId: string }
  | {
      readonly type: 'turn-commit';
      readonly turnId: string;
      readonly lastSpeechMs: number;
      readonly decisionMs: number;
    }
  | { readonly type: 'cut'; readonly generation: number; readonly by: 'speech' | 'text' | 'call' };

/** People let go of the button on their last syllable: this much more audio belongs to the turn. */
const RELEASE_TAIL_MS = 200;

interface OpenTurn {
  readonly id: string;
  readonly openedMs: number;
  hasAttempt: boolean;
  /** Audio time at which a released button commits; null while it is held or in other modes. */
  commitAtMs: number | null;
}

export class TurnMachine {
  readonly #segmenter: SpeechSegmenter;
  #options: TurnMachineOptions;
  #turn: OpenTurn | null = null;
  #turnCount = 0;
  #nowMs = 0;
  #isPressed = false;
  #reply: { generation: number; isAudible: boolean } | null = null;

  constructor(options: TurnMachineOptions) {
    this.#options = options;
    this.#segmenter = new SpeechSegmenter(options);
  }

  get user(): 'silent' | 'speaking' {
    return this.#segmenter.isInSegment ? 'speaking' : 'silent';
  }

  get agent(): 'idle' | 'thinking' | 'speaking' {
    if (this.#reply === null) return 'idle';
    return this.#reply.isAudible ? 'speaking' : 'thinking';
  }

  /** Options hold from the next input on. */
  setOptions(options: TurnMachineOptions): void {
    this.#options = options;
    this.#segmenter.setOptions(options);
  }

  handle(input: TurnInput): TurnEffect[] {
    switch (input.type) {
      case 'window':
        return this.#handleWindow(input.window);
      case 'commit':
        return this.#turn === null ? [] : this.#close(this.#turn);
      case 'push-to-talk':
        return this.#handleButton(input.isPressed);
      case 'mute':
        return this.#turn === null ? [] : this.#drop(this.#turn, 'muted');
      case 'reply-start':
        return this.#handleReplyStart(input.generation);
      case 'reply-audible':
        if (this.#reply?.generation === input.generation) this.#reply.isAudible = true;
        return [];
      case 'reply-end':
        if (this.#reply?.generation === input.generation) this.#reply = null;
        return [];
      case 'interrupt':
        return this.#cut('call');
    }
  }

  #handleWindow(window: VadWindow): TurnEffect[] {
    this.#nowMs = window.endMs;
    const event = this.#segmenter.handleWindow(window);
    const effects: TurnEffect[] = [];
    if (event === 'speech-start') effects.push(...this.#handleSpeechStart());
    const turn = this.#turn;
    if (turn === null) return effects;
    if (event === 'speech-resume' && turn.hasAttempt) {
      turn.hasAttempt = false;
      effects.push({ type: 'attempt-drop', turnId: turn.id });
    }
    if (this.#segmenter.voicedMs >= this.#options.interruptAfterMs) {
      effects.push(...this.#cut('speech'));
    }
    return [...effects, ...this.#checkEndpoint(turn)];
  }

  #handleSpeechStart(): TurnEffect[] {
    if (this.#turn !== null) return [];
    if (this.#options.mode === 'push-to-talk') {
      this.#segmenter.reset();
      return [];
    }
    return [this.#open(this.#segmenter.startMs)];
  }

  #checkEndpoint(turn: OpenTurn): TurnEffect[] {
    if (turn.commitAtMs !== null) {
      return this.#nowMs >= turn.commitAtMs ? this.#close(turn) : [];
    }
    const decision = decideEndpoint(
      { silenceMs: this.#segmenter.silenceMs, turnMs: this.#nowMs - turn.openedMs },
      this.#options,
    );
    if (decision === 'wait' || (turn.hasAttempt && decision === 'eager')) return [];
    const isForced = this.#segmenter.silenceMs < this.#options.eagerSilenceMs;
    if (decision === 'commit' && (this.#options.mode === 'automatic' || isForced)) {
      return this.#close(turn);
    }
    if (turn.hasAttempt || this.#segmenter.voicedMs < this.#options.minSpeechMs) return [];
    turn.hasAttempt = true;
    return [{ type: 'attempt-start', turnId: turn.id }];
  }

  #handleButton(isPressed: boolean): TurnEffect[] {
    if (this.#options.mode !== 'push-to-talk' || isPressed === this.#isPressed) return [];
    this.#isPressed = isPressed;
    if (!isPressed) {
      if (this.#turn !== null) this.#turn.commitAtMs = this.#nowMs + RELEASE_TAIL_MS;
      return [];
    }
    const effects = this.#cut('speech');
    if (this.#turn !== null) {
      // Pressed again within the tail of the last release: the person goes on.
      this.#turn.commitAtMs = null;
      return effects;
    }
    this.#segmenter.reset();
    return [...effects, this.#open(this.#nowMs)];
  }

  #handleReplyStart(generation: number): TurnEffect[] {
    const effects = this.#cut('text');
    this.#reply = { generation, isAudible: false };
    return effects;
  }

  #open(atMs: number): TurnEffect {
    this.#turnCount += 1;
    const turn = { id: `t${this.#turnCount}`, openedMs: atMs, hasAttempt: false, commitAtMs: null };
    this.#turn = turn;
    const fromMs = Math.max(0, atMs - this.#options.preRollMs);
    return { type: 'turn-open', turnId: turn.id, fromMs };
  }

  /** Ends the turn: a commit when enough voice was heard, a misfire otherwise. */
  #close(turn: OpenTurn): TurnEffect[] {
    if (this.#segmenter.voicedMs < this.#options.minSpeechMs) return this.#drop(turn, 'misfire');
    const commit: TurnEffect = {
      type: 'turn-commit',
      turnId: turn.id,
      lastSpeechMs: this.#segmenter.lastSpeechMs,
      decisionMs: this.#nowMs,
    };
    this.#turn = null;
    this.#segmenter.reset();
    return [...this.#cut('speech'), commit];
  }

  #drop(turn: OpenTurn, reason: 'misfire' | 'muted'): TurnEffect[] {
    this.#turn = null;
    this.#isPressed = false;
    this.#segmenter.reset();
    return [{ type: 'turn-drop', turnId: turn.id, reason }];
  }

  #cut(by: 'speech' | 'text' | 'call'): TurnEffect[] {
    if (this.#reply === null) return [];
    const { generation } = this.#reply;
    this.#reply = null;
    return [{ type: 'cut', generation, by }];
  }
}
