import { App, Button, Card, Popconfirm, Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import { useIdentity } from '../../shell/session';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { useProblem } from '../../ui/useProblem';
import { SubstitutionForm } from './SubstitutionForm';
import { type Substitution, useSubstitutions } from './useSubstitutions';

/** Who does my tasks while I am away, and for whom I do theirs. */
export function Substitutions() {
  const { t } = useTranslation('settings');
  const { person_id } = useIdentity();
  const { query } = useSubstitutions();
  const mine = query.data?.items.filter((one) => one.person_id === person_id || one.substitute_id === person_id);
  return (
    <Card title={<h2>{t('substitution.title')}</h2>}>
      <p className="hint">{t('substitution.hint')}</p>
      <ProblemAlert error={query.error} onRetry={() => void query.refetch()} />
      {query.isPending && <Skeleton active />}
      {mine && mine.length > 0 && (
        <ul className="substitution-list">
          {mine.map((one) => (
            <Row key={one.id} substitution={one} isMine={one.person_id === person_id} />
          ))}
        </ul>
      )}
      <SubstitutionForm />
    </Card>
  );
}

function Row({ substitution, isMine }: { substitution: Substitution; isMine: boolean }) {
  const { t, i18n } = useTranslation('settings');
  const { message } = App.useApp();
  const { end } = useSubstitutions();
  const tell = useProblem();
  const on = new Intl.DateTimeFormat(i18n.language, { dateStyle: 'medium', timeStyle: 'short' });
  const name = isMine ? substitution.substitute_name : substitution.person_name;
  const stop = () =>
    end.mutate(substitution.id, { onSuccess: () => void message.success(t('substitution.ended')), onError: tell });
  return (
    <li>
      <div>
        {t(isMine ? 'substitution.forMe' : 'substitution.byMe', { name })}
        <small>{on.formatRange(new Date(substitution.starts_at), new Date(substitution.ends_at))}</small>
        {substitution.reason && <small>{substitution.reason}</small>}
      </div>
      <Popconfirm title={t('substitution.sure')} okText={t('substitution.end')} onConfirm={stop}>
        <Button size="small" loading={end.isPending}>
          {t('substitution.end')}
        </Button>
      </Popconfirm>
    </li>
  );
}
