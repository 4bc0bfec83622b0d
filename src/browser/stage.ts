// One engine of a conversation: how it is loaded, and how the turn worker reaches it. Main thread, types only.
import type { LoadedEngine } from '../core/contracts/loaded-engine.ts';
import type { EngineWorkerConfig } from '../engines/worker-configs.ts';

export interface Stage {
  /** Null while it is not loaded. */
  readonly loaded: LoadedEngine | null;
  readonly config: EngineWorkerConfig;
  /** Loads it; idempotent. */
  start(signal: AbortSignal | undefined): Promise<void>;
  /** Lets the conversation have it, once it is loaded, and from then on whenever it was started again. */
  adopt(): Promise<void>;
  /** Hands a fresh port out: for a turn worker that replaces a lost one. Nothing while not loaded. */
  join(): Promise<void>;
  /** Resolves when the conversation uses what joined last. */
  readonly used: Promise<void>;
  /** One more way to its service, beside the conversation's. Rejects with `worker-crashed` while it is not loaded. */
  openPort(): Promise<MessagePort>;
  dispose(): void;
}
