// Entry of the app: reads the URL, creates the agent and shows the page. Main thread.
import { VoiceAgentError, createVoiceAgent } from '../index.ts';
import { AppSession } from './app-session.ts';
import { readAssets } from './deployment.ts';
import { keepPause, readKeptPause } from './kept-pause.ts';
import { keepSettings, openStorage, readKeptSettings } from './kept-settings.ts';
import { openAppShell } from './open-app-shell.ts';
import { mountPage } from './page.ts';
import { getFreeBytes } from './free-bytes.ts';
import { settingsFromQuery } from './settings.ts';

const root = document.getElementById('app');
if (root === null) throw new Error('index.html has no element with the id "app"');

const storage = openStorage();
const { settings, ignored } = settingsFromQuery(location.search, readKeptSettings(storage));
const session = new AppSession({
  settings,
  createAgent: (options) => createVoiceAgent({ ...options, assets: readAssets(document) }),
  toErrorRecord: (value) => VoiceAgentError.from(value).toRecord(),
  keepSettings: (changed) => keepSettings(storage, changed),
  isPaused: readKeptPause(storage),
  keepPause: (isPaused) => keepPause(storage, isPaused),
  getFreeBytes,
});
mountPage(root, session, openAppShell(session));
if (ignored.length > 0) {
  session.notify({
    id: 'query',
    title: 'Part of the address was ignored',
    text: `Not understood: ${ignored.join(', ')}.`,
    advice: '',
    action: null,
  });
}
void session.refreshModels();
// A page that is left lets go of the microphone at once, also when the browser keeps it for going back.
addEventListener('pagehide', () => void session.stop());
