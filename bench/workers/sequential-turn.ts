// The arm to compare with: half-duplex, a fixed silence, then one stage after the other; by the logic of
// the best-known voice conversation in a browser, over the product's engines, rings and messages. Worker.
import { Conversation } from '../../src/agent/conversation.ts';
import type { HeardWindow } from '../../src/agent/dialogue-options.ts';
import { Ears } from '../../src/agent/ears.ts';
import type { UnstampedEvent } from '../../src/agent/events.ts';
import type { ResolvedOptions } from '../../src/agent/options.ts';
import type {
  EngineStageName,
  SayOutcome,
  TurnPage,
  LoadedEars,
  TurnService,
} from '../../src/agent/turn-service.ts';
import { createAbortReason } from '../../src/core/abort.ts';
import { openCapture } from '../../src/core/capture-input.ts';
import { systemClock } from '../../src/core/clock.ts';
import type { LlmEngine } from '../../src/core/contracts/language-model.ts';
import type { LoadedEngine } from '../../src/core/contracts/loaded-engine.ts';
import type { VadEngine } from '../../src/core/contracts/vad.ts';
import { isAbort, VoiceAgentError } from '../../src/core/errors.ts';
import { concatenate } from '../../src/core/pcm.ts';
import { openPlayback } from '../../src/core/playback-output.ts';
import { createOpenAiLlm } from '../../src/engines/openai-llm.ts';
import { WorkerLlm } from '../../src/engines/worker-llm.ts';
import { WorkerStt } from '../../src/engines/worker-stt.ts';
import { WorkerTts } from '../../src/engines/worker-tts.ts';
import { SpeechSegmenter } from '../../src/turn/speech-segmenter.ts';
import { SequentialReply } from './sequential-reply.ts';

/** Of that demonstration; thresholds and shortest speech are the product's. */
const END_SILENCE_MS = 400;

interface OpenAudio {
  readonly ears: Ears;
  readonly output: ReturnType<typeof openPlayback>;
  readonly controller: AbortController;
}

/** What the page can call, as far as a spoken conversation needs it; typed text and calls do nothing. */
export class SequentialTurn implements TurnService {
  readonly #vad: VadEngine;
  readonly #segmenter: SpeechSegmenter;
  readonly #conversation = new Conversation({ nowMs: Date.now, onChange: () => undefined });
  #options: ResolvedOptions;
  #page: TurnPage | null = null;
  #stt: WorkerStt | null = null;
  #localLlm: WorkerLlm | null = null;
  #remoteLlm: LlmEngine | null = null;
  #tts: WorkerTts | null = null;
  #audio: OpenAudio | null = null;
  #isListening = false;
  /** While it answers, nothing is heard. */
  #isBusy = false;
  #heard: Float32Array[] = [];
  #turns = 0;

  constructor(options: ResolvedOptions, vad: VadEngine) {
    this.#options = options;
    this.#vad = vad;
    this.#segmenter = new SpeechSegmenter(options.turn);
    this.#applyLlm();
  }

  attachPage(page: TurnPage): void {
    this.#page = page;
  }

