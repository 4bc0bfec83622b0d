// Interruptions: from the first sample of a person's voice to the agent's silence, by the recording. Node.
import type { Bench, BenchCase, CaseSession, Figures, Quantity, Target } from '../measure/bench.ts';
import { CLIPS } from '../turns/clips/catalog.ts';
import { ensureClips } from '../turns/clips/generate.ts';
import { planConversations } from '../turns/conversations.ts';
import type { SuiteKind } from '../turns/conversations.ts';
import { toOutcomes } from '../turns/outcomes.ts';
import type { Outcome } from '../turns/outcomes.ts';
import { openSuite } from '../turns/suite.ts';

const OURS = 'ours';
/** Of the conversations that the suite makes of its interruptions: 32 clips, 12 in each. */
const CONVERSATIONS = 3;

const CASES = [
  { id: 'interruptions, isolated page', kind: 'interruptions', isIsolated: true },
  { id: 'interruptions, plain page', kind: 'interruptions', isIsolated: false },
  { id: 'interruptions, main thread blocked', kind: 'blocked', isIsolated: true },
  { id: 'interrupt() from the page', kind: 'calls', isIsolated: true },
] as const satisfies readonly { id: string; kind: SuiteKind; isIsolated: boolean }[];
type BargeInCase = (typeof CASES)[number];

export function createBargeInBench(): Bench {
  return {
    name: 'bargein',
    cases: CASES.map(toCase),
    quantities: CASES.flatMap(toQuantities),
    notes: [
      'Clips and conditions are those of the turn suite. "failed" are interruptions over a sounding agent that it did not fall silent for; clips that met a silent agent are left out.',
    ],
  };
}

function toCase(each: BargeInCase): BenchCase {
  const rounds = { full: 2 * CONVERSATIONS, quick: 1 };
  return { id: each.id, arms: [OURS], rounds, open: () => openCase(each) };
}

async function openCase({ kind, isIsolated }: BargeInCase): Promise<CaseSession> {
  const wanted = CLIPS.filter(({ set }) => set === 'interruption').map(({ id }) => id);
  const plans = planConversations([kind], await ensureClips(wanted));
  const suite = await openSuite({ isIsolated });
  return {
    async measure(_, round) {
      const plan = plans[round % plans.length];
      if (plan === undefined) throw new Error('no clips');
      const id = `${plan.id}-${Math.floor(round / plans.length) + 1}`;
      const { report, trace } = await suite.hold({ ...plan, id });
      return toFigures(toOutcomes(plan, report, trace));
    },
    close: () => suite.close(),
  };
}

function toFigures(outcomes: readonly Outcome[]): Figures {
  const over = outcomes.flatMap((outcome) =>
    outcome.type === 'overlap' && outcome.kind !== 'unplayed' ? [outcome] : [],
  );
  const calls = outcomes.flatMap((outcome) => (outcome.type === 'call' ? [outcome] : []));
  return {
    duckMs: over.map(({ duckMs }) => duckMs),
    silenceMs: [...over, ...calls].map(({ silenceMs }) => silenceMs),
  };
}

function toQuantities({ id, kind }: BargeInCase): Quantity[] {
  const row = (quantity: string, figure: string, target: Target | null): Quantity => ({
    ...{ quantity, unit: 'ms', case: id, figure, ours: OURS, theirs: null, target },
  });
  const target: Target = { of: 'ours', atMost: 150, quantile: 0.95 };
  if (kind === 'calls') return [row('call to silence', 'silenceMs', target)];
  return [
    row('onset to lowered voice', 'duckMs', null),
    row('onset to silence', 'silenceMs', target),
  ];
}
