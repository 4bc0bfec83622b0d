// One progress bar over several downloads; plain lines where there is no terminal. Node.
import { formatBytes, formatSeconds } from './format.mjs';

const REDRAW_MS = 100;
const BAR_CELLS = 24;
/** The rate is that of the last seconds, so that a stall shows. */
const RATE_WINDOW_MS = 5000;
const PLAIN_STEP_PERCENT = 10;

/**
 * @typedef {object} ProgressOutput
 * @property {boolean} [isTTY]
 * @property {(text: string) => unknown} write
 */

/** The sum of all downloads known so far, drawn as it grows. Call `close` at the end. */
export class Progress {
  #output;
  #nowMs;
  /** @type {Map<string, { total: number; done: number }>} */
  #tasks = new Map();
  /** @type {{ atMs: number; done: number }[]} */
  #samples = [];
  #drawnAtMs = -Infinity;
  #drawnPercent = 0;

  /**
   * @param {ProgressOutput} output
   * @param {() => number} [nowMs]
   */
  constructor(output, nowMs = () => performance.now()) {
    this.#output = output;
    this.#nowMs = nowMs;
  }

  /**
   * Adds a download to the total; one that is known keeps what it has done.
   * @param {string} key
   * @param {number} total bytes
   */
  add(key, total) {
    if (!this.#tasks.has(key)) this.#tasks.set(key, { total, done: 0 });
  }

  /**
   * Takes a download that failed out of the total.
   * @param {string} key
   */
  drop(key) {
    this.#tasks.delete(key);
    this.#samples = [];
  }

  /**
   * @param {string} key
   * @param {number} done bytes so far; more than the total counts as the total
   */
  update(key, done) {
    const task = this.#tasks.get(key);
    if (task === undefined) return;
    task.done = Math.min(done, task.total);
    this.#draw(false);
  }

  /**
   * A line of its own, above the bar.
   * @param {string} line
   */
  note(line) {
    this.#output.write(this.#isTerminal ? `\r\u001B[K${line}\n` : `${line}\n`);
    this.#drawnAtMs = -Infinity;
  }

  close() {
    if (this.#isTerminal) this.#output.write('\r\u001B[K');
  }

  get #isTerminal() {
    return this.#output.isTTY === true;
  }

  /** @param {boolean} force */
  #draw(force) {
    const atMs = this.#nowMs();
    if (!force && atMs - this.#drawnAtMs < REDRAW_MS) return;
    this.#drawnAtMs = atMs;
    const { total, done } = this.#sum();
    const percent = total === 0 ? 100 : Math.floor((100 * done) / total);
    const line = this.#describe({ total, done, percent, atMs });
    if (this.#isTerminal) {
      const filled = Math.round((percent / 100) * BAR_CELLS);
      const bar = '#'.repeat(filled) + '.'.repeat(BAR_CELLS - filled);
      this.#output.write(`\r\u001B[K[${bar}] ${line}`);
    } else if (percent >= this.#drawnPercent + PLAIN_STEP_PERCENT) {
      this.#drawnPercent = percent - (percent % PLAIN_STEP_PERCENT);
      this.#output.write(`${line}\n`);
    }
  }

  #sum() {
    let total = 0;
    let done = 0;
    for (const task of this.#tasks.values()) {
      total += task.total;
      done += task.done;
    }
    return { total, done };
  }

  /** @param {{ total: number; done: number; percent: number; atMs: number }} now */
  #describe({ total, done, percent, atMs }) {
    this.#samples.push({ atMs, done });
    this.#samples = this.#samples.filter((sample) => atMs - sample.atMs <= RATE_WINDOW_MS);
    const first = this.#samples[0] ?? { atMs, done };
    const rate = atMs > first.atMs ? (done - first.done) / ((atMs - first.atMs) / 1000) : 0;
    const sum = `${percent} %  ${formatBytes(done)} of ${formatBytes(total)}`;
    if (rate <= 0) return sum;
    return `${sum}, ${formatBytes(rate)}/s, ${formatSeconds((total - done) / rate)} left`;
  }
}
