// The agent's runtime in a browser: workers, audio graph, microphone. Main thread.
import { transfer } from 'comlink';
import type { AgentRuntime, LoadScope, RuntimeObserver } from '../agent/agent-runtime.ts';
import { ConversationRest } from '../agent/conversation-rest.ts';
import type { ChosenEngines, DeviceReport, EngineChoice } from '../agent/engine-choice.ts';
import { PageTools } from '../agent/page-tools.ts';
import type { EngineStageName, SayRequest } from '../agent/turn-service.ts';
import { resolveOptions } from '../agent/resolve-options.ts';
import type { ResolvedOptions } from '../agent/options.ts';
import type {
  RequiredDownloads,
  RequiredModel,
  SayResult,
  VoiceAgentAudio,
  VoiceAgentModels,
} from '../agent/voice-agent-api.ts';
import type { VoiceAgentOptions } from '../agent/voice-agent-options.ts';
import { abortable } from '../core/abort.ts';
import type { Clock } from '../core/clock.ts';
import type { EngineInfo } from '../core/contracts/engine.ts';
import { isAbort, VoiceAgentError } from '../core/errors.ts';
import { silentLogger } from '../core/logger.ts';
import type { EngineWorkerConfig, StoreConfig } from '../engines/worker-configs.ts';
import type { ModelCatalog } from '../models/catalog.ts';
import { DownloadMeter } from '../models/download-meter.ts';
import { AgentAudio } from './agent-audio.ts';
import { BrowserModel, findPromptApi } from './browser-model.ts';
import { checkLanguage } from './check-language.ts';
import { checkWebAssembly } from './check-web-assembly.ts';
import { languagesOf, offersOf } from './choose-engines.ts';
import { DeviceModel } from './device-model.ts';
import { DeviceVoice } from './device-voice.ts';
import { createNotLoadedError } from './engine-stage.ts';
import { EngineSelection } from './engine-selection.ts';
import { enginesElsewhere } from './engines-elsewhere.ts';
import { loadCatalog } from './load-catalog.ts';
import { LeavingEngines, tokenOf } from './leaving-engines.ts';
import type { Leave } from './leaving-engines.ts';
import { ModelLibrary } from './model-library.ts';
import { tellBrowserModelProgress, tellModelProgress } from './model-progress.ts';
import { Persistence } from './persistence.ts';
import { downloadsFor, modelsFor } from './required-downloads.ts';
import { modelsOf } from './required-models.ts';
import { orWithout, StandIns } from './stand-ins.ts';
import { stageConfigs, toSpeakConfig } from './stage-configs.ts';
import type { StageConfig } from './stage-configs.ts';
import { WorkerPool } from './worker-pool.ts';

/** More threads than this gain little for models of this size, and starve the page. */
const MAX_THREADS = 4;
const STAGES = ['stt', 'turn', 'llm', 'tts'] as const;

interface Load {
  readonly scope: LoadScope;
  readonly signal: AbortSignal | undefined;
  readonly leave: Leave;
}

