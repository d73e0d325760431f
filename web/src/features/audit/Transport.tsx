import { CaretRightOutlined, PauseOutlined, StepBackwardOutlined, StepForwardOutlined, VerticalLeftOutlined, VerticalRightOutlined } from '@ant-design/icons';
import { Button, ConfigProvider, Segmented, Select, Slider, Space } from 'antd';
import { useTranslation } from 'react-i18next';
import { useTimes } from '../../ui/times';
import type { Pace } from './usePlayback';
import type { Step } from './useReplay';

const SPEEDS = [0.5, 1, 2, 4];
/** A handle of WCAG's smallest target, 24 pixels. */
const TOUCHED = { components: { Slider: { handleSize: 24, handleSizeHover: 24, handleLineWidth: 2, handleLineWidthHover: 2, controlSize: 28 } } };

interface Props {
  steps: readonly Step[];
  index: number;
  pace: Pace;
  /** Milliseconds since the first step, in real time. */
  elapsed: number;
  isPlaying: boolean;
  speed: number;
  onIndex: (index: number) => void;
  onElapsed: (elapsed: number) => void;
  onPace: (pace: Pace) => void;
  onToggle: () => void;
  onSpeed: (speed: number) => void;
}

/** The slider through an instance's life, by event or by real time, and what plays it. */
export function Transport(props: Props) {
  const { steps, index, pace } = props;
  const { t } = useTranslation('audit');
  const times = useTimes();
  const begun = Date.parse(steps[0]?.at ?? '');
  const length = Date.parse(steps.at(-1)?.at ?? '') - begun;
  const isByTime = pace === 'time' && length > 0;
  const last = steps.length - 1;
  const said = (value?: number) =>
    isByTime ? times.zoned(new Date(begun + (value ?? 0)).toISOString()) : t('replay.place', { at: (value ?? 0) + 1, of: steps.length });
  return (
    <div className="transport">
      <Space.Compact>
        <Button icon={<VerticalRightOutlined />} aria-label={t('replay.first')} disabled={index === 0} onClick={() => props.onIndex(0)} />
        <Button icon={<StepBackwardOutlined />} aria-label={t('replay.back')} disabled={index === 0} onClick={() => props.onIndex(index - 1)} />
        <Button
          type="primary"
          icon={props.isPlaying ? <PauseOutlined /> : <CaretRightOutlined />}
          aria-label={t(props.isPlaying ? 'replay.pause' : 'replay.play')}
          onClick={props.onToggle}
        />
        <Button icon={<StepForwardOutlined />} aria-label={t('replay.on')} disabled={index >= last} onClick={() => props.onIndex(index + 1)} />
        <Button icon={<VerticalLeftOutlined />} aria-label={t('replay.last')} disabled={index >= last} onClick={() => props.onIndex(last)} />
      </Space.Compact>
      <ConfigProvider theme={TOUCHED}>
        <Slider
          className="transport-slider"
          min={0}
          max={isByTime ? length : Math.max(last, 1)}
          value={isByTime ? props.elapsed : index}
          onChange={isByTime ? props.onElapsed : (value) => props.onIndex(Math.min(value, last))}
          tooltip={{ formatter: said }}
          ariaLabelForHandle={t('replay.slider')}
          ariaValueTextFormatterForHandle={said}
        />
      </ConfigProvider>
      <span className="transport-place" aria-live="polite">
        {t('replay.place', { at: index + 1, of: steps.length })}
      </span>
      <Segmented<Pace>
        aria-label={t('replay.pace')}
        value={pace}
        onChange={props.onPace}
        options={[
          { value: 'event', label: t('replay.byEvent') },
          { value: 'time', label: t('replay.byTime') },
        ]}
      />
      <Select
        aria-label={t('replay.speed')}
        value={props.speed}
        onChange={props.onSpeed}
        options={SPEEDS.map((value) => ({ value, label: `${String(value)}×` }))}
      />
    </div>
  );
}
