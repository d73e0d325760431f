import { Select, Skeleton, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { Blank } from '../../ui/Blank';
import { useProcesses } from '../../ui/names';
import { PageHeader } from '../../ui/PageHeader';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { useTimes } from '../../ui/times';
import { useAddress } from '../../ui/useAddress';
import './audit.css';
import { CaseExport } from './CaseExport';
import { Integrity } from './Integrity';
import { Purpose } from './Purpose';
import { Replay } from './Replay';
import { SampleBar } from './SampleBar';
import { usePurpose } from './usePurpose';
import { type Instance, useCase } from './useReplay';
import { useSample } from './useSamples';

/** A case from its first event to its last. */
export default function CasePage() {
  const { number = '' } = useParams();
  const { t } = useTranslation('audit');
  const times = useTimes();
  const { query, set } = useAddress();
  const sample = query.get('sample');
  const { found, instances } = useCase(number, useLookedAtFor(sample));
  const chosen = instances.find((one) => one.id === query.get('instance')) ?? instances[0];
  const choose = (instance: string) => set({ instance, at: null, element: null, by: null });
  return (
    <>
      <PageHeader
        title={number}
        subtitle={
          <>
            <Link to="/audit">{t('back')}</Link>
            {found.data && <> · {t('case.received', { at: times.zoned(found.data.received_at) })}</>}
          </>
        }
        actions={
          found.data && (
            <>
              <Tag>{t(`state.${found.data.state}`)}</Tag>
              {found.data.breaches.length > 0 && <Tag color="error">{t('case.breaches', { count: found.data.breaches.length })}</Tag>}
              {!sample && <Purpose />}
              <CaseExport number={number} />
            </>
          )
        }
      />
      {sample && <SampleBar id={sample} number={number} />}
      <ProblemAlert error={found.error} onRetry={() => void found.refetch()} />
      {found.isPending && <Skeleton active />}
      {found.data?.process_instances.length === 0 && <Blank title={t('case.noProcess')}>{t('case.noProcessHint')}</Blank>}
      {instances.length > 1 && <InstanceChoice instances={instances} chosen={chosen?.id} onChoose={choose} />}
      {chosen && <Integrity key={`integrity ${chosen.id}`} instanceId={chosen.id} number={number} />}
      {chosen && <Replay key={chosen.id} instanceId={chosen.id} />}
    </>
  );
}

/** What a case is opened for: its sample's purpose, else what the reader said; undefined until that is known. */
function useLookedAtFor(sample: string | null): string | null | undefined {
  const said = usePurpose();
  const { found } = useSample(sample);
  return sample === null || found.error ? said : found.data?.purpose;
}

function InstanceChoice(props: { instances: readonly Instance[]; chosen: string | undefined; onChoose: (id: string) => void }) {
  const { t } = useTranslation('audit');
  const times = useTimes();
  const processes = useProcesses();
  const nameOf = (key: string) => processes.find((one) => one.key === key)?.name ?? key;
  return (
    <Select
      className="instance-choice"
      aria-label={t('case.instance')}
      value={props.chosen}
      onChange={props.onChoose}
      popupMatchSelectWidth={false}
      options={props.instances.map((one) => ({
        value: one.id,
        label: `${nameOf(one.definition_key)} v${String(one.definition_version)} · ${times.on(one.started_at)}`,
      }))}
    />
  );
}
