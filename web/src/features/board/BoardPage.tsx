import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { useIdentity } from '../../shell/session';
import { PageHeader } from '../../ui/PageHeader';
import { BoardTabs } from './BoardTabs';
import { EscalationList } from './EscalationList';
import { IncidentList } from './IncidentList';
import { listOf, type List } from './lists';
import { PromiseList } from './PromiseList';
import { TaskList } from './TaskList';
import { Tiles } from './Tiles';
import { WorkloadList } from './WorkloadList';
import { useLiveBoard } from './useBoard';
import './board.css';

/** What supervisors look at first: how much is open, late, escalated and stuck; and the list behind each number. */
export default function BoardPage() {
  const { t } = useTranslation('board');
  const identity = useIdentity();
  useLiveBoard();
  const [search] = useSearchParams();
  const list = listOf(search.get('list'), identity);
  return (
    <>
      <PageHeader title={t('title')} subtitle={t('subtitle')} />
      <BoardTabs />
      <Tiles list={list} due={search.get('due')} />
      <Shown list={list} />
    </>
  );
}

function Shown({ list }: { list: List }) {
  switch (list) {
    case 'load':
      return <WorkloadList />;
    case 'tasks':
      return <TaskList />;
    case 'escalations':
      return <EscalationList />;
    case 'incidents':
      return <IncidentList />;
    default:
      return <PromiseList key={list} state={list} />;
  }
}
