import { Form } from '@bpmn-io/form-js-viewer';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

interface Viewer {
  importSchema: (schema: unknown, data?: object) => Promise<unknown>;
  on: (event: 'changed', listener: (state: { data: object }) => void) => void;
  destroy: () => void;
}

/** The form as people will see it; what they type here is shown as the process would get it, and kept nowhere. */
export default function FormPreview({ schema }: { schema: unknown }) {
  const { t } = useTranslation('studio');
  const container = useRef<HTMLDivElement>(null);
  const typed = useRef<object>({});
  const [values, setValues] = useState<object>({});
  useEffect(() => {
    if (!container.current || schema === null) return;
    let isOpen = true;
    const viewer = new (Form as new (options: object) => Viewer)({ container: container.current });
    void viewer.importSchema(structuredClone(schema), typed.current).then(() => {
      if (!isOpen) return;
      viewer.on('changed', (state) => {
        typed.current = state.data;
        setValues(state.data);
      });
    });
    return () => {
      isOpen = false;
      viewer.destroy();
    };
  }, [schema]);
  return (
    <div className="form-preview" role="region" aria-label={t('preview.title')}>
      <div ref={container} className="bio-theme-parent" />
      <h3>{t('preview.values')}</h3>
      <pre>{JSON.stringify(values, null, 2)}</pre>
    </div>
  );
}
