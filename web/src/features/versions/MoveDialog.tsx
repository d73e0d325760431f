import { Checkbox, Input, Modal, Radio } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { JsonField, readJson, readValues } from './JsonField';
import { type Move, type Outcome, type Question, useMove } from './useSandbox';

export type Asked =
  | { kind: 'answer'; taskId: string; question: Question | null }
  | { kind: 'event'; taskId: string; name: string }
  | { kind: 'external'; taskId: string }
  | { kind: 'variables' };

const OUTCOMES: readonly Outcome[] = ['value', 'error', 'failure'];

/** What the world answers or brings: variables as JSON, an error of the diagram, or a failure. */
export function MoveDialog({ sandboxId, asked, onClose }: { sandboxId: string; asked: Asked; onClose: () => void }) {
  const { t } = useTranslation('versions');
  const move = useMove(sandboxId);
  const [json, setJson] = useState('');
  const [outcome, setOutcome] = useState<Outcome>('value');
  const [said, setSaid] = useState('');
  const [isRemembered, setRemembered] = useState(false);
  const question = asked.kind === 'answer' ? asked.question : null;
  const isFunction = question?.kind === 'function';
  const made = moveOf(asked, { json, outcome, said, isRemembered, isFunction });
  const outcomes = asked.kind === 'external' ? OUTCOMES.slice(0, 2) : OUTCOMES;
  return (
    <Modal
      open
      title={t(`ask.${asked.kind}`, { name: asked.kind === 'event' ? asked.name : (question?.name ?? '') })}
      okText={t('ask.ok')}
      okButtonProps={{ disabled: made === null }}
      confirmLoading={move.isPending}
      onOk={() => made && move.mutate(made, { onSuccess: onClose })}
      onCancel={onClose}
    >
      <ProblemAlert error={move.error} />
      {question && <Inputs question={question} />}
      {(asked.kind === 'answer' || asked.kind === 'external') && !isFunction && (
        <Radio.Group
          className="ask-outcome"
          value={outcome}
          onChange={(event) => setOutcome(event.target.value as Outcome)}
          options={outcomes.map((each) => ({ value: each, label: t(`ask.outcome.${each}`) }))}
        />
      )}
      {outcome !== 'value' && (
        <label className="field">
          {t(outcome === 'error' ? 'ask.code' : 'ask.message')}
          <Input value={said} maxLength={255} onChange={(event) => setSaid(event.target.value)} />
        </label>
      )}
      {outcome === 'value' && (
        <JsonField
          label={t(isFunction ? 'ask.value' : asked.kind === 'answer' ? 'ask.outputs' : 'ask.variables')}
          value={json}
          onChange={setJson}
          isObject={!isFunction}
        />
      )}
      {question && (
        <Checkbox checked={isRemembered} onChange={(event) => setRemembered(event.target.checked)}>
          {t('ask.remember')}
        </Checkbox>
      )}
    </Modal>
  );
}

function Inputs({ question }: { question: Question }) {
  const { t } = useTranslation('versions');
  return (
    <>
      <p className="ask-inputs">
        {t('ask.inputs')} <code>{JSON.stringify(question.inputs)}</code>
      </p>
      {question.why !== '' && <p className="ask-inputs">{t('ask.why', { why: question.why })}</p>}
    </>
  );
}

interface Said {
  json: string;
  outcome: Outcome;
  said: string;
  isRemembered: boolean;
  isFunction: boolean;
}

/** The move that was typed, as soon as it is one. */
function moveOf(asked: Asked, { json, outcome, said, isRemembered, isFunction }: Said): Move | null {
  if (outcome !== 'value' && said.trim() === '') return null;
  const variables = readValues(json);
  if (asked.kind === 'answer') {
    const value = isFunction ? readJson(json) : outcome === 'value' ? variables : {};
    if (value === null || value === undefined) return null;
    const [code, message] = outcome === 'error' ? [said.trim(), said.trim()] : ['', outcome === 'failure' ? said.trim() : ''];
    return { kind: 'answer', taskId: asked.taskId, outcome, value, code, message, isRemembered };
  }
  if (variables === null) return null;
  if (asked.kind === 'external') {
    return { kind: 'external', taskId: asked.taskId, variables, errorCode: outcome === 'error' ? said.trim() : null };
  }
  return asked.kind === 'event'
    ? { kind: 'event', taskId: asked.taskId, variables }
    : { kind: 'variables', variables };
}
