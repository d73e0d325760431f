import { DownloadOutlined } from '@ant-design/icons';
import { Button, Progress, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { useNames } from '../../ui/names';
import { useTimes } from '../../ui/times';
import type { Export } from './useExports';
import { Reconciled } from './Reconciled';

const TONES = { running: 'processing', completed: 'success', failed: 'error', expired: 'default' } as const;
const UNITS = ['B', 'kB', 'MB', 'GB'];

/** One export: of what, how far, what it reconciles to, and its content while that is kept. */
export function ExportItem({ made }: { made: Export }) {
  const { t } = useTranslation('audit');
  const times = useTimes();
  const nameOf = useNames([made.requested_by]);
  const moment = (name: string) => times.day(String(made.parameters[name] ?? '') || null);
  const { sample, seed } = made.parameters;
  return (
    <li>
      <header>
        <h3>{t(`kind.${made.kind}`)}</h3>
        <Tag color={TONES[made.state]}>{t(`exportState.${made.state}`)}</Tag>
        {made.state === 'completed' && (
          <Button
            className="take"
            type="primary"
            size="small"
            icon={<DownloadOutlined />}
            href={`/api/exports/${made.id}/content`}
            download
            aria-label={t('exports.takeOne', { name: t(`kind.${made.kind}`) })}
          >
            {t('exports.take', { size: sized(made.size ?? 0) })}
          </Button>
        )}
      </header>
      <p>
        {made.parameters.received_from !== undefined && t('exports.period', { from: moment('received_from'), before: moment('received_before') })}{' '}
        {sample !== undefined && t('exports.sample', { size: String(sample), seed: String(seed) })}
      </p>
      {made.state === 'running' && (
        <Progress
          aria-label={t('exports.progress')}
          percent={made.total === null ? 0 : Math.floor((100 * made.done) / Math.max(1, made.total))}
        />
      )}
      {made.state === 'failed' && <p role="alert">{t('exports.failed')}</p>}
      {made.reconciliation && <Reconciled kind={made.kind} found={made.reconciliation} />}
      <p>
        <small>
          {t('exports.by', { who: nameOf(made.requested_by), at: times.zoned(made.requested_at), purpose: made.purpose })}
          {made.sha256 !== null && ` · SHA-256 ${made.sha256.slice(0, 16)}…`}
          {made.state === 'completed' && ` · ${t('exports.until', { at: times.day(made.expires_at) })}`}
        </small>
      </p>
    </li>
  );
}

function sized(bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return `${(bytes / 1_000 ** power).toFixed(power === 0 ? 0 : 1)} ${UNITS[power] ?? ''}`;
}
