// The zip and tar readers against archives made here, byte by byte. Node.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { crc32, deflateRawSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { extractTarGz } from '../../../scripts/lib/tar.mjs';
import { extractZip } from '../../../scripts/lib/zip.mjs';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'parley-archives-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Large enough for several stream chunks and tar blocks, and not the same twice. */
const LARGE = Buffer.from(Array.from({ length: 200_001 }, (_, index) => (index * 7919) % 251));

/** A zip archive after APPNOTE 6.3, with a comment, and an extra field in local headers only. */
function createZip(files: Record<string, Buffer>, { isStored = false } = {}): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(files)) {
    const packed = isStored ? content : deflateRawSync(content);
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt16LE(isStored ? 0 : 8, 4);
    shared.writeUInt32LE(crc32(content), 10);
    shared.writeUInt32LE(packed.length, 14);
    shared.writeUInt32LE(content.length, 18);
    shared.writeUInt16LE(name.length, 22);
    const local = Buffer.from(shared);
    local.writeUInt16LE(5, 24);
    const body = [Buffer.from('PK\x03\x04'), local, Buffer.from(`${name}extra`), packed];
    const entry = Buffer.alloc(46);
    entry.write('PK\x01\x02', 'latin1');
    shared.copy(entry, 6, 0, 26);
    entry.writeUInt32LE(offset, 42);
    directory.push(entry, Buffer.from(name));
    bodies.push(...body);
    offset += body.reduce((sum, part) => sum + part.length, 0);
  }
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(offset, 16);
  end.writeUInt16LE(7, 20);
  return Buffer.concat([...bodies, ...directory, end, Buffer.from('comment')]);
}

function createTarEntry(
  name: string,
  content: Buffer,
  options: { type?: string; prefix?: string } = {},
): Buffer {
  const header = Buffer.alloc(512);
  header.write(name.slice(0, 100), 0);
  header.write(content.length.toString(8).padStart(11, '0'), 124);
  header.write(options.type ?? '0', 156);
  header.write('ustar\0', 257);
  header.write(options.prefix ?? '', 345);
  const padding = Buffer.alloc((512 - (content.length % 512)) % 512);
  return Buffer.concat([header, content, padding]);
}

const createTarGz = (...entries: Buffer[]): Buffer =>
  gzipSync(Buffer.concat([...entries, Buffer.alloc(1024)]));

async function extract(
  run: typeof extractZip,
  archive: Buffer,
  names: readonly string[],
): Promise<string[]> {
  const file = path.join(folder, 'archive');
  await writeFile(file, archive);
  const outputs = names.map((name, index) => [name, path.join(folder, String(index))] as const);
  await run(file, new Map(outputs));
  return Promise.all(outputs.map(([, output]) => readFile(output, 'latin1')));
}

describe('zip', () => {
  const files = { 'a/one.txt': Buffer.from('one'), empty: Buffer.alloc(0), 'b.bin': LARGE };

  test.each([true, false])('takes chosen files out (stored: %s)', async (isStored) => {
    const archive = createZip(files, { isStored });
    expect(await extract(extractZip, archive, ['b.bin', 'a/one.txt', 'empty'])).toEqual([
      LARGE.toString('latin1'),
      'one',
      '',
    ]);
  });

  test('names the path that is not there', async () => {
    await expect(extract(extractZip, createZip(files), ['c'])).rejects.toThrow('holds no "c"');
  });

  test('refuses what is no zip, and one that was cut short', async () => {
    const cut = createZip(files).subarray(0, -40);
    await expect(extract(extractZip, Buffer.from('<html>'), ['a'])).rejects.toThrow('not a zip');
    await expect(extract(extractZip, cut, ['a'])).rejects.toThrow('cut short');
  });
});

describe('tar.gz', () => {
  const long = `package/${'x'.repeat(150)}.bin`;

  test('takes chosen files out, past others', async () => {
    const archive = createTarGz(
      createTarEntry('package/', Buffer.alloc(0), { type: '5' }),
      createTarEntry('package/large.bin', LARGE),
      createTarEntry('one.txt', Buffer.from('one'), { prefix: 'package/sub' }),
    );
    expect(
      await extract(extractTarGz, archive, ['package/sub/one.txt', 'package/large.bin']),
    ).toEqual(['one', LARGE.toString('latin1')]);
  });

  test('reads long names as pax and GNU write them', async () => {
    const record = ` path=${long}\n`;
    const pax = Buffer.from(`21 mtime=1234567.891\n${record.length + 3}${record}`);
    const entries = [createTarEntry(long, Buffer.from('1'))];
    const archives = [
      createTarGz(createTarEntry('PaxHeader', pax, { type: 'x' }), ...entries),
      createTarGz(createTarEntry('L', Buffer.from(`${long}\0`), { type: 'L' }), ...entries),
    ];
    for (const archive of archives) {
      expect(await extract(extractTarGz, archive, [long])).toEqual(['1']);
    }
  });

  test('names the path that is not there, and refuses a cut archive', async () => {
    const entry = createTarEntry('package/large.bin', LARGE);
    await expect(extract(extractTarGz, createTarGz(entry), ['package/no'])).rejects.toThrow(
      'holds no "package/no"',
    );
    const cut = gzipSync(entry.subarray(0, 1000));
    await expect(extract(extractTarGz, cut, ['package/large.bin'])).rejects.toThrow('cut short');
    const broken = createTarGz(entry).subarray(0, 300);
    await expect(extract(extractTarGz, broken, ['package/large.bin'])).rejects.toThrow();
  });
});
