import { Alert, App, Checkbox, Form, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { FormDialog } from '../../ui/FormDialog';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { ReportPanel } from './ReportPanel';
import { type Draft, FILE_KIND, type Model, useDeployDrafts, useDrafts, useModels, useReport } from './useModels';

interface Fields {
  others: string[];
  note: string;
  draft: boolean;
}

/** Deploy a draft, alone or with others that belong to it; the report of exactly these decides. */
export default function DeployDialog({ draft, onClose }: { draft: Draft; onClose: () => void }) {
  const { t } = useTranslation('studio');
  const { message } = App.useApp();
  const navigate = useNavigate();
  const [form] = Form.useForm<Fields>();
  const [others, setOthers] = useState<string[]>([]);
  const drafts = useDrafts().data ?? [];
  const choice = drafts.filter((each) => each.id !== draft.id);
  const together = [draft, ...choice.filter((each) => others.includes(each.id))];
  const report = useReport(together);
  const deploy = useDeployDrafts();
  const submit = ({ note, draft: isLater }: Fields) => {
    const body = {
      drafts: together.map(({ id, revision }) => ({ id, revision })),
      name: null,
      note: note || null,
      draft: isLater,
    };
    deploy.mutate(body, {
      onSuccess: (done) => {
        message.success(t(done.state === 'draft' ? 'deploy.waiting' : 'deploy.done'));
        const process = done.process_definitions?.[0];
        void navigate(process?.key ? `/studio/definitions/${encodeURIComponent(process.key)}` : '/studio');
      },
    });
  };
  return (
    <FormDialog
      width={640}
      title={t('deploy.title', { name: draft.title ?? draft.name })}
      okText={t('deploy.action')}
      okButtonProps={{ disabled: report.data?.is_deployable !== true || report.isPlaceholderData }}
      form={form}
      name="deploy"
      initialValues={{ others: [], note: '', draft: false }}
      isBusy={deploy.isPending}
      lead={
        <>
          <Outdated draft={draft} />
          <ProblemAlert error={deploy.error} />
          <div className="deploy-report">
            <ReportPanel report={report.data} error={report.error} file="" onSelect={() => undefined} />
          </div>
        </>
      }
      onSubmit={submit}
      onClose={onClose}
    >
      {choice.length > 0 && (
        <Form.Item name="others" label={t('deploy.others')}>
          <Checkbox.Group
            className="deploy-others"
            options={choice.map((each) => ({ value: each.id, label: `${each.title ?? each.name} (${each.name})` }))}
            onChange={setOthers}
          />
        </Form.Item>
      )}
      <Form.Item name="note" label={t('deploy.note')} extra={t('deploy.noteHint')}>
        <Input.TextArea rows={3} maxLength={500} showCount />
      </Form.Item>
      <Form.Item name="draft" valuePropName="checked" extra={t('deploy.laterHint')}>
        <Checkbox>{t('deploy.later')}</Checkbox>
      </Form.Item>
    </FormDialog>
  );
}

/** Said when somebody deployed another version since this draft was begun: his changes are not in it. */
function Outdated({ draft }: { draft: Draft }) {
  const { t } = useTranslation('studio');
  const models = useModels().data ?? [];
  const newer = models.find((model) => isNewer(model, draft));
  if (!newer) return null;
  return <Alert type="warning" showIcon title={t('deploy.outdated', { version: newer.version })} />;
}

function isNewer(model: Model, draft: Draft): boolean {
  const isSame = FILE_KIND[model.kind] === draft.kind && draft.keys.includes(model.key);
  return isSame && draft.based_on_hash !== null && model.content_hash !== draft.based_on_hash;
}
