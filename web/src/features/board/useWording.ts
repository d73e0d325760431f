import { useTranslation } from 'react-i18next';

/** The service's codes in words; a code that a process owner made up stays as it is. */
export function useWording() {
  const { t, i18n } = useTranslation('board');
  const known = (name: string) => i18n.exists(`board:${name}`);
  return {
    commitment: (code: string) => {
      const key = code.replaceAll('.', '_');
      return known(`commitment.${key}`) ? t(`commitment.${key}`) : code;
    },
    trigger: (code: string) => (known(`trigger.${code}`) ? t(`trigger.${code}`) : code),
    stage: (code: string) => (known(`stage.${code}`) ? t(`stage.${code}`) : code),
  };
}
