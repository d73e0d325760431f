import { BellOutlined } from '@ant-design/icons';
import { Badge, Button, Drawer } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Blank } from '../ui/Blank';
import { PagedList } from '../ui/PagedList';
import type { Identity } from './session';
import { type Notification, useNotifications } from './useNotifications';

/** White on it reads in both themes; the theme's own red of the dark one is too light for that. */
const ALARM = '#c5221f';

/** What was said to me, my groups and those I stand in for; a dot until it was looked at in this browser. */
export function NotificationBell({ identity }: { identity: Identity }) {
  const { t } = useTranslation('shell');
  const [isOpen, setOpen] = useState(false);
  const { pages, unread, markRead } = useNotifications(identity.person_id);
  const label = unread > 0 ? t('bell.unread', { count: unread }) : t('bell.title');
  const open = () => {
    setOpen(true);
    markRead();
  };
  return (
    <>
      <Badge count={unread} size="small" overflowCount={9} offset={[-10, 6]} color={ALARM}>
        <Button type="text" icon={<BellOutlined />} aria-label={label} title={label} onClick={open} />
      </Badge>
      <Drawer open={isOpen} size={420} title={t('bell.title')} onClose={() => setOpen(false)}>
        <PagedList pages={pages} blank={<Blank title={t('bell.empty')}>{t('bell.emptyHint')}</Blank>}>
          {(items) => (
            <ol className="notifications">
              {items.map((one) => (
                <Item key={one.id} notification={one} onFollow={() => setOpen(false)} />
              ))}
            </ol>
          )}
        </PagedList>
      </Drawer>
    </>
  );
}

function Item({ notification, onFollow }: { notification: Notification; onFollow: () => void }) {
  const { i18n } = useTranslation('shell');
  const on = new Intl.DateTimeFormat(i18n.language, { dateStyle: 'medium', timeStyle: 'short' });
  const number = notification.case_number;
  return (
    <li>
      <strong>{notification.subject}</strong>
      <p>{notification.body}</p>
      <small>
        <time dateTime={notification.created_at}>{on.format(new Date(notification.created_at))}</time>
        {number && (
          <Link to={`/cases/${number}`} onClick={onFollow}>
            {number}
          </Link>
        )}
      </small>
    </li>
  );
}
