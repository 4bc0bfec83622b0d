// What every conversation of the suite needs, set up once: models, recordings, the stub endpoint, voice detection. Node.
import { chooseModels, loadCatalog } from '../../scripts/lib/catalog.mjs';
import { fetchModels } from '../../scripts/lib/fetch-models.mjs';
import { ensureRecordings } from '../../scripts/lib/recordings.mjs';
import { BadInput } from '../../talk/bad-input.ts';
import type { PlannedConversation } from './conversations.ts';
import { holdConversation } from './hold.ts';
import type { HeldConversation } from './hold.ts';
import { fingerprintSources } from './sources.ts';
import { startStubLlm } from './stub-llm.ts';
import { createVad } from './vad-trace.ts';

export interface Suite {
  /** Rejects as `holdConversation` does. */
  hold(plan: PlannedConversation): Promise<HeldConversation>;
  close(): Promise<void>;
}

/** Fetches all models and the recordings that clips are made of; rejects saying what is missing. */
export async function setUpSuite(): Promise<void> {
  await fetchModels(chooseModels(await loadCatalog(), { all: true }));
  const problems = await ensureRecordings();
  if (problems.length > 0) throw new BadInput(problems.join('\n'));
}

export async function openSuite({ isIsolated }: { isIsolated: boolean }): Promise<Suite> {
  const stub = await startStubLlm();
  const vad = await createVad();
  const options = { stub, vad, isIsolated, fingerprint: await fingerprintSources() };
  return {
    hold: (plan) => holdConversation(plan, options),
    async close() {
      await vad.dispose();
      await stub.close();
    },
  };
}
