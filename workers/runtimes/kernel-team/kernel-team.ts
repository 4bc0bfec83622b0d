// Runs kernels on one thread, or on several that share the units of each call. Worker or Node.
import { VoiceAgentError } from '../../../src/core/errors.ts';
import { LinearMemory } from '../linear-memory.ts';
import { BOARD_BYTES, JobBoard } from './job-board.ts';
import { withoutSharing } from './kernel-set.ts';
import type { KernelSet, UnitCalls, UnitKernels } from './kernel-set.ts';

/** A unit takes a millisecond; a thread that has not come back by then has died. */
const UNIT_DEADLINE_MS = 5_000;

/** Numbers are checked where a call is made. */
type AnyKernel = (...call: readonly number[]) => void;

export interface KernelTeamOptions {
  /** Default: the best of the set that this browser runs. */
  readonly binary?: Uint8Array<ArrayBuffer>;
  /** Without, there is one thread. Default: where the page may share memory. */
  readonly shared?: boolean;
  /** Reserved at once where shared. Default 1 GiB. */
  readonly maximumBytes?: number;
}

/** What another thread needs to take part. */
export interface TeamMember {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly names: readonly string[];
  readonly boardAt: number;
  /** Scratch memory of that thread. */
  readonly scratch: number;
}

/** `Whole` are the kernels that are not cut into units. */
export class KernelTeam<Calls extends UnitCalls, Whole = unknown> {
  readonly memory: LinearMemory;
  readonly kernels: UnitKernels<Calls> & Whole;
  /** Of this thread. */
  readonly scratch: number;
  readonly #set: KernelSet<Calls>;
  readonly #module: WebAssembly.Module;
  readonly #boardAt: number;
  readonly #board: JobBoard;
  #others = 0;

  /** Throws `RangeError` when there is no memory. */
  constructor(set: KernelSet<Calls>, options: KernelTeamOptions = {}) {
    const { binary = set.getBinary(), maximumBytes = 1 << 30 } = options;
    // Node does not have it.
    const { shared = globalThis.crossOriginIsolated } = options;
    const { reservedBytes } = set;
    this.#set = set;
    this.#module = new WebAssembly.Module(shared ? binary : withoutSharing(binary));
    this.memory = new LinearMemory({ reservedBytes, shared, maximumBytes });
    const { memory } = this.memory;
    this.kernels = instantiate(this.#module, memory) as UnitKernels<Calls> & Whole;
    set.prepare(memory);
    this.scratch = this.memory.take(set.scratchBytes);
    this.#boardAt = this.memory.take(BOARD_BYTES);
    this.#board = new JobBoard(memory.buffer, this.#boardAt);
  }

  /** Calls are shared from the next one on with whoever takes part with this. */
  invite(): TeamMember {
    this.#others += 1;
    return {
      module: this.#module,
      memory: this.memory.memory,
      names: this.#set.names,
      boardAt: this.#boardAt,
      scratch: this.memory.take(this.#set.scratchBytes),
    };
  }

  /** Does all units of one call on this thread: for less work than it takes another one to wake up. */
  runAlone<Name extends keyof Calls & string>(name: Name, call: Calls[Name], units: number): void {
    const kernel = this.kernels[name] as AnyKernel;
    kernel(...call, 0, units, this.scratch);
  }

  /**
   * Does all units of one call, a single one on this thread; comes back when the last is done.
   * @throws VoiceAgentError `worker-crashed` when another thread does not finish its share; later calls do without it.
   */
  run<Name extends keyof Calls & string>(name: Name, call: Calls[Name], units: number): void {
    if (this.#others === 0 || units < 2) {
      this.runAlone(name, call, units);
      return;
    }
    const kernel = this.kernels[name] as AnyKernel;
    this.#board.open(this.#set.names.indexOf(name), call, units);
    this.#board.work((from, to) => {
      kernel(...call, from, to, this.scratch);
    });
    if (this.#board.close(UNIT_DEADLINE_MS)) return;
    this.#others = 0;
    throw new VoiceAgentError(
      'worker-crashed',
      'A thread of the engine stopped answering. Ask again: it goes on with one thread.',
      { details: { worker: 'kernel', reason: `no end of ${name}` } },
    );
  }
}

/** On another thread: takes part in all calls, for ever. */
export function takePart({ module, memory, names, boardAt, scratch }: TeamMember): never {
  const kernels = instantiate(module, memory) as Readonly<Record<string, AnyKernel>>;
  const board = new JobBoard(memory.buffer, boardAt);
  for (let round = 0; ;) {
    round = board.next(round);
    board.join(({ kernel, values }) => {
      const run = kernels[names[kernel] ?? ''];
      if (run === undefined) throw new RangeError(`kernel ${kernel} does not exist`);
      return (from, to) => {
        run(...values, from, to, scratch);
      };
    });
  }
}

function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): unknown {
  return new WebAssembly.Instance(module, { env: { memory } }).exports;
}
