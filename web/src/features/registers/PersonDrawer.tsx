import { App, Button, Drawer, Form, Input, Popconfirm, Segmented, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { useProblem } from '../../ui/useProblem';
import { type NewPerson, type Person, useGroups, usePeopleChanges } from './usePeople';
import { useWording } from './useWording';

/** A new person, or what an administrator may change of one. */
export function PersonDrawer({ person, onClose }: { person?: Person; onClose: () => void }) {
  const { t } = useTranslation('registers');
  return (
    <Drawer open size={460} title={person?.display_name ?? t('person.add')} onClose={onClose}>
      {person === undefined ? <NewPersonForm onDone={onClose} /> : <Known person={person} />}
    </Drawer>
  );
}

function NewPersonForm({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation('registers');
  const { message } = App.useApp();
  const [form] = Form.useForm<NewPerson>();
  const { create } = usePeopleChanges();
  const tell = useProblem(form);
  const submit = (said: NewPerson) =>
    create.mutate(
      { ...said, email: said.email?.trim() || null, password: said.password || null },
      {
        onSuccess: () => {
          void message.success(t('saved'));
          onDone();
        },
        onError: tell,
      },
    );
  const required = [{ required: true, message: t('required') }];
  return (
    <Form
      name="new-person"
      form={form}
      layout="vertical"
      initialValues={{ language: 'zh-CN', groups: [] }}
      onFinish={submit}
    >
      <Form.Item name="user_name" label={t('person.userName')} rules={required}>
        <Input maxLength={64} autoComplete="off" />
      </Form.Item>
      <Form.Item name="display_name" label={t('person.name')} rules={required}>
        <Input maxLength={200} autoComplete="off" />
      </Form.Item>
      <Form.Item name="email" label={t('person.email')}>
        <Input maxLength={254} autoComplete="off" />
      </Form.Item>
      <Form.Item name="password" label={t('person.password')} extra={t('person.passwordHint')}>
        <Input.Password maxLength={256} autoComplete="new-password" />
      </Form.Item>
      <Form.Item name="language" label={t('person.language')}>
        <Segmented
          options={[
            { value: 'zh-CN', label: <span lang="zh-CN">中文</span> },
            { value: 'en', label: <span lang="en">English</span> },
          ]}
        />
      </Form.Item>
      <Form.Item name="groups" label={t('person.groups')}>
        <GroupSelect />
      </Form.Item>
      <Button type="primary" htmlType="submit" loading={create.isPending}>
        {t('person.add')}
      </Button>
    </Form>
  );
}

function Known({ person }: { person: Person }) {
  const { t } = useTranslation('registers');
  const { message } = App.useApp();
  const { setGroups, setPassword, deactivate } = usePeopleChanges();
  const [form] = Form.useForm<{ password: string }>();
  const tell = useProblem(form);
  const said = { onSuccess: () => void message.success(t('saved')), onError: tell };
  return (
    <>
      <p className="register-sub">
        {person.user_name}
        {person.email && ` · ${person.email}`}
      </p>
      <Form
        name="person-groups"
        layout="vertical"
        initialValues={{ groups: person.groups }}
        onFinish={({ groups }: { groups: string[] }) => setGroups.mutate({ person, groups }, said)}
      >
        <Form.Item name="groups" label={t('person.groups')}>
          <GroupSelect />
        </Form.Item>
        <Button htmlType="submit" loading={setGroups.isPending}>
          {t('save')}
        </Button>
      </Form>
      <Form
        name="person-password"
        className="register-section"
        form={form}
        layout="vertical"
        onFinish={({ password }: { password: string }) => setPassword.mutate({ id: person.id, password }, said)}
      >
        <Form.Item
          name="password"
          label={t('person.newPassword')}
          extra={t('person.newPasswordHint')}
          rules={[{ required: true, message: t('required') }]}
        >
          <Input.Password maxLength={256} autoComplete="new-password" />
        </Form.Item>
        <Button htmlType="submit" loading={setPassword.isPending}>
          {t('person.setPassword')}
        </Button>
      </Form>
      {person.is_active && (
        <Popconfirm
          title={t('person.sure')}
          okText={t('person.deactivate')}
          onConfirm={() => deactivate.mutate(person.id, said)}
        >
          <Button danger className="register-section" loading={deactivate.isPending}>
            {t('person.deactivate')}
          </Button>
        </Popconfirm>
      )}
    </>
  );
}

/** Many groups by name; `id`, `value` and `onChange` are the form's. */
function GroupSelect(field: { id?: string; value?: string[]; onChange?: (groups: string[]) => void }) {
  const { t } = useTranslation('registers');
  const { nameOf } = useWording();
  const groups = useGroups().data?.items ?? [];
  return (
    <Select
      {...field}
      mode="multiple"
      showSearch={{ optionFilterProp: 'label' }}
      placeholder={t('person.group')}
      options={groups.map((one) => ({ value: one.id, label: `${nameOf(one)} (${one.id})` }))}
    />
  );
}
