// What `npm pack` would put into the package: never weights, never a build. Node.
import { describe, expect, test } from 'vitest';
import { runNpm } from '../../../scripts/lib/command.mjs';
import { ROOT } from '../../../scripts/lib/paths.mjs';

/** The largest file of the sources is a tenth of it, the smallest model five times as large. */
const MAX_FILE_BYTES = 1024 * 1024;

interface Packed {
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

describe('the package', () => {
  test('holds the public API, no weights and no build', async () => {
    const { output, code } = await runNpm(['pack', '--dry-run', '--json', '--loglevel=silent'], {
      cwd: ROOT,
    });
    expect(code, output).toBe(0);
    const [packed] = JSON.parse(output.slice(output.indexOf('['))) as Packed[];
    const files = packed?.files ?? [];
    const names = files.map(({ path }) => path);
    expect(names).toContain('src/index.ts');
    expect(names.filter((name) => /\.(?:onnx|gguf|bin|wav|part\d.*)$/u.test(name))).toEqual([]);
    expect(names.filter((name) => /^(?:\.models|dist|\.build)\//u.test(name))).toEqual([]);
    const large = files.filter(({ size }) => size > MAX_FILE_BYTES);
    expect(large.map(({ path }) => path)).toEqual([]);
  }, 60_000);
});
