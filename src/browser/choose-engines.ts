// From what a device can do to an engine for each stage, with the reason in words. Main thread, pure.
import { UNPROBED_ENGINES } from '../agent/engine-choice.ts';
import type {
  ChosenEngines,
  ChosenStage,
  DeviceProbe,
  DeviceReport,
  EngineChoice,
  EngineOffer,
} from '../agent/engine-choice.ts';
import type { EngineOptions, LocalLlmOptions, NamedVoice } from '../agent/options.ts';
import { toPrimary, UNDETERMINED } from '../core/language.ts';
import { TOKENS_PER_SECOND } from '../engines/llm-rtf.ts';
import { modelBytes, takesGpu } from '../models/catalog.ts';
import type { CatalogModel, ModelCatalog } from '../models/catalog.ts';
import { canServe, hasLanguage } from './check-language.ts';
import type { Evidence, Picked } from './choice-evidence.ts';
import { KEEPS_UP_RTF } from './rtf-verdicts.ts';
import { chooseVoice, isNamedVoice, lightVoiceOf, VOICE_MODELS } from './choose-voice.ts';

export interface Selection {
  /** What `auto` means; of a stage whose option names an engine, what it would mean. */
  readonly chosen: ChosenEngines;
  readonly choices: readonly EngineChoice[];
  /** What the device's own voice may be replaced by, once it was measured. */
  readonly betterVoice: 'kokoro' | null;
  /** What a voice that lags gives way to. */
  readonly lightVoice: NamedVoice | null;
  /** What takes the place of the language model once it is there. */
  readonly betterLlm: string | null;
  /** What a recogniser runs on that options leave free to take either: off a graphics processor that others need more. */
  readonly sttBackend: 'auto' | 'wasm';
}

/**
 * SmolLM2-135M, 98 MB of 4-bit weights, takes 15 ms for a token on one thread (docs/language-model.md), and each
 * token reads all weights once.
 */
const LLM_BYTES_PER_SECOND = 98_362_432 / 0.015;
/** A model that is so much smaller is fetched first, and answers until the better one is there. */
const SMALLER_BY = 4;
/** Of the memory, that one model may fill. */
const MEMORY_SHARE = 0.25;

/** Explicit options win: they are told of, and not judged. */
export function chooseEngines(engines: EngineOptions, evidence: Evidence): Selection {
  const llm = chooseLanguageModel(evidence);
  const tts = chooseVoice(evidence);
  const isGpuTaken =
    isLlmOnGpu(engines.llm, llm, evidence) || isVoiceOnGpu(engines.tts, tts, evidence);
  const stt = chooseRecogniser(evidence, isGpuTaken);
  const chosen: ChosenEngines = {
    stt: { kind: 'local', modelId: stt.engine },
    llm: { kind: 'local', modelId: llm.engine },
    tts: toVoiceOption(tts.engine),
  };
  const picks = { stt, llm, tts } as const;
  const choices = (['stt', 'llm', 'tts'] as const).map((stage) =>
    toChoice(stage, { option: engines[stage], pick: picks[stage], catalog: evidence.catalog }),
  );
  const isTried = engines.tts === 'auto' && tts.better === 'kokoro';
  const betterLlm = engines.llm === 'auto' ? (llm.better ?? null) : null;
  const betterVoice = isTried ? 'kokoro' : null;
  const sttBackend = isGpuTaken && canYield(engines.stt, stt, evidence) ? 'wasm' : 'auto';
  const lightVoice = lightVoiceOf(evidence);
  return { chosen, choices, betterVoice, lightVoice, betterLlm, sttBackend };
}

/** Whether the recogniser would take the graphics processor, and can do without. */
function canYield(
  option: EngineOptions['stt'],
  { engine }: Picked<string>,
  { catalog }: Evidence,
): boolean {
  const modelId = typeof option === 'object' && option.kind === 'local' ? option.modelId : engine;
  const model = catalog.models.find(({ id }) => id === modelId);
  return model !== undefined && takesGpu(model) && isForProcessor(model);
}

/** Whether the language model runs there, or the one that takes its place. */
function isLlmOnGpu(
  option: EngineOptions['llm'],
  picked: Picked<string>,
  { probe, catalog }: Evidence,
): boolean {
  const auto: LocalLlmOptions = { kind: 'local', modelId: picked.better ?? picked.engine };
  const engine = option === 'auto' ? auto : (option ?? UNPROBED_ENGINES.llm);
  if (engine.kind !== 'local' || engine.backend === 'wasm') return false;
  const model = catalog.models.find(({ id }) => id === engine.modelId);
  if (engine.backend === 'webgpu') return probe.gpu.kind !== 'none';
  return probe.gpu.kind === 'hardware' && model !== undefined && takesGpu(model);
}

