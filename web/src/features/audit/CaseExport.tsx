import { DownloadOutlined } from '@ant-design/icons';
import { Button, Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { useCaseExport } from './useIntegrity';

/** Take the case away; what for is asked and recorded. */
export function CaseExport({ number }: { number: string }) {
  const { t, i18n } = useTranslation('audit');
  const [isOpen, setOpen] = useState(false);
  const [form] = Form.useForm<{ purpose: string }>();
  const take = useCaseExport(number);
  const submit = ({ purpose }: { purpose: string }) => {
    take.mutate({ purpose, language: i18n.language.startsWith('zh') ? 'zh-CN' : 'en' }, { onSuccess: () => setOpen(false) });
  };
  return (
    <>
      <Button icon={<DownloadOutlined />} onClick={() => setOpen(true)}>
        {t('export.action')}
      </Button>
      <Modal
        open={isOpen}
        title={t('export.title', { number })}
        okText={t('export.zip')}
        okButtonProps={{ loading: take.isPending }}
        onOk={() => form.submit()}
        onCancel={() => setOpen(false)}
        destroyOnHidden
      >
        <p>{t('export.what')}</p>
        <ProblemAlert error={take.error} />
        <Form form={form} name="export" layout="vertical" preserve={false} onFinish={submit}>
          <Form.Item name="purpose" label={t('export.purpose')} rules={[{ required: true, whitespace: true, message: t('export.required') }]}>
            <Input.TextArea rows={3} maxLength={1_000} showCount />
          </Form.Item>
        </Form>
        <p>
          <a href={`/api/journal/cases/${encodeURIComponent(number)}/export`} download>
            {t('export.proof')}
          </a>
          {' · '}
          <a href="/api/journal/verifier" download>
            {t('export.verifier')}
          </a>
        </p>
      </Modal>
    </>
  );
}
