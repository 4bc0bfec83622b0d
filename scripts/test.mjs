// `npm test -- [STEPS...]`: sets up what tests need, runs every step, sums up. Node.
import { parseArgs } from 'node:util';
import { chooseModels, isOfRegistries, loadCatalog } from './lib/catalog.mjs';
import { ensureChromium } from './lib/chromium.mjs';
import { ensureDependencies } from './lib/dependencies.mjs';
import { fetchModels } from './lib/fetch-models.mjs';
import { ensureRecordings } from './lib/recordings.mjs';
import { SetupError, messageOf, runMain } from './lib/setup-error.mjs';
import { formatSummary, judgeStep } from './lib/test-counts.mjs';
import { STEPS, runStep } from './lib/test-steps.mjs';

/** @typedef {import('./lib/test-steps.mjs').Step} Step */
/** @typedef {import('./lib/test-steps.mjs').Need} Need */

/**
 * Each returns the environment variables that the steps get.
 * @type {Record<Need, () => Promise<Record<string, string>>>}
 */
const SET_UPS = {
  models: async () => {
    const isContinuous = process.env['CI'] === 'true';
    const all = chooseModels(await loadCatalog(), { all: true });
    // What somebody added from a web address is no part of what is tested.
    const models = isContinuous
      ? all.filter((model) => model.preload || isOfRegistries(model))
      : all;
    await fetchModels(models, { registryOnly: isContinuous });
    return {};
  },
  recordings: async () => {
    const problems = await ensureRecordings();
    if (problems.length > 0) throw new SetupError(problems.join('\n'));
    return {};
  },
  chromium: async () => ({ PARLEY_CHROMIUM: await ensureChromium() }),
};

async function main() {
  const { positionals } = parseArgs({ allowPositionals: true, options: {} });
  const steps = chooseSteps(positionals);
  await ensureDependencies();
  const setUps = await runSetUps(steps);
  const results = [];
  for (const step of steps) {
    if (step.isAbsent === true) continue;
    console.log(`\n== ${step.name} ==`);
    const problem = step.needs.map((need) => setUps.problems.get(need) ?? '').find(Boolean);
    results.push(
      problem === undefined
        ? await runStep(step, setUps.env)
        : { step: step.name, seconds: 0, ...judgeStep({ counts: null, problem, hasTests: false }) },
    );
  }
  console.log(formatSummary(results));
  return results.length > 0 && results.every(({ failed }) => failed.length === 0) ? 0 : 1;
}

/** @param {readonly string[]} names */
function chooseSteps(names) {
  const known = STEPS.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new SetupError(`No step "${unknown}". Steps: ${known.join(', ')}.`);
  }
  return STEPS.filter(({ name }) => names.length === 0 || names.includes(name));
}

/**
 * What cannot be set up fails the steps that need it, and no others.
 * @param {readonly Step[]} steps
 */
async function runSetUps(steps) {
  /** @type {Map<Need, string>} */
  const problems = new Map();
  /** @type {Record<string, string>} */
  const env = {};
  for (const need of new Set(steps.flatMap((step) => (step.isAbsent === true ? [] : step.needs)))) {
    try {
      Object.assign(env, await SET_UPS[need]());
    } catch (error) {
      const problem = `${need}: ${messageOf(error)}`;
      console.error(problem);
      problems.set(need, problem.split('\n')[0] ?? need);
    }
  }
  return { problems, env };
}

await runMain(main);
