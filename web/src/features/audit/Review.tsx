import { Alert, Button, Form, Input, Space } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FormDialog } from '../../ui/FormDialog';
import { useNames } from '../../ui/names';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { useTimes } from '../../ui/times';
import { ReviewTag } from './ReviewTag';
import { type Backtest, useReview } from './useBacktest';

/** What was said of a back-test; somebody other than its author says it. */
export function ReviewActions({ backtest }: { backtest: Backtest }) {
  const { t } = useTranslation('audit');
  const [doing, setDoing] = useState<'acceptance' | 'rejection' | null>(null);
  if (backtest.is_accepted !== null || backtest.state === 'running') return <ReviewTag accepted={backtest.is_accepted} />;
  return (
    <Space wrap>
      <ReviewTag accepted={null} />
      <Button onClick={() => setDoing('rejection')}>{t('review.reject')}</Button>
      <Button type="primary" onClick={() => setDoing('acceptance')}>
        {t('review.accept')}
      </Button>
      {doing && <ReviewDialog id={backtest.id} act={doing} onClose={() => setDoing(null)} />}
    </Space>
  );
}

/** By whom it was reviewed, when, and in what words. */
export function Reviewed({ backtest }: { backtest: Backtest }) {
  const { t } = useTranslation('audit');
  const times = useTimes();
  const nameOf = useNames([backtest.reviewed_by]);
  if (backtest.is_accepted === null) return null;
  return (
    <Alert
      className="integrity"
      type={backtest.is_accepted ? 'success' : 'warning'}
      showIcon
      role="status"
      title={t(backtest.is_accepted ? 'review.acceptedBy' : 'review.rejectedBy', {
        who: nameOf(backtest.reviewed_by),
        at: times.zoned(backtest.reviewed_at),
      })}
      description={backtest.review_note}
    />
  );
}

function ReviewDialog({ id, act, onClose }: { id: string; act: 'acceptance' | 'rejection'; onClose: () => void }) {
  const { t } = useTranslation('audit');
  const [form] = Form.useForm<{ note?: string }>();
  const review = useReview(id, onClose);
  const isRejected = act === 'rejection';
  return (
    <FormDialog
      title={t(isRejected ? 'review.rejectTitle' : 'review.acceptTitle')}
      okText={t(isRejected ? 'review.reject' : 'review.accept')}
      okButtonProps={{ danger: isRejected }}
      form={form}
      name="review"
      isBusy={review.isPending}
      lead={
        <>
          <p>{t('review.hint')}</p>
          <ProblemAlert error={review.error} />
        </>
      }
      onSubmit={({ note }) => review.mutate({ act, note: note?.trim() || null })}
      onClose={onClose}
    >
      <Form.Item
        name="note"
        label={t(isRejected ? 'step.why' : 'review.note')}
        rules={isRejected ? [{ required: true, whitespace: true, message: t('review.required') }] : []}
      >
        <Input.TextArea rows={3} maxLength={1_000} showCount />
      </Form.Item>
    </FormDialog>
  );
}
