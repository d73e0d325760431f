import { Alert, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

interface Props {
  /** Nothing has been changed in the drawing since it was laid out. */
  isUntouched: boolean;
  onStore: () => void;
  onTakeBack: () => void;
}

/** The file came without a drawing and was given one: it stays as it was until somebody stores that, or changes something. */
export function LayoutAlert({ isUntouched, onStore, onTakeBack }: Props) {
  const { t } = useTranslation('studio');
  const [isStored, setStored] = useState(false);
  const [isClosed, setClosed] = useState(false);
  if (isClosed) return null;
  const change = (isNow: boolean, act: () => void) => () => {
    setStored(isNow);
    act();
  };
  return (
    <Alert
      type="info"
      showIcon
      closable={{ onClose: () => { setClosed(true); } }}
      title={t('layout.title')}
      description={t(isStored ? 'layout.stored' : isUntouched ? 'layout.shown' : 'layout.changed')}
      action={
        isStored ? (
          <Button size="small" disabled={!isUntouched} onClick={change(false, onTakeBack)}>
            {t('layout.takeBack')}
          </Button>
        ) : (
          <Button size="small" disabled={!isUntouched} onClick={change(true, onStore)}>
            {t('layout.store')}
          </Button>
        )
      }
    />
  );
}