/** Whether the voice does, or the one that is tried: of all voices Kokoro alone can. */
function isVoiceOnGpu(
  option: EngineOptions['tts'],
  picked: Picked<string>,
  { isKokoroOnGpu }: Evidence,
): boolean {
  const auto = picked.better ?? picked.engine;
  const voice = option === 'auto' ? auto : (option ?? UNPROBED_ENGINES.tts);
  return isKokoroOnGpu && voice === 'kokoro';
}

function toVoiceOption(engine: string): ChosenEngines['tts'] {
  if (engine === 'none' || isNamedVoice(engine)) return engine;
  return { kind: 'local', modelId: engine };
}

/** Models of the catalogue for the language, and the voices; `none` is always among them. */
export function offersOf({
  catalog,
  language,
}: Pick<Evidence, 'catalog' | 'language'>): EngineOffer[] {
  const models = catalog.models.filter((model) => canServe(model, language));
  const offers = models.flatMap(({ id, name, task }): EngineOffer[] => {
    if (task === 'stt' || task === 'llm' || task === 'wake')
      return [{ stage: task, engine: id, name }];
    if (task !== 'tts') return [];
    const named = Object.entries(VOICE_MODELS).find(([, modelId]) => modelId === id);
    return [{ stage: 'tts', engine: named?.[0] ?? id, name }];
  });
  return [...offers, { stage: 'tts', engine: 'none', name: 'No voice' }];
}

/** As {@link DeviceReport.languages} has them. */
export function languagesOf({ models }: ModelCatalog): DeviceReport['languages'] {
  const spoken = models.flatMap(({ task, languages }) => (task === 'llm' ? languages : []));
  const tells = models.some((model) => model.task === 'stt' && hasLanguage(model, UNDETERMINED));
  return [...new Set([...spoken.map(toPrimary), ...(tells ? ['auto'] : [])])];
}

/**
 * On a graphics processor the largest that runs there, else the first that the site lists, of those that were not
 * measured to be too slow where there are others. What thinks or speaks needs
 * the processor more: where that runs on it, the recogniser stays off.
 */
function chooseRecogniser(evidence: Evidence, isGpuTaken: boolean): Picked<string> {
  const { probe, language } = evidence;
  const all = candidates(evidence, 'stt');
  const quick = all.filter((model) => !isSlow(model, evidence));
  const able = quick.length > 0 ? quick : all;
  const onGpu = probe.gpu.kind === 'hardware' ? able.filter(takesGpu) : [];
  const onProcessor = able.find(isForProcessor);
  const best = (isGpuTaken ? onProcessor : undefined) ?? largest(onGpu) ?? onProcessor;
  if (best === undefined) return unavailable(UNPROBED_ENGINES.stt.modelId, language);
  const isOnGpu = onGpu.includes(best) && !(isGpuTaken && isForProcessor(best));
  const place = isOnGpu ? 'the graphics processor' : toProcessor(probe);
  return {
    engine: best.id,
    reason: `It understands ${toLanguage(language)} and runs on ${place}.${tellPace(best, all, evidence)}`,
  };
}

function chooseLanguageModel(evidence: Evidence): Picked<string> {
  const { probe, language } = evidence;
  const able = candidates(evidence, 'llm');
  const isQuick = (model: CatalogModel): boolean =>
    evidence.rtfs.has(model.id)
      ? !isSlow(model, evidence)
      : (probe.gpu.kind === 'hardware' && takesGpu(model)) ||
        modelBytes(model) * TOKENS_PER_SECOND <= LLM_BYTES_PER_SECOND;
  const best = largest(able.filter(isQuick));
  const first = best === undefined ? undefined : firstOf(best, able);
  if (best !== undefined && first !== undefined && evidence.startsSmall) {
    const reason = `It is ready sooner. ${best.name} suits this device better: it is fetched meanwhile, and takes over.`;
    return { engine: first.id, reason, better: best.id };
  }
  if (best !== undefined) {
    const pace = tellPace(best, able, evidence);
    const reason = `It is the largest here that should answer as quickly as you listen, on ${toProcessor(probe)}.${pace}`;
    return { engine: best.id, reason };
  }
  const smallest = bySize(able)[0];
  if (smallest === undefined) return unavailable(UNPROBED_ENGINES.llm.modelId, language);
  const pace = tellPace(smallest, able, evidence);
  return { engine: smallest.id, reason: `It is the smallest here, and may answer slowly.${pace}` };
}

function isSlow({ id }: CatalogModel, { rtfs }: Evidence): boolean {
  return (rtfs.get(id) ?? 0) > KEEPS_UP_RTF;
}

/** What was measured: of a model that is too slow to be chosen, else of the one that is. */
function tellPace(best: CatalogModel, able: readonly CatalogModel[], evidence: Evidence): string {
  const { id, name, task } = largest(able.filter((model) => isSlow(model, evidence))) ?? best;
  const rtf = evidence.rtfs.get(id);
  if (rtf === undefined) return '';
  const figure =
    task === 'llm'
      ? `made ${(TOKENS_PER_SECOND / rtf).toFixed(0)} tokens a second`
      : `took ${rtf.toFixed(2)} s for a second of speech`;
  return id === best.id ? ` It ${figure}.` : ` ${name} is too slow for this device: it ${figure}.`;
}

