// Runs kernels on one thread, or on several that share the units of each call. Worker or Node.
import { VoiceAgentError } from '../../../src/core/errors.ts';
import { LinearMemory } from '../linear-memory.ts';
import { BOARD_BYTES, JobBoard } from './job-board.ts';
import {
  bestKernels,
  createKernels,
  RESERVED_BYTES,
  UNIT_KERNELS,
  withoutSharing,
  writeTables,
} from './kernels.ts';
import type { Kernels, UnitKernel, UnitKernels } from './kernels.ts';

/** A panel of weights in floats for 4,096 inputs. */
const SCRATCH_BYTES = 131_072;
const MAXIMUM_BYTES = 1 << 30;
const UNIT_ROWS = 64;
/** A unit takes a millisecond; a thread that has not come back by then has died. */
const UNIT_DEADLINE_MS = 5_000;

/** Numbers are checked where a call is made. */
type AnyKernel = (...call: readonly number[]) => void;

/** What another thread needs to take part. */
export interface TeamMember {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly boardAt: number;
  /** Scratch memory of that thread. */
  readonly scratch: number;
}

export interface KernelTeamOptions {
  /** Default: the best that this browser runs. */
  readonly binary?: Uint8Array<ArrayBuffer>;
  /** Without, there is one thread. Default: where the page may share memory. */
  readonly shared?: boolean;
}

/** Units of the kernels that go over all rows of a signal. */
export function unitsOf(rows: number): number {
  return Math.ceil(rows / UNIT_ROWS);
}

export class KernelTeam {
  readonly memory: LinearMemory;
  readonly kernels: Kernels;
  readonly #module: WebAssembly.Module;
  readonly #boardAt: number;
  readonly #board: JobBoard;
  readonly #scratch: number;
  #others = 0;

  /** Throws `RangeError` when there is no memory. */
  constructor({ binary = bestKernels(), shared = isIsolated() }: KernelTeamOptions = {}) {
    this.#module = new WebAssembly.Module(shared ? binary : withoutSharing(binary));
    const maximumBytes = MAXIMUM_BYTES;
    this.memory = new LinearMemory({ reservedBytes: RESERVED_BYTES, shared, maximumBytes });
    this.kernels = createKernels(this.#module, this.memory.memory);
    writeTables(this.memory.memory);
    this.#scratch = this.memory.take(SCRATCH_BYTES);
    this.#boardAt = this.memory.take(BOARD_BYTES);
    this.#board = new JobBoard(this.memory.memory.buffer, this.#boardAt);
  }

  /** Calls are shared from the next one on with whoever takes part with this. */
  invite(): TeamMember {
    this.#others += 1;
    return {
      module: this.#module,
      memory: this.memory.memory,
      boardAt: this.#boardAt,
      scratch: this.memory.take(SCRATCH_BYTES),
    };
  }

  /**
   * Does all units of one call; comes back when the last is done.
   * @throws VoiceAgentError `worker-crashed` when another thread does not finish its share; later calls do without it.
   */
  run<Name extends UnitKernel>(name: Name, call: UnitKernels[Name], units: number): void {
    const kernel: AnyKernel = this.kernels[name];
    if (this.#others === 0) {
      kernel(...call, 0, units, this.#scratch);
      return;
    }
    this.#board.open(UNIT_KERNELS.indexOf(name), call, units);
    this.#board.work((from, to) => {
      kernel(...call, from, to, this.#scratch);
    });
    if (this.#board.close(UNIT_DEADLINE_MS)) return;
    this.#others = 0;
    throw new VoiceAgentError(
      'worker-crashed',
      'A thread of the voice stopped answering. Speak again: it goes on with one thread.',
      { details: { worker: 'kernel', reason: `no end of ${name}` } },
    );
  }
}

function isIsolated(): boolean {
  return globalThis.crossOriginIsolated === true;
}

/** On another thread: takes part in all calls, for ever. */
export function takePart({ module, memory, boardAt, scratch }: TeamMember): never {
  const kernels = createKernels(module, memory);
  const board = new JobBoard(memory.buffer, boardAt);
  for (let round = 0; ;) {
    round = board.next(round);
    board.join(({ kernel, values }) => {
      const name = UNIT_KERNELS[kernel];
      if (name === undefined) throw new RangeError(`kernel ${kernel} does not exist`);
      const run: AnyKernel = kernels[name];
      return (from, to) => {
        run(...values, from, to, scratch);
      };
    });
  }
}
