import { expect, test } from 'vitest';
import { parseScript, scriptOfFiles } from '../../../talk/script.ts';

const clip = { id: 'a', file: 'a.wav', at: { ms: 0 }, kind: 'speech' };
const script = (change: object): string =>
  JSON.stringify({ version: 1, seed: 7, clips: [clip], ...change });

test('a full script is read, with defaults filled in', () => {
  const parsed = parseScript(
    script({
      clips: [
        { ...clip, text: 'hello', speechSpansMs: [[100, 900]] },
        {
          id: 'b',
          file: 'b.wav',
          gainDb: -6,
          at: { reply: 0, offsetMs: 300 },
          kind: 'backchannel',
        },
      ],
      echo: { gainDb: -20, delayMs: 60 },
      events: [
        { at: { afterReply: 0, offsetMs: 100 }, type: 'sendText', value: 'and you?' },
        { at: { ms: 50 }, type: 'mute' },
      ],
    }),
  );
  expect(parsed.seed).toBe(7);
  expect(parsed.clips[0]).toMatchObject({ gainDb: 0, speechSpansMs: [[100, 900]] });
  expect(parsed.clips[1]).toMatchObject({ gainDb: -6, at: { reply: 0, offsetMs: 300 } });
  expect(parsed.echo).toEqual({ gainDb: -20, delayMs: 60 });
  expect(parsed.events[1]).toEqual({ at: { ms: 50 }, type: 'mute', value: true });
});

test.each([
  ['{', /^script: no JSON/u],
  ['[]', /^script\.version is missing/u],
  ['3', /^script must be Object/u],
  [script({ version: 2 }), /^script\.version must be 1/u],
  [script({ clips: [] }), /^script\.clips must hold at least one clip, or/u],
  [
    script({ clips: [{ ...clip, at: { whenever: 'loud', offsetMs: 1 } }] }),
    /^script\.clips\.0\.at must be/u,
  ],
  [script({ clips: [{ ...clip, kind: 'music' }] }), /^script\.clips\.0\.kind must be speech/u],
  [script({ clips: [{ ...clip, file: undefined }] }), /^script\.clips\.0\.file is missing/u],
  [script({ clips: [{ ...clip, at: { s: 1 } }] }), /^script\.clips\.0\.at must be \{"ms"\}/u],
  [script({ clips: [{ ...clip, loop: true }] }), /^script\.clips\.0\.loop is not a field/u],
  [
    script({ clips: [{ ...clip, speechSpansMs: [[5, 5]] }] }),
    /^script\.clips\.0\.speechSpansMs\.0 must be \[start, end\]/u,
  ],
  [script({ clips: [clip, clip] }), /^script\.clips\.1\.id "a" is used twice/u],
  [
    script({ clips: [{ ...clip, at: { afterReply: 2, offsetMs: 0 } }] }),
    /^script\.clips\.0\.at waits for reply 2, but 1 prompts/u,
  ],
  [
    script({ events: [{ at: { ms: 1 }, type: 'sendText' }] }),
    /^script\.events\.0\.value is missing/u,
  ],
])('%s is refused with the path of the mistake', (json, message) => {
  expect(() => parseScript(json)).toThrow(message);
});

test('plain files follow each other, a second after each reply', () => {
  const { clips } = scriptOfFiles(['q.wav', 'r.wav', 's.wav']);
  expect(clips.map(({ id, at }) => [id, at])).toEqual([
    ['clip-1', { ms: 500 }],
    ['clip-2', { afterReply: 0, offsetMs: 1_000 }],
    ['clip-3', { afterReply: 1, offsetMs: 1_000 }],
  ]);
});
