import { Button, Select, Table, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Blank } from '../../ui/Blank';
import { PagedList } from '../../ui/PagedList';
import { useAddress } from '../../ui/useAddress';
import { PersonDrawer } from './PersonDrawer';
import { type Person, useGroups, usePeople } from './usePeople';
import { useWording } from './useWording';

/** Members of staff and service accounts. `?group=` and `?person=` are the state. */
export function People() {
  const { t } = useTranslation('registers');
  const { nameOf } = useWording();
  const { query: search, set } = useAddress();
  const [isAdding, setAdding] = useState(false);
  const group = search.get('group');
  const pages = usePeople(group);
  const groups = useGroups().data?.items ?? [];
  const open = pages.items?.find((one) => one.id === search.get('person'));
  return (
    <>
      <div className="register-bar">
        <Select
          allowClear
          showSearch={{ optionFilterProp: 'label' }}
          className="register-filter"
          aria-label={t('person.group')}
          placeholder={t('person.group')}
          value={group ?? undefined}
          onChange={(value?: string) => set({ group: value })}
          options={groups.map((one) => ({ value: one.id, label: nameOf(one) }))}
        />
        <Button type="primary" onClick={() => setAdding(true)}>
          {t('person.add')}
        </Button>
      </div>
      <PagedList pages={pages} blank={<Blank title={t('person.none')}>{t('person.noneHint')}</Blank>}>
        {(people) => <PeopleTable people={people} onOpen={(one) => set({ person: one.id })} />}
      </PagedList>
      {isAdding && <PersonDrawer onClose={() => setAdding(false)} />}
      {open && <PersonDrawer key={open.id} person={open} onClose={() => set({ person: null })} />}
    </>
  );
}

function PeopleTable({ people, onOpen }: { people: Person[]; onOpen: (one: Person) => void }) {
  const { t } = useTranslation('registers');
  const { nameOf } = useWording();
  const names = new Map(useGroups().data?.items.map((one) => [one.id, nameOf(one)]));
  return (
    <Table<Person>
      rowKey="id"
      size="middle"
      dataSource={people}
      pagination={false}
      columns={[
        {
          title: t('person.name'),
          render: (_, one) => (
            <>
              <Button type="link" className="register-link" onClick={() => onOpen(one)}>
                {one.display_name}
              </Button>
              <small className="register-sub">{one.user_name}</small>
            </>
          ),
        },
        {
          title: t('person.groups'),
          render: (_, one) => (
            <div className="register-tags">
              {one.groups.map((id) => (
                <Tag key={id}>{names.get(id) ?? id}</Tag>
              ))}
            </div>
          ),
        },
        {
          title: t('person.state'),
          className: 'register-nowrap',
          render: (_, one) => t(one.is_active ? 'person.active' : 'person.inactive'),
        },
      ]}
    />
  );
}
