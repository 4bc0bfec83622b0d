// The conversation script, version 1: its shape, its checks, and the shorthand for plain WAVs. Pure, Node.
import * as v from 'valibot';
import { BadInput } from './bad-input.ts';
import type { CuePoint } from './page/plan.ts';

const text = v.pipe(v.string(), v.nonEmpty('must not be empty'));
const positiveMs = v.pipe(v.number(), v.minValue(0, 'must be at least 0'));
const replyIndex = v.pipe(v.number(), v.integer('must be a whole number'), v.minValue(0));

const at = v.union(
  [
    v.strictObject({ ms: positiveMs }),
    v.strictObject({ reply: replyIndex, offsetMs: positiveMs }),
    v.strictObject({ afterReply: replyIndex, offsetMs: positiveMs }),
    v.strictObject({ whenever: v.picklist(['speaking', 'quiet']), offsetMs: positiveMs }),
  ],
  'must be {"ms"}, {"reply", "offsetMs"}, {"afterReply", "offsetMs"} or {"whenever", "offsetMs"}, in ms from 0',
);

const span = v.pipe(
  v.tuple([positiveMs, positiveMs]),
  v.check(([start, end]) => start < end, 'must be [start, end] with start before end'),
);

const clip = v.strictObject({
  id: text,
  file: text,
  gainDb: v.optional(v.pipe(v.number(), v.minValue(-80), v.maxValue(20)), 0),
  at,
  kind: v.picklist(['speech', 'backchannel', 'noise'], 'must be speech, backchannel or noise'),
  text: v.optional(v.string()),
  speechSpansMs: v.optional(v.pipe(v.array(span), v.nonEmpty('must hold at least one span'))),
});

const event = v.variant('type', [
  v.strictObject({ at, type: v.literal('interrupt') }),
  v.strictObject({ at, type: v.literal('sendText'), value: text }),
  v.strictObject({ at, type: v.literal('mute'), value: v.optional(v.boolean(), true) }),
  v.strictObject({
    at,
    type: v.literal('setMode'),
    value: v.picklist(['automatic', 'push-to-talk', 'manual']),
  }),
]);

const script = v.strictObject({
  version: v.literal(1, 'must be 1'),
  seed: v.optional(v.pipe(v.number(), v.integer('must be a whole number'), v.minValue(0))),
  clips: v.array(clip),
  echo: v.optional(
    v.strictObject({
      gainDb: v.pipe(v.number(), v.minValue(-80), v.maxValue(20)),
      delayMs: v.pipe(v.number(), v.minValue(0), v.maxValue(1_000)),
    }),
  ),
  events: v.optional(v.array(event), []),
  prompt: v.optional(text),
});

export type TalkScript = v.InferOutput<typeof script>;
export type ScriptClip = TalkScript['clips'][number];

/** Silence before the first clip of the shorthand: room for the agent's pre-roll. */
const FIRST_CLIP_MS = 500;
const NEXT_CLIP_OFFSET_MS = 1_000;

/** Throws {@link BadInput} naming the path of the first mistake. */
export function parseScript(json: string): TalkScript {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new BadInput(`script: no JSON: ${error instanceof Error ? error.message : ''}`);
  }
  const result = v.safeParse(script, value);
  if (!result.success) throw new BadInput(describeIssue(result.issues[0]));
  if (result.output.clips.length + result.output.events.length === 0) {
    throw new BadInput('script.clips must hold at least one clip, or script.events an event');
  }
  checkIds(result.output);
  checkReplies(result.output);
  return result.output;
}

/** Positional WAVs: one after the other, each a second after the reply to the one before. */
export function scriptOfFiles(files: readonly string[]): TalkScript {
  const toCue = (index: number): CuePoint =>
    index === 0 ? { ms: FIRST_CLIP_MS } : { afterReply: index - 1, offsetMs: NEXT_CLIP_OFFSET_MS };
  return {
    version: 1,
    clips: files.map((file, index) => ({
      id: `clip-${index + 1}`,
      file,
      gainDb: 0,
      at: toCue(index),
      kind: 'speech' as const,
    })),
    events: [],
  };
}

function describeIssue(issue: v.InferIssue<typeof script>): string {
  const path = v.getDotPath(issue);
  const where = path === null ? 'script' : `script.${path}`;
  if (issue.expected === 'never') return `${where} is not a field of a script`;
  if (issue.received === 'undefined') return `${where} is missing`;
  const what = issue.message.startsWith('must')
    ? issue.message
    : `must be ${issue.expected ?? 'valid'}`;
  return `${where} ${what}, got ${issue.received}`;
}

function checkIds(checked: TalkScript): void {
  const seen = new Set<string>();
  checked.clips.forEach(({ id }, index) => {
    if (seen.has(id)) throw new BadInput(`script.clips.${index}.id "${id}" is used twice`);
    seen.add(id);
  });
}

/** A clip that waits for a reply needs one that can come: one for each prompt, and a greeting. */
function checkReplies(checked: TalkScript): void {
  const prompts =
    checked.clips.filter(({ kind }) => kind === 'speech').length +
    checked.events.filter(({ type }) => type === 'sendText').length;
  const replyOf = (cue: CuePoint): number =>
    'reply' in cue ? cue.reply : 'afterReply' in cue ? cue.afterReply : -1;
  checked.clips.forEach((each, index) => {
    const asked = replyOf(each.at);
    if (asked <= prompts) return;
    throw new BadInput(
      `script.clips.${index}.at waits for reply ${asked}, but ${prompts} prompts cannot give so many`,
    );
  });
}
