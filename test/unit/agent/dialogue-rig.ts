// A dialogue with scripted engines, a manual clock and a loudspeaker of its own.
import type { EndOfTurnEngine } from '../../../src/core/contracts/end-of-turn.ts';
import { Dialogue } from '../../../src/agent/dialogue.ts';
import type { UnstampedEvent, VoiceAgentEventType } from '../../../src/agent/events.ts';
import type { ResolvedOptions } from '../../../src/agent/options.ts';
import { PageTools } from '../../../src/agent/page-tools.ts';
import { resolveOptions } from '../../../src/agent/resolve-options.ts';
import type { VoiceAgentOptions } from '../../../src/agent/voice-agent-options.ts';
import { FakeAudioOutput } from '../../../src/testing/fake-audio-output.ts';
import { FakeTts } from '../../../src/testing/fake-tts.ts';
import { ManualClock } from '../../../src/testing/manual-clock.ts';
import { createScriptedLlm } from '../../../src/testing/scripted-llm.ts';
import type { ScriptedReply } from '../../../src/testing/scripted-llm.ts';
import { ScriptedStt } from '../../../src/testing/scripted-stt.ts';

const WINDOW_SAMPLES = 512;
const WINDOW_MS = 32;

export interface RigOptions {
  readonly lines?: readonly string[];
  readonly replies?: readonly ScriptedReply[];
  readonly options?: VoiceAgentOptions;
  /** The language that the recogniser tells of each turn. */
  readonly told?: readonly (string | null)[];
  readonly sttLatencyMs?: number;
  readonly sttDeadlineMs?: number;
  readonly firstTokenMs?: number;
  readonly promptTokenMs?: number;
  /** What the language model says of words: how probably they are all of a sentence. */
  readonly wordsEnd?: (text: string) => number;
  /** How long the voice takes for each clause. */
  readonly chunkMs?: number;
  readonly voice?: FakeTts | null;
  readonly endOfTurn?: EndOfTurnEngine;
}

type EventOf<Type extends VoiceAgentEventType> = Extract<UnstampedEvent, { type: Type }>;

export class DialogueRig {
  readonly clock = new ManualClock();
  readonly events: UnstampedEvent[] = [];
  readonly speaker = new FakeAudioOutput({ clock: this.clock });
  readonly dialogue: Dialogue;
  readonly tools: PageTools;
  readonly options: ResolvedOptions;
  readonly stt: ScriptedStt;
  readonly llm: ReturnType<typeof createScriptedLlm>;
  readonly tts: FakeTts | null;
  heardMs = 0;
  /** Of the next window; null where nobody listens for the wake phrase. */
  isCall: boolean | null = null;
  /** As the page was told of them. */
  readonly states: { user: string; agent: string }[] = [];

  constructor(options: RigOptions = {}) {
    const { clock } = this;
    // The rig's tones are no voices: what they would tell of an echo means nothing.
    this.options = resolveOptions({ echo: { guard: 'off' }, ...options.options });
    this.tools = new PageTools(() => options.options?.tools ?? []);
    this.dialogue = new Dialogue({
      options: this.options,
      clock,
      epochMs: () => 1_000_000 + clock.nowMs(),
      emit: (event) => this.events.push(event),
      onState: (state) => this.states.push(state),
      callTool: ({ id, name, argumentsJson }, { signal }) => {
        signal.addEventListener('abort', () => this.tools.cancel(id), { once: true });
        return this.tools.call(id, name, argumentsJson);
      },
    });
    this.stt = new ScriptedStt({
      clock,
      lines: options.lines ?? ['What is the capital of France?'],
      latencyMs: options.sttLatencyMs ?? 60,
      ...(options.told === undefined ? {} : { told: options.told }),
      ...(options.sttDeadlineMs === undefined ? {} : { deadlineMs: options.sttDeadlineMs }),
    });
    this.llm = createScriptedLlm({
      clock,
      firstTokenMs: options.firstTokenMs ?? 100,
      tokenMs: 10,
      promptTokenMs: options.promptTokenMs ?? 0,
      ...(options.wordsEnd === undefined ? {} : { wordsEnd: options.wordsEnd }),
      replies: options.replies ?? [
        { say: 'The capital of France is Paris. It lies on the Seine.' },
      ],
    });
    this.tts =
      options.voice === undefined
        ? new FakeTts({ latency: { clock, perChunkMs: options.chunkMs ?? 20 }, msPerCharacter: 50 })
        : options.voice;
    this.dialogue.setEngines({
      stt: this.stt,
      endOfTurn: options.endOfTurn ?? null,
      llm: this.llm,
      tts: this.tts,
    });
    this.dialogue.setOutput({ sink: this.speaker.output, latencyMs: 0 });
    this.dialogue.setHeard({
      get nowMs() {
        return clock.nowMs();
      },
      lostMs: 0,
      since: (fromMs) => new Float32Array(Math.round((clock.nowMs() - fromMs) * 16)).fill(0.1),
    });
  }

  /** Lets the person speak, or be silent, in real windows. */
  async hear(probability: number, lengthMs: number): Promise<this> {
    for (let count = 0; count < lengthMs / WINDOW_MS; count += 1) {
      const startMs = this.clock.nowMs();
      await this.clock.advance(WINDOW_MS);
      const pcm = new Float32Array(WINDOW_SAMPLES).fill(probability > 0.5 ? 0.1 : 0);
      const { isCall } = this;
      if (isCall === true) this.isCall = false;
      const span = { startMs, endMs: startMs + WINDOW_MS };
      this.dialogue.handleWindow({ probability, ...span, pcm, isCall });
    }
    return this;
  }

  /** A spoken question and the silence that ends it. */
  async ask(): Promise<this> {
    await this.hear(0.9, 800);
    return this.hear(0.05, 520);
  }

  get state(): { user: string; agent: string } {
    return this.states.at(-1) ?? { user: 'silent', agent: 'idle' };
  }

  all<Type extends VoiceAgentEventType>(type: Type): EventOf<Type>[] {
    return this.events.filter((event): event is EventOf<Type> => event.type === type);
  }

  get messages(): [string, string][] {
    return this.dialogue.conversation.messages.map(({ role, content }) => [role, content]);
  }
}
