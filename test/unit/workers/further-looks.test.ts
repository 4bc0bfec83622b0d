// Whether a decode in doubt is looked at again, and which look is taken.
import { expect, test } from 'vitest';
import { EMPTY_DECODING } from '../../../workers/engines/decoding.ts';
import type { Decode, DecodeOptions, Decoding } from '../../../workers/engines/decoding.ts';
import { withFurtherLooks } from '../../../workers/engines/further-looks.ts';

const SAMPLES = 16_000;
const { signal } = new AbortController();

interface Look {
  readonly length: number;
  readonly draft: readonly number[];
}

/** Hears `decodings`, one after the other. */
function setUp(...decodings: readonly Decoding[]): {
  looks: Look[];
  listen: (options?: Partial<DecodeOptions>) => Promise<Decoding>;
} {
  const looks: Look[] = [];
  const decode: Decode = async (pcm, { draft }) => {
    looks.push({ length: pcm.length, draft });
    const decoding = decodings[looks.length - 1];
    if (decoding === undefined) throw new Error('one look too many');
    return decoding;
  };
  const surely = withFurtherLooks(decode);
  const listen = (options: Partial<DecodeOptions> = {}): Promise<Decoding> =>
    surely(new Float32Array(SAMPLES), { draft: [], signal, ...options });
  return { looks, listen };
}

function heard(text: string, ...probabilities: readonly number[]): Decoding {
  return { text, tokens: probabilities.map((_, at) => at + text.length), probabilities };
}

test('one look at what is clear', async () => {
  const { looks, listen } = setUp(heard('France', 0.95, 0.8));
  expect((await listen({ draft: [7] })).text).toBe('France');
  expect(looks).toEqual([{ length: SAMPLES, draft: [7] }]);
});

test('a look a little later at what is in doubt, with what was heard as its draft, and the likelier one', async () => {
  const doubtful = heard('friends', 0.9, 0.4);
  const { looks, listen } = setUp(doubtful, heard('France', 0.95, 0.9));
  expect((await listen()).text).toBe('France');
  expect(looks[1]).toEqual({ length: SAMPLES - 192, draft: doubtful.tokens });
});

test('three looks at most', async () => {
  const { looks, listen } = setUp(heard('one', 0.5), heard('two', 0.7), heard('three', 0.6));
  expect((await listen()).text).toBe('two');
  expect(looks.map(({ length }) => length)).toEqual([SAMPLES, SAMPLES - 192, SAMPLES - 64]);
});

test('words are not given up for none', async () => {
  const { listen } = setUp(heard('one', 0.5), EMPTY_DECODING, EMPTY_DECODING);
  expect((await listen()).text).toBe('one');
});

test('no word is left to whoever asks', async () => {
  const { looks, listen } = setUp(EMPTY_DECODING);
  expect(await listen()).toEqual(EMPTY_DECODING);
  expect(looks).toHaveLength(1);
});

test('a rough one is shown as it is', async () => {
  const { looks, listen } = setUp({ ...heard('one', 0.5), isRough: true });
  expect((await listen({ mayBeRough: true })).text).toBe('one');
  expect(looks).toHaveLength(1);
});

test('an abort in a further look is one of the whole', async () => {
  const reason = new Error('newer audio');
  const surely = withFurtherLooks(async (pcm) => {
    if (pcm.length < SAMPLES) throw reason;
    return heard('one', 0.5);
  });
  await expect(surely(new Float32Array(SAMPLES), { draft: [], signal })).rejects.toBe(reason);
});
