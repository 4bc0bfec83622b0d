// What sherpa-onnx asks of Node, for a browser: its only published build reads models from a disk. Worker.
// The bundler hands `require`, `process` and `__dirname` to the package's scripts (vite.config.ts).

const FIRST_DESCRIPTOR = 3;
const DIRECTORY = 0o040_755;
const FILE = 0o100_644;

interface OpenFile {
  readonly bytes: Uint8Array;
  readonly stat: FileStat;
}

interface FileStat {
  readonly size: number;
  readonly mode: number;
  readonly ino: number;
  readonly blocks: number;
  readonly blksize: number;
  readonly dev: number;
  readonly nlink: number;
  readonly uid: number;
  readonly gid: number;
  readonly rdev: number;
  readonly atime: Date;
  readonly mtime: Date;
  readonly ctime: Date;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
}

/** The disk: absolute path to bytes. One per thread, as the package's own state is. */
export const disk: Map<string, Uint8Array> = new Map();

/** What the package wrote: its last whole line, and what came after that. */
export const said: { last: string; line: string } = { last: '', line: '' };

const open: (OpenFile | null)[] = [];

function statSync(path: string): FileStat {
  const bytes = disk.get(path);
  const isDirectory =
    bytes === undefined &&
    [...disk.keys()].some((other) => other.startsWith(path === '/' ? path : `${path}/`));
  if (bytes === undefined && !isDirectory && !path.startsWith('/dev/') && path !== '/')
    throw createMissing(path);
  const size = bytes?.length ?? 0;
  const time = new Date(0);
  return {
    ...{ size, blocks: Math.ceil(size / 512), blksize: 4_096 },
    ...{ dev: 1, nlink: 1, uid: 0, gid: 0, rdev: 0, atime: time, mtime: time, ctime: time },
    mode: bytes === undefined ? DIRECTORY : FILE,
    ino: 1 + [...disk.keys()].indexOf(path),
    isDirectory: () => bytes === undefined,
    isSymbolicLink: () => false,
  };
}

/** For reading alone: the package writes no file that is of use here. */
const fs = {
  statSync,
  lstatSync: statSync,
  openSync(path: string): number {
    const stat = statSync(path);
    return FIRST_DESCRIPTOR + open.push({ stat, bytes: disk.get(path) ?? new Uint8Array() }) - 1;
  },
  fstatSync: (descriptor: number): FileStat => toOpen(descriptor).stat,
  closeSync(descriptor: number): void {
    open[descriptor - FIRST_DESCRIPTOR] = null;
  },
  readSync(
    descriptor: number,
    target: ArrayBufferView,
    ...place: [number, number, number]
  ): number {
    const [offset, length, position] = place;
    const part = toOpen(descriptor).bytes.subarray(position, position + length);
    new Uint8Array(target.buffer, target.byteOffset, target.byteLength).set(part, offset);
    return part.length;
  },
  /** Standard output and error. */
  writeSync(_descriptor: number, bytes: ArrayBufferView, ...place: [number, number]): number {
    const [offset, length] = place;
    const part = new Uint8Array(bytes.buffer, bytes.byteOffset + offset, length);
    const lines = (said.line + new TextDecoder().decode(part.slice())).split('\n');
    said.line = lines.pop() ?? '';
    said.last = lines.findLast((line) => line.trim() !== '') ?? said.last;
    return length;
  },
};

const path = {
  isAbsolute: (text: string): boolean => text.startsWith('/'),
  normalize,
  dirname: (text: string): string => normalize(text).replace(/\/[^/]*$/u, '') || '/',
  basename: (text: string): string => normalize(text).split('/').at(-1) ?? '',
  join: (...parts: readonly string[]): string => normalize(parts.join('/')),
  posix: {
    resolve: (...parts: readonly string[]): string => {
      const from = parts.findLastIndex((part) => part.startsWith('/'));
      return normalize(`/${parts.slice(Math.max(0, from)).join('/')}`);
    },
    relative: (_from: string, to: string): string => to,
  },
};

const modules: Readonly<Record<string, unknown>> = {
  fs,
  path,
  crypto: { randomFillSync: (view: Uint8Array<ArrayBuffer>) => crypto.getRandomValues(view) },
};

export const __dirname = '/';
export const __filename = '/sherpa-onnx.js';

export function require(name: string): unknown {
  return modules[name];
}

export const process: object = {
  versions: { node: '20.0.0' },
  argv: [],
  env: {},
  platform: 'linux',
  stdin: { fd: 0 },
  exitCode: 0,
  cwd: (): string => '/',
  chdir: (): void => undefined,
  /** Flags of `open`, which do not matter to files that are only read. */
  binding: (): object => ({ fs: {} }),
};

function toOpen(descriptor: number): OpenFile {
  const file = open[descriptor - FIRST_DESCRIPTOR];
  if (file === undefined || file === null)
    throw Object.assign(new Error('bad descriptor'), { code: 'EBADF' });
  return file;
}

function createMissing(text: string): Error {
  return Object.assign(new Error(`no file ${text}`), { code: 'ENOENT' });
}

function normalize(text: string): string {
  const parts: string[] = [];
  for (const part of text.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `${text.startsWith('/') ? '/' : ''}${parts.join('/')}`;
}
