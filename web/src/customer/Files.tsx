import { useId, useRef, useState } from 'react';
import { useTexts } from './texts';

export const MOST_FILES = 10;
const LARGEST = 25_000_000;
const TAKEN = '.pdf,.png,.jpg,.jpeg,.gif,.webp,.txt,.csv,.docx,.xlsx,.pptx,.zip,.mp4';

interface FilesProps {
  files: readonly File[];
  onChange: (files: readonly File[]) => void;
}

/** Files that go with what is about to be sent. What is too large is said at once, not after the upload. */
export function Files({ files, onChange }: FilesProps) {
  const { t } = useTexts();
  const [refused, setRefused] = useState<readonly string[]>([]);
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  const add = (chosen: readonly File[]) => {
    const small = chosen.filter((file) => file.size <= LARGEST);
    const room = MOST_FILES - files.length;
    const problems = chosen.filter((file) => file.size > LARGEST).map((file) => t('files.tooLarge', { name: file.name }));
    setRefused(small.length > room ? [...problems, t('files.tooMany', { most: MOST_FILES })] : problems);
    onChange([...files, ...small.slice(0, room)]);
  };
  return (
    <div className="field">
      <label htmlFor={id}>
        {t('files.title')} <span className="muted">{t('optional')}</span>
      </label>
      <p className="hint" id={`${id}-hint`}>
        {t('files.hint', { most: MOST_FILES })}
      </p>
      <input
        ref={input}
        id={id}
        className="unseen"
        type="file"
        multiple
        accept={TAKEN}
        tabIndex={-1}
        aria-describedby={`${id}-hint`}
        onChange={(event) => {
          add([...(event.target.files ?? [])]);
          event.target.value = '';
        }}
      />
      <button type="button" className="quiet" onClick={() => input.current?.click()}>
        {t('files.choose')}
      </button>
      <div role="status">
        {refused.map((text) => (
          <p key={text} className="error">
            <span aria-hidden>✕ </span>
            {text}
          </p>
        ))}
      </div>
      {files.length > 0 && (
        <ul className="files">
          {files.map((file, place) => (
            <li key={`${file.name}-${file.size}-${file.lastModified}`}>
              <span>
                {file.name} <span className="muted">{sizeOf(file.size)}</span>
              </span>
              <button
                type="button"
                className="plain"
                aria-label={t('files.remove', { name: file.name })}
                onClick={() => { onChange(files.filter((_, other) => other !== place)); }}
              >
                ✕
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

export function sizeOf(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.max(1, Math.round(bytes / 1_000))} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
