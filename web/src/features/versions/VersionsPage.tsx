import { DiffOutlined, UnorderedListOutlined } from '@ant-design/icons';
import { Button, Skeleton } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { Blank } from '../../ui/Blank';
import { useInLanguage } from '../../ui/inLanguage';
import { PageHeader } from '../../ui/PageHeader';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { ActDialog } from './ActDialog';
import { BacktestDialog } from './BacktestDialog';
import { BeginDialog, type BeginMode } from './BeginDialog';
import { OwnSandboxes } from './OwnSandboxes';
import { type Act, usePolicy, useVersions, type Version } from './useVersions';
import { VersionRow } from './VersionRow';
import './versions.css';

type Doing =
  | { kind: 'act'; act: Act; version: Version }
  | { kind: 'begin'; mode: BeginMode; version: Version }
  | { kind: 'backtest'; version: Version };

/** The versions of one process: how each came into use, what runs on it, and what its owner can do with it. */
export default function VersionsPage() {
  const { t } = useTranslation('versions');
  const { key = '' } = useParams();
  const text = useInLanguage();
  const versions = useVersions(key);
  const policy = usePolicy();
  const [doing, setDoing] = useState<Doing | null>(null);
  const items = versions.data?.items ?? [];
  const [newest, second] = items;
  const current = items.find((each) => each.stage === 'active' && !each.is_suspended);
  return (
    <div className="versions-page">
      <PageHeader
        title={text(newest?.name) || key}
        subtitle={key}
        actions={
          <>
            <Link to="/studio">
              <Button icon={<UnorderedListOutlined />} tabIndex={-1}>
                {t('draw')}
              </Button>
            </Link>
            {second && (
              <Link to={`compare?from=${second.id}&to=${newest?.id ?? ''}`}>
                <Button icon={<DiffOutlined />} tabIndex={-1}>
                  {t('compareLatest')}
                </Button>
              </Link>
            )}
          </>
        }
      />
      <ProblemAlert error={versions.error ?? policy.error} onRetry={() => void versions.refetch()} />
      {versions.isPending && <Skeleton active paragraph={{ rows: 6 }} />}
      {versions.data && items.length === 0 && <Blank title={t('none')}>{t('noneHint')}</Blank>}
      {policy.data?.is_four_eyes && <p className="versions-policy">{t('fourEyes')}</p>}
      <ol className="versions" aria-label={t('versions')}>
        {items.map((version, place) => (
          <VersionRow
            key={version.id}
            version={version}
            isCurrent={version.id === current?.id}
            before={items[place + 1]}
            isFourEyes={policy.data?.is_four_eyes ?? true}
            onAct={(act) => setDoing({ kind: 'act', act, version })}
            onBegin={(mode) => setDoing({ kind: 'begin', mode, version })}
            onBacktest={() => setDoing({ kind: 'backtest', version })}
          />
        ))}
      </ol>
      <OwnSandboxes definitionKey={key} />
      {doing?.kind === 'act' && (
        <ActDialog definitionKey={key} act={doing.act} version={doing.version} onClose={() => setDoing(null)} />
      )}
      {doing?.kind === 'begin' && (
        <BeginDialog mode={doing.mode} version={doing.version} onClose={() => setDoing(null)} />
      )}
      {doing?.kind === 'backtest' && (
        <BacktestDialog version={doing.version} versions={items} onClose={() => setDoing(null)} />
      )}
    </div>
  );
}
