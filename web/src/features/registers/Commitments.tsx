import { Button, Checkbox, Input, Skeleton, Table, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { Blank } from '../../ui/Blank';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { useAddress } from '../../ui/useAddress';
import { CommitmentDrawer } from './CommitmentDrawer';
import { type Commitment, useCommitments } from './useCommitments';
import { useWording } from './useWording';

/** The promised times: found by text, changed with a reason. `?text=`, `?unconfirmed=`, `?key=` are the state. */
export function Commitments() {
  const { t } = useTranslation('registers');
  const { nameOf, valueOf, calendarOf } = useWording();
  const { query: search, set } = useAddress();
  const query = useCommitments();
  const text = (search.get('text') ?? '').toLowerCase();
  const isUnconfirmed = search.has('unconfirmed');
  const say = (name: string, value: string | null) => set({ [name]: value }, { replace: true });
  const items = (query.data?.items ?? []).filter(
    (one) =>
      (!isUnconfirmed || one.is_default) &&
      [one.key, one.name_zh, one.name_en, one.source].some((said) => said.toLowerCase().includes(text)),
  );
  const open = query.data?.items.find((one) => one.key === search.get('key'));
  return (
    <>
      <div className="register-bar">
        <Input
          allowClear
          aria-label={t('search')}
          placeholder={t('search')}
          value={search.get('text') ?? ''}
          onChange={(event) => say('text', event.target.value)}
        />
        <Checkbox checked={isUnconfirmed} onChange={(event) => say('unconfirmed', event.target.checked ? '1' : null)}>
          {t('commitment.onlyUnconfirmed')}
        </Checkbox>
      </div>
      <ProblemAlert error={query.error} onRetry={() => void query.refetch()} />
      {query.isPending ? (
        <Skeleton active />
      ) : (
        <Table<Commitment>
          rowKey="key"
          size="middle"
          dataSource={items}
          locale={{ emptyText: <Blank title={t('commitment.none')}>{t('commitment.noneHint')}</Blank> }}
          scroll={{ x: 'max-content' }}
          pagination={{ pageSize: 25, hideOnSinglePage: true, showSizeChanger: false }}
          columns={[
            {
              title: t('commitment.name'),
              render: (_, one) => (
                <>
                  <Button type="link" className="register-link" onClick={() => say('key', one.key)}>
                    {nameOf(one)}
                  </Button>
                  <small className="register-sub">
                    {one.key} · {one.source}
                  </small>
                </>
              ),
            },
            { title: t('commitment.value'), render: (_, one) => valueOf(one) },
            { title: t('commitment.calendar'), render: (_, one) => calendarOf(one.calendar) },
            {
              title: t('commitment.state'),
              render: (_, one) => (
                <Tag color={one.is_default ? 'warning' : 'default'}>
                  {t(one.is_default ? 'commitment.unconfirmed' : 'commitment.confirmed')}
                </Tag>
              ),
            },
          ]}
        />
      )}
      {open && <CommitmentDrawer key={open.key} commitment={open} onClose={() => say('key', null)} />}
    </>
  );
}
