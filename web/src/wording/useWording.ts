import { useTranslation } from 'react-i18next';

const PRIORITY = /\.p[1-4]$/;

/** The service's codes in words; a code that a process owner made up stays as it is. */
export function useWording() {
  const { t, i18n } = useTranslation('wording');
  const known = (name: string) => i18n.exists(`wording:${name}`);
  return {
    commitment: (code: string) => {
      const key = code.replace(PRIORITY, '').replaceAll('.', '_');
      return known(`commitment.${key}`) ? t(`commitment.${key}`) : code;
    },
    trigger: (code: string) => (known(`trigger.${code}`) ? t(`trigger.${code}`) : code),
    stage: (code: string) => (known(`stage.${code}`) ? t(`stage.${code}`) : code),
    elementKind: (code: string) => (known(`element.${code}`) ? t(`element.${code}`) : code),
  };
}
