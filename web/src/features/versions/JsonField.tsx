import { Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

export type Values = Record<string, unknown>;

/** The object a text of JSON says, an empty text none; `null` when it says something else. */
export function readValues(text: string): Values | null {
  if (text.trim() === '') return {};
  const value = readJson(text);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Values) : null;
}

/** Any JSON; `undefined` when it is none. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Variables as JSON, said to be wrong as soon as they are. */
export function JsonField(props: { label: string; value: string; onChange: (text: string) => void; isObject?: boolean }) {
  const { label, value, onChange, isObject = true } = props;
  const { t } = useTranslation('versions');
  const [wasLeft, setLeft] = useState(false);
  const isWrong = isObject ? readValues(value) === null : value.trim() !== '' && readJson(value) === undefined;
  return (
    <label className="field">
      {label}
      <Input.TextArea
        className="json-field"
        value={value}
        autoSize={{ minRows: 3, maxRows: 12 }}
        spellCheck={false}
        status={isWrong && wasLeft ? 'error' : ''}
        placeholder={isObject ? '{"amount": 100}' : undefined}
        onChange={(event) => onChange(event.target.value)}
        onBlur={() => setLeft(true)}
      />
      {isWrong && wasLeft && (
        <span className="field-error" role="alert">
          {t(isObject ? 'json.object' : 'json.any')}
        </span>
      )}
    </label>
  );
}
