// The model store's worker on a browser's own file system, over connections to a host of another origin that
// misbehaves: what it fetches twice is printed.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cdp, commands } from 'vitest/browser';
import { parseCatalog } from '../../src/models/parse-catalog.ts';
import type {
  FaultScenario,
  FaultyReport,
  FaultyServed,
} from '../support/faulty-server-commands.ts';
import { clearStores, closeStores, openStore, sha256, storedFile } from '../support/open-store.ts';

interface FaultyCommands {
  serveFaultyModel(options: {
    scenario: FaultScenario;
    bytes: number;
    seed: number;
  }): Promise<FaultyServed>;
  reportFaultyModel(): Promise<FaultyReport>;
  closeFaultyModel(): Promise<void>;
}

const server = commands as unknown as FaultyCommands;
const MIB = 1024 ** 2;
/** One request's worth: what a cut may cost (docs/model-store.md). */
const REQUEST_BYTES = 4 * MIB;
const LARGE_BYTES = 100_000_000;
const BYTES = 40_000_000;
const { signal } = new AbortController();

beforeEach(clearStores);
afterEach(async () => {
  closeStores();
  await server.closeFaultyModel();
});

interface Visit {
  /** Has the whole file, with the catalogue's checksum, or rejects. */
  readonly read: () => Promise<void>;
  readonly fallbacks: readonly string[];
}

async function visit({ origin, sha256: digest }: FaultyServed, bytes: number): Promise<Visit> {
  const model = {
    ...{ id: 'm', name: 'M', task: 'vad', licence: 'MIT', note: '', preload: false },
    ...{ languages: ['*'], backends: ['wasm'] },
    files: [{ name: 'a.bin', bytes, sha256: digest, sources: [] }],
  };
  const catalog = parseCatalog({ version: 1, models: [model] });
  const { files, fallbacks } = await openStore({
    ...{ catalog, baseUrls: [`${origin}/`], keepsFiles: true },
  });
  const read = async (): Promise<void> => {
    expect(await sha256(await files.read('m', 'a.bin', { signal }))).toBe(digest);
  };
  return { read, fallbacks };
}

/** Prints what was fetched twice. */
async function report(title: string, bytes: number): Promise<FaultyReport> {
  const found = await server.reportFaultyModel();
  const { requests, resets, sentTwiceBytes } = found;
  const cuts = resets > 0 ? `, ${resets} cuts` : '';
  // eslint-disable-next-line no-console -- figures of the run
  console.log(
    `${title}: fetched twice ${sentTwiceBytes} of ${bytes} bytes, ${requests} requests${cuts}`,
  );
  return found;
}

describe('a large file from another origin', () => {
  test.each([1, 2, 3])(
    'that is cut at twenty random places comes whole (draw %i)',
    async (seed) => {
      const served = await server.serveFaultyModel({
        scenario: 'resets',
        bytes: LARGE_BYTES,
        seed,
      });
      const { read, fallbacks } = await visit(served, LARGE_BYTES);
      await read();
      const { resets, sentTwiceBytes } = await report('cut at 20 places', LARGE_BYTES);
      expect(resets).toBe(20);
      expect(sentTwiceBytes).toBeLessThanOrEqual(20 * REQUEST_BYTES);
      expect(fallbacks).toEqual([]);
    },
  );

  test.each([
    ['none', 0],
    ['stall', REQUEST_BYTES],
    ['range-refused', BYTES],
    // Five that came, and four tries of three at a time: Chromium tells of what it cannot decode no more than of a lost connection.
    ['gzip-ranges', 17 * REQUEST_BYTES],
    ['hidden-gzip-ranges', 4 * REQUEST_BYTES],
    ['changed-tag', 6 * REQUEST_BYTES],
  ] as const)('comes whole where the fault is "%s"', async (scenario, limitBytes) => {
    const served = await server.serveFaultyModel({ scenario, bytes: BYTES, seed: 4 });
    await (await visit(served, BYTES)).read();
    const { sentTwiceBytes } = await report(scenario, BYTES);
    expect(sentTwiceBytes).toBeLessThanOrEqual(limitBytes);
  });

  test.each([
    ['page', 'model-download-failed'],
    ['short', 'model-integrity'],
    ['long', 'model-integrity'],
  ] as const)('is refused where the fault is "%s"', async (scenario, code) => {
    const served = await server.serveFaultyModel({ scenario, bytes: BYTES, seed: 5 });
    await expect((await visit(served, BYTES)).read()).rejects.toMatchObject({ code });
    await report(scenario, BYTES);
  });
});

describe('a file on the device', () => {
  test('that was cut short costs what is missing', async () => {
    const served = await server.serveFaultyModel({ scenario: 'none', bytes: BYTES, seed: 6 });
    await (await visit(served, BYTES)).read();
    closeStores();
    const writable = await (
      await storedFile('m', 'a.bin')
    ).createWritable({ keepExistingData: true });
    await writable.truncate(BYTES - 10 * MIB);
    await writable.close();
    await (await visit(served, BYTES)).read();
    const { sentTwiceBytes } = await report('cut short on the device by 10 MiB', BYTES);
    expect(sentTwiceBytes).toBeGreaterThanOrEqual(10 * MIB);
    expect(sentTwiceBytes).toBeLessThanOrEqual(11 * MIB);
  });

  test('that the browser clears away is fetched again', async () => {
    const served = await server.serveFaultyModel({ scenario: 'none', bytes: BYTES, seed: 7 });
    await (await visit(served, BYTES)).read();
    closeStores();
    const { origin } = location;
    await cdp().send('Storage.clearDataForOrigin', { origin, storageTypes: 'all' });
    await expect(storedFile('m', 'a.bin')).rejects.toThrow();
    const { read, fallbacks } = await visit(served, BYTES);
    await read();
    const { sentTwiceBytes } = await report('cleared by the browser', BYTES);
    expect(sentTwiceBytes).toBe(BYTES);
    expect(fallbacks).toEqual([]);
  });
});
