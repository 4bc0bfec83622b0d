// Fetches what is missing of one file: several requests at a time, each going on where it was cut. Workers.
import { createLinkedAbort, delay } from '../core/abort.ts';
import type { Clock } from '../core/clock.ts';
import { VoiceAgentError } from '../core/errors.ts';
import type { Slots } from '../core/slots.ts';
import { BLOCK_BYTES, BLOCKS_PER_REQUEST } from './blocks.ts';
import type { ByteSpan } from './blocks.ts';
import type { ByteSource, ByteStream } from './byte-source.ts';
import type { ModelPart } from './catalog.ts';
import { downloadError, hashError } from './download-errors.ts';
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
  #wantsRange = true;
  #hasChanged = false;
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
      this.#blocks.clear();
      const place = this.#mirrors.next();
      if (!isResumed) {
        this.#mirrors.fail(place, hashError(this.#originAt(place), { expected: sha256, actual }));
      }
      isResumed = false;
    }
  }

  /** All that is missing, of one version of the file. */
  async #fetchVersion(): Promise<void> {
    for (let restarts = 0; ; restarts += 1) {
      try {
        await this.#fetchMissing();
        return;
      } catch (error) {
        if (!this.#hasChanged) throw error;
        this.#hasChanged = false;
        // From here on the whole's checksum decides.
        this.#trustsTags = restarts < MAX_RESTARTS;
        this.#tags.clear();
        this.#blocks.clear();
      }
    }
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
    const askedForRange = this.#wantsRange;
    try {
      const span = this.#spanOf(claim);
      const stream = await this.#open(span, place, until);
      if (stream.isRanged === true) widen();
      this.#wantsRange &&= stream.isRanged !== false;
      if (!this.#wantsRange) this.#claimAll(claim);
      await this.#take(stream, place);
      return 0;
    } catch (error) {
      signal.throwIfAborted();
      // Paused.
      if (until.aborted) return 0;
      if (this.#hasChanged) throw error;
      const failure = VoiceAgentError.from(error);
      // Several requests may be refused at the same time.
      if (isRangeRefused(failure) && askedForRange) {
        this.#wantsRange = false;
        return 0;
      }
      return this.#mirrors.fail(place, failure);
    }
  }

  async #open(span: ByteSpan, place: MirrorTry, signal: AbortSignal): Promise<ByteStream> {
    const { bytes: totalBytes, source, parts } = this.#options;
    const origin = this.#originAt(place);
    const { isKept } = this.#blocks;
    const wanted = { ...span, totalBytes, parts, wantsRange: this.#wantsRange };
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
      this.#hasChanged = true;
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
    const claim = this.#wantsRange ? row.slice(0, BLOCKS_PER_REQUEST) : free;
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

/** Range Not Satisfiable: the file there is shorter, or the server counts otherwise. The whole will tell. */
function isRangeRefused({ code, details }: VoiceAgentError): boolean {
  return code === 'model-download-failed' && 'status' in details && details.status === 416;
}
