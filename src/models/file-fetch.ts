// Fetches what is missing of one file: several requests at a time, each going on where it was cut. Workers.
import { createLinkedAbort, delay } from '../core/abort.ts';
import type { Clock } from '../core/clock.ts';
import { VoiceAgentError } from '../core/errors.ts';
import type { Slots } from '../core/slots.ts';
import { BLOCK_BYTES, BLOCKS_PER_REQUEST } from './blocks.ts';
import type { ByteSpan } from './blocks.ts';
import type { ByteSource, ByteStream } from './byte-source.ts';
import type { ModelPart } from './catalog.ts';
import { RANGE_STATUS, downloadError, hashError } from './download-errors.ts';
import type { FileOrigin } from './download-errors.ts';
import type { FileBlocks } from './file-blocks.ts';
import { Mirrors } from './mirrors.ts';
import type { MirrorTry } from './mirrors.ts';
import type { PauseGate } from './pause-gate.ts';

/** Requests of one file at a time: several fill a line that one of them does not. */
const REQUESTS_AT_ONCE = 3;
/** A host that shows another tag more often than this may have many machines, each with tags of its own. */
const MAX_RESTARTS = 2;

export interface FileFetchOptions {
  readonly modelId: string;
  readonly fileName: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly parts: readonly ModelPart[] | undefined;
  /** Places of the model folders, in the order of preference, each ending in `/`. */
  readonly baseUrls: readonly string[];
  readonly source: ByteSource;
  /** Requests of all files at a time. */
  readonly slots: Slots;
  /** Whether somebody waits for this file more than for others. */
  readonly isUrgent: () => boolean;
  readonly gate: PauseGate;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Called as bytes come, with how many of them were still missing. */
  readonly onBytes: (newBytes: number) => void;
}

/** Blocks that one request is to bring. */
type Claim = number[];

export class FileFetch {
  readonly #options: FileFetchOptions;
  readonly #blocks: FileBlocks;
  readonly #mirrors: Mirrors;
  /** Entity tags by place. */
  readonly #tags = new Map<string, string>();
  readonly #claimed = new Set<number>();
  /** Places that are asked for the whole, as they refuse ranges or theirs are of no use. */
  readonly #rangeless = new Set<string>();
  /** Whether some of what is there came in a range. */
  #hasRanged = false;
  /** Set where all requests have to end, and begin anew, with what has come or without. */
  #restart: 'keep' | 'clear' | null = null;
  #trustsTags = true;

  constructor(options: FileFetchOptions, blocks: FileBlocks) {
    this.#options = options;
    this.#blocks = blocks;
    this.#mirrors = new Mirrors(options.baseUrls);
    const { validator } = blocks;
    if (validator !== null) this.#tags.set(validator.baseUrl, validator.tag);
  }

  /**
   * Resolves when the file is complete and has the catalogue's checksum. Rejects with `model-download-failed` or
   * `model-integrity` when no place has it, or with the signal's reason; what came stays on the device.
   */
  async run(): Promise<void> {
    const { sha256 } = this.#options;
    // Bytes of an earlier visit may be of another version: that is no fault of the place asked now.
    let isResumed = this.#blocks.loadedBytes > 0;
    for (;;) {
      await this.#fetchVersion();
      const actual = this.#blocks.digest();
      if (actual === null || actual === sha256) return;
      const hadRanges = this.#hasRanged;
      this.#clear();
      const place = this.#mirrors.next();
      if (isResumed) isResumed = false;
      // They may have been of the compressed file: what a browser does not show of that comes out here.
      else if (hadRanges) this.#rangeless.add(place.baseUrl);
      else
        this.#mirrors.fail(place, hashError(this.#originAt(place), { expected: sha256, actual }));
    }
  }

