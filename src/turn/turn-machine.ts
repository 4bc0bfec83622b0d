// Who has the floor: voice windows, words, buttons and the agent's progress in; effects out. Pure: its
// only clock is the audio time of the windows, its only output the effects that `handle` returns.
import { countWords, judgeEnding, judgeWords } from '../text/turn-words.ts';
import type { TurnWords } from '../text/turn-words.ts';
import { toSaidWords } from '../text/said-words.ts';
import { hasWakePhrase } from '../text/wake-phrase.ts';
import { Endpointing } from './endpointing.ts';
import type { EndpointingOptions, TurnProgress } from './endpointing.ts';
import { Interruption } from './interruption.ts';
import type { InterruptionAction, InterruptionOptions } from './interruption.ts';
import { SpeechSegmenter } from './speech-segmenter.ts';
import type { SegmentEvent, SegmenterOptions, VadWindow } from './speech-segmenter.ts';
import type { TurnEffect, TurnInput } from './turn-protocol.ts';

export interface TurnMachineOptions
  extends EndpointingOptions, InterruptionOptions, SegmenterOptions {
  readonly mode: 'automatic' | 'push-to-talk' | 'wake-phrase' | 'manual';
  /** Less voice than this is a misfire, not a turn; while the agent speaks every sound is looked at. */
  readonly minSpeechMs: number;
  /** Audio from before the first speech window that belongs to the turn. */
  readonly preRollMs: number;
  /** Of the spoken language; null where there is no table. */
  readonly words: TurnWords | null;
  readonly language: string;
  /** What a turn must hold in the mode of that name, unless the agent was spoken with just before. */
  readonly wakePhrase: string | null;
  /** For how long after a reply, or a bare wake phrase, none is needed. */
  readonly wakeWindowMs: number;
}

/** Less of it where the agent's echo is what came before: its words are not the person's. */
const ECHO_PRE_ROLL_MS = 96;
/** People let go of the button on their last syllable: this much more audio belongs to the turn. */
const RELEASE_TAIL_MS = 200;

interface OpenTurn {
  readonly id: string;
  readonly openedMs: number;
  hasAttempt: boolean;
  /** Audio time at which a released button commits; null while it is held or in other modes. */
  commitAtMs: number | null;
  /** A spotter heard the wake phrase in it. */
  isCalled: boolean;
  /** It cut the agent off: short as it may be, it is no misfire. */
  hasCut: boolean;
  /** It holds more than what counts as voice over the agent alone, or a button opened it. */
  isSure: boolean;
  /** Its words so far, and whether they are all up to the present silence. */
  text: string;
  isTextFinal: boolean;
  /** Of the latest words that the language model judged. */
  wordsEnd: { readonly words: string; readonly probability: number } | null;
}

interface FloorReply {
  readonly generation: number;
  readonly isInterruptible: boolean;
  isAudible: boolean;
}

export class TurnMachine {
  readonly #segmenter: SpeechSegmenter;
  readonly #endpointing: Endpointing;
  readonly #interruption: Interruption;
  #options: TurnMachineOptions;
  #turn: OpenTurn | null = null;
  #turnCount = 0;
  #nowMs = 0;
  #isPressed = false;
  #echoEndMs = -Infinity;
  #reply: FloorReply | null = null;
  /** End of the latest committed turn's speech, and until when no wake phrase is needed. */
  #committedSpeechMs = -Infinity;
  #awakeUntilMs = -Infinity;

  constructor(options: TurnMachineOptions) {
    this.#options = options;
    this.#segmenter = new SpeechSegmenter(options);
    this.#endpointing = new Endpointing(options);
    this.#interruption = new Interruption(options);
  }

  get user(): 'silent' | 'speaking' {
    return this.#segmenter.isInSegment ? 'speaking' : 'silent';
  }

  /** Whether the person is in a pause, as of the latest window. */
  get isPause(): boolean {
    return this.#segmenter.silenceMs > 0;
  }

