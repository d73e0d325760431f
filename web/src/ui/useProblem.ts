import { App, type FormInstance } from 'antd';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { Problem } from '../api/problems';
import { problemTitle } from './ProblemAlert';

/**
 * Tell what went wrong: messages beside the fields they name, the rest in passing.
 *
 * Fields of the form are named as the members of the request are: `/customer/phone` is `['customer', 'phone']`.
 */
export function useProblem(form?: FormInstance): (error: Error) => void {
  const { message } = App.useApp();
  const { t } = useTranslation('shell');
  return useCallback(
    (error: Error) => {
      const rest = form && error instanceof Problem ? showBesideFields(form, error) : true;
      if (rest) message.error(problemTitle(error, t));
    },
    [form, message, t],
  );
}

/** Whether anything is left to tell: there were no field errors, or some name no field of this form. */
function showBesideFields(form: FormInstance, problem: Problem): boolean {
  const known = form.getFieldsValue(true) as Record<string, unknown>;
  const found = problem.errors.map((one) => ({ name: pathOf(one.pointer), errors: [one.message] }));
  const shown = found.filter((one) => form.getFieldInstance(one.name) !== undefined || one.name[0] in known);
  form.setFields(shown);
  if (shown[0]) form.scrollToField(shown[0].name, { focus: true });
  return found.length === 0 || shown.length < found.length;
}

function pathOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}
