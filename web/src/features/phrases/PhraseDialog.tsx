import { Form, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { useIdentity } from '../../shell/session';
import { FormDialog } from '../../ui/FormDialog';
import { useGroupNames } from '../../ui/names';
import { useProblem } from '../../ui/useProblem';
import { type Phrase, useKeepPhrase } from './usePhrases';

interface Values {
  name: string;
  words: string;
  group?: string;
}

/** A new phrase, or one of one's own said otherwise. */
export function PhraseDialog({ phrase, onClose }: { phrase: Phrase | null; onClose: () => void }) {
  const { t } = useTranslation('phrases');
  const identity = useIdentity();
  const groupName = useGroupNames();
  const [form] = Form.useForm<Values>();
  const tell = useProblem(form);
  const keep = useKeepPhrase(phrase?.id ?? null);
  const required = [{ required: true, whitespace: true, message: t('required') }];
  const submit = ({ name, words, group }: Values) =>
    keep.mutate({ name, words, group: group ?? null }, { onSuccess: onClose, onError: tell });
  return (
    <FormDialog
      title={t(phrase === null ? 'new' : 'change')}
      okText={t('ok')}
      form={form}
      name="phrase"
      initialValues={phrase === null ? {} : { ...phrase, group: phrase.group ?? undefined }}
      isBusy={keep.isPending}
      onSubmit={submit}
      onClose={onClose}
    >
      <Form.Item name="name" label={t('name')} rules={required}>
        <Input maxLength={60} />
      </Form.Item>
      <Form.Item name="words" label={t('words')} extra={t('wordsHint')} rules={required}>
        <Input.TextArea rows={5} maxLength={2000} showCount />
      </Form.Item>
      <Form.Item name="group" label={t('group')} extra={t('groupHint')}>
        <Select allowClear options={identity.groups.map((id) => ({ value: id, label: groupName(id) }))} />
      </Form.Item>
    </FormDialog>
  );
}
