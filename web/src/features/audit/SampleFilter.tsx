import { useTranslation } from 'react-i18next';
import { useProcesses } from '../../ui/names';

interface Props {
  filter: Readonly<Record<string, unknown>>;
}

/** Which cases a sample is of beyond their period, in words; nothing when it is of all. */
export function SampleFilter({ filter }: Props) {
  const { t } = useTranslation('audit');
  const said = useSaid(filter);
  return said.length === 0 ? null : <p className="note">{t('sample.only', { what: said.join(' · ') })}</p>;
}

function useSaid(filter: Props['filter']): string[] {
  const { t } = useTranslation('audit');
  const { t: ofCase } = useTranslation('cases');
  const processes = useProcesses();
  const text = (name: string) => (typeof filter[name] === 'string' ? filter[name] : undefined);
  const [key, outcome, words] = [text('definition_key'), text('outcome'), text('text')];
  return [
    key === undefined ? '' : (processes.find((one) => one.key === key)?.name ?? key),
    outcome === undefined ? '' : ofCase(`outcome.${outcome}`),
    filter.is_breached === true ? t('find.breached') : '',
    words === undefined ? '' : `“${words}”`,
  ].filter(Boolean);
}
