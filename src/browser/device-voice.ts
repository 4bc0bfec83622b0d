// The voice that is left to the device: a better one is tried beside the one that speaks, and one that does not keep up
// is given up. Main thread.
import type { ConversationRest } from '../agent/conversation-rest.ts';
import type { EngineChoice } from '../agent/engine-choice.ts';
import type { TurnMetrics } from '../agent/metrics.ts';
import type { VoiceAgentModels } from '../agent/voice-agent-api.ts';
import type { Clock } from '../core/clock.ts';
import { VoiceAgentError } from '../core/errors.ts';
import type { SpeakConfig } from '../engines/worker-configs.ts';
import { VOICE_MODELS } from './choose-voice.ts';
import type { EngineSelection } from './engine-selection.ts';
import { isKept } from './is-kept.ts';
import { KEEPS_UP_RTF } from './rtf-verdicts.ts';
import type { RehearsalOutcome } from './rehearse.ts';
import { EnginePace } from './engine-pace.ts';
import { VoiceUpgrade } from './voice-upgrade.ts';
import type { WorkerPool } from './worker-pool.ts';

export interface DeviceVoiceOptions {
  readonly clock: Clock;
  readonly rest: ConversationRest;
  readonly workers: Pick<WorkerPool, 'rehearse'>;
  readonly models: Pick<VoiceAgentModels, 'list'>;
  readonly selection: Pick<
    EngineSelection,
    'rtfs' | 'chosen' | 'isVoiceLeftToDevice' | 'lightVoice' | 'voiceSubject'
  >;
  /** Chooses anew, by what is known now. */
  readonly reconsider: () => Promise<readonly EngineChoice[]>;
  /** Has what is chosen now speak, once the conversation rests. */
  readonly exchange: () => void;
  readonly onChoice: (choice: EngineChoice) => void;
  readonly onError: (error: VoiceAgentError) => void;
}

/** Why a better voice does not take over yet. */
const REASONS = {
  undecided: 'Kokoro was not tried, since there was no quiet moment. It will be at the next start.',
  failed: 'Kokoro could not be tried. It will be at the next start.',
} as const;

export class DeviceVoice {
  readonly #options: DeviceVoiceOptions;
  readonly #upgrade: VoiceUpgrade;
  readonly #pace = new EnginePace();

  constructor(options: DeviceVoiceOptions) {
    this.#options = options;
    const { clock, rest, workers, selection } = options;
    this.#upgrade = new VoiceUpgrade({
      ...{ clock, rest, workers, verdicts: selection.rtfs },
      onOutcome: (outcome, error) => this.#settle(this.#handleUpgrade(outcome, error)),
    });
  }

  /** Tries what is better than what speaks now; nobody waits for it. Null ends what is being tried. */
  async improve(config: SpeakConfig | null): Promise<void> {
    const subject = config === null ? null : await this.#options.selection.voiceSubject();
    this.#upgrade.want(config === null || subject === null ? null : { config, subject });
  }

  /** To be told of each reply: where the good voice lags, the light one takes its place. */
  handleReply(tts: TurnMetrics['tts']): void {
    const { isVoiceLeftToDevice, chosen } = this.#options.selection;
    if (!isVoiceLeftToDevice || chosen.tts !== 'kokoro') {
      this.#pace.reset();
      return;
    }
    const rtf = this.#pace.add(tts);
    if (rtf === null || rtf <= KEEPS_UP_RTF) return;
    this.#pace.reset();
    this.#settle(this.#giveUp(rtf));
  }

  dispose(): void {
    this.#upgrade.dispose();
  }

  async #handleUpgrade(outcome: RehearsalOutcome | 'failed', error: unknown): Promise<void> {
    if (error !== null) this.#options.onError(VoiceAgentError.from(error));
    const choices = await this.#options.reconsider();
    const choice = choices.find(({ stage, better }) => stage === 'tts' && better !== null);
    if (choice === undefined) return;
    const reason = REASONS[outcome === 'failed' ? 'failed' : 'undecided'];
    this.#options.onChoice({ ...choice, reason, better: null });
  }

  /** Where the light voice is not on the device, it waits for the next visit, which says what it fetches. */
  async #giveUp(rtf: number): Promise<void> {
    const { selection, models, reconsider, exchange } = this.#options;
    await selection.rtfs.write(await selection.voiceSubject(), rtf);
    const { lightVoice } = selection;
    if (lightVoice === null || !isKept(await models.list(), VOICE_MODELS[lightVoice])) return;
    await reconsider();
    exchange();
  }

  #settle(work: Promise<void>): void {
    work.catch((error: unknown) => this.#options.onError(VoiceAgentError.from(error)));
  }
}
