import { DownOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Dropdown } from 'antd';
import { useTranslation } from 'react-i18next';
import { templates } from './templates/templates';

/** A new file from a template; its text comes in the reader's language. */
export function NewMenu({ onFile }: { onFile: (file: File) => void }) {
  const { t, i18n } = useTranslation('studio');
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items: templates.map(({ name }) => ({ key: name, label: t(`template.${name}`) })),
        onClick: ({ key }) => {
          const template = templates.find((each) => each.name === key);
          if (template) onFile(template.file(i18n.language.startsWith('zh')));
        },
      }}
    >
      <Button type="primary" icon={<PlusOutlined />}>
        {t('new')} <DownOutlined />
      </Button>
    </Dropdown>
  );
}
