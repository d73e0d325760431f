import { Form, type FormInstance, Modal, type ModalProps } from 'antd';
import type { ReactNode } from 'react';

interface Props<Values> extends Pick<ModalProps, 'title' | 'width' | 'okText' | 'cancelText' | 'okButtonProps'> {
  form: FormInstance<Values>;
  /** Of the form; the ids of its fields begin with it. */
  name: string;
  initialValues?: Partial<Values>;
  /** Whether what was sent is on its way. */
  isBusy?: boolean;
  /** What stands above the fields. */
  lead?: ReactNode;
  onSubmit: (values: Values) => void;
  onClose: () => void;
  /** The fields. */
  children: ReactNode;
}

/** What is asked before something is done; as long as it is in the page it is open. */
export function FormDialog<Values>(props: Props<Values>) {
  const { form, name, initialValues, isBusy = false, lead, onSubmit, onClose, children, ...modal } = props;
  return (
    <Modal open confirmLoading={isBusy} onOk={() => form.submit()} onCancel={onClose} {...modal}>
      {lead}
      <Form form={form} name={name} layout="vertical" initialValues={initialValues} onFinish={onSubmit}>
        {children}
      </Form>
    </Modal>
  );
}
