// A program compiled to WASI: arguments in, the file that it writes out. Each run is a new instance. In a worker.
import { ConsoleStdout, File, OpenFile, PreopenDirectory, WASI } from '@bjorn3/browser_wasi_shim';

export interface WasiRun {
  readonly exitCode: number;
  /** What the program wrote; null when there is no such file. */
  readonly file: Uint8Array | null;
  /** The last lines of what it printed. */
  readonly printed: string;
}

type WasiInstance = Parameters<WASI['start']>[0];

const LINES_KEPT = 8;

/**
 * Runs a program to its end, which nothing can stop, and reads `fileName` of the empty folder that it was started in.
 * Rejects with what the program traps with.
 */
export async function runWasiCommand(
  module: WebAssembly.Module,
  { args, fileName }: { args: readonly string[]; fileName: string },
): Promise<WasiRun> {
  const lines: string[] = [];
  const print = (line: string): void => {
    lines.push(line);
    if (lines.length > LINES_KEPT) lines.shift();
  };
  const folder = new PreopenDirectory('.', new Map());
  const wasi = new WASI(
    [...args],
    [],
    [
      new OpenFile(new File([])),
      ConsoleStdout.lineBuffered(print),
      ConsoleStdout.lineBuffered(print),
      folder,
    ],
    { debug: false },
  );
  const instance = await WebAssembly.instantiate(module, {
    wasi_snapshot_preview1: wasi.wasiImport,
  });
  const exitCode = wasi.start(instance as WasiInstance);
  const written = folder.dir.contents.get(fileName);
  const file = written instanceof File ? written.data : null;
  return { exitCode, file, printed: lines.join('\n') };
}
