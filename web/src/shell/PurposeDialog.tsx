import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { useLocation, useNavigate } from 'react-router';
import { api } from '../api/client';
import { answered } from '../api/problems';
import { FormDialog } from '../ui/FormDialog';
import { useProblem } from '../ui/useProblem';
import { owedCase } from './useOwedCase';

/** What a case is opened for, where the house wants to know: said once a day and case, recorded with each look. */
export default function PurposeDialog({ number }: { number: string }) {
  const { t } = useTranslation('shell');
  const client = useQueryClient();
  const navigate = useNavigate();
  const { key } = useLocation();
  const [form] = Form.useForm<{ purpose: string }>();
  const tell = useProblem(form);
  const say = useMutation({
    mutationFn: ({ purpose }: { purpose: string }) =>
      answered(api.GET('/api/cases/{number}', { params: { path: { number }, query: { purpose } } })),
    onSuccess: () => client.refetchQueries({ predicate: (query) => owedCase(query.state.error) === number }),
    onError: tell,
  });
  const leave = () => void (key === 'default' ? navigate('/') : navigate(-1));
  return (
    <FormDialog
      title={t('purpose.title', { number })}
      okText={t('purpose.ok')}
      cancelText={t('purpose.back')}
      form={form}
      name="purpose"
      isBusy={say.isPending}
      lead={<p>{t('purpose.hint')}</p>}
      onSubmit={(said) => say.mutate(said)}
      onClose={leave}
    >
      <Form.Item name="purpose" label={t('purpose.label')} rules={[{ required: true, whitespace: true, message: t('purpose.required') }]}>
        <Input.TextArea rows={2} maxLength={1_000} />
      </Form.Item>
    </FormDialog>
  );
}
