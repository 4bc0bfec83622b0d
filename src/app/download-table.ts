// A table of what is to be fetched: name and purpose, licence, source and size. Main thread.
import { h } from './dom.ts';
import { toSizeWords, toSourceWords } from './downloads.ts';
import type { MissingDownload } from './downloads.ts';
import { toNotes } from './model-words.ts';

export function toHeading(text: string): HTMLElement {
  return h('th', { scope: 'col', class: text === 'Size' ? 'number' : '' }, [text]);
}

/** The source stands with the name where it has no column. */
export function toDownloadRow(
  missing: MissingDownload,
  { hasSource }: { hasSource: boolean },
): HTMLElement {
  const { download } = missing;
  const source = hasSource ? `From ${toSourceWords(download)}.` : '';
  const [first = '', ...others] = toNotes(download);
  const notes = [`${first} ${source}`.trim(), ...others].map((text) => h('small', {}, [text]));
  return h('tr', {}, [
    h('td', {}, [download.name, ...notes]),
    h('td', {}, [download.licence]),
    h('td', { class: 'number' }, [toSizeWords([missing])]),
  ]);
}
