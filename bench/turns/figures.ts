// All outcomes of a suite as rows of figures: the agent beside the timers. Pure.
import { quantile } from '../../src/core/quantile.ts';
import { TIMERS_MS } from './outcomes.ts';
import type { Outcome, OverlapOutcome, PauseOutcome } from './outcomes.ts';
import type { DecisionScore } from './decisions.ts';

export interface FigureRow {
  readonly figure: string;
  /** `agent`, or the timer it is compared with. */
  readonly arm: string;
  readonly condition: string;
  /** What the figure is of: pauses, clips, calls or conversations. */
  readonly n: number;
  readonly unit: 'share' | 'ms' | 'samples' | 'count';
  /** A share, a count, or a median; null where nothing was measured. */
  readonly value: number | null;
  /** 95th percentile, of lengths. */
  readonly p95: number | null;
}

/** Rows in the order of the report; figures that nothing was run for are left out. */
export function toRows(outcomes: readonly Outcome[]): FigureRow[] {
  const pauses = outcomes.filter((outcome) => outcome.type === 'pause');
  const overlaps = outcomes.filter((outcome) => outcome.type === 'overlap');
  return [
    ...pauseRows(pauses),
    ...byCondition(overlaps).flatMap(([condition, own]) => overlapRows(condition, own)),
    ...callRows(outcomes),
    ...echoRows(outcomes),
  ];
}

function pauseRows(outcomes: readonly PauseOutcome[]): FigureRow[] {
  if (outcomes.length === 0) return [];
  const rows = (arm: string, pick: (outcome: PauseOutcome) => DecisionScore): FigureRow[] => {
    const scores = outcomes.map(pick);
    const pauses = outcomes.reduce((sum, each) => sum + each.pauses, 0);
    const cutOffs = scores.reduce((sum, each) => sum + each.cutOffs, 0);
    const cutClips = scores.filter((each) => each.cutOffs > 0).length;
    const base = { arm, condition: 'normal' };
    return [
      share({ ...base, figure: 'false cut-offs, of pauses' }, cutOffs, pauses),
      share({ ...base, figure: 'clips cut off' }, cutClips, outcomes.length),
      lengths(
        { ...base, figure: 'decision after speech' },
        scores.map(({ delayMs }) => delayMs),
      ),
    ];
  };
  const arms = [
    rows('agent', ({ agent }) => agent),
    ...TIMERS_MS.map((silenceMs) =>
      rows(
        `timer ${silenceMs} ms`,
        ({ timers }) =>
          timers.find((timer) => timer.silenceMs === silenceMs) ?? { cutOffs: 0, delayMs: null },
      ),
    ),
  ];
  // Figure by figure, so that the arms stand below each other.
  return [0, 1, 2].flatMap((figure) => arms.flatMap((own) => own[figure] ?? []));
}

function overlapRows(condition: string, outcomes: readonly OverlapOutcome[]): FigureRow[] {
  const of = (set: OverlapOutcome['set']): OverlapOutcome[] =>
    outcomes.filter((outcome) => outcome.set === set && outcome.kind !== 'unplayed');
  const base = { arm: 'agent', condition };
  const cutShare = (figure: string, own: readonly OverlapOutcome[]): FigureRow =>
    share({ ...base, figure }, own.filter(({ kind }) => kind === 'cut').length, own.length);
  const people = of('interruption');
  const others = [...of('backchannel'), ...of('noise')];
  const held = others.filter(({ heldMs }) => heldMs !== null);
  const unplayed = outcomes.filter(({ kind }) => kind === 'unplayed').length;
  return [
    cutShare('interruption recall', people),
    lengths(
      { ...base, figure: 'onset to duck' },
      people.map(({ duckMs }) => duckMs),
    ),
    lengths(
      { ...base, figure: 'onset to silence' },
      people.map(({ silenceMs }) => silenceMs),
    ),
    cutShare('false cuts on backchannels', of('backchannel')),
    cutShare('false cuts on noise', of('noise')),
    share({ ...base, figure: 'holds on backchannels and noise' }, held.length, others.length),
    lengths(
      { ...base, figure: 'length of a hold' },
      held.map(({ heldMs }) => heldMs),
    ),
    gaps(base, outcomes),
    count({ ...base, figure: 'clips not played over the agent' }, unplayed, outcomes.length),
  ].filter(({ n, figure }) => n > 0 && !(figure.startsWith('clips not') && unplayed === 0));
}

function callRows(outcomes: readonly Outcome[]): FigureRow[] {
  const calls = outcomes.filter((outcome) => outcome.type === 'call');
  if (calls.length === 0) return [];
  const base = { arm: 'agent', condition: 'normal', figure: 'interrupt() to silence' };
  return [
    lengths(
      base,
      calls.map(({ silenceMs }) => silenceMs),
    ),
  ];
}

function echoRows(outcomes: readonly Outcome[]): FigureRow[] {
  const echoes = outcomes.filter((outcome) => outcome.type === 'echo');
  return byCondition(echoes).flatMap(([condition, own]) => {
    const base = { arm: 'agent', condition };
    const sum = (pick: (echo: (typeof own)[number]) => number): number =>
      own.reduce((total, echo) => total + pick(echo), 0);
    return [
      count(
        { ...base, figure: 'self-answers' },
        sum(({ selfAnswers }) => selfAnswers),
        own.length,
      ),
      count(
        { ...base, figure: 'self-interruptions' },
        sum(({ selfInterruptions }) => selfInterruptions),
        own.length,
      ),
    ];
  });
}

type RowName = Pick<FigureRow, 'figure' | 'arm' | 'condition'>;

function share(name: RowName, part: number, n: number): FigureRow {
  return { ...name, n, unit: 'share', value: n === 0 ? null : part / n, p95: null };
}

function count(name: RowName, value: number, n: number): FigureRow {
  return { ...name, n, unit: 'count', value, p95: null };
}

function lengths(name: RowName, values: readonly (number | null)[]): FigureRow {
  const known = values.filter((value) => value !== null);
  const at = (part: number): number | null => (known.length === 0 ? null : quantile(known, part));
  return { ...name, n: known.length, unit: 'ms', value: at(0.5), p95: at(0.95) };
}

/** The largest in size tells: one lost sample is one too many. */
function gaps(base: Omit<RowName, 'figure'>, outcomes: readonly OverlapOutcome[]): FigureRow {
  const known = outcomes.flatMap(({ resumeGapSamples }) => resumeGapSamples ?? []);
  const value = known.length === 0 ? null : Math.max(...known.map((gap) => Math.abs(gap)));
  const figure = 'largest gap at a resume';
  return { ...base, figure, n: known.length, unit: 'samples', value, p95: null };
}

function byCondition<Each extends { readonly condition: string }>(
  outcomes: readonly Each[],
): [string, Each[]][] {
  const groups = new Map<string, Each[]>();
  for (const outcome of outcomes) {
    groups.set(outcome.condition, [...(groups.get(outcome.condition) ?? []), outcome]);
  }
  return [...groups];
}
