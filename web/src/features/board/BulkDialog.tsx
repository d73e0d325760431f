import { Form, Modal, Progress } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../api/client';
import { ColleagueSelect } from '../../ui/ColleagueSelect';
import { FormDialog } from '../../ui/FormDialog';
import { ReasonField } from '../../ui/ReasonField';
import { useProblem } from '../../ui/useProblem';
import { type Operation, useBulk, useOperation } from './useActs';

interface Props {
  title: string;
  hint: string;
  request: Pick<Schemas['NewBulkOperation'], 'kind' | 'ids' | 'filter'>;
  /** Who gets the tasks is asked too. */
  isReassigning?: boolean;
  nameOf: (id: string) => string;
  onClose: () => void;
}

interface Values {
  assignee?: string;
  reason: string;
}

/** One command on many objects: why, then how far it is, then what failed and why. */
export function BulkDialog(props: Props) {
  const [begun, setBegun] = useState<Operation | null>(null);
  return begun ? (
    <Outcome title={props.title} begun={begun} nameOf={props.nameOf} onClose={props.onClose} />
  ) : (
    <Ask {...props} onBegun={setBegun} />
  );
}

function Ask({ title, hint, request, isReassigning, onClose, onBegun }: Props & { onBegun: (begun: Operation) => void }) {
  const { t } = useTranslation('board');
  const [form] = Form.useForm<Values>();
  const bulk = useBulk();
  const tell = useProblem(form);
  const submit = ({ assignee, reason }: Values) =>
    bulk.mutate(
      { ...request, reason, parameters: assignee ? { assignee } : {} },
      { onSuccess: onBegun, onError: tell },
    );
  return (
    <FormDialog
      title={title}
      okText={t('ok')}
      form={form}
      name="bulk"
      isBusy={bulk.isPending}
      lead={<p>{hint}</p>}
      onSubmit={submit}
      onClose={onClose}
    >
      {isReassigning && (
        <Form.Item name="assignee" label={t('reassign.to')} rules={[{ required: true, message: t('required') }]}>
          <ColleagueSelect />
        </Form.Item>
      )}
      <ReasonField />
    </FormDialog>
  );
}

function Outcome({ title, begun, nameOf, onClose }: { title: string; begun: Operation } & Pick<Props, 'nameOf' | 'onClose'>) {
  const { t } = useTranslation('board');
  const { operation, isOver, failed } = useOperation(begun);
  const { succeeded, failed: failures, total } = operation;
  return (
    <Modal open title={title} okText={t('close')} onOk={onClose} onCancel={onClose} cancelButtonProps={{ hidden: true }}>
      <Progress
        percent={Math.round((100 * (succeeded + failures)) / Math.max(total, 1))}
        status={failures > 0 ? 'exception' : isOver ? 'success' : 'active'}
        aria-label={t('bulk.progress')}
      />
      <p role="status">{t(isOver ? 'bulk.done' : 'bulk.running', { succeeded, failed: failures, total })}</p>
      {failed.length > 0 && (
        <ul className="failures">
          {failed.map((one) => (
            <li key={one.target_id}>
              <span>{nameOf(one.target_id)}</span>
              <small title={one.detail ?? undefined}>{one.title ?? one.code}</small>
            </li>
          ))}
        </ul>
      )}
    </Modal>
  );
}
