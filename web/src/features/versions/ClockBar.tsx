import { ClockCircleOutlined, FastForwardOutlined } from '@ant-design/icons';
import { Button, DatePicker, Space } from 'antd';
import dayjs from 'dayjs';
import { useTranslation } from 'react-i18next';
import type { Sandbox } from './useSandbox';
import { When } from './When';

interface Props {
  sandbox: Sandbox;
  isBusy: boolean;
  /** `null`: until the next thing is due. */
  onAdvance: (until: string | null) => void;
}

const LEAPS = [
  { name: 'hour', unit: 'hour' },
  { name: 'day', unit: 'day' },
  { name: 'week', unit: 'week' },
] as const;

/** The sandbox's own clock, which only goes forward. */
export function ClockBar({ sandbox, isBusy, onAdvance }: Props) {
  const { t } = useTranslation('versions');
  const now = dayjs(sandbox.moment);
  const next = sandbox.dues[0];
  return (
    <section className="clock-bar" aria-label={t('clock.title')}>
      <p role="status">
        <ClockCircleOutlined aria-hidden /> <strong>{t('clock.now')}</strong> <When at={sandbox.moment} isZoned />
      </p>
      <Button
        type="primary"
        icon={<FastForwardOutlined />}
        disabled={!next || isBusy}
        onClick={() => onAdvance(null)}
      >
        {next ? t('clock.next') : t('clock.nothing')}
        {next && (
          <span className="clock-next">
            <When at={next.due_at} />
          </span>
        )}
      </Button>
      <Space.Compact>
        {LEAPS.map(({ name, unit }) => (
          <Button key={name} disabled={isBusy} onClick={() => onAdvance(now.add(1, unit).toISOString())}>
            {t(`clock.${name}`)}
          </Button>
        ))}
      </Space.Compact>
      <DatePicker
        showTime={{ format: 'HH:mm' }}
        value={null}
        disabled={isBusy}
        placeholder={t('clock.until')}
        aria-label={t('clock.until')}
        minDate={now}
        onOk={(moment: dayjs.Dayjs | null) => moment?.isAfter(now) && onAdvance(moment.toISOString())}
      />
    </section>
  );
}
