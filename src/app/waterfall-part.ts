// Draws a waterfall: rows of bars over a shared axis. Elements and one style sheet, no inline styles. Main thread.
import { h } from './dom.ts';
import type { Bar, Waterfall, WaterfallRow } from './waterfall.ts';

/** Little blocks beside the axis for attempts dropped earlier: more of them say no more. */
const MAX_BLOCKS = 3;

/** A picture with a sentence; `detailsId` is the table of its stages. */
export function drawWaterfall(waterfall: Waterfall, detailsId: string): HTMLElement {
  const { caption, description, rows, marks, ticks, droppedBefore } = waterfall;
  const plot = h('div', { class: 'plot' }, [
    ...ticks.map(({ at }) => placed(h('i', { class: 'tick' }), at)),
    ...rows.map((row) => drawRow(row, row.name === 'Begun ahead' ? droppedBefore : 0)),
    ...marks.map(({ at, look }) => placed(h('i', { class: `mark-line ${look}` }), at)),
  ]);
  const axis = h(
    'div',
    { class: 'axis' },
    ticks.map(({ at, label }) => placed(h('span', {}, [label]), at)),
  );
  const legend = marks.map(({ name, look }) =>
    h('span', {}, [h('i', { class: `mark-line ${look}` }), name]),
  );
  return h('figure', { class: 'waterfall' }, [
    h('figcaption', {}, [caption]),
    h(
      'div',
      {
        role: 'img',
        'aria-label': `Waterfall. ${caption}. ${description}`.trim(),
        'aria-details': detailsId,
      },
      [plot, axis, h('div', { class: 'legend' }, legend)],
    ),
  ]);
}

function drawRow({ name, value, bars }: WaterfallRow, droppedBefore: number): HTMLElement {
  const blocks = Array.from({ length: Math.min(MAX_BLOCKS, droppedBefore) }, () =>
    h('i', { class: 'waterfall-bar dropped' }),
  );
  return h('div', { class: 'waterfall-row' }, [
    h('span', {}, [name]),
    h('span', { class: 'number' }, [value]),
    h('div', { class: 'track' }, [
      ...bars.map((bar) => drawBar(bar)),
      ...(blocks.length === 0 ? [] : [h('div', { class: 'before' }, blocks)]),
    ]),
  ]);
}

function drawBar({ from, to, look }: Bar): HTMLElement {
  const bar = placed(h('i', { class: `waterfall-bar ${look}` }), from);
  bar.style.setProperty('--length', (to - from).toFixed(4));
  return bar;
}

/** A custom property set by script is no inline style to the content security policy. */
function placed<Element extends HTMLElement>(element: Element, at: number): Element {
  element.style.setProperty('--at', at.toFixed(4));
  return element;
}
