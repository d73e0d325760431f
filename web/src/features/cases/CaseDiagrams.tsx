import { useQueries } from '@tanstack/react-query';
import { Select, Skeleton } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client';
import { answered } from '../../api/problems';
import { useProcesses } from '../../ui/names';
import Whereabouts from './Whereabouts';

/** The processes that work or worked on a case, one at a time. */
export default function CaseDiagrams({ instances }: { instances: readonly string[] }) {
  const { t } = useTranslation('cases');
  const processes = useProcesses();
  const [chosen, setChosen] = useState(instances[0]);
  const queries = useQueries({
    queries: instances.map((id) => ({
      queryKey: ['instances', id, 'one'],
      queryFn: () => answered(api.GET('/api/process-instances/{instance_id}', { params: { path: { instance_id: id } } })),
    })),
  });
  const found = queries.flatMap((query) => (query.data ? [query.data] : []));
  const shown = found.find((one) => one.id === chosen);
  if (queries.some((query) => query.isPending)) return <Skeleton active />;
  return (
    <>
      <Select
        className="case-which"
        aria-label={t('diagram.of')}
        value={chosen}
        onChange={setChosen}
        popupMatchSelectWidth={false}
        options={found.map((one) => ({
          value: one.id,
          label: processes.find((each) => each.key === one.definition_key)?.name ?? one.definition_key,
        }))}
      />
      {shown && <Whereabouts instanceId={shown.id} definitionId={shown.definition_id} />}
    </>
  );
}
