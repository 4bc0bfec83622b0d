// How long each turn took: a waterfall, the same as a table, the conversation's percentiles, and all of it
// as a file. Main thread.
import type { TurnMetrics } from '../index.ts';
import { createMetricsReport } from '../metrics.ts';
import { button, h, setText } from './dom.ts';
import type { Part } from './dom.ts';
import type { AppView } from './view-model.ts';
import { toSummaryRows, toTimingRows } from './timings.ts';
import { drawWaterfall } from './waterfall-part.ts';
import { toWaterfall } from './waterfall.ts';

const TABLE_ID = 'timings-of-turn';

export function createTimingsPart(): Part {
  const empty = h('p', { class: 'hint' }, ['Shown after the first answer.']);
  const one = createTurnView();
  const all = createTable('percentiles', ['Stage', 'p50', 'p95']);
  const stepper = createStepper((turn) => one.show(turn));
  const filled = h('div', { class: 'timings-of-turns' }, [
    stepper.element,
    ...one.elements,
    all.element,
    button('Save all turns as JSON', () => saveReport(stepper.turns)),
    h('p', { class: 'hint' }, ['The file holds times and counts, and none of the words.']),
  ]);
  let shown: AppView['turns'] | null = null;
  return {
    element: h('details', {}, [h('summary', {}, ['Timings of your turns']), empty, filled]),
    update({ turns }) {
      if (turns === shown) return;
      shown = turns;
      empty.hidden = turns.length > 0;
      filled.hidden = turns.length === 0;
      stepper.update(turns);
      const rows = toSummaryRows(turns).map(({ stage, p50, p95 }) => [stage, p50, p95]);
      const count = turns.length === 1 ? 'one turn' : `${turns.length} turns`;
      all.fill(`Over ${count}: half took up to p50, 95 % up to p95`, rows);
    },
  };
}

/** The picture of a turn, and the table that says the same. */
function createTurnView(): {
  readonly elements: readonly HTMLElement[];
  show(turn: TurnMetrics): void;
} {
  const picture = h('div');
  const table = createTable('timings', ['Stage', 'Took', 'After']);
  table.element.id = TABLE_ID;
  return {
    elements: [picture, table.element],
    show(turn) {
      const waterfall = toWaterfall(turn);
      picture.replaceChildren(...(waterfall === null ? [] : [drawWaterfall(waterfall, TABLE_ID)]));
      const rows = toTimingRows(turn).map(({ stage, took, after }) => [stage, took, after]);
      table.fill('Time by stage, and since you stopped', rows);
    },
  };
}

interface Stepper {
  readonly element: HTMLElement;
  readonly turns: readonly TurnMetrics[];
  update(turns: readonly TurnMetrics[]): void;
}

/** Steps through the turns; stays at the latest until the visitor goes back. */
function createStepper(onShow: (turn: TurnMetrics) => void): Stepper {
  let turns: readonly TurnMetrics[] = [];
  let chosen: TurnMetrics | undefined;
  const words = h('span', { 'aria-live': 'polite' });
  const step = (by: number): void => {
    const next = position() + by;
    if (next < 0 || next >= turns.length) return;
    chosen = next === turns.length - 1 ? undefined : turns[next];
    draw();
  };
  const earlier = button('Earlier', () => step(-1), 'quiet');
  const later = button('Later', () => step(1), 'quiet');
  const position = (): number => {
    const found = chosen === undefined ? -1 : turns.indexOf(chosen);
    return found < 0 ? turns.length - 1 : found;
  };
  const draw = (): void => {
    const index = position();
    const turn = turns[index];
    if (turn === undefined) return;
    setText(words, `Turn ${index + 1} of ${turns.length}`);
    // Not `disabled`: that would take the focus away from who steps with the keyboard.
    earlier.setAttribute('aria-disabled', String(index === 0));
    later.setAttribute('aria-disabled', String(index === turns.length - 1));
    onShow(turn);
  };
  return {
    element: h('div', { class: 'steps', role: 'group', 'aria-label': 'Turn shown' }, [
      earlier,
      words,
      later,
    ]),
    get turns() {
      return turns;
    },
    update(given) {
      turns = given;
      draw();
    },
  };
}

interface Table {
  readonly element: HTMLTableElement;
  fill(caption: string, rows: readonly (readonly string[])[]): void;
}

/** The first cell of a row names it; the others are numbers. */
function createTable(className: string, heads: readonly string[]): Table {
  const title = h('caption');
  const body = h('tbody');
  const head = heads.map((name, index) =>
    h('th', { scope: 'col', class: index === 0 ? '' : 'number' }, [name]),
  );
  const element = h('table', { class: className }, [
    title,
    h('thead', {}, [h('tr', {}, head)]),
    body,
  ]);
  return {
    element,
    fill(caption, rows) {
      setText(title, caption);
      body.replaceChildren(...rows.map((row) => h('tr', {}, row.map(toCell))));
    },
  };
}

function toCell(text: string, index: number): HTMLElement {
  return index === 0 ? h('th', { scope: 'row' }, [text]) : h('td', { class: 'number' }, [text]);
}

function saveReport(turns: readonly TurnMetrics[]): void {
  const json = JSON.stringify(createMetricsReport(turns), null, 2);
  const url = URL.createObjectURL(new Blob([json], { type: 'application/json' }));
  const link = h('a', { href: url, download: 'parley-timings.json' });
  link.click();
  // Not at once: the browser reads the address after the click.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
