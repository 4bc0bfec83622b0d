// Chooses the tokens of one answer: by how likely they are, within its length, and within a grammar where it has one. Worker or page.
import { createInvalidModelError } from '../invalid-model.ts';
import { TokenSampler } from '../llama/token-sampler.ts';
import type { LlamaRequest } from '../llama-runtime.ts';
import { Automaton } from './automaton.ts';
import type { GrammarState } from './automaton.ts';
import type { TokenVocabulary } from './token-vocabulary.ts';

export interface AnswerTokensOptions {
  readonly modelId: string;
  /** Tokens that the model has room for. */
  readonly room: number;
  /** Made when it is needed first. */
  readonly getVocabulary: () => TokenVocabulary;
}

/** Tokens that calls may take besides what is said: as many as an answer has unless told otherwise. */
const CALL_TOKENS = 256;
/** Where words stand, one more character at most makes them words. */
const MOST_LEFT_OF_WORDS = 1;

interface Constraint {
  readonly vocabulary: TokenVocabulary;
  readonly automaton: Automaton;
  state: GrammarState;
}

/**
 * A token is only taken if the tokens left suffice for the shortest end behind it, each of a byte: a call that is begun is
 * always whole.
 */
export class AnswerTokens {
  readonly #modelId: string;
  readonly #room: number;
  readonly #sampler: TokenSampler;
  readonly #constraint: Constraint | null;
  #limit: number;
  #isInCall = false;
  #count = 0;

  constructor(request: LlamaRequest, { modelId, room, getVocabulary }: AnswerTokensOptions) {
    const { temperature = 0, seed = 0, max_tokens: limit = room, answer } = request;
    this.#modelId = modelId;
    this.#room = room;
    this.#limit = Math.min(limit, room);
    this.#sampler = new TokenSampler({ temperature, seed });
    if (answer === undefined) {
      this.#constraint = null;
      return;
    }
    const automaton = new Automaton(answer);
    this.#constraint = { vocabulary: getVocabulary(), automaton, state: automaton.start };
    this.#noteCall(automaton.start);
  }

  /** How many there are. */
  get count(): number {
    return this.#count;
  }

  /** Whether the next one would be too many. */
  get isOver(): boolean {
    return this.#count >= this.#limit;
  }

  /** Throws `model-invalid` when no token of the model goes on with what the grammar asks for. */
  next(logits: Float32Array): number {
    const constraint = this.#constraint;
    const token =
      constraint === null
        ? this.#sampler.next(logits)
        : this.#sampler.next(logits, (each) => this.#allows(each, constraint));
    if (token < 0) {
      throw createInvalidModelError(this.#modelId, 'its tokens cannot write the call of a tool');
    }
    this.#count += 1;
    if (constraint === null || constraint.vocabulary.isEnd(token)) return token;
    constraint.state = follow(token, constraint) ?? constraint.state;
    this.#noteCall(constraint.state);
    return token;
  }

  #allows(token: number, constraint: Constraint): boolean {
    if (constraint.vocabulary.isEnd(token)) return constraint.state.leastBytes === 0;
    const next = follow(token, constraint);
    if (next === null) return false;
    if (!this.#isInCall && next.leastBytes <= MOST_LEFT_OF_WORDS) return true;
    const limit = this.#isInCall ? this.#limit : this.#callLimit(this.#count + 1);
    return next.leastBytes <= limit - this.#count - 1;
  }

  #noteCall({ leastBytes }: GrammarState): void {
    if (this.#isInCall || leastBytes <= MOST_LEFT_OF_WORDS) return;
    this.#isInCall = true;
    this.#limit = this.#callLimit(this.#count);
  }

  #callLimit(begin: number): number {
    return Math.min(begin + CALL_TOKENS, this.#room);
  }
}

function follow(token: number, { vocabulary, automaton, state }: Constraint): GrammarState | null {
  return vocabulary.follow(token, automaton, state);
}
