import { Button, Checkbox } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import './lists.css';
import { useCheck, useSample } from './useSamples';

/** A case that was opened from a sample: how far the sample is, this one ticked, and on to the next. */
export function SampleBar({ id, number }: { id: string; number: string }) {
  const { t } = useTranslation('audit');
  const navigate = useNavigate();
  const { found, cases } = useSample(id);
  const check = useCheck(id);
  const own = cases.data?.find((one) => one.case_number === number);
  if (!found.data || !own) return null;
  const next = cases.data?.find((one) => one.checked_at === null && one.case_number !== number);
  return (
    <section className="sample-bar" aria-label={t('sample.one')}>
      <span>
        <Link to={`/audit/samples/${id}`}>{found.data.purpose}</Link> ·{' '}
        {t('sample.checkedOf', { checked: found.data.checked, of: found.data.drawn })}
      </span>
      <Checkbox checked={check.isChecked(own)} onChange={(event) => check.set(number, event.target.checked)}>
        {t('sample.lookedAt')}
      </Checkbox>
      {next && (
        <Button size="small" onClick={() => void navigate(`/audit/cases/${next.case_number}?sample=${id}`)}>
          {t('sample.next')}
        </Button>
      )}
    </section>
  );
}
