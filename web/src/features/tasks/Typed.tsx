import { Alert, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Problem } from '../../api/problems';
import { fieldsOf, type FormPart, formInLanguage } from '../../forms/schema';
import type { FormValues } from '../../forms/FormView';
import { Fact } from '../../ui/Fact';

/** Somebody else was faster: what happened, and everything that was typed here, to be copied; nothing is lost. */
export function Typed({ problem, values, schema }: { problem: Problem; values: FormValues; schema: FormPart }) {
  const { t, i18n } = useTranslation('tasks');
  const fields = fieldsOf(formInLanguage(schema, i18n.language.startsWith('zh')));
  const said = fields.filter(({ key }) => isSaid(values[key]));
  return (
    <div className="task-typed">
      <Alert type="warning" showIcon role="alert" title={problem.title} description={t(said.length > 0 ? 'typed.kept' : 'typed.nothing')} />
      {said.length > 0 && (
        <dl>
          {said.map(({ key, label }) => (
            <Fact key={key} name={label}>
              <Typography.Text copyable>{asText(values[key])}</Typography.Text>
            </Fact>
          ))}
        </dl>
      )}
    </div>
  );
}

export function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? '');
}

function isSaid(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '' && value !== false && !(Array.isArray(value) && value.length === 0);
}
