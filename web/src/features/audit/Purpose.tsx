import { Button, Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { sayPurpose, usePurpose } from './usePurpose';

/** What the reader looks at cases for: said once, journalled with each look. */
export function Purpose() {
  const { t } = useTranslation('audit');
  const purpose = usePurpose();
  const [isOpen, setOpen] = useState(false);
  const [form] = Form.useForm<{ purpose?: string }>();
  const submit = ({ purpose: said }: { purpose?: string }) => {
    sayPurpose(said?.trim() ?? '');
    setOpen(false);
  };
  return (
    <>
      <Button onClick={() => setOpen(true)}>{purpose === null ? t('purpose.say') : t('purpose.said', { purpose })}</Button>
      <Modal open={isOpen} title={t('purpose.title')} okText={t('purpose.keep')} onOk={() => form.submit()} onCancel={() => setOpen(false)} destroyOnHidden>
        <p>{t('purpose.hint')}</p>
        <Form form={form} name="looking" layout="vertical" preserve={false} initialValues={{ purpose: purpose ?? '' }} onFinish={submit}>
          <Form.Item name="purpose" label={t('export.purpose')}>
            <Input.TextArea rows={2} maxLength={1_000} showCount />
          </Form.Item>
        </Form>
      </Modal>
    </>
  );
}
