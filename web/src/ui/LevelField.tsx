import { Form, Select } from 'antd';
import { useTranslation } from 'react-i18next';

const LEVELS = [1, 2, 3];

/** How far up to escalate; left empty it is as far as the person's own group reaches. */
export function LevelField() {
  const { t } = useTranslation('shell');
  return (
    <Form.Item name="level" label={t('act.level')} extra={t('act.levelHint')}>
      <Select allowClear options={LEVELS.map((value) => ({ value, label: t(`level.${String(value)}`) }))} />
    </Form.Item>
  );
}
