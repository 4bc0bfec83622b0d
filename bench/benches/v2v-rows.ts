// The rows of voice to voice: how soon an answer comes, what bridges the wait for it, and what it costs. Pure, Node.
import type { Quantity, Target } from '../measure/bench.ts';
import { armsOf, nameOfCase } from './v2v-arms.ts';
import type { EngineKind, TurnLogic, V2vCase } from './v2v-arms.ts';

/** What is promised of the time to an answer on an isolated page, whatever it is compared with. */
const ANSWER_WITHIN_MS: Readonly<Partial<Record<EngineKind, number>>> = {
  ...{ local: 900, kokoro: 900, remote: 600 },
};
const RATIOS = { sequential: 0.35, 'fixed timer': 0.5 } as const;
const MOST_OVERHEAD_MS = 60;
const MOST_ACKNOWLEDGED = 0.3;
const ACKNOWLEDGED_WITHIN_MS = 400;

const PEERS = ['sequential', 'fixed timer'] as const satisfies readonly TurnLogic[];

export function toV2vRows(each: V2vCase): Quantity[] {
  if (each.engines === 'slow') return toAcknowledgements(each);
  const arms = armsOf(each);
  const peers = PEERS.filter((peer) => arms.includes(peer));
  return arms
    .filter((arm) => arm.startsWith('ours'))
    .flatMap((ours) => [
      ...toDelays({ each, ours, peers }),
      ...toOverhead({ each, ours }),
      ...toCosts({ each, ours, peers }),
    ]);
}

interface OwnArm {
  readonly each: V2vCase;
  readonly ours: TurnLogic;
}

type ComparedArm = OwnArm & { readonly peers: readonly (typeof PEERS)[number][] };

function toDelays({ each, ours, peers }: ComparedArm): Quantity[] {
  const row = (
    quantity: string,
    figure: string,
    { theirs, target }: Pick<Quantity, 'theirs' | 'target'>,
  ): Quantity => ({ ...nameOf({ each, ours }, quantity), unit: 'ms', figure, theirs, target });
  const most = each.isIsolated ? ANSWER_WITHIN_MS[each.engines] : undefined;
  const own: Target | null = most === undefined ? null : { of: 'ours', atMost: most };
  const alone = { theirs: null, target: own };
  const isAlone = own !== null || peers.length === 0;
  return [
    ...(isAlone ? [row('end of speech to answer', 'answerMs', alone)] : []),
    ...peers.map((theirs) => {
      const target: Target = { of: 'ratio', atMost: RATIOS[theirs] };
      return row('end of speech to answer', 'answerMs', { theirs, target });
    }),
    ...peers
      .filter((peer) => peer === 'sequential')
      .map((theirs) => {
        return row('end of speech to first sound', 'soundMs', { theirs, target: null });
      }),
  ];
}

function toOverhead({ each, ours }: OwnArm): Quantity[] {
  if (each.engines !== 'stub') return [];
  return [
    {
      ...nameOf({ each, ours }, 'overhead over waiting and engines'),
      ...{ unit: 'ms', figure: 'overheadMs', theirs: 'sequential' },
      target: { of: 'ours', atMost: MOST_OVERHEAD_MS },
    },
  ];
}

/** What the gain costs. Nothing is promised of it. */
function toCosts({ each, ours, peers }: ComparedArm): Quantity[] {
  const processor = (theirs: TurnLogic | null): Quantity => ({
    ...nameOf({ each, ours }, 'processor time for a turn'),
    ...{ unit: 'ms', figure: 'processorMs', theirs, target: null },
  });
  const count = (quantity: string, figure: string): Quantity => ({
    ...nameOf({ each, ours }, quantity),
    ...{ unit: 'count', figure, theirs: null, target: null, middle: 'mean' },
  });
  return [
    ...(peers.length === 0 ? [null] : peers).map(processor),
    count('answers begun ahead, for a turn', 'begunAhead'),
    count('of these dropped', 'dropped'),
  ];
}

function nameOf(
  { each, ours }: OwnArm,
  quantity: string,
): Pick<Quantity, 'quantity' | 'case' | 'ours'> {
  const suffix = ours === 'ours' ? '' : `: ${ours}`;
  return { quantity: `${quantity}${suffix}`, case: nameOfCase(each), ours };
}

/** What bridges the wait for an answer that is late. */
function toAcknowledgements(each: V2vCase): Quantity[] {
  const of = { case: nameOfCase(each), ours: 'ours', theirs: null };
  return [
    {
      ...{ ...of, quantity: 'end of speech to acknowledgement', unit: 'ms' },
      ...{ figure: 'acknowledgementMs', target: { of: 'ours', atMost: ACKNOWLEDGED_WITHIN_MS } },
    },
    {
      ...{ ...of, quantity: 'turns with an acknowledgement', unit: 'share', middle: 'mean' },
      ...{ figure: 'acknowledged', target: { of: 'ours', atMost: MOST_ACKNOWLEDGED } },
    },
    { ...of, quantity: 'end of speech to answer', unit: 'ms', figure: 'answerMs', target: null },
  ];
}
