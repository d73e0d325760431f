import { useQuery } from '@tanstack/react-query';
import { Button, Modal, Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import { fieldsOf, type FormPart, formInLanguage } from '../../forms/schema';
import type { FormValues } from '../../forms/FormView';
import { useNames } from '../../ui/names';
import { useTimes } from '../../ui/times';
import { asText } from './Typed';
import { readForm } from './useTask';

/** Two drafts of one task: both side by side where they differ, and a choice. Neither is overwritten before it. */
export function DraftConflict(props: {
  taskId: string;
  schema: FormPart;
  mine: FormValues;
  onMine: () => Promise<void>;
  onTheirs: () => Promise<void>;
}) {
  const { t, i18n } = useTranslation('tasks');
  const times = useTimes();
  const { data } = useQuery({ queryKey: ['tasks', 'theirs', props.taskId], queryFn: () => readForm(props.taskId), gcTime: 0, staleTime: 0 });
  const theirs = data?.draft ?? null;
  const nameOf = useNames([theirs?.by]);
  const fields = fieldsOf(formInLanguage(props.schema, i18n.language.startsWith('zh')));
  const differing = fields.filter(({ key }) => asText(props.mine[key]) !== asText(theirs?.values[key]));
  return (
    <Modal
      open
      closable={false}
      keyboard={false}
      width={720}
      title={t('conflict.title')}
      footer={
        <>
          <Button onClick={() => void props.onTheirs()}>{t('conflict.takeTheirs')}</Button>
          <Button type="primary" onClick={() => void props.onMine()}>
            {t('conflict.keepMine')}
          </Button>
        </>
      }
    >
      {data === undefined ? (
        <Skeleton active />
      ) : (
        <>
          <p>{t('conflict.hint', { name: nameOf(theirs?.by ?? null), at: times.on(theirs?.at) })}</p>
          <table className="task-conflict">
            <thead>
              <tr>
                <th scope="col">{t('conflict.field')}</th>
                <th scope="col">{t('conflict.mine')}</th>
                <th scope="col">{t('conflict.theirs')}</th>
              </tr>
            </thead>
            <tbody>
              {differing.map(({ key, label }) => (
                <tr key={key}>
                  <th scope="row">{label}</th>
                  <td>{asText(props.mine[key])}</td>
                  <td>{asText(theirs?.values[key])}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </Modal>
  );
}
