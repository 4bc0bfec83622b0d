// The page's conversation: turns clicks into calls of the agent and its events into views. Main thread.
import type {
  DeviceReport,
  ErrorRecord,
  RequiredDownloads,
  VoiceAgent,
  VoiceAgentOptions,
} from '../index.ts';
import { pickUnused, toCleanUpNotice } from './clean-up.ts';
import { leavesEndpoint, mayFetch } from './consent.ts';
import { missingOf } from './downloads.ts';
import type { Download } from './downloads.ts';
import { PAUSE_NOTICE_ID, toPauseNotice } from './kept-pause.ts';
import type { Notice } from './notices.ts';
import { offeredOptions, toOwn } from './offers.ts';
import { toAgentOptions, toServed } from './settings.ts';
import type { AppSettings } from './settings.ts';
import {
  createView,
  reduceEvent,
  withError,
  withNotice,
  withWaitingText,
  withoutNotice,
  withoutPartialLoads,
  withoutWaitingText,
} from './view-model.ts';
import type { AppView } from './view-model.ts';

export interface AppSessionOptions {
  readonly settings: AppSettings;
  readonly createAgent: (options: VoiceAgentOptions) => VoiceAgent;
  /** Any thrown value as a record with a code and a message that says what to do. */
  readonly toErrorRecord: (value: unknown) => ErrorRecord;
  /** Room that the browser would give the models. Default unknown. */
  readonly getFreeBytes?: () => Promise<number | null>;
  /** Whether the visitor paused downloads at an earlier visit, and did not let them go on since. Default false. */
  readonly isPaused?: boolean;
  /** Told of each pause, and of its end. */
  readonly keepPause?: (isPaused: boolean) => void;
  /** Told what the visitor changed. */
  readonly keepSettings?: (change: Partial<AppSettings>) => void;
}

export class AppSession {
  readonly #agent: VoiceAgent;
  readonly #toErrorRecord: AppSessionOptions['toErrorRecord'];
  readonly #keepSettings: NonNullable<AppSessionOptions['keepSettings']>;
  readonly #getFreeBytes: NonNullable<AppSessionOptions['getFreeBytes']>;
  readonly #keepPause: NonNullable<AppSessionOptions['keepPause']>;
  readonly #listeners = new Set<(view: AppView) => void>();
  #view: AppView;
  #isPauseTold = false;
  /** Ids of the models that the visitor was last offered to delete. */
  #offered: readonly string[] = [];
  #isFull = false;
  #starting: AbortController | null = null;
  /** What the visitor's word is waited for with. */
  #agreed: (() => Promise<void>) | null = null;
  #textCounter = 0;
  /** Whether anybody looks at what options would fetch. */
  #showsOffers = false;

