import { Button, Form, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FormDialog } from '../../ui/FormDialog';
import { sayPurpose, usePurpose } from './usePurpose';

/** What the reader looks at cases for: said once, journalled with each look. */
export function Purpose() {
  const { t } = useTranslation('audit');
  const purpose = usePurpose();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setOpen(true)}>{purpose === null ? t('purpose.say') : t('purpose.said', { purpose })}</Button>
      {isOpen && <PurposeDialog purpose={purpose ?? ''} onClose={() => setOpen(false)} />}
    </>
  );
}

function PurposeDialog({ purpose, onClose }: { purpose: string; onClose: () => void }) {
  const { t } = useTranslation('audit');
  const [form] = Form.useForm<{ purpose: string }>();
  const submit = ({ purpose: said }: { purpose: string }) => {
    sayPurpose(said.trim());
    onClose();
  };
  return (
    <FormDialog
      title={t('purpose.title')}
      okText={t('purpose.keep')}
      form={form}
      name="looking"
      initialValues={{ purpose }}
      lead={<p>{t('purpose.hint')}</p>}
      onSubmit={submit}
      onClose={onClose}
    >
      <Form.Item name="purpose" label={t('export.purpose')}>
        <Input.TextArea rows={2} maxLength={1_000} showCount />
      </Form.Item>
    </FormDialog>
  );
}
