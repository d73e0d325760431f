import { type DragEvent, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';

/** Files dropped anywhere on the page. The button beside it does the same for the keyboard. */
export function DropZone({ onFiles, children }: { onFiles: (files: readonly File[]) => void; children: ReactNode }) {
  const { t } = useTranslation('studio');
  const [isOver, setOver] = useState(false);
  const over = (event: DragEvent) => {
    if (!event.dataTransfer.types.includes('Files')) return;
    event.preventDefault();
    setOver(true);
  };
  const leave = (event: DragEvent) => {
    if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
  };
  const drop = (event: DragEvent) => {
    if (!event.dataTransfer.types.includes('Files')) return;
    event.preventDefault();
    setOver(false);
    onFiles([...event.dataTransfer.files]);
  };
  return (
    <div className="drop-zone" role="presentation" onDragOver={over} onDragLeave={leave} onDrop={drop}>
      {children}
      {isOver && <div className="drop-hint">{t('drop')}</div>}
    </div>
  );
}
