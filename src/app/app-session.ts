// The page's conversation: turns clicks into calls of the agent and its events into views. Main thread.
import type { DeviceReport, ErrorRecord, VoiceAgent, VoiceAgentOptions } from '../index.ts';
import { PAUSE_NOTICE_ID, toPauseNotice } from './kept-pause.ts';
import type { Notice } from './notices.ts';
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
  #starting: AbortController | null = null;
  #textCounter = 0;

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
      if (this.#applyServed(device)) device = await this.#agent.inspectDevice();
      const models = await this.#agent.requiredModels();
      this.#show({ ...this.#view, device, models });
    });
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
    });
  }

  async deleteStoredModel(modelId: string): Promise<void> {
    await this.#guard(() => this.#agent.models.delete(modelId));
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

  /** Refused settings leave the old ones in place and become a notice. */
  async changeSettings(change: Partial<AppSettings>): Promise<void> {
    const settings = { ...this.#view.settings, ...change };
    const isApplied = await this.#guard(async () => {
      this.#agent.update(toAgentOptions(settings));
    });
    this.#show({ ...this.#view, settings: isApplied ? settings : this.#view.settings });
    if (isApplied) this.#keepSettings(change);
    await this.refreshModels();
  }

  /** Tests the graphics processor as if nothing were known of it, and has the voice run there if it sounds right. */
  async retryGpu(): Promise<void> {
    if (await this.#guard(() => this.#agent.forgetVerdicts())) {
      await this.changeSettings({ backend: 'auto' });
    }
  }

  notify(notice: Notice): void {
    this.#show(withNotice(this.#view, notice));
  }

  dismiss(noticeId: string): void {
    this.#show(withoutNotice(this.#view, noticeId));
  }

  /** Once: of a pause of this visit its button tells. */
  #tellPause(): void {
    const notice = toPauseNotice(this.#view);
    if (notice === null || this.#isPauseTold) return;
    this.#isPauseTold = true;
    this.notify(notice);
  }

  /** A model that was chosen at an earlier visit may be gone from the site. Tells whether one was. */
  #applyServed(device: DeviceReport): boolean {
    const { settings } = this.#view;
    const served = toServed(settings, device);
    if (JSON.stringify(served) === JSON.stringify(settings)) return false;
    this.#agent.update(toAgentOptions(served));
    this.#show({ ...this.#view, settings: served });
    return true;
  }

  /** Runs what may load for long, one at a time; `cancelStart` aborts it. */
  async #whileStarting(load: (signal: AbortSignal) => Promise<void>): Promise<void> {
    if (this.#starting !== null) return;
    const controller = new AbortController();
    this.#starting = controller;
    this.#show({ ...this.#view, isStarting: true });
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
