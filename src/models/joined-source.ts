// Files that a host has in parts, as if it had them whole. Portable.
import type { ByteRequest, ByteSource } from './byte-source.ts';
import type { ModelPart } from './catalog.ts';

/** Asks `source` for the part that a range begins in, and brings what the range has of that part. */
export function createJoinedSource(source: ByteSource): ByteSource {
  return {
    async open({ parts, ...request }) {
      if (parts === undefined) return source.open(request);
      const { part, partStart } = findPart(parts, request.start);
      const stream = await source.open({
        ...request,
        url: toPartUrl(request.url, part),
        start: request.start - partStart,
        end: Math.min(request.end - partStart, part.bytes),
        totalBytes: part.bytes,
      });
      // Each part has a tag of its own: that they belong together is for the whole file's checksum to say.
      return { ...stream, start: partStart + stream.start, validator: null };
    },
  };
}

function findPart(
  parts: readonly ModelPart[],
  at: number,
): { readonly part: ModelPart; readonly partStart: number } {
  let partStart = 0;
  for (const part of parts) {
    if (at < partStart + part.bytes) return { part, partStart };
    partStart += part.bytes;
  }
  throw new RangeError(`byte ${at} lies behind the last part`);
}

function toPartUrl(url: ByteRequest['url'], { name }: ModelPart): string {
  return `${url.slice(0, url.lastIndexOf('/') + 1)}${name}`;
}
