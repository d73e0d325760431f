import i18n, { type BackendModule } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { readLanguage } from './preferences';

type Texts = Record<string, unknown>;
const features = import.meta.glob<Texts>('../features/*/{zh,en}.json', { import: 'default' });
const wording = import.meta.glob<Texts>('../wording/{zh,en}.json', { import: 'default' });
const shell = import.meta.glob<Texts>('./{zh,en}.json', { import: 'default' });

/** A namespace is a feature's folder (`shell` is ours, `wording` the service's codes, which several speak of); its texts are loaded with the page that speaks them. */
const texts: BackendModule = {
  type: 'backend',
  init: () => undefined,
  read: async (language: string, namespace: string) => {
    const file = `${language.startsWith('zh') ? 'zh' : 'en'}.json`;
    const load = named(namespace, file);
    if (load === undefined) throw new Error(`no texts for ${namespace}`);
    return load();
  },
};

function named(namespace: string, file: string) {
  if (namespace === 'shell') return shell[`./${file}`];
  return namespace === 'wording' ? wording[`../wording/${file}`] : features[`../features/${namespace}/${file}`];
}

/** Ready when the shell's own texts are there. */
export async function startI18n(): Promise<void> {
  await i18n
    .use(texts)
    .use(initReactI18next)
    .init({
      lng: readLanguage(),
      fallbackLng: false,
      supportedLngs: ['zh-CN', 'en'],
      ns: ['shell'],
      defaultNS: 'shell',
      interpolation: { escapeValue: false }, // React escapes
      returnNull: false,
      saveMissing: true,
      missingKeyHandler: (languages, namespace, key) => {
        reportError(new Error(`no text ${namespace}:${key} in ${languages.join()}`)); // tests fail on it
      },
    });
}

export default i18n;
