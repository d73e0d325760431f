import { AlertOutlined, SwapOutlined } from '@ant-design/icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Form } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client';
import { answered } from '../../api/problems';
import { ColleagueSelect } from '../../ui/ColleagueSelect';
import { FormDialog } from '../../ui/FormDialog';
import { LevelField } from '../../ui/LevelField';
import { ReasonField } from '../../ui/ReasonField';
import { useProblem } from '../../ui/useProblem';

type Kind = 'escalate' | 'handOver';

interface Values {
  level?: number;
  to?: string;
  reason: string;
}

/** What can be done with a case as a whole. */
export function CaseActions({ caseNumber }: { caseNumber: string }) {
  const { t } = useTranslation('cases');
  const [asked, setAsked] = useState<Kind | null>(null);
  return (
    <>
      <Button icon={<SwapOutlined />} onClick={() => setAsked('handOver')}>
        {t('action.handOver')}
      </Button>
      <Button icon={<AlertOutlined />} onClick={() => setAsked('escalate')}>
        {t('action.escalate')}
      </Button>
      {asked && <Asked kind={asked} caseNumber={caseNumber} onClose={() => setAsked(null)} />}
    </>
  );
}

function Asked({ kind, caseNumber, onClose }: { kind: Kind; caseNumber: string; onClose: () => void }) {
  const { t } = useTranslation('cases');
  const { message } = App.useApp();
  const client = useQueryClient();
  const [form] = Form.useForm<Values>();
  const problem = useProblem(form);
  const act = useMutation({
    mutationFn: async (values: Values): Promise<void> => {
      const params = { path: { number: caseNumber } };
      if (kind === 'escalate') {
        const body = { level: values.level ?? null, reason: values.reason };
        await answered(api.POST('/api/cases/{number}/escalation', { params, body }));
      } else {
        await answered(api.POST('/api/cases/{number}/handover', { params, body: { to: values.to ?? '', reason: values.reason } }));
      }
    },
    onSuccess: async () => {
      message.success(t(`dialog.${kind}.done`));
      onClose();
      await client.invalidateQueries({ queryKey: ['cases', caseNumber] });
    },
    onError: problem,
  });
  return (
    <FormDialog
      title={t(`dialog.${kind}.title`)}
      okText={t(`dialog.${kind}.ok`)}
      form={form}
      name="case-action"
      isBusy={act.isPending}
      onSubmit={(values) => act.mutate(values)}
      onClose={onClose}
    >
      {kind === 'escalate' ? (
        <LevelField />
      ) : (
        <Form.Item name="to" label={t('dialog.to')} rules={[{ required: true, message: t('required') }]}>
          <ColleagueSelect />
        </Form.Item>
      )}
      <ReasonField />
    </FormDialog>
  );
}
