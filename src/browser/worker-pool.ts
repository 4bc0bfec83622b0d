// The workers of one agent and the ports between them: each loaded once, each replaceable. Main thread.
import { proxy, transfer, wrap } from 'comlink';
import type { Remote } from 'comlink';
import type { ResolvedOptions } from '../agent/options.ts';
import type { LoadScope, RuntimeObserver } from '../agent/agent-runtime.ts';
import type { PageTools } from '../agent/page-tools.ts';
import type { EngineStageName, RemoteStageName, TurnService } from '../agent/turn-service.ts';
import { abortable } from '../core/abort.ts';
import type { Clock } from '../core/clock.ts';
import type { EngineInfo } from '../core/contracts/engine.ts';
import type { LoadedEngine } from '../core/contracts/loaded-engine.ts';
import { createDeferred } from '../core/deferred.ts';
import { VoiceAgentError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import type { BrowserPrompts } from '../engines/browser-llm.ts';
import type {
  EngineWorkerConfig,
  SpeakConfig,
  ThinkConfig,
  TurnConfig,
} from '../engines/worker-configs.ts';
import { takesGpu } from '../models/catalog.ts';
import { WorkerHost } from '../rpc/worker-host.ts';
import { CustomStage } from './custom-stage.ts';
import { createNotLoadedError, EngineStage } from './engine-stage.ts';
import type { ModelFilePorts } from './model-library.ts';
import type { Stage } from './stage.ts';
import type { StageConfig } from './stage-configs.ts';
import { createWorker } from './worker-scripts.ts';
import type { WorkerName } from './worker-scripts.ts';

export interface WorkerPoolOptions {
  readonly observer: RuntimeObserver;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Asked by the turn worker before each remote request. */
  readonly getToken: (stage: RemoteStageName) => Promise<string | null>;
  /** The browser's own language model, asked by the turn worker. */
  readonly browserModel: BrowserPrompts;
  /** The page's functions, called by the turn worker. */
  readonly tools: PageTools;
  readonly getOptions: () => ResolvedOptions;
  readonly files: ModelFilePorts;
  /** An engine's worker was lost too often, and is not started again by itself. */
  readonly onGivenUp: (stage: EngineStageName) => void;
  /** A (new) turn worker is there: give it the audio. */
  readonly onTurnWorker: () => void;
}

/** An engine that is loaded and that the conversation does not use yet. */
export interface Understudy {
  /** A way to its service. */
  openPort(): Promise<MessagePort>;
  /** Takes the place of the one that serves the stage; resolves when the conversation uses it. */
  adopt(): Promise<void>;
  dispose(): void;
}

const WORKERS: Readonly<Record<EngineStageName, WorkerName>> = {
  stt: 'listen',
  turn: 'end-of-turn',
  llm: 'think',
  tts: 'speak',
};

export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #stages = new Map<EngineStageName, Stage>();
  /** To take the place of the one that serves, once it is loaded. */
  readonly #coming = new Map<EngineStageName, Stage>();
  readonly #rehearsing = new Set<Stage>();
  /** To be loaded anew, with the same configuration. */
  readonly #outdated = new WeakSet<Stage>();
  #turnHost: WorkerHost<TurnConfig<ResolvedOptions>, null> | null = null;
  #turn: Remote<TurnService> | null = null;
  #turnLost = createDeferred();
  /** Engines that run in the turn worker itself. */
  #ownOfTurn: readonly EngineInfo[] = [];
  /** Whether the turn worker hears with what it was asked to. */
  #hasEars = false;
  #openingEars: Promise<void> | null = null;
  #detachTurnFiles: () => void = () => undefined;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
  }

  /** The turn worker's service; null while there is none. */
  get turn(): Remote<TurnService> | null {
    return this.#turn;
  }

  get engines(): readonly EngineInfo[] {
    const staged = [...this.#stages.values()].flatMap(({ loaded }) => loaded?.info ?? []);
    return [...this.#ownOfTurn, ...staged];
  }

  /** Starts the turn worker, and for `all` its ears; idempotent. A voice detector that could not be loaded is tried again. */
  async startTurn(
    common: EngineWorkerConfig,
    scope: LoadScope,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    this.#turnHost ??= this.#createTurnHost(common);
    await this.#turnHost.start(signal === undefined ? {} : { signal });
    if (scope === 'all') await abortable(this.#openEars(), signal);
  }

  /** After the worker joined: who types waits for none of it. */
  #openEars(): Promise<void> {
    if (this.#hasEars) return Promise.resolve();
    this.#openingEars ??= Promise.race([this.#loadEars(), this.#rejectOnLoss()]).finally(() => {
      this.#openingEars = null;
    });
    return this.#openingEars;
  }

  async #rejectOnLoss(): Promise<never> {
    await this.#turnLost.promise;
    throw createNotLoadedError('turn');
  }

  async #loadEars(): Promise<void> {
    const { observer, getOptions } = this.#options;
    if (this.#turn === null) throw createNotLoadedError('turn');
    const { engines, error } = await this.#turn.loadEars();
    const before = this.#ownOfTurn[0]?.name ?? getOptions().engines.vad;
    this.#ownOfTurn = engines;
    this.#hasEars = error === null;
    if (error !== null) observer.handleError(VoiceAgentError.fromRecord(error));
    const [vad] = engines;
    if (vad === undefined || vad.name === before) return;
    observer.handleUnstamped({ type: 'engine-change', turnId: null, engine: vad });
  }

  /** Loads a stage; one that runs with another configuration is replaced once the new one is ready. */
  async startStage(
    stage: EngineStageName,
    config: StageConfig,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const known = this.#stages.get(stage);
    const isKept = known !== undefined && !this.#outdated.has(known);
    if (isKept && hasSameConfig(known.config, config)) {
      this.#coming.delete(stage);
      return known.start(signal);
    }
    const coming = this.#coming.get(stage);
    if (coming !== undefined && hasSameConfig(coming.config, config)) return coming.start(signal);
    const next = this.#createStage(stage, config);
    if (known === undefined || known.loaded === null) {
      known?.dispose();
      this.#stages.set(stage, next);
      await next.adopt();
      return next.start(signal);
    }
    return this.#exchange(stage, next, signal);
  }

  /** Of several that are on their way at once the latest takes the place. */
  async #exchange(
    stage: EngineStageName,
    next: Stage,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    this.#coming.set(stage, next);
    try {
      await next.start(signal);
    } catch (error) {
      if (this.#coming.get(stage) === next) this.#coming.delete(stage);
      next.dispose();
      throw error;
    }
    if (this.#coming.get(stage) !== next) return next.dispose();
    this.#coming.delete(stage);
    await this.#replace(stage, next);
  }

  /** Loads an engine beside the one that serves its stage. Rejects as loading does; nothing is left of it then. */
  async rehearse(
    stage: EngineStageName,
    config: EngineWorkerConfig,
    signal: AbortSignal,
  ): Promise<Understudy> {
    const next = this.#createStage(stage, config);
    this.#rehearsing.add(next);
    const leave = (): void => void this.#rehearsing.delete(next);
    const dispose = (): void => {
      leave();
      next.dispose();
    };
    try {
      await next.start(signal);
    } catch (error) {
      dispose();
      throw error;
    }
    const adopt = (): Promise<void> => {
      leave();
      return this.#replace(stage, next);
    };
    return { openPort: () => next.openPort(), adopt, dispose };
  }

  /** A way to the service of a stage, beside the conversation's. Rejects with `worker-crashed` while it is not loaded. */
  async openPort(stage: EngineStageName): Promise<MessagePort> {
    const port = this.#stages.get(stage)?.openPort();
    return port ?? Promise.reject(createNotLoadedError(WORKERS[stage]));
  }

  /** The one before goes on until the conversation rests. */
  async #replace(stage: EngineStageName, next: Stage): Promise<void> {
    const known = this.#stages.get(stage);
    this.#stages.set(stage, next);
    await next.adopt();
    await next.used;
    known?.dispose();
  }

  /** What may run on a graphics processor is loaded anew by the next start, and tested there. */
  renew(): void {
    for (const stage of this.#stages.values()) {
      if (mayTakeGpu(stage.config)) this.#outdated.add(stage);
    }
  }

  /** Ends a stage's worker; the turn worker goes on without it. */
  async stopStage(stage: EngineStageName): Promise<void> {
    // What is still on its way is not wanted either.
    this.#coming.delete(stage);
    const known = this.#stages.get(stage);
    if (known === undefined) return;
    this.#stages.delete(stage);
    const { loaded } = known;
    if (loaded !== null) await this.#attach(stage, loaded, null);
    known.dispose();
  }

  dispose(): void {
    for (const stage of [...this.#stages.values(), ...this.#coming.values(), ...this.#rehearsing]) {
      stage.dispose();
    }
    this.#coming.clear();
    this.#rehearsing.clear();
    this.#stages.clear();
    this.#detachTurnFiles();
    this.#turnHost?.dispose();
    this.#turn = null;
  }

  #createTurnHost(common: EngineWorkerConfig): WorkerHost<TurnConfig<ResolvedOptions>, null> {
    const { clock, logger, observer, files } = this.#options;
    return new WorkerHost<TurnConfig<ResolvedOptions>, null>({
      name: 'turn',
      url: "the turn worker's script",
      create: () => createWorker('turn'),
      clock,
      logger,
      onLost: (error) => {
        this.#turn = null;
        this.#hasEars = false;
        this.#turnLost.resolve();
        observer.handleDialogueState({ user: 'silent', agent: 'idle' });
        observer.handleError(error);
      },
      prepare: async (control) => {
        const config = { ...common, options: this.#options.getOptions() };
        this.#detachTurnFiles();
        this.#detachTurnFiles = files.attach(
          (port) => void control.attachFiles(transfer(port, [port])),
        );
        await control.load(config);
        const { port1, port2 } = new MessageChannel();
        await control.connect(transfer(port1, [port1]));
        await this.#joinTurn(wrap<TurnService>(port2));
      },
    });
  }

  async #joinTurn(turn: Remote<TurnService>): Promise<void> {
    const { observer, browserModel, getToken, getOptions, onTurnWorker, tools } = this.#options;
    await turn.restoreMessages([...observer.getMessages()]);
    await turn.setOptions(getOptions());
    await turn.attachPage(
      proxy({
        handleEvent: (event) => observer.handleEvent(event),
        handleState: (state) => observer.handleDialogueState(state),
        getToken,
        prompt: (...request) => browserModel.prompt(...request),
        cancelPrompt: (requestId) => void browserModel.cancelPrompt(requestId),
        callTool: (...call) => tools.call(...call),
        cancelTool: (callId) => tools.cancel(callId),
      }),
    );
    this.#turn = turn;
    this.#turnLost = createDeferred();
    await Promise.all([...this.#stages.values()].map((stage) => stage.join()));
    onTurnWorker();
    // In the place of a lost one that heard.
    if (this.#ownOfTurn.length > 0) this.#openEars().catch((error: unknown) => this.#report(error));
  }

  #report(error: unknown): void {
    this.#options.observer.handleError(VoiceAgentError.from(error));
  }

  #createStage(stage: EngineStageName, config: StageConfig): Stage {
    const { clock, logger, files } = this.#options;
    if ('create' in config) {
      return new CustomStage({
        ...{ stage, config },
        onReady: (loaded, port) => this.#attach(stage, loaded, port),
      });
    }
    const created = new EngineStage({
      stage,
      workerName: WORKERS[stage],
      create: () => createWorker(WORKERS[stage]),
      config,
      clock,
      logger,
      files,
      onReady: (loaded, port) => this.#attach(stage, loaded, port),
      onLost: (error, willRestart) => {
        if (this.#stages.get(stage) === created) this.#handleLoss(stage, error, willRestart);
      },
      onFallback: (error, engine) => this.#handleFallback(error, engine),
    });
    return created;
  }

  /** Resolves when the conversation uses it, or has lost its worker: the next one begins with what is there. */
  async #attach(
    stage: EngineStageName,
    loaded: LoadedEngine,
    port: MessagePort | null,
  ): Promise<void> {
    const attached = this.#turn?.attachEngine(
      stage,
      loaded,
      port === null ? null : transfer(port, [port]),
    );
    await Promise.race([attached, this.#turnLost.promise]);
  }

  /** The conversation goes on with the same worker: it is told of, and no more. */
  #handleFallback(error: VoiceAgentError, engine: EngineInfo | null): void {
    const { observer } = this.#options;
    observer.handleError(error);
    if (engine !== null) observer.handleUnstamped({ type: 'engine-change', turnId: null, engine });
  }

  #handleLoss(stage: EngineStageName, error: VoiceAgentError, willRestart: boolean): void {
    void this.#turn?.detachEngine(stage, error.toRecord(), willRestart);
    this.#options.observer.handleError(error);
    if (!willRestart) this.#giveUp(stage);
  }

  /** Without their engines turns end by timer, and answers are shown. Of the others the engine stays, and says that it is lost. */
  #giveUp(stage: EngineStageName): void {
    const known = this.#stages.get(stage);
    this.#stages.delete(stage);
    known?.dispose();
    const loaded = known?.loaded ?? null;
    const canDoWithout = stage === 'turn' || stage === 'tts';
    if (canDoWithout && loaded !== null) void this.#attach(stage, loaded, null);
    this.#options.onGivenUp(stage);
  }
}

function mayTakeGpu({ catalog, ...config }: StageConfig): boolean {
  const { backend = 'wasm', modelId, engine }: Partial<ThinkConfig & SpeakConfig> = config;
  if (backend === 'wasm') return false;
  return engine === 'kokoro' || catalog.models.some((one) => one.id === modelId && takesGpu(one));
}

/** Configurations are plain data; the catalogue is the page's own and does not change, and for a spare nothing is loaded anew. */
function hasSameConfig(left: EngineWorkerConfig, right: EngineWorkerConfig): boolean {
  const toKey = (config: EngineWorkerConfig): string =>
    JSON.stringify({ ...config, catalog: null, spareModelId: null });
  return toKey(left) === toKey(right);
}
