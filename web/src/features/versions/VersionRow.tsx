import { ExperimentOutlined, MoreOutlined, PlayCircleOutlined } from '@ant-design/icons';
import { Button, Dropdown, type MenuProps, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { requestHeaders } from '../../api/client';
import { useProblem } from '../../ui/useProblem';
import { draftOfVersion } from '../studio/useModels';
import type { BeginMode } from './BeginDialog';
import { Stage } from './Stage';
import { type Act, actsOf, type Version } from './useVersions';
import { When } from './When';

interface Props {
  version: Version;
  /** Whether instances begin with it when only the process is named. */
  isCurrent: boolean;
  /** The version below it in the list, which it is compared with. */
  before: Version | undefined;
  isFourEyes: boolean;
  onAct: (act: Act) => void;
  onBegin: (mode: BeginMode) => void;
  onBacktest: () => void;
}

const MOST_COUNTED = 10_000;
const FIRST: readonly Act[] = ['approve', 'activate', 'propose'];

/** One version: its stage, its story, and what can be done with it. */
export function VersionRow({ version, isCurrent, before, isFourEyes, onAct, onBegin, onBacktest }: Props) {
  const { t } = useTranslation('versions');
  const navigate = useNavigate();
  const tell = useProblem();
  const acts = actsOf(version, isFourEyes);
  const first = FIRST.find((act) => acts.includes(act));
  const others = acts.filter((act) => act !== first);
  const number = version.version;
  const items: MenuProps['items'] = [
    ...others.map((act) => ({ key: act, label: t(`act.${act}`), onClick: () => onAct(act) })),
    ...(others.length > 0 ? [{ type: 'divider' as const }] : []),
    ...(before
      ? [{ key: 'compare', label: t('compare', { version: before.version }), onClick: () => go(`compare?from=${before.id}&to=${version.id}`) }]
      : []),
    { key: 'migrate', label: t('migrate'), disabled: version.running === 0, onClick: () => go(`migrate?from=${version.id}`) },
    { key: 'backtest', label: t('backtest'), onClick: onBacktest },
    { key: 'edit', label: t('drawOn'), onClick: () => void edit() },
    { key: 'download', label: t('download'), onClick: () => void download(version) },
  ];
  async function edit() {
    try {
      const draft = await draftOfVersion('process', version.id);
      if (draft) go(`/studio/drafts/${draft.id}`);
    } catch (error) {
      tell(error as Error);
    }
  }
  function go(where: string) {
    void navigate(where);
  }
  return (
    <li className="version" aria-label={t('version', { version: number })}>
      <div className="version-head">
        <strong className="version-number">{t('version', { version: number })}</strong>
        <Stage version={version} isCurrent={isCurrent} />
        {version.is_suspended && <Tag color="warning">{t('suspended')}</Tag>}
        {version.version_tag && <Tag>{version.version_tag}</Tag>}
        <span className="version-running">
          {t(version.running >= MOST_COUNTED ? 'runningMany' : 'running', { count: version.running })}
        </span>
      </div>
      <Story version={version} />
      <div className="version-actions">
        {first && (
          <Button type="primary" onClick={() => onAct(first)}>
            {t(`act.${first}`)}
          </Button>
        )}
        {version.stage !== 'withdrawn' && (
          <Button icon={<ExperimentOutlined />} onClick={() => onBegin('try')}>
            {t('try')}
          </Button>
        )}
        {version.stage === 'active' && !version.is_suspended && (
          <Button icon={<PlayCircleOutlined />} onClick={() => onBegin('start')}>
            {t('start')}
          </Button>
        )}
        <Dropdown menu={{ items }} trigger={['click']} placement="bottomRight">
          <Button icon={<MoreOutlined />} aria-label={t('more', { version: number })} />
        </Dropdown>
      </div>
    </li>
  );
}

/** Who did what with it, and when, and what they said. */
function Story({ version }: { version: Version }) {
  const { t } = useTranslation('versions');
  const name = (subject: string | null) => (subject === null ? '' : (version.names[subject] ?? subject));
  const isReviewed = version.reviewed_at !== null && version.reviewed_by !== null;
  const verdict = version.stage === 'draft' ? 'refused' : 'approved';
  return (
    <ul className="version-story">
      <li>
        {t('story.deployed', { who: name(version.deployed_by) })} <When at={version.deployed_at} />
        {version.note && <q>{version.note}</q>}
      </li>
      {version.proposed_at !== null && (
        <li>
          {t('story.proposed', { who: name(version.proposed_by) })} <When at={version.proposed_at} />
        </li>
      )}
      {isReviewed && (
        <li>
          {t(`story.${verdict}`, { who: name(version.reviewed_by) })} <When at={version.reviewed_at ?? ''} />
          {version.review_note && <q>{version.review_note}</q>}
        </li>
      )}
      {version.activated_at !== null && version.activated_at !== version.deployed_at && (
        <li>
          {t('story.activated')} <When at={version.activated_at} />
        </li>
      )}
    </ul>
  );
}

/** Save the file as it was deployed, byte for byte. */
async function download(version: Version): Promise<void> {
  const answer = await fetch(`/api/process-definitions/${version.id}/xml`, { headers: requestHeaders('GET') });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(await answer.blob());
  link.download = version.file_name;
  link.click();
  URL.revokeObjectURL(link.href);
}
