// Which language a conversation is in, and whether a voice may speak it. Runs in the turn worker; portable.
import type { TtsEngine } from '../core/contracts/text-to-speech.ts';
import { VoiceAgentError } from '../core/errors.ts';
import { knows, UNDETERMINED } from '../core/language.ts';
import type { UnstampedEvent } from './events.ts';
import { toLanguageInstruction } from './language-instruction.ts';
import type { ResolvedOptions } from './options.ts';
import type { ReplyTicket } from './replies.ts';

export class SpokenLanguage {
  readonly #emit: (event: UnstampedEvent) => void;
  #given: ResolvedOptions;
  /** The latest that a recogniser told. */
  #heard: string | null = null;
  #options: ResolvedOptions;
  /** What was told last of a voice that lacks a language. */
  #told = '';

  constructor(options: ResolvedOptions, emit: (event: UnstampedEvent) => void) {
    this.#given = options;
    this.#options = options;
    this.#emit = emit;
  }

  /** As the page gave them, with the language that was heard last where that is left to the recogniser. */
  get options(): ResolvedOptions {
    return this.#options;
  }

  /** What a recogniser is to expect: `und` has it tell. */
  get expected(): string {
    return this.#given.language;
  }

  setOptions(options: ResolvedOptions): void {
    this.#given = options;
    this.#options = withLanguage(options, this.#heard);
  }

  /** What a recogniser told of a turn; whether the options are others now. */
  hear(language: string | null | undefined): boolean {
    const isNew = typeof language === 'string' && language !== this.#heard;
    if (!isNew || this.#given.language !== UNDETERMINED) return false;
    this.#heard = language;
    this.#options = withLanguage(this.#given, language);
    return true;
  }

  /** Whether the voice has the language. While none was told, it speaks the page's own words and no answers. */
  isSpokenBy({ voices }: TtsEngine, kind: ReplyTicket['kind'] = 'answer'): boolean {
    const { language } = this.#options;
    if (voices.length === 0 || (language === UNDETERMINED && kind !== 'answer')) return true;
    const known = voices.map((voice) => voice.language);
    return known.includes(UNDETERMINED) || knows(known, language);
  }

  /**
   * The voice, where it may speak the reply. Where not, an `error` event says so, once until that changes; of a reply that
   * is made ahead, when it is admitted again for its release.
   */
  admit(
    tts: TtsEngine,
    ticket: Pick<ReplyTicket, 'kind' | 'turnId' | 'isEarly'>,
  ): TtsEngine | null {
    const isSpoken = this.isSpokenBy(tts, ticket.kind);
    if (ticket.isEarly) return isSpoken ? tts : null;
    const lack = isSpoken ? '' : `${this.#options.language} ${tts.info.name}`;
    if (!isSpoken && lack !== this.#told) this.#tell(tts, ticket.turnId);
    this.#told = lack;
    return isSpoken ? tts : null;
  }

  #tell({ info, voices }: TtsEngine, turnId: string | null): void {
    const { language } = this.#options;
    const known = [...new Set(voices.map((voice) => voice.language))].join(', ');
    const lack =
      language === UNDETERMINED
        ? 'No recogniser has told yet which language is spoken'
        : `The voice "${info.name}" has no "${language}" (it has ${known})`;
    const error = new VoiceAgentError(
      'unsupported',
      `${lack}: answers are shown. Choose a voice that has it with options.engines.tts, or set options.language.`,
      { details: { feature: `a voice for language "${language}"` } },
    );
    this.#emit({ type: 'error', turnId, error: error.toRecord() });
  }
}

function withLanguage(options: ResolvedOptions, heard: string | null): ResolvedOptions {
  if (options.language !== UNDETERMINED || heard === null) return options;
  const instructions = options.instructions.replace(
    toLanguageInstruction(UNDETERMINED),
    toLanguageInstruction(heard),
  );
  return { ...options, language: heard, instructions };
}
