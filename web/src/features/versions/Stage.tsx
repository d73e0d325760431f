import {
  AuditOutlined,
  CheckCircleOutlined,
  CloseCircleOutlined,
  EditOutlined,
  LikeOutlined,
  StopOutlined,
} from '@ant-design/icons';
import { Tag } from 'antd';
import type { ComponentType } from 'react';
import { useTranslation } from 'react-i18next';
import type { Version } from './useVersions';

const SHOWN: Record<Version['stage'], { colour: string; icon: ComponentType }> = {
  draft: { colour: 'default', icon: EditOutlined },
  proposed: { colour: 'warning', icon: AuditOutlined },
  approved: { colour: 'processing', icon: LikeOutlined },
  active: { colour: 'success', icon: CheckCircleOutlined },
  retired: { colour: 'default', icon: StopOutlined },
  withdrawn: { colour: 'default', icon: CloseCircleOutlined },
};

/** Where a version stands between draft and retired: colour, sign and word. */
export function Stage({ version, isCurrent }: { version: Version; isCurrent: boolean }) {
  const { t } = useTranslation('versions');
  const { colour, icon: Icon } = SHOWN[version.stage];
  const isOlder = version.stage === 'active' && !isCurrent;
  return (
    <Tag className="version-stage" color={isOlder ? 'default' : colour} icon={<Icon />}>
      {isOlder ? t('stage.older') : t(`stage.${version.stage}`)}
    </Tag>
  );
}