/** The smallest for the processor, where it is so much smaller that waiting for `best` would be noticed. */
function firstOf(best: CatalogModel, able: readonly CatalogModel[]): CatalogModel | undefined {
  const smallest = bySize(able.filter(isForProcessor))[0];
  const isWorthIt = smallest !== undefined && SMALLER_BY * modelBytes(smallest) <= modelBytes(best);
  return isWorthIt ? smallest : undefined;
}

/**
 * What takes the place of a language model that runs on graphics processors alone, when one fails it: of those for the
 * processor that are not larger the largest that is on the device, else the smallest, which is fetched soonest. Null
 * where there is none, or it is not needed.
 */
export function spareOf(
  modelId: string,
  { catalog, language }: Pick<Evidence, 'catalog' | 'language'>,
  isOnDevice: (modelId: string) => boolean,
): string | null {
  const model = catalog.models.find(({ id }) => id === modelId);
  if (model === undefined || isForProcessor(model)) return null;
  const others = catalog.models.filter(
    (other) =>
      other.task === 'llm' &&
      hasLanguage(other, language) &&
      isForProcessor(other) &&
      modelBytes(other) <= modelBytes(model),
  );
  const spare = largest(others.filter(({ id }) => isOnDevice(id))) ?? bySize(others)[0];
  return spare?.id ?? null;
}

/** Models for the task and the language that this device can hold and run. */
function candidates(
  { probe, catalog, language }: Evidence,
  task: CatalogModel['task'],
): CatalogModel[] {
  const { memoryGib, gpu } = probe;
  const limitBytes = memoryGib === null ? Infinity : memoryGib * 2 ** 30 * MEMORY_SHARE;
  return catalog.models.filter(
    (model) =>
      model.task === task &&
      hasLanguage(model, language) &&
      modelBytes(model) <= limitBytes &&
      (isForProcessor(model) || gpu.kind === 'hardware'),
  );
}

function toChoice(
  stage: ChosenStage,
  options: {
    option: EngineOptions[ChosenStage];
    pick: Picked<string>;
    catalog: ModelCatalog;
  },
): EngineChoice {
  const { option, pick, catalog } = options;
  if (option === 'auto') {
    const toOffer = (engine: string) => ({
      stage,
      engine,
      name: nameOf(engine, catalog),
    });
    const better = pick.better === undefined ? null : toOffer(pick.better);
    return { ...toOffer(pick.engine), chosenBy: 'device', reason: pick.reason, better };
  }
  const { engine, name } = named(stage, option, catalog);
  return { stage, engine, name, chosenBy: 'page', reason: 'The options name it.', better: null };
}

function named(
  stage: ChosenStage,
  option: EngineOptions[ChosenStage],
  catalog: ModelCatalog,
): { engine: string; name: string } {
  if (typeof option === 'object' && option.kind !== 'local') {
    return { engine: option.kind, name: 'model' in option ? option.model : option.kind };
  }
  const standard = stage === 'tts' ? UNPROBED_ENGINES.tts : UNPROBED_ENGINES[stage].modelId;
  const given = typeof option === 'object' ? option.modelId : option;
  const engine = given === 'moonshine' ? UNPROBED_ENGINES.stt.modelId : (given ?? standard);
  return { engine, name: nameOf(engine, catalog) };
}

function nameOf(engine: string, { models }: ModelCatalog): string {
  if (engine === 'none') return 'No voice';
  const id = Object.entries(VOICE_MODELS).find(([voice]) => voice === engine)?.[1] ?? engine;
  return models.find((model) => model.id === id)?.name ?? engine;
}

function largest(models: readonly CatalogModel[]): CatalogModel | undefined {
  return bySize(models).at(-1);
}

/** The smallest first; of equals the later one of the catalogue. */
function bySize(models: readonly CatalogModel[]): CatalogModel[] {
  return models.toReversed().toSorted((left, right) => modelBytes(left) - modelBytes(right));
}

/** Loading it says what to do. */
function unavailable(engine: string, language: string): Picked<string> {
  return {
    engine,
    reason: `This site has none for ${toLanguage(language)} that fits this device.`,
  };
}

function isForProcessor({ backends }: CatalogModel): boolean {
  return backends.includes('wasm');
}

function toProcessor({ cores, hasSharedMemory }: DeviceProbe): string {
  if (cores === 1) return 'one core';
  return hasSharedMemory ? `${cores} cores` : 'one thread, since this page has no shared memory';
}

function toLanguage(language: string): string {
  if (language === UNDETERMINED) return 'whatever is spoken';
  return new Intl.DisplayNames(['en'], { type: 'language' }).of(language) ?? language;
}
