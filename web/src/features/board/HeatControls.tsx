import { Segmented, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { MEASURES } from './heat';
import { PeriodChoice } from './PeriodChoice';
import { type useChosen, useVersionNumbers } from './useHeat';

const ALL = 0;

/** Which process and version, of which period, and what of it. */
export function HeatControls({ chosen, period, processes, put, setPeriod }: ReturnType<typeof useChosen>) {
  const { t } = useTranslation('board');
  const versions = useVersionNumbers(chosen.process);
  return (
    <div className="heat-controls" role="search">
      <Select
        className="heat-process"
        aria-label={t('heat.process')}
        value={chosen.process}
        onChange={(process) => put({ process, version: null, element: null })}
        showSearch={{ optionFilterProp: 'label' }}
        popupMatchSelectWidth={false}
        options={processes.map((one) => ({ value: one.key, label: one.name }))}
      />
      <Select
        aria-label={t('heat.version')}
        value={chosen.version ?? ALL}
        onChange={(version) => put({ version: version === ALL ? null : String(version) })}
        popupMatchSelectWidth={false}
        options={[
          { value: ALL, label: t('heat.allVersions') },
          ...versions.map((version) => ({ value: version, label: t('heat.oneVersion', { version }) })),
        ]}
      />
      <PeriodChoice period={period} onChange={setPeriod} />
      <Select
        aria-label={t('heat.measure')}
        value={chosen.measure}
        onChange={(measure) => put({ measure })}
        popupMatchSelectWidth={false}
        options={MEASURES.map((value) => ({ value, label: t(`measure.${value}`) }))}
      />
      <Segmented
        aria-label={t('heat.time')}
        value={chosen.isWorking ? 'working' : 'clock'}
        onChange={(time) => put({ time: time === 'working' ? 'working' : null })}
        options={(['clock', 'working'] as const).map((value) => ({ value, label: t(`time.${value}`) }))}
      />
    </div>
  );
}
