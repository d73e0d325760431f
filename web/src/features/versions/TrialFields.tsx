import { DatePicker, Input, Select, Switch } from 'antd';
import dayjs from 'dayjs';
import { useTranslation } from 'react-i18next';
import type { Values } from './JsonField';

export interface TrialSettings {
  facts: Values;
  isAutomatic: boolean;
  beginsAt: string | null;
}

export const EVERYDAY: TrialSettings = { facts: {}, isAutomatic: true, beginsAt: null };

const PRIORITIES = ['P1', 'P2', 'P3', 'P4'];
const CHANNELS = ['phone', 'email', 'online_chat', 'social_media', 'counter', 'web_form', 'app'];

/** What is different in a sandbox: its clock, the case there is not, and whether handlers ask. */
export function TrialFields({ value, onChange }: { value: TrialSettings; onChange: (value: TrialSettings) => void }) {
  const { t } = useTranslation('versions');
  function say(name: string, said: string | undefined) {
    const facts: Values = Object.fromEntries(Object.entries(value.facts).filter(([known]) => known !== name));
    onChange({ ...value, facts: said ? { ...facts, [name]: said } : facts });
  }
  return (
    <>
      <fieldset className="trial-facts">
        <legend>{t('trial.facts')}</legend>
        <label className="field">
          {t('trial.priority')}
          <Select
            allowClear
            placeholder="P3"
            onChange={(said: string | undefined) => say('priority', said)}
            options={PRIORITIES.map((each) => ({ value: each, label: each }))}
          />
        </label>
        <label className="field">
          {t('trial.channel')}
          <Select
            allowClear
            placeholder={t('trial.channels.web_form')}
            onChange={(said: string | undefined) => say('channel', said)}
            options={CHANNELS.map((each) => ({ value: each, label: t(`trial.channels.${each}`) }))}
          />
        </label>
        <label className="field">
          {t('trial.department')}
          <Input placeholder="support" maxLength={60} onChange={(event) => say('lead_department', event.target.value)} />
        </label>
      </fieldset>
      <div className="trial-row">
        <label className="field">
          {t('trial.beginsAt')}
          <DatePicker
            showTime={{ format: 'HH:mm' }}
            placeholder={t('trial.now')}
            value={value.beginsAt === null ? null : dayjs(value.beginsAt)}
            onChange={(moment: dayjs.Dayjs | null) => onChange({ ...value, beginsAt: moment?.toISOString() ?? null })}
          />
        </label>
        <label className="switch-field">
          <Switch checked={!value.isAutomatic} onChange={(asks) => onChange({ ...value, isAutomatic: !asks })} />
          {t('trial.asks')}
        </label>
      </div>
    </>
  );
}
