// One model's folder of weights, and the stamp that spares hashing them at every start. Node.
import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readJson, sha256OfFile, statFile } from './files.mjs';

/** @typedef {import('../../src/models/catalog.ts').ModelFile} ModelFile */
/** @typedef {Record<string, { bytes: number; mtimeMs: number; sha256: string }>} Stamps */

const STAMP_FILE = '.verified.json';

/** `.models/<id>/`: files appear in it whole and verified, or not at all. */
export class ModelFolder {
  #folder;

  /**
   * @param {string} modelsDir
   * @param {string} modelId
   */
  constructor(modelsDir, modelId) {
    this.#folder = path.join(modelsDir, modelId);
  }

  /** @param {string} name */
  pathOf(name) {
    return path.join(this.#folder, name);
  }

  /**
   * Where a download gathers; it stays after a failure and is resumed.
   * @param {string} name
   */
  partOf(name) {
    return path.join(this.#folder, `.${name}.part`);
  }

  async create() {
    await mkdir(this.#folder, { recursive: true });
  }

  /**
   * Whether the file is there and right. Hashes it only when it changed since it was last hashed.
   * @param {ModelFile} file
   * @returns {Promise<boolean>}
   */
  async has(file) {
    const found = await statFile(this.pathOf(file.name));
    if (found?.bytes !== file.bytes) return false;
    const stamp = (await this.#stamps())[file.name];
    const isStamped = stamp?.bytes === found.bytes && stamp.mtimeMs === found.mtimeMs;
    if (isStamped) return stamp.sha256 === file.sha256;
    if ((await sha256OfFile(this.pathOf(file.name))) !== file.sha256) return false;
    await this.#stamp(file);
    return true;
  }

  /**
   * Takes a gathered file in when bytes and hash are right.
   * @param {ModelFile} file
   * @param {string} gathered on the same file system; moved away on success
   * @returns {Promise<string>} what is wrong with it; empty when it was taken
   */
  async accept(file, gathered) {
    const bytes = (await statFile(gathered))?.bytes ?? 0;
    if (bytes !== file.bytes) return `${bytes} bytes came, expected ${file.bytes}`;
    const sha256 = await sha256OfFile(gathered);
    if (sha256 !== file.sha256) return `sha256 is ${sha256}, expected ${file.sha256}`;
    await rename(gathered, this.pathOf(file.name));
    await this.#stamp(file);
    return '';
  }

  /** @returns {Promise<Stamps>} */
  async #stamps() {
    return /** @type {Stamps | null} */ (await readJson(this.pathOf(STAMP_FILE))) ?? {};
  }

  /** @param {ModelFile} file */
  async #stamp({ name, sha256 }) {
    const found = await statFile(this.pathOf(name));
    if (found === null) return;
    const stamps = { ...(await this.#stamps()), [name]: { ...found, sha256 } };
    const written = this.pathOf(`${STAMP_FILE}.${process.pid}`);
    await writeFile(written, `${JSON.stringify(stamps, null, 2)}\n`);
    await rename(written, this.pathOf(STAMP_FILE));
  }
}
