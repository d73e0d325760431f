import { EditOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { Blank } from '../../ui/Blank';
import { Fact } from '../../ui/Fact';
import type { Values } from './JsonField';

const SEALED = 'sealed:';

/** The variables of the process; what would be sealed in earnest is not kept here at all. */
export function VariableList({ variables, onChange }: { variables: Values; onChange: () => void }) {
  const { t } = useTranslation('versions');
  const names = Object.keys(variables).sort();
  const shown = (value: unknown) =>
    typeof value === 'string' && value.startsWith(SEALED) ? t('sealed') : JSON.stringify(value);
  return (
    <div className="variable-list">
      <Button icon={<EditOutlined />} onClick={onChange}>
        {t('setVariables')}
      </Button>
      {names.length === 0 && <Blank title={t('noVariables')} />}
      <dl>
        {names.map((name) => (
          <Fact key={name} name={name}>
            {shown(variables[name])}
          </Fact>
        ))}
      </dl>
    </div>
  );
}
