import { DeleteOutlined, StarOutlined, TeamOutlined } from '@ant-design/icons';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Form, Input, Popconfirm, Popover, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '../../api/client';
import { answered } from '../../api/problems';
import { useIdentity } from '../../shell/session';
import { FormDialog } from '../../ui/FormDialog';
import { useGroupNames } from '../../ui/names';
import { useProblem } from '../../ui/useProblem';
import { type Filters, filtersIn, savedAs } from './filters';

type View = Schemas['TaskViewView'];
const KEY = ['tasks', 'views'];

/** Lists kept under a name: one's own, and those colleagues share. */
export function SavedViews({ filters, onOpen }: { filters: Filters; onOpen: (filters: Filters) => void }) {
  const { t } = useTranslation('tasks');
  const [isOpen, setOpen] = useState(false);
  const [isSaving, setSaving] = useState(false);
  return (
    <>
      <Popover
        trigger="click"
        placement="bottomRight"
        open={isOpen}
        onOpenChange={setOpen}
        content={
          <ViewList
            onOpen={(view) => {
              setOpen(false);
              onOpen(filtersIn(view.filter));
            }}
            onSave={() => {
              setOpen(false);
              setSaving(true);
            }}
          />
        }
      >
        <Button icon={<StarOutlined />} aria-label={t('views.title')} />
      </Popover>
      {isSaving && <SaveView filters={filters} onDone={() => setSaving(false)} />}
    </>
  );
}

function ViewList({ onOpen, onSave }: { onOpen: (view: View) => void; onSave: () => void }) {
  const { t } = useTranslation('tasks');
  const identity = useIdentity();
  const client = useQueryClient();
  const problem = useProblem();
  const { data } = useQuery({ queryKey: KEY, queryFn: () => answered(api.GET('/api/task-views')) });
  const remove = useMutation({
    mutationFn: (id: string) => answered(api.DELETE('/api/task-views/{view_id}', { params: { path: { view_id: id } } })),
    onSettled: () => client.invalidateQueries({ queryKey: KEY }),
    onError: problem,
  });
  const views = data?.items ?? [];
  return (
    <div className="task-views">
      {views.length === 0 && <p>{t('views.none')}</p>}
      <ul>
        {views.map((view) => (
          <li key={view.id}>
            <Button type="text" onClick={() => onOpen(view)}>
              {view.name}
              {view.group !== null && <TeamOutlined aria-label={t('views.shared')} />}
              {view.owner !== `person:${identity.person_id}` && <small>{view.owner_name}</small>}
            </Button>
            {view.owner === `person:${identity.person_id}` && (
              <Popconfirm title={t('views.confirm', { name: view.name })} onConfirm={() => remove.mutate(view.id)}>
                <Button type="text" size="small" icon={<DeleteOutlined />} aria-label={t('views.delete', { name: view.name })} />
              </Popconfirm>
            )}
          </li>
        ))}
      </ul>
      <Button block onClick={onSave}>
        {t('views.save')}
      </Button>
    </div>
  );
}

function SaveView({ filters, onDone }: { filters: Filters; onDone: () => void }) {
  const { t } = useTranslation('tasks');
  const [form] = Form.useForm<{ name: string; group?: string }>();
  const client = useQueryClient();
  const problem = useProblem(form);
  const identity = useIdentity();
  const groupName = useGroupNames();
  const save = useMutation({
    mutationFn: (body: Schemas['TaskViewBody']) => answered(api.POST('/api/task-views', { body })),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: KEY });
      onDone();
    },
    onError: problem,
  });
  return (
    <FormDialog
      title={t('views.save')}
      okText={t('views.ok')}
      form={form}
      name="view"
      isBusy={save.isPending}
      onSubmit={({ name, group }) => save.mutate({ name, group: group ?? null, filter: savedAs(filters) })}
      onClose={onDone}
    >
      <Form.Item name="name" label={t('views.name')} rules={[{ required: true, message: t('required') }]}>
        <Input maxLength={60} />
      </Form.Item>
      <Form.Item name="group" label={t('views.share')} extra={t('views.shareHint')}>
        <Select allowClear options={identity.groups.map((id) => ({ value: id, label: groupName(id) }))} />
      </Form.Item>
    </FormDialog>
  );
}
