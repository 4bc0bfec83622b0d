// What eSpeak NG needs of its 24 MB of data to speak one language, as a file of its own. Pure; packed in Node, read in the speak worker.

/** Of all languages: sounds, how they are written, and which voices there are. */
const COMMON = /^(?:phontab|phonindex|phondata|intonations|lang\/.*)$/u;
/** Words of other languages are left to it. */
const ALWAYS = 'en_dict';
/** Where the package's script tells what lies where in its data. */
const ENTRY = /filename:"\/usr\/share\/espeak-ng-data\/([^"]+)",start:(\d+),end:(\d+)/gu;

interface PackHeader {
  /** Of all of the data. */
  readonly size: number;
  /** From where to where in it the bytes behind this lie, in order. */
  readonly spans: readonly (readonly [start: number, end: number])[];
}

/**
 * The length of the header (32 bits, little-endian), the header as JSON, the bytes.
 * @param language as its dictionary is called: `de`
 * @param script the package's, which has the table of contents
 */
export function packEspeak(
  language: string,
  { script, data }: { readonly script: string; readonly data: Uint8Array },
): Uint8Array<ArrayBuffer> {
  const dictionary = `${language}_dict`;
  const entries = [...script.matchAll(ENTRY)].map(([, name = '', start, end]) => ({
    ...{ name, start: Number(start), end: Number(end) },
  }));
  if (!entries.some(({ name }) => name === dictionary)) throw new RangeError(`no ${dictionary}`);
  const wanted = entries.filter(
    ({ name, start, end }) =>
      end > start && (COMMON.test(name) || name === dictionary || name === ALWAYS),
  );
  const spans = wanted.map(({ start, end }) => [start, end] as const);
  const header = new TextEncoder().encode(JSON.stringify({ size: data.length, spans }));
  const length = spans.reduce((sum, [start, end]) => sum + end - start, 0);
  const file = new Uint8Array(4 + header.length + length);
  new DataView(file.buffer).setUint32(0, header.length, true);
  file.set(header, 4);
  let at = 4 + header.length;
  for (const [start, end] of spans) {
    file.set(data.subarray(start, end), at);
    at += end - start;
  }
  return file;
}

/** All of the data, with zeros for what is not in the file. Throws `RangeError` or `SyntaxError` for what is no such file. */
export function unpackEspeak(file: ArrayBuffer): ArrayBuffer {
  const length = new DataView(file).getUint32(0, true);
  const bytes = new Uint8Array(file);
  const text = new TextDecoder().decode(bytes.subarray(4, 4 + length));
  const { size, spans } = JSON.parse(text) as PackHeader;
  const data = new Uint8Array(size);
  let at = 4 + length;
  for (const [start, end] of spans) {
    data.set(bytes.subarray(at, at + end - start), start);
    at += end - start;
  }
  return data.buffer;
}
