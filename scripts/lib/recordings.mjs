// Lays out the speech that tests play: people reading, and synthetic questions. Node.
import { copyFile, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { aptInstall, aptUnpack } from './apt.mjs';
import { quoteOutput, runCommand } from './command.mjs';
import { readJson, statFile } from './files.mjs';
import { CACHE_DIR, RECORDINGS_DIR } from './paths.mjs';
import { QUESTIONS } from './questions.mjs';

/** People reading, 16 kHz mono 16 bit, with transcripts; Debian package, BSD-2-Clause. */
const SPEECH_PACKAGE = 'pocketsphinx-testdata';
const SPEECH_FOLDER = 'usr/share/pocketsphinx/test/data';
/** Folder of the package -> its file of transcripts. */
const SPEECH_SETS = { librivox: 'transcription', cards: 'cards.transcription' };
const TRANSCRIPTS_FILE = 'transcripts.json';

/** @typedef {Record<string, string>} Transcripts `<set>/<file>.wav` -> what is said, in words */

/**
 * Makes `.cache/recordings/<set>/*.wav` and `transcripts.json` present.
 * @returns {Promise<string[]>} what could not be had and why; empty when everything is there
 */
export async function ensureRecordings() {
  const known = /** @type {Transcripts | null} */ (
    await readJson(path.join(RECORDINGS_DIR, TRANSCRIPTS_FILE))
  );
  if (known !== null && (await hasAll(known))) return [];
  await mkdir(RECORDINGS_DIR, { recursive: true });
  const speech = await collectSpeech();
  const questions = await speakQuestions();
  const transcripts = { ...speech.transcripts, ...questions.transcripts };
  await writeFile(
    path.join(RECORDINGS_DIR, TRANSCRIPTS_FILE),
    `${JSON.stringify(transcripts, null, 2)}\n`,
  );
  return [speech.problem, questions.problem].filter((problem) => problem !== '');
}

/**
 * Whether both sets of read speech and all of today's questions are named and there.
 * @param {Transcripts} transcripts
 */
async function hasAll(transcripts) {
  const names = Object.keys(transcripts);
  const hasSpeech = Object.keys(SPEECH_SETS).every((set) =>
    names.some((name) => name.startsWith(`${set}/`)),
  );
  const hasQuestions = QUESTIONS.every(
    ({ name, text }) => transcripts[questionFile(name)] === text,
  );
  const found = await Promise.all(names.map((name) => statFile(path.join(RECORDINGS_DIR, name))));
  return hasSpeech && hasQuestions && found.every((file) => file !== null && file.bytes > 0);
}

/** @param {string} name */
function questionFile(name) {
  return `questions/${name}.wav`;
}

/** @returns {Promise<{ transcripts: Transcripts; problem: string }>} */
async function collectSpeech() {
  if (await copySpeech(path.join('/', SPEECH_FOLDER))) return readSpeechTranscripts('/');
  const notInstalled = await aptInstall([SPEECH_PACKAGE]);
  if (notInstalled === '' && (await copySpeech(path.join('/', SPEECH_FOLDER)))) {
    return readSpeechTranscripts('/');
  }
  await mkdir(CACHE_DIR, { recursive: true });
  const folder = await mkdtemp(path.join(CACHE_DIR, 'speech-'));
  try {
    const notUnpacked = await aptUnpack(SPEECH_PACKAGE, folder);
    if (await copySpeech(path.join(folder, SPEECH_FOLDER)))
      return await readSpeechTranscripts(folder);
    const problem = `recordings of ${SPEECH_PACKAGE}: ${notInstalled}; ${notUnpacked}`;
    return { transcripts: {}, problem };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * @param {string} from the package's data folder
 * @returns {Promise<boolean>} false when it is not there
 */
async function copySpeech(from) {
  for (const set of Object.keys(SPEECH_SETS)) {
    const files = await readdir(path.join(from, set)).catch(() => []);
    const waves = files.filter((file) => file.endsWith('.wav'));
    if (waves.length === 0) return false;
    const target = path.join(RECORDINGS_DIR, set);
    await mkdir(target, { recursive: true });
    for (const wave of waves) await copyFile(path.join(from, set, wave), path.join(target, wave));
  }
  return true;
}

/** @param {string} root */
async function readSpeechTranscripts(root) {
  /** @type {Transcripts} */
  const transcripts = {};
  for (const [set, file] of Object.entries(SPEECH_SETS)) {
    const text = await readFile(path.join(root, SPEECH_FOLDER, set, file), 'utf8');
    for (const { name, words } of parseTranscription(text)) {
      transcripts[`${set}/${name}.wav`] = words;
    }
  }
  return { transcripts, problem: '' };
}

/**
 * Lines of `<s> words </s> (file name without ending)`.
 * @param {string} text
 * @returns {{ name: string; words: string }[]}
 */
export function parseTranscription(text) {
  return [...text.matchAll(/^<s>(.*)<\/s>\s*\((.+)\)\s*$/gmu)].map(([, words, name]) => ({
    name: (name ?? '').trim(),
    words: (words ?? '').trim(),
  }));
}

/** @returns {Promise<{ transcripts: Transcripts; problem: string }>} */
async function speakQuestions() {
  const folder = path.join(RECORDINGS_DIR, 'questions');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  /** @type {Transcripts} */
  const transcripts = {};
  for (const { name, text, voice } of QUESTIONS) {
    const file = questionFile(name);
    const problem = await speak(text, voice, path.join(RECORDINGS_DIR, file));
    if (problem !== '') return { transcripts, problem: `synthetic questions: ${problem}` };
    transcripts[file] = text;
  }
  return { transcripts, problem: '' };
}

/**
 * @param {string} text
 * @param {string} voice
 * @param {string} file 22,050 Hz mono 16 bit, as espeak-ng writes it
 * @returns {Promise<string>} why it failed; empty on success
 */
async function speak(text, voice, file) {
  const args = ['-v', voice, '-s', '150', '-w', file, text];
  let result = await runCommand('espeak-ng', args, { limitMs: 60_000 });
  if (result.isMissing) {
    const notInstalled = await aptInstall(['espeak-ng']);
    if (notInstalled !== '') return `no espeak-ng; ${notInstalled}`;
    result = await runCommand('espeak-ng', args, { limitMs: 60_000 });
  }
  return result.code === 0 ? '' : `espeak-ng failed: ${quoteOutput(result)}`;
}
