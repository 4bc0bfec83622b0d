// `npm run suite:turns`: how the agent takes turns, measured on real engines beside fixed timers. Node.
import { mkdir, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { BadInput } from '../../talk/bad-input.ts';
import { currentCommit } from '../../talk/commit.ts';
import { parseSuiteArguments, USAGE } from './arguments.ts';
import type { SuiteArguments } from './arguments.ts';
import { CLIPS, QUICK_CLIP_IDS } from './clips/catalog.ts';
import { ensureClips } from './clips/generate.ts';
import { planConversations, planQuick } from './conversations.ts';
import type { PlannedConversation } from './conversations.ts';
import { openEchoRoom } from './echo-room.ts';
import { toRows } from './figures.ts';
import { NotInRealTime } from './hold.ts';
import { toOutcomes } from './outcomes.ts';
import type { Outcome } from './outcomes.ts';
import { isDirty } from './sources.ts';
import { openSuite, setUpSuite } from './suite.ts';
import type { Suite } from './suite.ts';
import { formatTable } from './table.ts';

interface Failure {
  readonly conversation: string;
  readonly message: string;
  /** For want of a machine that keeps up with the sound. */
  readonly isSkipped: boolean;
}

async function main(argv: readonly string[]): Promise<number> {
  const given = parseSuiteArguments(argv);
  if (given.isHelp) {
    console.log(USAGE);
    return 0;
  }
  await setUpSuite();
  const ids = given.isQuick ? QUICK_CLIP_IDS : CLIPS.map(({ id }) => id);
  console.log(`Preparing ${ids.length} clips`);
  const clips = await ensureClips(ids);
  if (given.isClipsOnly) {
    for (const { id, text, origin } of clips) console.log(`${id.padEnd(16)}${origin}  ${text}`);
    return 0;
  }
  const plans = given.isQuick ? planQuick(clips) : planConversations(given.kinds, clips);
  const room = given.kinds.includes('aec') ? await openEchoRoom() : null;
  // The browser inherits where the room's sound server is.
  Object.assign(process.env, room?.env);
  const { outcomes, failures } = await holdAll(plans, given);
  await room?.close();
  const rows = toRows(outcomes);
  console.log(`\n${formatTable(rows)}`);
  for (const { conversation, message, isSkipped } of failures) {
    console.log(`${isSkipped ? 'skipped: ' : ''}${conversation}: ${message}`);
  }
  await mkdir(path.dirname(given.outFile), { recursive: true });
  const results = { ...(await describeRun(given)), rows, failures, outcomes };
  await writeFile(given.outFile, `${JSON.stringify(results, null, 2)}\n`);
  console.log(`\nResults: ${given.outFile}`);
  // The quick run is a test of the agent, not of the machine.
  const counted = given.isQuick ? failures.filter(({ isSkipped }) => !isSkipped) : failures;
  return counted.length === 0 ? 0 : 2;
}

async function holdAll(
  plans: readonly PlannedConversation[],
  given: SuiteArguments,
): Promise<{ outcomes: Outcome[]; failures: Failure[] }> {
  const suite = await openSuite(given);
  const outcomes: Outcome[] = [];
  const failures: Failure[] = [];
  for (const plan of plans) {
    try {
      outcomes.push(...(await holdOne(plan, suite)));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const isSkipped = error instanceof NotInRealTime;
      failures.push({ conversation: plan.id, message, isSkipped });
    }
  }
  await suite.close();
  return { outcomes, failures };
}

async function holdOne(plan: PlannedConversation, suite: Suite): Promise<Outcome[]> {
  const startedMs = performance.now();
  const { report, trace, isKept } = await suite.hold(plan);
  const seconds = (performance.now() - startedMs) / 1000;
  const codes = report.errors.map(({ code }) => code);
  const took = isKept ? 'kept' : `${seconds.toFixed(0)} s`;
  console.log([plan.id, took, ...codes].join('  '));
  return toOutcomes(plan, report, trace);
}

async function describeRun(given: SuiteArguments) {
  const [cpu] = os.cpus();
  return {
    name: 'turns',
    commit: await currentCommit(),
    isDirty: await isDirty(),
    machine: {
      cpu: cpu?.model.trim() ?? '',
      cores: os.cpus().length,
      memoryGiB: Math.round(os.totalmem() / 2 ** 30),
      system: `${os.type()} ${os.release()}`,
      node: process.version,
    },
    quick: given.isQuick,
    isolated: given.isIsolated,
    kinds: given.kinds,
  };
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.exitCode = 1;
  console.error(error instanceof BadInput ? error.message : error);
}
