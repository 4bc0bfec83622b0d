// Keywords are found by a model made here: two tones are two words, and one after the other the keyword.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { KeywordSpotter } from '../../src/core/contracts/keyword-spotter.ts';
import { createSpotter } from '../../workers/engines/wake-choice.ts';
import { concatenate, cut, silence } from '../support/recordings.ts';
import { toCatalog, toStore } from '../support/toy-models.ts';
import type { ToyModel } from '../support/toy-models.ts';
import { TOY_KEYWORDS, TOY_TRANSDUCER } from '../support/toy-transducer.ts';
import { toTones } from '../support/toy-whisper.ts';

const { signal } = new AbortController();
const [LOW, HIGH] = [0, 1] as const;

async function create(toy: ToyModel): Promise<KeywordSpotter> {
  const catalog = await toCatalog([toy]);
  const model = catalog.models[0]!;
  return createSpotter({ files: toStore(catalog, [toy]), model, signal });
}

let spotter: KeywordSpotter;
beforeAll(async () => {
  spotter = await create(TOY_KEYWORDS);
});
beforeEach(() => spotter.reset());
afterAll(() => spotter.dispose());

/** How often the keyword is found in audio that comes in windows. */
async function listen(pcm: Float32Array): Promise<number> {
  let found = 0;
  for (const window of cut(concatenate(pcm, silence(1_000)), 512)) {
    if (await spotter.process(window)) found += 1;
  }
  return found;
}

test('the keyword is found once each time it is said', async () => {
  expect(await listen(toTones([LOW, HIGH]))).toBe(1);
  expect(await listen(toTones([HIGH]))).toBe(0);
  expect(await listen(concatenate(toTones([LOW, HIGH]), silence(500), toTones([LOW, HIGH])))).toBe(
    2,
  );
});

test('its words in another order, one of them, and silence are not it', async () => {
  expect(await listen(toTones([HIGH, LOW]))).toBe(0);
  spotter.reset();
  expect(await listen(toTones([LOW]))).toBe(0);
  spotter.reset();
  expect(await listen(silence(3_000))).toBe(0);
});

test('reset forgets the half of a keyword', async () => {
  for (const window of cut(toTones([LOW]), 512)) await spotter.process(window);
  spotter.reset();
  expect(await listen(toTones([HIGH]))).toBe(0);
});

test('windows may have any length', async () => {
  const pcm = concatenate(toTones([LOW, HIGH]), silence(1_000));
  let found = 0;
  for (const part of cut(pcm, 3_210)) if (await spotter.process(part)) found += 1;
  expect(found).toBe(1);
});

test('it says what it is, refuses work once disposed, and disposing it twice is harmless', async () => {
  const other = await create(TOY_KEYWORDS);
  expect(other.info).toMatchObject({ stage: 'wake', name: 'sherpa-onnx', backend: 'wasm' });
  await other.dispose();
  await other.dispose();
  other.reset();
  await expect(other.process(silence(32))).rejects.toMatchObject({ code: 'disposed' });
});

test('a model without keywords, and one whose keywords are no tokens of it, are refused', async () => {
  await expect(create({ ...TOY_TRANSDUCER, task: 'wake' })).rejects.toMatchObject({
    code: 'model-invalid',
  });
  const keywords = new TextEncoder().encode('▁hey ▁parley\n');
  const files = { ...TOY_KEYWORDS.files, 'keywords.txt': keywords };
  await expect(create({ ...TOY_KEYWORDS, files })).rejects.toMatchObject({
    code: 'model-invalid',
    message: expect.stringContaining('Encode keywords failed') as string,
  });
});