  async loadEars(): Promise<LoadedEars> {
    return { engines: [this.#vad.info], error: null };
  }

  setOptions(options: ResolvedOptions): void {
    this.#options = options;
    this.#applyLlm();
  }

  async attachEngine(
    stage: EngineStageName,
    loaded: LoadedEngine,
    port: MessagePort | null,
  ): Promise<void> {
    if (port === null || stage === 'turn') return;
    const options = { loaded, clock: systemClock };
    if (stage === 'stt') (this.#stt = new WorkerStt(options)).attach(port);
    else if (stage === 'llm') (this.#localLlm = new WorkerLlm(options)).attach(port);
    else (this.#tts = new WorkerTts(options)).attach(port);
    this.#emit({ type: 'engine-change', turnId: null, engine: loaded.info });
  }

  openAudio({ capture, playback }: Parameters<TurnService['openAudio']>[0]): void {
    this.closeAudio();
    const controller = new AbortController();
    const output = openPlayback(playback);
    const ears = new Ears({
      input: openCapture(capture),
      vad: this.#vad,
      onWindow: (window) => this.#handleWindow(window),
    });
    ears.setListening(this.#isListening);
    this.#audio = { ears, output, controller };
    ears.run(controller.signal).catch((error: unknown) => this.#report(error));
  }

  closeAudio(): void {
    this.#audio?.controller.abort(createAbortReason('The audio was closed.'));
    this.#audio?.output.dispose();
    this.#audio = null;
  }

  setListening(isListening: boolean): void {
    this.#isListening = isListening;
    this.#audio?.ears.setListening(isListening);
  }

  detachEngine(): void {
    return;
  }

  restoreMessages(): void {
    return;
  }

  setAudible(): void {
    return;
  }

  sendText(): void {
    return;
  }

  async say(): Promise<SayOutcome> {
    return { heardText: '', isInterrupted: false, error: null };
  }

  cancelSay(): void {
    return;
  }

  interrupt(): void {
    return;
  }

  commitTurn(): void {
    return;
  }

  setPushToTalk(): void {
    return;
  }

  #handleWindow(window: HeardWindow): void {
    const audio = this.#audio;
    if (this.#isBusy || audio === null) return;
    const event = this.#segmenter.handleWindow(window);
    if (event === 'speech-start') {
      const { preRollMs } = this.#options.turn;
      this.#heard = [audio.ears.since(this.#segmenter.startMs - preRollMs)];
      this.#turns += 1;
      const turnId = `t${this.#turns}`;
      this.#emit({ type: 'user-speech-start', turnId, contextMs: this.#segmenter.startMs });
    } else if (this.#segmenter.isInSegment) this.#heard.push(window.pcm.slice());
    if (this.#segmenter.silenceMs < END_SILENCE_MS) return;
    const isMisfire = this.#segmenter.voicedMs < this.#options.turn.minSpeechMs;
    const contextMs = this.#segmenter.lastSpeechMs;
    this.#emit({ type: 'user-speech-end', turnId: `t${this.#turns}`, contextMs, isMisfire });
    this.#segmenter.reset();
    if (!isMisfire) void this.#answer(concatenate(this.#heard), audio);
  }

  async #answer(pcm: Float32Array, audio: OpenAudio): Promise<void> {
    this.#isBusy = true;
    this.#page?.handleState({ user: 'silent', agent: 'thinking' });
    try {
      await this.#answerWith(pcm, audio);
    } catch (error) {
      this.#report(error);
    }
    this.#page?.handleState({ user: 'silent', agent: 'idle' });
    this.#isBusy = false;
  }

  async #answerWith(pcm: Float32Array, { output, controller }: OpenAudio): Promise<void> {
    const [stt, llm, tts] = [this.#stt, this.#remoteLlm ?? this.#localLlm, this.#tts];
    if (stt === null || llm === null || tts === null) return;
    const { signal } = controller;
    const turnId = `t${this.#turns}`;
    const text = await this.#transcribe(stt, pcm, signal);
    this.#emit({ type: 'transcript-final', turnId, text, isTimedOut: false, language: null });
    if (text === '') return;
    this.#conversation.add({ role: 'user', content: text, turnId, isFinal: true });
    tts.setOutputRate(output.sampleRateHz);
    const reply = new SequentialReply({
      ...{ llm, tts, output, turnId, signal },
      generation: this.#turns,
      options: this.#options,
      messages: this.#conversation.toPrompt(this.#options.instructions),
      emit: (event) => this.#emit(event),
    });
    this.#page?.handleState({ user: 'silent', agent: 'speaking' });
    const content = await reply.run();
    this.#conversation.add({ role: 'assistant', content, turnId, isFinal: true });
  }

  /** The whole utterance in one go. */
  async #transcribe(stt: WorkerStt, pcm: Float32Array, signal: AbortSignal): Promise<string> {
    const { language } = this.#options;
    const stream = stt.open({ language, signal, onPartial: () => undefined });
    stream.push(pcm);
    const { text } = await stream.transcribe({ signal });
    stream.close();
    return text;
  }

  #applyLlm(): void {
    const { llm } = this.#options.engines;
    if (llm.kind !== 'openai') return;
    const getToken = async (): Promise<null> => null;
    this.#remoteLlm = createOpenAiLlm({ baseUrl: llm.baseUrl, model: llm.model, getToken });
  }

  #emit(event: UnstampedEvent): void {
    this.#page?.handleEvent({ ...event, atMs: systemClock.nowMs() });
  }

  #report(error: unknown): void {
    if (isAbort(error)) return;
    const record = VoiceAgentError.from(error).toRecord();
    this.#emit({ type: 'error', turnId: null, error: record });
  }
}
