import { Alert, Button, Space } from 'antd';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { Problem } from '../../api/problems';
import { useProblem } from '../../ui/useProblem';
import type { Saver } from './saver';
import { type Draft, useCreateDrafts } from './useModels';

interface Props {
  draft: Draft;
  problem: Problem | null;
  saver: Saver;
  onReopen: () => void;
}

/** Somebody else saved this draft first: nothing is overwritten; take his, or keep one's own as another draft. */
export function LateAlert({ draft, problem, saver, onReopen }: Props) {
  const { t } = useTranslation('studio');
  const navigate = useNavigate();
  const create = useCreateDrafts();
  const tell = useProblem();
  const keep = async () => {
    const content = await saver.content();
    if (content === null) return;
    create.mutate([new File([content], draft.name)], {
      onSuccess: ([made]) => {
        saver.abandon();
        if (made) void navigate(`/studio/drafts/${made.id}`);
      },
      onError: tell,
    });
  };
  const who = problem?.members.changed_by;
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      title={typeof who === 'string' ? t('late.by', { name: who }) : t('late.gone')}
      description={t('late.hint')}
      action={
        <Space orientation="vertical">
          <Button size="small" type="primary" loading={create.isPending} onClick={() => void keep()}>
            {t('late.keep')}
          </Button>
          {typeof who === 'string' && (
            <Button
              size="small"
              onClick={() => {
                saver.abandon();
                onReopen();
              }}
            >
              {t('late.take')}
            </Button>
          )}
        </Space>
      }
    />
  );
}
