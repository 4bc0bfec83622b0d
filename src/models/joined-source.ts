// Joins a file from the parts that it is published in, for hosts with a limit for one file. Any thread.
import type { ByteSource } from './byte-source.ts';

/** A source that asks `source` for one part after the other; for files that are whole, it is `source`. */
export function createJoinedSource(source: ByteSource): ByteSource {
  return {
    async load(request) {
      const { parts, ...whole } = request;
      if (parts === undefined) return source.load(whole);
      const joined = new Uint8Array(request.bytes);
      let loadedBytes = 0;
      for (const { name, bytes } of parts) {
        const start = loadedBytes;
        const part = await source.load({
          ...whole,
          url: new URL(name, request.url).href,
          bytes,
          onBytes: (partBytes) => request.onBytes(start + partBytes),
        });
        joined.set(new Uint8Array(part), start);
        loadedBytes += bytes;
      }
      return joined.buffer;
    },
  };
}
