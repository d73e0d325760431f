import { Alert, App, AutoComplete, Button, Form, Input, Skeleton, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { has, useIdentity } from '../../shell/session';
import { FormDialog } from '../../ui/FormDialog';
import { useInLanguage } from '../../ui/inLanguage';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { ReasonField } from '../../ui/ReasonField';
import { useTimes } from '../../ui/times';
import { useProblem } from '../../ui/useProblem';
import type { Incident } from './useBoard';
import { useAttempts, useCorrectedRetry, useVariables } from './useIncident';

interface Values {
  name?: string;
  value?: string;
  reason?: string;
}

/** One incident: every try with what it failed on, and trying again; who operates sees the data and may correct a value. */
export function IncidentDialog({ incident, onClose }: { incident: Incident; onClose: () => void }) {
  const { t } = useTranslation('board');
  const { message } = App.useApp();
  const said = useInLanguage();
  const [form] = Form.useForm<Values>();
  const [again, setAgain] = useState<Incident | null>(null);
  const current = again ?? incident;
  const mayCorrect = has(useIdentity(), 'operate');
  const variables = useVariables(incident.process_instance_id, mayCorrect);
  const retry = useCorrectedRetry();
  const tell = useProblem(form);
  const name = Form.useWatch('name', form);
  const submit = (values: Values) =>
    retry.mutate(
      { incident: current, name: values.name, value: parsed(values.value), reason: values.reason },
      {
        onSuccess: (failed) => {
          if (failed) {
            setAgain(failed);
            return;
          }
          void message.success(t('incident.done'));
          onClose();
        },
        onError: tell,
      },
    );
  const known = variables.data?.variables ?? {};
  return (
    <FormDialog
      width={680}
      title={t('incident.title', { name: said(incident.element_name) || incident.element_id })}
      okText={t(name ? 'incident.correctAndRetry' : 'incident.retry')}
      cancelText={t('close')}
      form={form}
      name="incident"
      isBusy={retry.isPending}
      lead={
        <>
          {again && <Alert type="error" showIcon role="alert" title={t('incident.again')} />}
          <Attempts incident={current} />
          {mayCorrect && (
            <>
              <h3>{t('incident.correct')}</h3>
              <ProblemAlert error={variables.error} onRetry={() => void variables.refetch()} />
              {variables.isPending && <Skeleton active />}
              <ul className="incident-variables">
                {Object.entries(known).map(([key, value]) => (
                  <li key={key}>
                    <Button size="small" type="link" onClick={() => form.setFieldsValue({ name: key, value: JSON.stringify(value) })}>
                      {key}
                    </Button>
                    <code>{shortened(value)}</code>
                  </li>
                ))}
              </ul>
            </>
          )}
        </>
      }
      onSubmit={submit}
      onClose={onClose}
    >
      <Form.Item name="name" hidden={!mayCorrect} label={t('incident.variable')} extra={t('incident.variableHint')}>
        <AutoComplete allowClear options={Object.keys(known).map((key) => ({ value: key }))} />
      </Form.Item>
      {name && (
        <>
          <Form.Item
            name="value"
            label={t('incident.value')}
            rules={[{ required: true, message: t('required') }, { validator: (_, text?: string) => isJson(text, t('incident.noJson')) }]}
          >
            <Input.TextArea rows={2} className="code" />
          </Form.Item>
          <ReasonField />
        </>
      )}
    </FormDialog>
  );
}

/** What each try at this element failed on, the last one first. */
function Attempts({ incident }: { incident: Incident }) {
  const { t } = useTranslation('board');
  const said = useInLanguage();
  const times = useTimes();
  const attempts = useAttempts(incident);
  return (
    <>
      <ProblemAlert error={attempts.error} onRetry={() => void attempts.refetch()} />
      <ol className="attempts" aria-label={t('incident.attempts')}>
        {(attempts.data ?? [incident]).map((one) => (
          <li key={one.id}>
            <p>
              <Tag color={one.resolved_at === null ? 'error' : undefined}>{one.kind}</Tag>
              <time dateTime={one.created_at}>{times.zoned(one.created_at)}</time>{' '}
              <small>{t(one.resolved_at === null ? 'incident.open' : 'incident.over')}</small>
            </p>
            <pre>{said(one.message)}</pre>
          </li>
        ))}
      </ol>
    </>
  );
}

const SHORT = 120;

function shortened(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > SHORT ? `${text.slice(0, SHORT)}…` : text;
}

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as unknown);
  } catch {
    return undefined;
  }
}

function isJson(text: string | undefined, words: string): Promise<void> {
  return text && parsed(text) === undefined ? Promise.reject(new Error(words)) : Promise.resolve();
}
