import { CheckCircleOutlined, CloseCircleOutlined } from '@ant-design/icons';
import { Button, Checkbox, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Blank } from '../../ui/Blank';
import { useInLanguage } from '../../ui/inLanguage';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { type Prospect, useMigrate, type Wanted } from './useMigration';

interface Props {
  prospects: readonly Prospect[];
  isWhole: boolean;
  wanted: Wanted;
  onStarted: (operationId: string) => void;
}

const isPossible = (each: Prospect) => each.problems.length === 0 && each.error === null;

/** What would happen to each running instance, and which of them are to be moved. */
export function Prospects({ prospects, isWhole, wanted, onStarted }: Props) {
  const { t } = useTranslation('versions');
  const possible = prospects.filter(isPossible).map((each) => each.process_instance_id);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set(possible));
  const [reason, setReason] = useState('');
  const migrate = useMigrate();
  function toggle(id: string) {
    const next = new Set(selected);
    if (!next.delete(id)) next.add(id);
    setSelected(next);
  }
  if (prospects.length === 0) return <Blank title={t('noInstances')}>{t('noInstancesHint')}</Blank>;
  return (
    <section className="prospects" aria-labelledby="prospects">
      <h2 id="prospects">{t('prospects')}</h2>
      <p>{t('prospectsHint', { possible: possible.length, total: prospects.length })}</p>
      <Checkbox
        checked={selected.size === possible.length && possible.length > 0}
        indeterminate={selected.size > 0 && selected.size < possible.length}
        disabled={possible.length === 0}
        onChange={(event) => setSelected(new Set(event.target.checked ? possible : []))}
      >
        {t('allPossible')}
      </Checkbox>
      <ul>
        {prospects.map((each) => (
          <Row
            key={each.process_instance_id}
            prospect={each}
            isSelected={selected.has(each.process_instance_id)}
            onToggle={() => toggle(each.process_instance_id)}
          />
        ))}
      </ul>
      {!isWhole && <p>{t('firstOnly', { count: prospects.length })}</p>}
      <ProblemAlert error={migrate.error} />
      <div className="migrate-run">
        <label className="field">
          {t('reason')}
          <Input value={reason} maxLength={1000} onChange={(event) => setReason(event.target.value)} />
        </label>
        <Button
          type="primary"
          disabled={selected.size === 0 || reason.trim() === ''}
          loading={migrate.isPending}
          onClick={() =>
            migrate.mutate(
              { ids: [...selected], reason: reason.trim(), wanted },
              { onSuccess: (made) => onStarted(made.id) },
            )
          }
        >
          {t('migrateSelected', { count: selected.size })}
        </Button>
      </div>
    </section>
  );
}

function Row({ prospect, isSelected, onToggle }: { prospect: Prospect; isSelected: boolean; onToggle: () => void }) {
  const { t, i18n } = useTranslation('versions');
  const text = useInLanguage();
  const isChinese = i18n.language.startsWith('zh');
  const can = isPossible(prospect);
  const id = prospect.process_instance_id;
  return (
    <li className={can ? 'prospect' : 'prospect is-impossible'}>
      <Checkbox checked={isSelected} disabled={!can} onChange={onToggle} aria-label={t('choose', { id })} />
      <div>
        <span className="prospect-head">
          {can ? <CheckCircleOutlined aria-hidden /> : <CloseCircleOutlined aria-hidden />}
          <strong>{t(can ? 'possible' : 'impossible')}</strong> <code>{id}</code>
        </span>
        {prospect.error !== null && <p role="note">{prospect.error}</p>}
        <ul>
          {prospect.problems.map((each) => (
            <li key={`${each.code}${each.element_id}${each.task_id ?? ''}`}>{isChinese ? each.message_zh : each.message_en}</li>
          ))}
          {can &&
            prospect.elements.map((each) => (
              <li key={each.task_id + each.action}>
                {t(`foreseen.${each.action}`, { element: text(each.element_name) || each.element_id })}
                {each.becomes !== null && each.becomes !== each.element_id && ` → ${each.becomes}`}
              </li>
            ))}
        </ul>
      </div>
    </li>
  );
}
