// `npm run gpu`: engines on this machine's graphics processor, each beside what the product runs without one. Node.
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { DeviceGpu } from '../../src/agent/engine-choice.ts';
import { loadCatalog } from '../../scripts/lib/catalog.mjs';
import { formatTable } from '../../scripts/lib/format.mjs';
import { ModelFolder } from '../../scripts/lib/model-folder.mjs';
import { BUILD_STATE_DIR, MODELS_DIR } from '../../scripts/lib/paths.mjs';
import { TalkBrowser } from '../../talk/browser.ts';
import { ensurePages, PRODUCT_SOURCES } from '../../talk/page-build.ts';
import { openSite } from '../../talk/site.ts';
import type { GpuBench } from './page.ts';
import { toTrials } from './trials.ts';
import type { Outcome, Trial } from './trials.ts';

declare const gpuBench: GpuBench;

const USAGE = `npm run gpu -- [--allow-fallback]

Opens Chromium with WebGPU and runs each engine whose weights are in .models on the graphics processor.

  --allow-fallback  also where the adapter computes in software, on what is small enough

Exit codes: 0 nothing failed (or nothing could be run), 1 an engine failed or sounded wrong.`;

/** Windows and macOS find their processors themselves. */
const FLAGS = [
  ...['--enable-unsafe-webgpu', '--ignore-gpu-blocklist'],
  ...(process.platform === 'linux' ? ['--enable-features=Vulkan', '--use-angle=vulkan'] : []),
];
const PAGE = { name: 'gpu', configFile: 'bench/gpu/vite.config.ts' } as const;
const SOURCES = [...PRODUCT_SOURCES, 'bench/gpu', 'bench/pages/product-engines.ts', 'test/support'];
/** Programs are compiled, and weights unpacked, on the way. */
const TRIAL_LIMIT_MS = 8 * 60_000;

type Row = readonly [engine: string, result: string, onGpu: string, beside: string];
const HEADINGS: Row = ['engine', 'result', 'on the graphics processor', 'beside'];

async function main(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: { 'allow-fallback': { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help === true) {
    console.log(USAGE);
    return 0;
  }
  const folder = path.join(BUILD_STATE_DIR, PAGE.name);
  await ensurePages({ ...PAGE, sources: SOURCES });
  const site = await openSite({ isIsolated: true, folder });
  try {
    const options = { allowsFallback: values['allow-fallback'] ?? false };
    return await runInBrowser(`${site.origin}/index.html`, options);
  } finally {
    await site.close();
  }
}

interface Options {
  readonly allowsFallback: boolean;
}

async function runInBrowser(url: string, options: Options): Promise<number> {
  const browser = await TalkBrowser.launch({
    ...{ captureFile: null, allowedHosts: [], graphicsFlags: FLAGS },
  });
  try {
    return await runHere({ browser, url }, options);
  } finally {
    await browser.close();
  }
}

interface Place {
  readonly browser: TalkBrowser;
  readonly url: string;
}

async function runHere(place: Place, options: Options): Promise<number> {
  const page = await place.browser.open(place.url);
  const gpu = await page.evaluate(() => gpuBench.probe());
  await page.close();
  console.log(`Graphics adapter: ${describe(gpu)}`);
  const trials = toTrials((await loadCatalog()).models);
  const isSoftware = gpu.kind === 'software';
  if (gpu.kind === 'none' || (isSoftware && !options.allowsFallback)) {
    console.log(`0 run, ${trials.length} skipped: no graphics adapter`);
    if (isSoftware) console.log('With --allow-fallback it runs what is small enough for software.');
    return 0;
  }
  return runAll(trials, { ...place, isSoftware });
}

async function runAll(
  trials: readonly Trial[],
  place: Place & { readonly isSoftware: boolean },
): Promise<number> {
  const rows: Row[] = [];
  let [run, failed] = [0, 0];
  for (const trial of trials) {
    const reason = await reasonToSkip(trial, place);
    if (reason !== null) {
      console.log(`${trial.engine}: skipped, ${reason}`);
      continue;
    }
    console.log(`${trial.engine}: running on ${trial.model?.id ?? ''} ...`);
    const { isRight, result, onGpu, beside } = await runOne(trial, place);
    run += 1;
    failed += isRight ? 0 : 1;
    rows.push([trial.engine, result, onGpu, beside]);
  }
  if (rows.length > 0) console.log(`\n${formatTable([HEADINGS, ...rows])}\n`);
  console.log(`${run} run, ${failed} failed, ${trials.length - run} skipped`);
  return failed === 0 ? 0 : 1;
}

async function reasonToSkip(
  { model, tooLarge }: Trial,
  { isSoftware }: { readonly isSoftware: boolean },
): Promise<string | null> {
  if (model === null) return 'the catalogue has no model for it (docs/other-engines.md)';
  if (isSoftware && tooLarge !== null) return tooLarge;
  const folder = new ModelFolder(MODELS_DIR, model.id);
  for (const file of model.files) {
    if (await folder.has(file)) continue;
    return `${file.name} is not there: npm run models -- ${model.id}`;
  }
  return null;
}

/** In a page of its own: a lost device, or memory that was not given back, is not the next one's. */
async function runOne(trial: Trial, { browser, url }: Place): Promise<Outcome> {
  const page = await browser.open(url);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new Error(`no result in ${TRIAL_LIMIT_MS / 60_000} minutes`);
    timer = setTimeout(() => reject(error), TRIAL_LIMIT_MS);
  });
  try {
    return await Promise.race([trial.run(page), late]);
  } catch (error) {
    const message = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    return { isRight: false, result: `failed: ${message}`, onGpu: '', beside: '' };
  } finally {
    clearTimeout(timer);
    await page.close();
  }
}

function describe({ kind, name, hasFloat16 }: DeviceGpu): string {
  if (kind === 'none') return 'none';
  const how = kind === 'software' ? ', which computes in software' : '';
  return `${name === '' ? 'unnamed' : name}${how}${hasFloat16 ? ', 16-bit floats' : ''}`;
}

process.exitCode = await main(process.argv.slice(2));