export class BrowserRuntime implements AgentRuntime {
  readonly #observer: RuntimeObserver;
  readonly #library: ModelLibrary;
  readonly #downloads: DownloadMeter;
  readonly #workers: WorkerPool;
  readonly #audio: AgentAudio;
  readonly #rest = new ConversationRest();
  readonly #persistence = new Persistence();
  readonly #selection: EngineSelection;
  readonly #leaving = new LeavingEngines(() => this.#serve());
  readonly #standIns: StandIns;
  readonly #model: DeviceModel;
  readonly #voice: DeviceVoice;
  readonly #tools: PageTools = new PageTools(() => this.#options.tools ?? []);
  readonly #browserModel: BrowserModel = new BrowserModel(
    findPromptApi(),
    () => this.#resolved.language,
  );
  #options: VoiceAgentOptions;
  #resolved: ResolvedOptions;
  #catalog: Promise<ModelCatalog> | null = null;
  #loadedScope: LoadScope | null = null;
  #says = 0;

  constructor(
    options: VoiceAgentOptions,
    { observer, clock }: { observer: RuntimeObserver; clock: Clock },
  ) {
    this.#options = options;
    this.#resolved = resolveOptions(options);
    this.#observer = observer;
    this.#audio = new AgentAudio(observer, () => this.#options);
    const logger = options.logger ?? silentLogger;
    this.#downloads = new DownloadMeter(clock);
    this.#library = new ModelLibrary({
      ...{ clock, logger, getConfig: () => this.#toStoreConfig() },
      onProgress: tellModelProgress(observer, this.#downloads),
      onFallback: (reason) =>
        observer.handleUnstamped({ type: 'storage-fallback', turnId: null, reason }),
      onLost: (error) => observer.handleError(error),
    });
    this.#workers = new WorkerPool({
      clock,
      observer: {
        ...observer,
        handleDialogueState: (state) => {
          this.#rest.setState(state);
          observer.handleDialogueState(state);
        },
        handleEvent: (event) => {
          if (event.type === 'metrics') {
            this.#voice.handleReply(event.metrics.tts);
            void this.#selection.handleReply(event.metrics);
          }
          observer.handleEvent(event);
        },
      },
      ...{ logger, files: this.#library, browserModel: this.#browserModel, tools: this.#tools },
      getToken: (stage) => tokenOf(this.#leaving.givenOf(stage) ?? this.#options.engines?.[stage]),
      getOptions: () => this.#served,
      onGivenUp: (stage) => void this.#handleGivenUp(stage),
      onTurnWorker: () => this.#joinAudio(),
    });
    const onChoice = (choice: EngineChoice): void =>
      observer.handleUnstamped({ type: 'engine-choice', turnId: null, choice });
    this.#selection = new EngineSelection({
      ...{ clock, getOptions: () => this.#options, getThreads: () => this.#threads },
      ...{ listModels: () => this.#library.list(), onChoice },
    });
    this.#standIns = new StandIns({
      ...{ selection: this.#selection, models: this.#library },
      loadCatalog: () => this.#loadCatalog(undefined),
      reconsider: () => this.#reconsider(),
    });
    const common = {
      ...{ clock, rest: this.#rest, workers: this.#workers, selection: this.#selection },
      reconsider: () => this.#reconsider(),
      onError: (error: VoiceAgentError) => observer.handleError(error),
    };
    const exchange = (): void => void this.#exchangeEngines(this.#loadedScope ?? 'text');
    this.#model = new DeviceModel({ ...common, exchange, standIns: this.#standIns });
    this.#voice = new DeviceVoice({ ...common, exchange, models: this.#library, onChoice });
  }

  get engines(): readonly EngineInfo[] {
    return [...this.#workers.engines, ...enginesElsewhere(this.#served)];
  }

  get models(): VoiceAgentModels {
    return this.#library;
  }

  get audio(): VoiceAgentAudio | null {
    return this.#audio.taps;
  }

  async requiredModels(signal: AbortSignal | undefined): Promise<readonly RequiredModel[]> {
    const catalog = await this.#loadCatalog(signal);
    await this.#chooseEngines(signal);
    return modelsFor(catalog, this.#options, this.#selection);
  }

  async requiredDownloads(
    options: VoiceAgentOptions,
    signal: AbortSignal | undefined,
  ): Promise<RequiredDownloads> {
    const catalog = await this.#loadCatalog(signal);
    const selection = this.#selection.for(options);
    const { probe } = await selection.update(catalog, signal);
    const isBrowserModelMissing = await this.#browserModel.isMissing();
    return downloadsFor(catalog, options, { selection, probe, isBrowserModelMissing });
  }

  async inspectDevice(signal: AbortSignal | undefined): Promise<DeviceReport> {
    const catalog = await this.#loadCatalog(signal);
    const { choices, probe } = await this.#selection.update(catalog, signal);
    this.#resolve();
    const offers = offersOf({ catalog, language: this.#resolved.language });
    return { probe, choices, offers, languages: languagesOf(catalog) };
  }

  async forgetVerdicts(): Promise<void> {
    await this.#selection.forget();
    this.#workers.renew();
    if (this.#loadedScope !== null) await this.#exchangeEngines(this.#loadedScope);
  }

  load(scope: LoadScope, signal: AbortSignal | undefined): Promise<void> {
    const leave = this.#leaving.beginLoad();
    return this.#load({ scope, signal, leave }).finally(leave);
  }

  async #load(load: Load): Promise<void> {
    const { scope, signal } = load;
    checkWebAssembly();
    if (this.#resolved.keepsModels) this.#persistence.ask();
    const common = await this.#toWorkerConfig(signal);
    await this.#chooseEngines(signal);
    checkLanguage(common.catalog, this.#resolved, scope);
    const { models, end } = this.#want(scope, common.catalog);
    // A typed question may come while everything else is on its way.
    if (scope === 'text') this.#library.prefer(models.map(({ id }) => id));
    await this.#loadStages(common, load).finally(end);
    this.#loadedScope = this.#loadedScope === 'all' ? 'all' : scope;
    this.#improveModel(common);
    if (scope === 'all') await this.#improveVoice(common);
  }

  async #loadStages(common: EngineWorkerConfig, load: Load): Promise<void> {
    const { scope, signal } = load;
    const starting = this.#library.start(signal);
    const missing: VoiceAgentError[] = [];
    const pending = [this.#workers.startTurn(common, scope, signal)];
    if (this.#resolved.engines.llm.kind === 'browser') {
      pending.push(this.#browserModel.load(signal, tellBrowserModelProgress(this.#observer)));
    }
    for (const [stage, config] of this.#stageConfigs(common, scope)) {
      const started = this.#startStage(stage, config, load);
      pending.push(stage === 'turn' || stage === 'tts' ? orWithout(started, missing) : started);
    }
    // Without the store nobody else gets ready: its failure waits for none of them.
    const [outcomes] = await Promise.all([Promise.allSettled(pending), starting]);
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    for (const error of missing) this.#observer.handleError(error);
  }

  /** What a load waits for, and on a graphics processor that fails for the spare in its place; `end` ends the wait. */
  #want(scope: LoadScope, catalog: ModelCatalog) {
    const listed = (options: ResolvedOptions) => modelsOf(scope, catalog, options);
    const { spareLlm: modelId } = this.#selection;
    const spare = modelId === null ? {} : { llm: { kind: 'local', modelId } as const };
    const models = listed(this.#resolved);
    return { models, end: this.#downloads.want(models, listed(this.#resolveWith(spare))) };
  }

  /** What is better than what speaks now is tried from here on, and nobody waits for it. */
  #improveVoice(common: EngineWorkerConfig): Promise<void> {
    const better = this.#selection.betterVoice;
    if (better === null) return this.#voice.improve(null);
    return this.#voice.improve(toSpeakConfig(common, better, this.#resolveWith({ tts: better })));
  }

  /** The same of a language model: the one that answers was fetched because it is small. */
  #improveModel(common: EngineWorkerConfig): void {
    const modelId = this.#selection.betterLlm;
    if (modelId === null) return this.#model.improve(null);
    const options = this.#resolveWith({ llm: { kind: 'local', modelId } });
    const config = this.#stageConfigs(common, 'text', options).get('llm');
    if (config === undefined) return;
    this.#model.improve({ modelId, config });
  }

  async #reconsider(): Promise<readonly EngineChoice[]> {
    const { choices } = await this.#selection.update(await this.#loadCatalog(undefined), undefined);
    this.#resolve();
    return choices;
  }

  #stageConfigs(
    common: EngineWorkerConfig,
    scope: LoadScope,
    options = this.#resolved,
  ): ReturnType<typeof stageConfigs> {
    const given = this.#options.engines ?? {};
    const { spareLlm, sttBackend } = this.#selection;
    return stageConfigs({ common, options, given, scope, spareLlm, sttBackend });
  }

  /** What the device chose and cannot run is chosen anew, where there is something else. */
  async #startStage(stage: EngineStageName, config: StageConfig, load: Load): Promise<void> {
    const { scope, signal, leave } = load;
    const failed = stage === 'turn' ? null : this.#selection.modelOf(stage);
    try {
      await this.#workers.startStage(stage, config, signal);
    } catch (error) {
      if (stage === 'turn' || isAbort(error)) throw error;
      if (!(await this.#standIns.chooseAtLoad(stage, { failed, error, signal }))) throw error;
      this.#observer.handleError(VoiceAgentError.from(error));
      const common = await this.#toWorkerConfig(signal);
      const { end } = this.#want(scope, common.catalog);
      const other = this.#stageConfigs(common, scope).get(stage);
      if (other !== undefined) return await this.#startStage(stage, other, load).finally(end);
      end();
      await this.#workers.stopStage(stage);
    } finally {
      leave(stage);
    }
  }

  async #handleGivenUp(stage: EngineStageName): Promise<void> {
    const scope = this.#loadedScope;
    if (stage === 'turn' || scope === null) return;
    if (await this.#standIns.chooseForLost(stage)) await this.#exchangeEngines(scope);
  }

  async openAudio(): Promise<void> {
    if (await this.#audio.open()) this.#joinAudio();
  }

  async openMicrophone(signal: AbortSignal | undefined): Promise<void> {
    if (this.#resolved.keepsModels) this.#persistence.ask();
    await this.#audio.openMicrophone(signal);
    await this.#workers.turn?.setListening(true);
  }

  closeMicrophone(): void {
    void this.#workers.turn?.setListening(false);
    this.#audio.closeMicrophone();
  }

  setMuted(isMuted: boolean): void {
    void this.#workers.turn?.setListening(!isMuted && this.#audio.isMicrophoneOpen);
    this.#audio.setMuted(isMuted);
  }

  setInputDevice(deviceId: string | null): Promise<void> {
    return this.#audio.setInputDevice(deviceId);
  }

  setOutputDevice(deviceId: string | null): Promise<void> {
    return this.#audio.setOutputDevice(deviceId);
  }

  setOptions(options: VoiceAgentOptions): void {
    const before = this.#options;
    this.#options = options;
    this.#audio.applyOptions();
    this.#resolve(before.engines);
    if (this.#loadedScope !== null) void this.#exchangeEngines(this.#loadedScope);
  }

  async sendText(text: string): Promise<void> {
    await this.#turn.sendText(text);
  }

  async say(request: SayRequest, signal: AbortSignal | undefined): Promise<SayResult> {
    this.#says += 1;
    const id = this.#says;
    const turn = this.#turn;
    const handleAbort = (): void => void turn.cancelSay(id);
    signal?.addEventListener('abort', handleAbort, { once: true });
    try {
      const { error, ...result } = await abortable(turn.say(id, request), signal);
      if (error !== null) throw VoiceAgentError.fromRecord(error);
      return result;
    } finally {
      signal?.removeEventListener('abort', handleAbort);
    }
  }

  interrupt(): void {
    void this.#workers.turn?.interrupt();
  }

  commitTurn(): void {
    void this.#workers.turn?.commitTurn();
  }

  setPushToTalk(isPressed: boolean): void {
    void this.#workers.turn?.setPushToTalk(isPressed);
  }

  async dispose(): Promise<void> {
    this.#tools.dispose();
    this.#browserModel.dispose();
    this.#model.dispose();
    this.#voice.dispose();
    this.#workers.dispose();
    this.#library.dispose();
    await this.#audio.dispose();
  }

  get #turn(): NonNullable<WorkerPool['turn']> {
    const { turn } = this.#workers;
    if (turn !== null) return turn;
    throw createNotLoadedError('turn');
  }

  #resolveWith(chosen: Partial<ChosenEngines>): ResolvedOptions {
    return resolveOptions(this.#options, { ...this.#selection.chosen, ...chosen });
  }

  /** Settles what `auto` means, where it is used. */
  async #chooseEngines(signal: AbortSignal | undefined): Promise<void> {
    if (!this.#selection.isNeeded) return;
    await this.#selection.update(await this.#loadCatalog(signal), signal);
    this.#resolve();
  }

  /** The same options again would have the turn worker throw away what it made ahead. */
  #resolve(given = this.#options.engines): void {
    const resolved = resolveOptions(this.#options, this.#selection.chosen);
    if (JSON.stringify(resolved) === JSON.stringify(this.#resolved)) return;
    if (this.#loadedScope !== null) this.#leaving.change(this.#resolved, resolved, given);
    this.#resolved = resolved;
    this.#serve();
  }

  #serve(): void {
    void this.#workers.turn?.setOptions(this.#served);
  }

  /** What the conversation is held with: what runs elsewhere stays until what takes its place is loaded. */
  get #served(): ResolvedOptions {
    return this.#leaving.apply(this.#resolved);
  }

  #loadCatalog(signal: AbortSignal | undefined): Promise<ModelCatalog> {
    this.#catalog ??= loadCatalog(this.#toUrl(this.#resolved.catalogUrl), undefined).catch(
      (error: unknown) => {
        this.#catalog = null;
        throw error;
      },
    );
    return abortable(this.#catalog, signal);
  }

  #toUrl(address: string): string {
    return new URL(address, document.baseURI).href;
  }

  async #toWorkerConfig(signal: AbortSignal | undefined): Promise<EngineWorkerConfig> {
    return { catalog: await this.#loadCatalog(signal), threads: this.#threads };
  }

  get #threads(): number {
    return this.#resolved.threads ?? Math.min(navigator.hardwareConcurrency, MAX_THREADS);
  }

  async #toStoreConfig(): Promise<StoreConfig> {
    const { modelsUrl, modelMirrors, keepsModels: keepsFiles } = this.#resolved;
    const baseUrls = [modelsUrl, ...modelMirrors].map((url) => this.#toUrl(url));
    return { catalog: await this.#loadCatalog(undefined), baseUrls, keepsFiles };
  }

  /** Gives the (new) turn worker the (new) audio, whichever came last. */
  #joinAudio(): void {
    const { turn } = this.#workers;
    const transports = this.#audio.connect();
    if (turn === null || transports === null) return;
    const { audio, transferables } = transports;
    void turn.openAudio(transfer(audio, transferables));
    void turn.setListening(this.#audio.isMicrophoneOpen);
    this.#audio.setAudibleListener((isAudible) => void turn.setAudible(isAudible));
  }

  async #exchangeEngines(scope: LoadScope): Promise<void> {
    try {
      await this.load(scope, undefined);
      const wanted = this.#stageConfigs(await this.#toWorkerConfig(undefined), scope);
      const unwanted = STAGES.filter((stage) => !wanted.has(stage));
      for (const stage of unwanted) await this.#workers.stopStage(stage);
    } catch (error) {
      this.#observer.handleError(VoiceAgentError.from(error));
    }
  }
}