  get agent(): 'idle' | 'thinking' | 'speaking' | 'held' {
    if (this.#reply === null) return 'idle';
    if (!this.#reply.isAudible) return 'thinking';
    return this.#interruption.stage === 'held' ? 'held' : 'speaking';
  }

  /** Whether the open turn, by what is known of it, is meant for the agent. */
  get isAddressed(): boolean {
    const turn = this.#turn;
    return turn !== null && (this.#options.mode !== 'wake-phrase' || this.#isAwake(turn));
  }

  /** Options hold from the next input on. */
  setOptions(options: TurnMachineOptions): void {
    this.#options = options;
    this.#endpointing.setOptions(options);
    this.#interruption.setOptions(options);
  }

  handle(input: TurnInput): TurnEffect[] {
    switch (input.type) {
      case 'window':
        return this.#handleWindow(input.window);
      case 'words':
        return this.#handleWords(input);
      case 'words-end':
        return this.#handleWordsEnd(input);
      case 'completion':
        return this.#handleCompletion(input);
      case 'wake':
        return this.#handleWake();
      case 'commit':
        return this.#turn === null ? [] : this.#close(this.#turn);
      case 'push-to-talk':
        return this.#handleButton(input.isPressed);
      case 'mute':
        return this.#turn === null ? [] : this.#drop(this.#turn, 'muted');
      case 'reply-start':
        return this.#handleReplyStart(input);
      case 'reply-audible':
        if (this.#reply?.generation === input.generation) this.#reply.isAudible = true;
        return [];
      case 'reply-end':
        return this.#handleReplyEnd(input.generation);
      case 'interrupt':
        return this.#cut('call');
    }
  }

  #handleWindow(window: VadWindow): TurnEffect[] {
    this.#nowMs = window.endMs;
    const isEcho = window.echo === 'echo';
    if (isEcho) this.#echoEndMs = window.endMs;
    this.#segmenter.setOptions(this.#thresholds);
    const pauseMs = this.#segmenter.silenceMs;
    const event = this.#segmenter.handleWindow(isEcho ? { ...window, probability: 0 } : window);
    const effects = this.#handleSegment(event, pauseMs);
    const isClear = !isEcho && window.probability >= this.#options.enterThreshold;
    if (isClear && this.#turn !== null) this.#turn.isSure = true;
    return [...effects, ...this.#handleOverlap(window), ...this.#checkTurn()];
  }

  /** While the agent speaks a faint voice counts too: what it was is found out during the hold. */
  get #thresholds(): SegmenterOptions {
    const { enterThreshold, exitThreshold, duckThreshold } = this.#options;
    if (this.#reply?.isInterruptible !== true) return { enterThreshold, exitThreshold };
    const enter = Math.min(enterThreshold, duckThreshold);
    return { enterThreshold: enter, exitThreshold: Math.min(exitThreshold, enter) };
  }

  #handleSegment(event: SegmentEvent, pauseMs: number): TurnEffect[] {
    if (event === 'speech-start') return this.#handleSpeechStart();
    const turn = this.#turn;
    if (event !== 'speech-resume' || turn === null) return [];
    this.#endpointing.handleResume(pauseMs);
    turn.isTextFinal = false;
    return this.#dropAttempt(turn);
  }

  #handleSpeechStart(): TurnEffect[] {
    if (this.#turn !== null) return [];
    if (this.#options.mode === 'push-to-talk') {
      this.#segmenter.reset();
      return [];
    }
    // The agent took the floor in what was a pause: so long a pause is this person's way.
    if (this.#reply !== null && !this.#reply.isAudible) {
      this.#endpointing.handleResume(this.#segmenter.startMs - this.#committedSpeechMs);
    }
    return [this.#open(this.#segmenter.startMs)];
  }

  #handleOverlap(window: VadWindow): TurnEffect[] {
    if (this.#reply?.isInterruptible !== true || this.#turn === null) return [];
    const action = this.#interruption.handleWindow({
      lengthMs: window.endMs - window.startMs,
      isVoice: this.#segmenter.isVoiced,
      isSure: window.probability >= this.#options.holdThreshold,
      isSuspect: window.echo === 'suspect',
    });
    return this.#act(action, 'misfire');
  }

  #handleWords(input: Extract<TurnInput, { type: 'words' }>): TurnEffect[] {
    const turn = this.#turn;
    if (turn?.id !== input.turnId) return [];
    const { words, language } = this.#options;
    const { text, stableText, isFinal } = input;
    turn.text = text;
    turn.isTextFinal = isFinal;
    this.#weighWords(turn);
    if (words !== null) this.#endpointing.handleEnding(judgeEnding(text, words));
    if (this.#reply?.isInterruptible !== true) return this.#checkTurn();
    // The agent is held: it costs nothing to wait for words that stay. Half a "mm-hmm" is often "and I'm".
    const said = stableText;
    const verdict = words === null ? (said === '' ? 'none' : 'words') : judgeWords(said, words);
    const count = countWords(said, language);
    const action = this.#interruption.handleWords({ verdict, count, isFinal });
    const isBackchannel = action === 'resume' && verdict === 'backchannel';
    return this.#act(action, isBackchannel ? 'backchannel' : 'noise');
  }

  #handleWordsEnd(input: Extract<TurnInput, { type: 'words-end' }>): TurnEffect[] {
    const turn = this.#turn;
    if (turn?.id !== input.turnId) return [];
    turn.wordsEnd = { words: this.#wordsOf(input.text), probability: input.probability };
    this.#weighWords(turn);
    return [...this.#startDraft(turn), ...this.#checkTurn()];
  }

  #weighWords({ text, isTextFinal: areAll, wordsEnd }: OpenTurn): void {
    const isJudged = wordsEnd !== null && wordsEnd.words === this.#wordsOf(text);
    this.#endpointing.handleWordsEnd(isJudged ? wordsEnd.probability : null, { areAll });
  }

  /** In a silence that is looked into the final words are on their way, and their answer with them. */
  #startDraft({ id: turnId, text, hasAttempt, openedMs }: OpenTurn): TurnEffect[] {
    const isWanted = this.#reply === null && !hasAttempt && this.isAddressed;
    if (!isWanted || !this.#endpointing.areWordsWhole) return [];
    return [{ type: 'draft-start', turnId, text, turnMs: this.#nowMs - openedMs }];
  }

  /** Marks and numbers may differ from one transcript to the next. */
  #wordsOf(text: string): string {
    return toSaidWords(text, this.#options.language);
  }

  #handleCompletion(input: Extract<TurnInput, { type: 'completion' }>): TurnEffect[] {
    if (this.#turn?.id !== input.turnId) return [];
    this.#endpointing.handleAnswer(input.askId, input.probability);
    return this.#checkTurn();
  }

  /** What was heard before its turn opened holds for the next one. */
  #handleWake(): TurnEffect[] {
    if (this.#turn !== null) this.#turn.isCalled = true;
    else this.#awakeUntilMs = this.#nowMs + this.#options.wakeWindowMs;
    return this.#checkTurn();
  }

  /** What becomes of the agent's voice, and of the turn that was opened over it. */
  #act(
    action: InterruptionAction | null,
    reason: 'misfire' | 'backchannel' | 'noise',
  ): TurnEffect[] {
    const turn = this.#turn;
    const reply = this.#reply;
    if (action === null || reply === null || turn === null) return [];
    const { generation, isAudible } = reply;
    if (action === 'cut') return [...this.#cut('speech'), ...this.#checkTurn()];
    if (action === 'resume') {
      const effects: TurnEffect[] = [{ type: 'gate', generation, gate: 'open' }];
      // What goes on in the background may still become words.
      return this.#interruption.stage === 'background'
        ? effects
        : [...effects, ...this.#drop(turn, reason)];
    }
    // Lowering what has not begun would only let it begin.
    const gate = action === 'duck' && isAudible ? 'ducked' : 'held';
    return [{ type: 'gate', generation, gate }];
  }

  #checkTurn(): TurnEffect[] {
    const turn = this.#turn;
    if (turn === null) return [];
    if (turn.commitAtMs !== null) {
      const isBlocked = this.#reply?.isInterruptible === false;
      return this.#nowMs >= turn.commitAtMs && !isBlocked ? this.#close(turn) : [];
    }
    const progress = {
      silenceMs: this.#segmenter.silenceMs,
      isFading: this.#segmenter.isFading,
      turnMs: this.#nowMs - turn.openedMs,
    };
    return this.#reply === null
      ? this.#checkEndpoint(turn, progress)
      : this.#checkOverlap(turn, progress);
  }

  #checkEndpoint(turn: OpenTurn, progress: TurnProgress): TurnEffect[] {
    const { mode, maxTurnMs } = this.#options;
    const isAutomatic = mode === 'automatic' || mode === 'wake-phrase';
    const ask = isAutomatic ? this.#endpointing.nextAsk(progress) : null;
    const asked: TurnEffect[] =
      ask === null ? [] : [{ type: 'completion-ask', turnId: turn.id, askId: ask }];
    const decision = this.#endpointing.decide(progress);
    if (decision === 'wait') return asked;
    const isForced = progress.turnMs >= maxTurnMs;
    if (decision === 'commit' && (isForced || (isAutomatic && this.#isAddressed(turn, progress)))) {
      return this.#close(turn);
    }
    return [...asked, ...this.#startAttempt(turn)];
  }

  /** While the agent has the floor a turn is not committed, but what was said is looked at. */
  #checkOverlap(turn: OpenTurn, { silenceMs }: TurnProgress): TurnEffect[] {
    const { eagerSilenceMs, maxSilenceMs } = this.#options;
    if (silenceMs < eagerSilenceMs) return [];
    const { stage } = this.#interruption;
    if (stage === 'held') return this.#startAttempt(turn);
    const isOver = stage !== 'ducked' && silenceMs >= maxSilenceMs;
    return isOver && this.#reply?.isInterruptible === true ? this.#drop(turn, 'noise') : [];
  }

  #startAttempt(turn: OpenTurn): TurnEffect[] {
    const isShort = this.#segmenter.voicedMs < this.#options.minSpeechMs;
    if (turn.hasAttempt || (isShort && this.#reply === null && !turn.hasCut)) return [];
    turn.hasAttempt = true;
    return [{ type: 'attempt-start', turnId: turn.id }];
  }

  #dropAttempt(turn: OpenTurn): TurnEffect[] {
    if (!turn.hasAttempt) return [];
    turn.hasAttempt = false;
    return [{ type: 'attempt-drop', turnId: turn.id }];
  }

  /** Without its phrase a turn ends only once all its words are known, or will not be. */
  #isAddressed(turn: OpenTurn, { silenceMs }: TurnProgress): boolean {
    if (this.#options.mode !== 'wake-phrase' || this.#isAwake(turn)) return true;
    return turn.isTextFinal || silenceMs >= this.#options.maxSilenceMs;
  }

  #isAwake(turn: OpenTurn): boolean {
    const { wakePhrase } = this.#options;
    if (turn.openedMs <= this.#awakeUntilMs || turn.hasCut || turn.isCalled) return true;
    return wakePhrase !== null && hasWakePhrase(turn.text, wakePhrase);
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

  #handleReplyStart(input: Extract<TurnInput, { type: 'reply-start' }>): TurnEffect[] {
    const effects = this.#cut('text');
    const { generation, isInterruptible } = input;
    this.#reply = { generation, isInterruptible, isAudible: false };
    this.#interruption.reset();
    return effects;
  }

  #handleReplyEnd(generation: number): TurnEffect[] {
    if (this.#reply?.generation !== generation) return [];
    this.#reply = null;
    this.#interruption.reset();
    this.#awakeUntilMs = this.#nowMs + this.#options.wakeWindowMs;
    return [];
  }

  #open(atMs: number): TurnEffect {
    this.#turnCount += 1;
    this.#turn = {
      id: `t${this.#turnCount}`,
      openedMs: atMs,
      hasAttempt: false,
      commitAtMs: null,
      isCalled: false,
      hasCut: false,
      isSure: this.#isPressed,
      text: '',
      isTextFinal: false,
      wordsEnd: null,
    };
    this.#endpointing.beginTurn();
    this.#interruption.reset();
    const { preRollMs } = this.#options;
    const isAfterEcho = atMs - this.#echoEndMs < preRollMs;
    const leadMs = isAfterEcho ? Math.min(preRollMs, ECHO_PRE_ROLL_MS) : preRollMs;
    const fromMs = Math.max(0, atMs - leadMs);
    return { type: 'turn-open', turnId: this.#turn.id, fromMs };
  }

  /** Ends the turn: a commit when it is meant for the agent and no misfire. */
  #close(turn: OpenTurn): TurnEffect[] {
    const isShort = this.#segmenter.voicedMs < this.#options.minSpeechMs;
    if ((isShort || !turn.isSure) && !turn.hasCut) return this.#drop(turn, 'misfire');
    if (this.#options.mode === 'wake-phrase' && !this.#isAwake(turn)) {
      return this.#drop(turn, 'not-addressed');
    }
    const { lastSpeechMs } = this.#segmenter;
    const { id: turnId } = turn;
    this.#committedSpeechMs = lastSpeechMs;
    this.#awakeUntilMs = this.#nowMs + this.#options.wakeWindowMs;
    this.#turn = null;
    this.#segmenter.reset();
    const commit = { turnId, lastSpeechMs, decisionMs: this.#nowMs };
    const { completion } = this.#endpointing;
    return [...this.#cut('speech'), { type: 'turn-commit', ...commit, completion }];
  }

  /** Gives the agent its voice back. */
  #release(): TurnEffect[] {
    const { stage } = this.#interruption;
    this.#interruption.reset();
    if (this.#reply === null || (stage !== 'held' && stage !== 'ducked')) return [];
    return [{ type: 'gate', generation: this.#reply.generation, gate: 'open' }];
  }

  #drop(
    turn: OpenTurn,
    reason: Extract<TurnEffect, { type: 'turn-drop' }>['reason'],
  ): TurnEffect[] {
    this.#turn = null;
    this.#isPressed = false;
    this.#segmenter.reset();
    return [...this.#release(), { type: 'turn-drop', turnId: turn.id, reason, text: turn.text }];
  }

  #cut(by: 'speech' | 'text' | 'call'): TurnEffect[] {
    if (this.#reply === null) return [];
    const { generation } = this.#reply;
    this.#reply = null;
    this.#interruption.reset();
    if (this.#turn !== null && by === 'speech') this.#turn.hasCut = true;
    return [{ type: 'cut', generation, by }];
  }
}
