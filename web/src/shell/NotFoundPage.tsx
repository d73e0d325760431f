import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { Blank } from '../ui/Blank';
import { PageHeader } from '../ui/PageHeader';

/** An address that leads nowhere. */
export function NotFoundPage() {
  const { t } = useTranslation('shell');
  const navigate = useNavigate();
  return (
    <>
      <PageHeader title={t('missing.title')} />
      <Blank
        title={t('missing.hint')}
        action={
          <Button type="primary" onClick={() => void navigate('/tasks')}>
            {t('missing.home')}
          </Button>
        }
      />
    </>
  );
}
