import { DownloadOutlined } from '@ant-design/icons';
import { Button, Form } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FormDialog } from '../../ui/FormDialog';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { PurposeField } from './PurposeField';
import { useCaseExport } from './useIntegrity';

/** Take the case away; what for is asked and recorded. */
export function CaseExport({ number }: { number: string }) {
  const { t } = useTranslation('audit');
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button icon={<DownloadOutlined />} onClick={() => setOpen(true)}>
        {t('export.action')}
      </Button>
      {isOpen && <CaseExportDialog number={number} onClose={() => setOpen(false)} />}
    </>
  );
}

function CaseExportDialog({ number, onClose }: { number: string; onClose: () => void }) {
  const { t, i18n } = useTranslation('audit');
  const [form] = Form.useForm<{ purpose: string }>();
  const take = useCaseExport(number);
  const language = i18n.language.startsWith('zh') ? 'zh-CN' : 'en';
  return (
    <FormDialog
      title={t('export.title', { number })}
      okText={t('export.zip')}
      form={form}
      name="export"
      isBusy={take.isPending}
      lead={
        <>
          <p>{t('export.what')}</p>
          <ProblemAlert error={take.error} />
        </>
      }
      onSubmit={({ purpose }) => take.mutate({ purpose, language }, { onSuccess: onClose })}
      onClose={onClose}
    >
      <PurposeField />
      <p>
        <a href={`/api/journal/cases/${encodeURIComponent(number)}/export`} download>
          {t('export.proof')}
        </a>
        {' · '}
        <a href="/api/journal/verifier" download>
          {t('export.verifier')}
        </a>
      </p>
    </FormDialog>
  );
}
