// Holds one planned conversation in a browser and keeps it, or finds it kept from an earlier run. Node.
import { createHash } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readJson } from '../../scripts/lib/files.mjs';
import type { VadEngine } from '../../src/core/contracts/vad.ts';
import type { VadWindow } from '../../src/turn/speech-segmenter.ts';
import { parseTalkArguments } from '../../talk/arguments.ts';
import { TALK_RATE_HZ } from '../../talk/page/plan.ts';
import { prepareClips } from '../../talk/prepare-clips.ts';
import { parseReport } from '../../talk/report/schema.ts';
import type { TalkReport } from '../../talk/report/schema.ts';
import { runTalk } from '../../talk/run-talk.ts';
import { writeResult } from '../../talk/write-result.ts';
import { TURNS_CACHE_DIR } from './clips/packages.ts';
import type { PlannedConversation } from './conversations.ts';
import type { StubLlm } from './stub-llm.ts';
import { traceVoice } from './vad-trace.ts';

export interface HoldOptions {
  readonly stub: StubLlm;
  readonly vad: VadEngine;
  readonly isIsolated: boolean;
  /** Of the product's and the rig's sources. */
  readonly fingerprint: string;
}

export interface HeldConversation {
  readonly report: TalkReport;
  /** Of the microphone, in recording time. */
  readonly trace: readonly VadWindow[];
  readonly isKept: boolean;
  /** Where its recordings lie. */
  readonly folder: string;
}

/** Of an answer that nobody waits for. */
const FEW_TOKENS = 8;
/** Beyond this the sound did not run in real time, and no figure of the conversation means anything. */
const MAX_CLOCK_ERROR_MS = 250;

/** The machine could not keep up: nothing is wrong with the agent, and nothing is known of it. */
export class NotInRealTime extends Error {}

/** Rejects as `runTalk` does, or when the sound did not run in real time; what a broken run left behind is not taken for a result. */
export async function holdConversation(
  plan: PlannedConversation,
  options: HoldOptions,
): Promise<HeldConversation> {
  const folder = path.join(TURNS_CACHE_DIR, 'runs', await nameOf(plan, options));
  const kept = await readKept(folder);
  if (kept !== null) return { ...kept, isKept: true, folder };
  const clips = await prepareClips(plan.script, '/');
  const given = parseTalkArguments(flagsOf(plan, options));
  const onProgress = (): void => undefined;
  const request = { arguments: given, script: plan.script, clips, onProgress };
  const result = await runTalk(request);
  checkClock(result.report);
  const trace = await traceVoice(options.vad, {
    pcm: result.recording.left,
    sampleRateHz: TALK_RATE_HZ,
  });
  const unfinished = `${folder}.part`;
  await rm(unfinished, { recursive: true, force: true });
  await writeResult(result, unfinished);
  await writeFile(path.join(unfinished, 'trace.json'), JSON.stringify(trace));
  await rm(folder, { recursive: true, force: true });
  await rename(unfinished, folder);
  return { report: result.report, trace, isKept: false, folder };
}

function checkClock({ clockErrorMs }: TalkReport): void {
  if (clockErrorMs !== null && clockErrorMs <= MAX_CLOCK_ERROR_MS) return;
  throw new NotInRealTime(
    `the audio clock was off by ${Math.round(clockErrorMs ?? 0)} ms: not counted`,
  );
}

function flagsOf(plan: PlannedConversation, { stub, isIsolated }: HoldOptions): string[] {
  return [
    ...['--script', plan.id, '--tts', 'piper'],
    ...(plan.replies === 'local'
      ? ['--llm', 'local', '--set', `reply.maxTokens=${FEW_TOKENS}`]
      : ['--llm', stub.urlFor(plan.replies)]),
    ...['--timeout', String(plan.timeoutS), isIsolated ? '--isolated' : '--plain'],
    ...(plan.kind === 'blocked' ? ['--block-main'] : []),
    ...(plan.kind === 'hidden' ? ['--hidden'] : []),
    ...(plan.kind === 'aec' ? ['--room', '--set', 'microphone.processing=browser'] : []),
  ];
}

/** The port of the stub is left out: it differs each time. */
async function nameOf(plan: PlannedConversation, options: HoldOptions): Promise<string> {
  const hash = createHash('sha256');
  const { script, kind, replies, timeoutS, clips } = plan;
  const { fingerprint, isIsolated } = options;
  hash.update(JSON.stringify({ script, kind, replies, timeoutS, fingerprint, isIsolated }));
  for (const { file } of clips) hash.update(await readFile(file));
  return `${plan.id}-${hash.digest('hex').slice(0, 12)}`;
}

async function readKept(
  folder: string,
): Promise<{ report: TalkReport; trace: readonly VadWindow[] } | null> {
  const report = await readJson(path.join(folder, 'report.json'));
  const trace = await readJson(path.join(folder, 'trace.json'));
  if (report === null || trace === null) return null;
  return { report: parseReport(report), trace: trace as VadWindow[] };
}
