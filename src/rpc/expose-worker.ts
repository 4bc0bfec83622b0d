// A worker's side of the calls between threads: control by its supervisor, services on ports.
import { expose } from 'comlink';
import type { EngineInfo } from '../core/contracts/engine.ts';
import type { ErrorRecord, VoiceAgentError } from '../core/errors.ts';
import { installTransferHandlers } from './transfer-handlers.ts';

/** What a supervisor may ask of any worker. */
export interface WorkerControl<Config, Loaded> {
  /** Loads engines. Rejects with the engine's own error; may be called again after that. */
  load(config: Config): Promise<Loaded>;
  /** Where the worker gets model files from; again after that was lost. */
  attachFiles(port: MessagePort): void;
  /** Serves the worker's engine on one more port. */
  connect(port: MessagePort): void;
  /** Answers at once: the heartbeat. */
  ping(): void;
}

/** Sent by a worker outside of comlink: it is up, about to compute without answering, or runs on something else. */
export type WorkerSignal =
  | { readonly signal: 'ready' }
  | { readonly signal: 'busy'; readonly maxMs: number }
  | { readonly signal: 'idle' }
  | ({ readonly signal: 'fallback' } & Fallback);

/** An engine could not run on what it was to run on, and runs elsewhere. */
export interface Fallback {
  readonly error: ErrorRecord;
  /** What it is now; null while it still loads. */
  readonly info: EngineInfo | null;
}

export function isWorkerSignal(value: unknown): value is WorkerSignal {
  return typeof value === 'object' && value !== null && 'signal' in value;
}

interface WorkerScope {
  postMessage(message: unknown): void;
}

/** What a worker is made of: how it loads, and the service it then offers on every port. */
export interface WorkerEntry<Config, Loaded> {
  /** Loads anew; the service replaces the one before for ports connected from then on. */
  load(config: Config): Promise<{ loaded: Loaded; service: object }>;
  /** For workers that need model files. */
  attachFiles?(port: MessagePort): void;
}

/** Serves `entry` to the supervisor and says that the worker is up. Call once, at the entry's end. */
export function exposeWorker<Config, Loaded>(
  scope: WorkerScope,
  entry: WorkerEntry<Config, Loaded>,
): void {
  installTransferHandlers();
  const current: { service: object | null } = { service: null };
  const control: WorkerControl<Config, Loaded> = {
    load: async (config) => {
      const { loaded, service } = await entry.load(config);
      current.service = service;
      return loaded;
    },
    attachFiles: (port) => entry.attachFiles?.(port),
    connect: (port) => {
      if (current.service === null) throw new TypeError('connect: nothing was loaded yet');
      expose(current.service, port);
    },
    ping: () => undefined,
  };
  expose(control);
  scope.postMessage({ signal: 'ready' } satisfies WorkerSignal);
}

/** Tells the supervisor why an engine no longer runs, or does not begin, where it was to run. */
export function tellFallback(
  scope: WorkerScope,
  { error, info }: { error: VoiceAgentError; info: EngineInfo | null },
): void {
  scope.postMessage({ signal: 'fallback', error: error.toRecord(), info } satisfies WorkerSignal);
}

/**
 * Tells the supervisor for how long at most this thread may not answer from now on, so that it is not taken for dead.
 * Returns what tells that it answers again; call it once. May overlap: the latest limit holds until all of it is done.
 */
export function announceBusy(scope: WorkerScope, { maxMs }: { maxMs: number }): () => void {
  scope.postMessage({ signal: 'busy', maxMs } satisfies WorkerSignal);
  return () => scope.postMessage({ signal: 'idle' } satisfies WorkerSignal);
}

/** Runs work that may block the worker's event loop, announced as by {@link announceBusy}. */
export async function whileBusy<T>(
  scope: WorkerScope,
  options: { maxMs: number },
  work: () => Promise<T>,
): Promise<T> {
  const end = announceBusy(scope, options);
  try {
    return await work();
  } finally {
    end();
  }
}
