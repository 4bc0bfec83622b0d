// The conversation as text. Final lines go into a log that screen readers follow; live captions, which
// change with every word, stay outside it. Main thread.
import { splitLines, toLines } from './captions.ts';
import type { CaptionLine, CaptionsState } from './captions.ts';
import { h, setText } from './dom.ts';
import type { Part } from './dom.ts';

/** How near to the end, in px, a reader must be to be taken along by new text. */
const FOLLOW_WITHIN_PX = 80;

const MARKS = {
  interrupted: 'Cut off. The grey part was not heard.',
  waiting: 'Waiting for the agent to be ready.',
} satisfies Record<NonNullable<CaptionLine['mark']>, string>;

/** @param scroller the scrolling ancestor, kept at its end while the reader is there. */
export function createCaptionsPart(scroller: HTMLElement): Part {
  const log = h('div', {
    class: 'lines',
    role: 'log',
    'aria-live': 'polite',
    'aria-label': 'Conversation',
  });
  const live = h('div', { class: 'lines live', 'aria-label': 'Live captions', role: 'group' });
  const logLines = new LineList(log);
  const liveLines = new LineList(live);
  let shown: CaptionsState | null = null;
  return {
    element: h('div', { class: 'captions' }, [log, live]),
    update({ captions }) {
      if (captions === shown) return;
      shown = captions;
      const isAtEnd =
        scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < FOLLOW_WITHIN_PX;
      const lines = splitLines(toLines(captions));
      logLines.update(lines.log);
      liveLines.update(lines.live);
      if (isAtEnd) scroller.scrollTop = scroller.scrollHeight;
    },
  };
}

/** Keeps one element per line, so that a line already read is never announced again. */
class LineList {
  readonly #element: HTMLElement;
  readonly #lines = new Map<string, Line>();

  constructor(element: HTMLElement) {
    this.#element = element;
  }

  update(lines: readonly CaptionLine[]): void {
    const wanted = new Set(lines.map((line) => line.id));
    for (const [id, line] of this.#lines) {
      if (wanted.has(id)) continue;
      line.element.remove();
      this.#lines.delete(id);
    }
    for (const line of lines) {
      const known = this.#lines.get(line.id);
      if (known === undefined) this.#append(line);
      else known.update(line);
    }
  }

  #append(line: CaptionLine): void {
    const created = new Line(line);
    this.#lines.set(line.id, created);
    this.#element.append(created.element);
  }
}

class Line {
  readonly element: HTMLElement;
  readonly #solid = h('span', { class: 'solid' });
  readonly #faint = h('span', { class: 'faint' });
  readonly #mark = h('p', { class: 'mark' });

  constructor(line: CaptionLine) {
    const who = h('span', { class: 'who' }, [line.speaker === 'you' ? 'You' : 'Agent']);
    const text = h('p', { class: 'text', dir: 'auto' }, [this.#solid, this.#faint]);
    this.element = h('div', { class: `line ${line.speaker}` }, [who, text, this.#mark]);
    this.update(line);
  }

  update(line: CaptionLine): void {
    setText(this.#solid, line.solid);
    setText(this.#faint, line.faint);
    this.#mark.hidden = line.mark === null;
    setText(this.#mark, line.mark === null ? '' : MARKS[line.mark]);
    this.element.classList.toggle('interrupted', line.mark === 'interrupted');
  }
}
