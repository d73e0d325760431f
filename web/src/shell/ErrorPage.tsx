import { Button, Result } from 'antd';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useRouteError } from 'react-router';

/** A page that failed; the rest of the application goes on. */
export function ErrorPage() {
  const { t } = useTranslation('shell');
  const error = useRouteError();
  useEffect(() => {
    reportError(error);
  }, [error]);
  return (
    <Result
      status="error"
      title={t('failed.title')}
      subTitle={t('failed.hint')}
      extra={
        <Button type="primary" onClick={() => location.reload()}>
          {t('failed.reload')}
        </Button>
      }
    />
  );
}
