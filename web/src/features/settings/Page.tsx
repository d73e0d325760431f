import { useTranslation } from 'react-i18next';
import { Blank } from '../../ui/Blank';
import { PageHeader } from '../../ui/PageHeader';

export default function Page() {
  const { t } = useTranslation('settings');
  return (
    <>
      <PageHeader title={t('title')} />
      <Blank title={t('soon')} />
    </>
  );
}
