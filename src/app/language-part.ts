// The language of the conversation: those that it can be held in here, at least in text. Main thread.
import type { AppSession } from './app-session.ts';
import { h, labelledSelect } from './dom.ts';
import type { Part } from './dom.ts';
import { AUTO, languagesFor } from './settings.ts';

export function createLanguageSelect(session: AppSession): Part {
  const { element, select } = labelledSelect('Language', [], (language) => {
    void session.changeSettings({ language });
  });
  let shown = '';
  return {
    element,
    update({ settings, device }) {
      const languages = languagesFor(settings, device);
      if (languages.join() !== shown) {
        shown = languages.join();
        select.replaceChildren(
          ...languages.map((value) => h('option', { value }, [nameOf(value)])),
        );
      }
      select.value = settings.language;
    },
  };
}

/** As its speakers call it. */
function nameOf(language: string): string {
  if (language === AUTO) return 'Automatic, as you speak it';
  return new Intl.DisplayNames([language], { type: 'language' }).of(language) ?? language;
}
