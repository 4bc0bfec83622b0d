// A device and the engines that suit it, in words for its owner. Main thread, pure.
import type { ChosenStage, DeviceProbe, EngineChoice } from '../index.ts';
import { formatBytes } from './format.ts';
import { AUTO } from './settings.ts';
import type { AppSettings } from './settings.ts';

export interface LoadProgress {
  readonly loadedBytes: number;
  readonly totalBytes: number;
}

export function toDeviceWords(probe: DeviceProbe): string {
  const { cores, memoryGib, hasSharedMemory, gpu, freeBytes } = probe;
  const facts = [
    cores === 1 ? '1 core' : `${cores} cores`,
    hasSharedMemory ? 'shared memory' : 'no shared memory, so one thread per engine',
    ...(memoryGib === null ? [] : [`${memoryGib} GB of memory`]),
    GPU_WORDS[gpu.kind] + (gpu.name === '' ? '' : ` (${gpu.name})`),
    ...(freeBytes === null ? [] : [`room for ${formatBytes(freeBytes)} of models`]),
  ];
  return `This device: ${facts.join('; ')}.`;
}

const VERBS = {
  stt: { does: 'listens', doing: 'listening' },
  llm: { does: 'answers', doing: 'answering' },
  tts: { does: 'speaks', doing: 'speaking' },
} satisfies Record<ChosenStage, { does: string; doing: string }>;

const GPU_WORDS = {
  hardware: 'a graphics processor that models can use',
  software: 'graphics in software, too slow for models',
  none: 'no graphics processor that models can use',
} satisfies Record<DeviceProbe['gpu']['kind'], string>;

/** What the settings have for a stage: `auto`, an engine, `endpoint`, or `flow`. */
export function settingOf(settings: AppSettings, stage: ChosenStage): string {
  const endpoint = settings.endpoints[stage];
  if (endpoint !== null) return endpoint.sessionId === undefined ? 'endpoint' : 'flow';
  switch (stage) {
    case 'stt':
      return settings.recogniser;
    case 'llm':
      return settings.languageModel;
    case 'tts':
      return settings.voice;
  }
}

/** Which engine a stage has, and why; empty while it is not known. */
export function toChoiceWords(choice: EngineChoice | undefined, setting: string): string {
  if (choice === undefined) return '';
  const { name, reason } = choice;
  return setting === AUTO
    ? `${name}. ${reason}`
    : 'Named here and not by the device, also at your next visits.';
}

/** What became of a better engine that was tried; null when none was, or it still is. */
export function toEngineNews(before: EngineChoice | undefined, now: EngineChoice): string | null {
  const tried = before?.better ?? null;
  if (tried === null || now.better !== null) return null;
  const { does, doing } = VERBS[now.stage];
  const isTaken = now.engine === tried.engine;
  return `${now.name} ${isTaken ? `${does} from now on` : `goes on ${doing}`}. ${now.reason}`;
}

/** What is fetched and tried meanwhile. */
export function toLaterWords(
  { stage, name, better }: EngineChoice,
  progress: LoadProgress,
): string {
  const { loadedBytes, totalBytes } = progress;
  const amount = `${formatBytes(loadedBytes)} of ${formatBytes(totalBytes)}`;
  const isHere = loadedBytes >= totalBytes;
  const then = stage === 'tts' ? 'is tried while nobody speaks' : 'is getting ready';
  const what = isHere ? then : `is on its way: ${amount}`;
  return `${name} ${VERBS[stage].does} for now. ${better?.name ?? ''} ${what}.`;
}