  /** All that is missing, of one version of the file. */
  async #fetchVersion(): Promise<void> {
    for (let changes = 0; ;) {
      try {
        await this.#fetchMissing();
        return;
      } catch (error) {
        if (this.#restart === null) throw error;
        if (this.#restart === 'clear') {
          // From here on the whole's checksum decides.
          this.#trustsTags = changes < MAX_RESTARTS;
          changes += 1;
          this.#tags.clear();
          this.#clear();
        }
        this.#restart = null;
      }
    }
  }

  #clear(): void {
    this.#blocks.clear();
    this.#hasRanged = false;
  }

  /** More requests join the first one once the server has answered it with a range. */
  async #fetchMissing(): Promise<void> {
    const { controller, release } = createLinkedAbort(this.#options.signal);
    const lanes: Promise<void>[] = [];
    const widen = (): void => {
      if (lanes.length < REQUESTS_AT_ONCE) open();
    };
    const open = (): void => {
      const lane = this.#fetchInTurn(controller.signal, widen);
      lane.catch((error: unknown) => controller.abort(error));
      lanes.push(lane);
    };
    open();
    try {
      for (let index = 0; index < lanes.length; index += 1) await lanes[index];
    } finally {
      release();
      await Promise.allSettled(lanes);
    }
  }

  async #fetchInTurn(signal: AbortSignal, widen: () => void): Promise<void> {
    const { gate, slots, clock, isUrgent } = this.#options;
    for (;;) {
      await gate.pass(signal);
      const claim = this.#claim();
      if (claim.length === 0) return;
      let waitMs: number;
      try {
        const leave = await slots.enter(signal, isUrgent());
        waitMs = await this.#try(claim, { signal, widen }).finally(leave);
      } finally {
        claim.forEach((index) => this.#claimed.delete(index));
      }
      if (waitMs > 0) await delay(clock, waitMs, signal);
    }
  }

  /** One request. Resolves with how long to wait before the next one; a failure that is not the last is no error. */
  async #try(
    claim: Claim,
    { signal, widen }: { signal: AbortSignal; widen: () => void },
  ): Promise<number> {
    const place = this.#mirrors.next();
    const until = AbortSignal.any([signal, this.#options.gate.signal]);
    // Several requests may be refused at the same time.
    const wantsRange = this.#wantsRangeOf(place);
    try {
      const span = this.#spanOf(claim);
      const stream = await this.#open(span, place, until);
      if (stream.isRanged === false) this.#rangeless.add(place.baseUrl);
      if (stream.isRanged === true) {
        this.#hasRanged = true;
        widen();
      }
      if (!this.#wantsRangeOf(place)) this.#claimAll(claim);
      await this.#take(stream, place);
      return 0;
    } catch (error) {
      signal.throwIfAborted();
      // Paused.
      if (until.aborted) return 0;
      if (this.#restart !== null) throw error;
      return this.#handleFailure(VoiceAgentError.from(error), { place, wantsRange });
    }
  }

  /** How long to wait before the next try. Throws what ends this fetch, or has it start over. */
  #handleFailure(
    failure: VoiceAgentError,
    { place, wantsRange }: { place: MirrorTry; wantsRange: boolean },
  ): number {
    const isMangled = this.#hasRanged && failure.code === 'model-integrity';
    const fault = isMangled ? 'useless' : wantsRange ? toRangeFault(failure) : null;
    try {
      if (fault === null || fault === 'doubtful') return this.#mirrors.fail(place, failure);
    } catch (error) {
      // Of no place is anything left to try, but the whole.
      if (fault === null) throw error;
    }
    this.#rangeless.add(place.baseUrl);
    // Nobody knows what useless ones brought before that was noticed.
    this.#restart = fault === 'useless' && this.#hasRanged ? 'clear' : 'keep';
    throw failure;
  }

  #wantsRangeOf({ baseUrl }: MirrorTry): boolean {
    return !this.#rangeless.has(baseUrl);
  }

  async #open(span: ByteSpan, place: MirrorTry, signal: AbortSignal): Promise<ByteStream> {
    const { bytes: totalBytes, source, parts } = this.#options;
    const origin = this.#originAt(place);
    const { isKept } = this.#blocks;
    const wanted = { ...span, totalBytes, parts, wantsRange: this.#wantsRangeOf(place) };
    const stream = await source.open({ ...origin, ...wanted, isKept, signal });
    try {
      this.#checkVersion(place, stream.validator);
    } catch (error) {
      stream.close();
      throw error;
    }
    return stream;
  }

  async #take(stream: ByteStream, place: MirrorTry): Promise<void> {
    const origin = this.#originAt(place);
    let at = stream.start;
    for await (const bytes of stream.body) {
      const newBytes = await this.#blocks.put(at, bytes, origin);
      at += bytes.length;
      if (newBytes > 0) this.#mirrors.succeed();
      this.#options.onBytes(newBytes);
      // Of a whole file, the rest may be there already.
      if (this.#blocks.isComplete) return;
    }
  }

  /** Bytes of two versions never stand side by side, unless each block is checked by itself. */
  #checkVersion(place: MirrorTry, tag: string | null): void {
    const known = this.#tags.get(place.baseUrl);
    if (tag === null || tag === known || !this.#trustsTags) return;
    if (known !== undefined && !this.#blocks.isProven) {
      this.#restart = 'clear';
      throw downloadError(this.#originAt(place), 'the file changed while it was loaded');
    }
    this.#tags.set(place.baseUrl, tag);
    this.#blocks.noteValidator(place.baseUrl, tag);
  }

  /** The next blocks that nobody fetches yet, in a row; none when there are no more. */
  #claim(): Claim {
    const free = this.#blocks.missing().filter((index) => !this.#claimed.has(index));
    const [first = 0] = free;
    const isNext = (index: number, offset: number): boolean =>
      index === first + offset && (offset === 0 || this.#isUntouched(index));
    const limit = free.findIndex((index, offset) => !isNext(index, offset));
    const row = limit < 0 ? free : free.slice(0, limit);
    const claim = this.#wantsRangeOf(this.#mirrors.next())
      ? row.slice(0, BLOCKS_PER_REQUEST)
      : free;
    claim.forEach((index) => this.#claimed.add(index));
    return claim;
  }

  /** More than was asked for is on its way: nobody else need fetch anything meanwhile. */
  #claimAll(claim: Claim): void {
    for (const index of this.#blocks.missing()) {
      if (this.#claimed.has(index)) continue;
      this.#claimed.add(index);
      claim.push(index);
    }
  }

  /** A block that was cut off is fetched from where it was, so a request begins there. */
  #isUntouched(index: number): boolean {
    return this.#blocks.missingSpan(index).start % BLOCK_BYTES === 0;
  }

  #spanOf(claim: Claim): ByteSpan {
    const { start } = this.#blocks.missingSpan(claim[0] ?? 0);
    const { end } = this.#blocks.missingSpan(claim.at(-1) ?? 0);
    return { start, end };
  }

  #originAt({ baseUrl }: MirrorTry): FileOrigin {
    const { modelId, fileName } = this.#options;
    return { modelId, url: `${baseUrl}${modelId}/${fileName}` };
  }
}

/**
 * What a failure says of a place's ranges: they are refused (the file there is shorter, or the server counts otherwise: the whole will tell); they are none of the
 * file's; they may not be (a browser tells of an answer that it cannot decode no more than of a lost connection); or null: nothing.
 */
function toRangeFault(failure: VoiceAgentError): 'refused' | 'useless' | 'doubtful' | null {
  const { code, details, retryable, cause } = failure;
  if (code !== 'model-download-failed' || !('status' in details)) return null;
  if (details.status === RANGE_NOT_SATISFIABLE) return 'refused';
  if (details.status === null) return cause === undefined ? null : 'doubtful';
  if (details.status !== RANGE_STATUS) return null;
  return retryable ? 'doubtful' : 'useless';
}

const RANGE_NOT_SATISFIABLE = 416;
