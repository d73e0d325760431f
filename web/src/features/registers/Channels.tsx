import { App, Button, Card, Form, Input, Popconfirm, Select, Skeleton, Table } from 'antd';
import { useTranslation } from 'react-i18next';
import { Blank } from '../../ui/Blank';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { useProblem } from '../../ui/useProblem';
import { type Channel, type NewChannel, useChannels } from './useChannels';

const KINDS: NewChannel['kind'][] = ['wecom', 'dingtalk', 'feishu', 'webhook'];

/** Robots and webhooks that get the messages of a group or a person. */
export function Channels() {
  const { t, i18n } = useTranslation('registers');
  const { query, remove } = useChannels();
  const tell = useProblem();
  const on = new Intl.DateTimeFormat(i18n.language, { dateStyle: 'medium' });
  return (
    <div className="register-cards">
      <ProblemAlert error={query.error} onRetry={() => void query.refetch()} />
      {query.isPending ? (
        <Skeleton active />
      ) : (
        <Table<Channel>
          rowKey="id"
          size="middle"
          dataSource={query.data?.items ?? []}
          pagination={false}
          scroll={{ x: 'max-content' }}
          locale={{ emptyText: <Blank title={t('channel.none')}>{t('channel.noneHint')}</Blank> }}
          columns={[
            { title: t('channel.name'), dataIndex: 'name' },
            { title: t('channel.kind'), render: (_, one) => t(`channel.kinds.${one.kind}`) },
            { title: t('channel.recipient'), dataIndex: 'recipient' },
            { title: t('channel.since'), render: (_, one) => on.format(new Date(one.created_at)) },
            {
              title: t('channel.action'),
              render: (_, one) => (
                <Popconfirm
                  title={t('channel.removeSure')}
                  okText={t('remove')}
                  onConfirm={() => remove.mutate(one.id, { onError: tell })}
                >
                  <Button size="small">{t('remove')}</Button>
                </Popconfirm>
              ),
            },
          ]}
        />
      )}
      <NewChannelForm />
    </div>
  );
}

function NewChannelForm() {
  const { t } = useTranslation('registers');
  const { message } = App.useApp();
  const [form] = Form.useForm<NewChannel>();
  const { add } = useChannels();
  const tell = useProblem(form);
  const submit = (said: NewChannel) =>
    add.mutate(
      { ...said, secret: said.secret?.trim() || null },
      {
        onSuccess: () => {
          form.resetFields();
          void message.success(t('saved'));
        },
        onError: tell,
      },
    );
  const required = [{ required: true, message: t('required') }];
  return (
    <Card title={<h2>{t('channel.add')}</h2>}>
      <Form name="channel" form={form} layout="vertical" onFinish={submit}>
        <Form.Item name="kind" label={t('channel.kind')} rules={required}>
          <Select options={KINDS.map((kind) => ({ value: kind, label: t(`channel.kinds.${kind}`) }))} />
        </Form.Item>
        <Form.Item name="name" label={t('channel.name')} rules={required}>
          <Input maxLength={200} />
        </Form.Item>
        <Form.Item name="recipient" label={t('channel.recipient')} rules={required} extra={t('channel.recipientHint')}>
          <Input maxLength={100} />
        </Form.Item>
        <Form.Item name="address" label={t('channel.address')} rules={required} extra={t('channel.addressHint')}>
          <Input.Password maxLength={2000} autoComplete="off" />
        </Form.Item>
        <Form.Item name="secret" label={t('channel.secret')} extra={t('channel.secretHint')}>
          <Input.Password maxLength={500} autoComplete="off" />
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={add.isPending}>
          {t('channel.add')}
        </Button>
      </Form>
    </Card>
  );
}
