// What a text model computed of the prompt before, as far as the next one begins with the same tokens. Worker or page.
import type { HubCache, HubTensor, TransformersLibrary } from './library.ts';

/** One sequence. The tensors of a cache have four dimensions, the tokens in the third. */
export class PromptCache {
  readonly #library: TransformersLibrary;
  #cache: HubCache;
  /** Those that the cache holds. */
  #tokens: readonly number[] = [];

  constructor(library: TransformersLibrary) {
    this.#library = library;
    this.#cache = new library.DynamicCache();
  }

  /** To be handed to `generate`, which fills it. */
  get values(): HubCache {
    return this.#cache;
  }

  /** Keeps what fits `prompt`, and resolves with how many of its tokens that are; at least one is always left. */
  async open(prompt: readonly number[]): Promise<number> {
    const differs = this.#tokens.findIndex((token, at) => token !== prompt[at]);
    const shared = Math.min(differs < 0 ? this.#tokens.length : differs, prompt.length - 1);
    if (shared < this.#tokens.length) await this.#cut(shared);
    return this.#tokens.length;
  }

  /** After `generate`: the last token was chosen, not read. */
  keep(sequence: readonly number[]): void {
    this.#tokens = sequence.slice(0, this.#cache.get_seq_length());
  }

  async clear(): Promise<void> {
    await this.#cache.dispose();
    this.#cache = new this.#library.DynamicCache();
    this.#tokens = [];
  }

  /** A cache on the graphics card, or of another shape, cannot be cut: it starts anew. */
  async #cut(length: number): Promise<void> {
    const entries = Object.entries(this.#cache as unknown as Record<string, HubTensor>);
    const isPlain = entries.every(
      ([name, tensor]) =>
        /^past_key_values\.\d+\.(?:key|value)$/u.test(name) &&
        tensor.dims.length === 4 &&
        tensor.location === 'cpu',
    );
    if (!isPlain || length === 0) {
      await this.clear();
      return;
    }
    const shorter = entries.map(
      ([name, tensor]) => [name, tensor.slice(null, null, [0, length], null)] as const,
    );
    this.#cache = new this.#library.DynamicCache(Object.fromEntries(shorter));
    this.#tokens = this.#tokens.slice(0, length);
  }
}