  /** Creates the agent; nothing is downloaded until `start`, `load` or `send`. */
  constructor(options: AppSessionOptions) {
    const { isPaused = false } = options;
    this.#view = { ...createView(options.settings), isPaused };
    this.#toErrorRecord = options.toErrorRecord;
    this.#keepSettings = options.keepSettings ?? (() => undefined);
    this.#keepPause = options.keepPause ?? (() => undefined);
    this.#getFreeBytes = options.getFreeBytes ?? (async () => null);
    this.#agent = options.createAgent(toAgentOptions(options.settings));
    if (isPaused) this.#agent.models.pause();
    this.#agent.on('*', (event) => this.#show(reduceEvent(this.#view, event)));
    this.#agent.on('storage-fallback', ({ reason }) => {
      // Its notice has taken the place of an earlier offer.
      this.#offered = [];
      this.#isFull = reason === 'full';
      if (this.#isFull) void this.refreshStoredModels();
    });
    for (const type of ['engine-change', 'state-change'] as const) {
      this.#agent.on(type, () => this.#show({ ...this.#view, engines: this.#agent.engines }));
    }
  }

  get view(): AppView {
    return this.#view;
  }

  /** For the level meter and the choice of devices. */
  get agent(): VoiceAgent {
    return this.#agent;
  }

  /** Called after every change; returns the detach. */
  onChange(listener: (view: AppView) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Looks at the device, and reads from the catalogue what the settings would download. */
  async refreshModels(): Promise<void> {
    await this.#guard(async () => {
      let device = await this.#agent.inspectDevice();
      if (await this.#applyServed(device)) device = await this.#agent.inspectDevice();
      const { models, libraries } = await this.#agent.requiredDownloads();
      this.#show({ ...this.#view, device, models, libraries });
    });
    if (this.#showsOffers) await this.refreshOffers();
    await this.refreshStoredModels();
    this.#tellPause();
  }

  /** Asks the device what it keeps, and what it has room for. */
  async refreshStoredModels(): Promise<void> {
    await this.#guard(async () => {
      const [storedModels, freeBytes] = await Promise.all([
        this.#agent.models.list(),
        this.#getFreeBytes(),
      ]);
      this.#show({ ...this.#view, storedModels, freeBytes });
      this.#offerCleanUp();
    });
  }

  /**
   * Asks what each option of the settings would fetch, and from then on whenever those change. An option that cannot be told
   * of is left out.
   */
  async refreshOffers(): Promise<void> {
    this.#showsOffers = true;
    const { settings, device } = this.#view;
    const offers: Record<string, RequiredDownloads> = {};
    for (const option of device === null ? [] : offeredOptions(settings, device)) {
      const change = toAgentOptions(option.settings);
      const needed = await this.#agent.requiredDownloads({ change }).catch(() => null);
      if (needed !== null) offers[option.key] = toOwn(option.setting, needed);
    }
    this.#show({ ...this.#view, offers });
  }

  /** Deletes what was offered last, but for what the settings have come to need since. Downloads that had no room go on onto the device. */
  async cleanUp(): Promise<void> {
    const needed = new Set(this.#view.models?.map(({ id }) => id));
    const modelIds = this.#offered.filter((id) => !needed.has(id));
    this.#isFull = false;
    await this.#guard(async () => {
      for (const modelId of modelIds) await this.#agent.models.delete(modelId);
    });
    await this.refreshStoredModels();
  }

  async deleteStoredModel(modelId: string): Promise<void> {
    await this.#guard(() => this.#agent.models.delete(modelId));
    const agreedIds = this.#view.agreedIds.filter((id) => id !== modelId);
    this.#show({ ...this.#view, agreedIds });
    await this.refreshStoredModels();
  }

  /** Holds downloads, or lets them go on; the next visit holds them too. */
  setPaused(isPaused: boolean): void {
    if (isPaused) this.#agent.models.pause();
    else this.#agent.models.resume();
    this.#isPauseTold = true;
    this.#keepPause(isPaused);
    const view = withoutNotice(this.#view, PAUSE_NOTICE_ID);
    this.#show({ ...view, isPaused, bytesPerSecond: null, remainingMs: null });
  }

  /** Loads, then opens the microphone. Call it from a click. A failure becomes a notice. */
  async start(): Promise<void> {
    await this.#whileStarting((signal) => this.#agent.start({ signal }));
  }

  /** Loads everything, without the microphone. */
  async load(): Promise<void> {
    await this.#whileStarting((signal) => this.#agent.load({ signal }));
  }

  cancelStart(): void {
    this.#starting?.abort();
  }

  async stop(): Promise<void> {
    await this.#guard(() => this.#agent.stop());
  }

  /** Loads what an answer in text needs first. Resolves with whether the agent took the text; if not, a notice says why. */
  async send(text: string): Promise<boolean> {
    this.#textCounter += 1;
    const id = `waiting-${this.#textCounter}`;
    this.#show(withWaitingText(this.#view, id, text));
    if (this.#view.state.agent === 'off') this.#noteStart();
    const isTaken = await this.#guard(() => this.#agent.sendText(text));
    this.#show(withoutWaitingText(this.#view, id));
    return isTaken;
  }

  interrupt(): void {
    this.#agent.interrupt();
  }

  setMuted(isMuted: boolean): void {
    this.#agent.setMuted(isMuted);
  }

  setPushToTalk(isPressed: boolean): void {
    this.#agent.setPushToTalk(isPressed);
  }

  commitTurn(): void {
    this.#agent.commitTurn();
  }

  async setInputDevice(deviceId: string | null): Promise<void> {
    await this.#guard(() => this.#agent.setInputDevice(deviceId));
  }

  async setOutputDevice(deviceId: string | null): Promise<void> {
    await this.#guard(() => this.#agent.setOutputDevice(deviceId));
  }

  /**
   * Refused settings leave the old ones in place and become a notice. While the agent is at work, a change that would
   * fetch something waits for `agree`; the settings stay as they are until then.
   */
  async changeSettings(change: Partial<AppSettings>): Promise<void> {
    await this.#askFor(change, async () => {
      if (await this.#apply(change)) this.#keepSettings(change);
      await this.refreshModels();
    });
  }

  /** Tests the graphics processor as if nothing were known of it, and has the voice run there if it sounds right. */
  async retryGpu(): Promise<void> {
    const change = { backend: 'auto' } as const;
    await this.#askFor(change, async () => {
      if (await this.#guard(() => this.#agent.forgetVerdicts())) await this.changeSettings(change);
    });
  }

  /** Takes the change that was asked for: what it needs is fetched, and the conversation goes on meanwhile. */
  async agree(): Promise<void> {
    const { consent } = this.#view;
    const apply = this.#agreed;
    if (consent === null || apply === null) return;
    this.decline();
    this.#noteAgreed(consent.missing.map(({ download }) => download));
    await apply();
  }

  /** Keeps the settings as they are. */
  decline(): void {
    this.#agreed = null;
    this.#show({ ...this.#view, consent: null });
  }

  notify(notice: Notice): void {
    this.#show(withNotice(this.#view, notice));
  }

  dismiss(noticeId: string): void {
    this.#show(withoutNotice(this.#view, noticeId));
  }

  /** The same models once. */
  #offerCleanUp(): void {
    const { storedModels, models, freeBytes, device } = this.#view;
    if (storedModels === null || models === null) return;
    const picked = pickUnused(storedModels, { models, freeBytes, isFull: this.#isFull });
    const modelIds = picked.map(({ modelId }) => modelId);
    if (picked.length === 0 || modelIds.join() === this.#offered.join()) return;
    this.#offered = modelIds;
    const nameOf = (id: string): string =>
      device?.offers.find(({ engine }) => engine === id)?.name ?? id;
    this.notify(toCleanUpNotice(picked, nameOf));
  }

  /** Once: of a pause of this visit its button tells. */
  #tellPause(): void {
    const notice = toPauseNotice(this.#view);
    if (notice === null || this.#isPauseTold) return;
    this.#isPauseTold = true;
    this.notify(notice);
  }

  /** A model that was chosen at an earlier visit may be gone from the site. Tells whether settings changed for that. */
  async #applyServed(device: DeviceReport): Promise<boolean> {
    const { settings } = this.#view;
    const served = toServed(settings, device);
    if (JSON.stringify(served) === JSON.stringify(settings)) return false;
    await this.#askFor(served, async () => {
      await this.#apply(served);
    });
    return this.#view.settings !== settings;
  }

  async #apply(change: Partial<AppSettings>): Promise<boolean> {
    const settings = { ...this.#view.settings, ...change };
    const isApplied = await this.#guard(async () => {
      this.#agent.update(toAgentOptions(settings));
    });
    if (isApplied) this.#show({ ...this.#view, settings });
    return isApplied;
  }

  /** Before the start its table tells what will be fetched, and Start is the visitor's word. */
  async #askFor(change: Partial<AppSettings>, apply: () => Promise<void>): Promise<void> {
    const { state, isStarting, settings, begunWith } = this.#view;
    const isAtWork = state.agent !== 'off' || isStarting;
    if (!isAtWork || !mayFetch(change)) return apply();
    // The latest wish counts.
    this.decline();
    await this.#guard(async () => {
      const options = toAgentOptions({ ...settings, ...change, ...begunWith });
      const needed = await this.#agent.requiredDownloads({ change: options });
      await this.refreshStoredModels();
      const { agreedIds } = this.#view;
      const missing = missingOf(needed, this.#view).filter(
        ({ download }) => !agreedIds.includes(download.id),
      );
      if (missing.length === 0) return apply();
      this.#agreed = apply;
      const isLeft = leavesEndpoint(settings, { ...settings, ...change });
      const consent = { missing, leavesEndpoint: isLeft };
      this.#show({ ...this.#view, consent });
    });
  }

  #noteAgreed(downloads: readonly Pick<Download, 'id'>[]): void {
    const ids = [...this.#view.agreedIds, ...downloads.map(({ id }) => id)];
    this.#show({ ...this.#view, agreedIds: [...new Set(ids)] });
  }

  /** The table of the start was there to read. */
  #noteStart(): void {
    const { vad, wake } = this.#view.settings;
    this.#show({ ...this.#view, begunWith: { vad, wake } });
    this.#noteAgreed([...(this.#view.models ?? []), ...this.#view.libraries]);
  }

  /** Runs what may load for long, one at a time; `cancelStart` aborts it. */
  async #whileStarting(load: (signal: AbortSignal) => Promise<void>): Promise<void> {
    if (this.#starting !== null) return;
    const controller = new AbortController();
    this.#starting = controller;
    this.#show({ ...this.#view, isStarting: true });
    if (this.#view.state.agent === 'off') this.#noteStart();
    const isDone = await this.#guard(() => load(controller.signal), controller.signal);
    this.#starting = null;
    const view = isDone ? this.#view : withoutPartialLoads(this.#view);
    this.#show({ ...view, isStarting: false });
  }

  /** Whether `action` succeeded; a failure is shown, an abort of ours is not. */
  async #guard(action: () => Promise<void>, signal?: AbortSignal): Promise<boolean> {
    try {
      await action();
      return true;
    } catch (error) {
      if (signal?.aborted !== true) {
        this.#show(withError(this.#view, this.#toErrorRecord(error)));
      }
      return false;
    }
  }

  #show(view: AppView): void {
    this.#view = view;
    for (const listener of [...this.#listeners]) listener(view);
  }
}
