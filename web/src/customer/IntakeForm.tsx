import type { ReactNode } from 'react';
import { ContactFields, type ContactFieldsProps } from './contact';
import { DonePage } from './DonePage';
import { Files } from './Files';
import { Title } from './Layout';
import { Privacy } from './Privacy';
import { SubmitBar } from './SubmitBar';
import type { Intake } from './useIntake';

interface IntakeFormProps {
  title: string;
  lead: string;
  sendLabel: string;
  intake: Intake;
  /** Who is asking; left out where the service knows it already. */
  contact?: Omit<ContactFieldsProps, 'errors'>;
  above?: ReactNode;
  children: ReactNode;
}

/** What a customer fills in for a new case, and the receipt in its place once it is sent. */
export function IntakeForm({ title, lead, sendLabel, intake, contact, above, children }: IntakeFormProps) {
  const { values, change, errors, files, setFiles, notice, receipt } = intake;
  if (receipt !== null) return <DonePage receipt={receipt} failures={intake.failures} onAnother={intake.again} />;
  return (
    <form noValidate onSubmit={(event) => { event.preventDefault(); void intake.submit(); }}>
      <Title>{title}</Title>
      <p className="lead">{lead}</p>
      {above}
      <section className="card">
        {children}
        <Files files={files} onChange={setFiles} />
      </section>
      {contact && <ContactFields {...contact} errors={errors} />}
      <Privacy notice={notice} isAgreed={values.isAgreed} wantsSurvey={values.wantsSurvey} error={errors.agree} onChange={change} />
      <SubmitBar label={sendLabel} isSending={intake.isSending} progress={intake.progress} errorCount={Object.keys(errors).length} problem={intake.problem} />
    </form>
  );
}
