/** The two fields for how long an order can be paid: in total, and after the first declined payment. */
import { NumberField } from './number-field.tsx';

type Field = 'paymentWindowMinutes' | 'paymentRetryMinutes';

/** Why an order cannot be paid that long after a decline: it expires before. An empty field takes the default. */
export const retryProblem = (retry: number | string, total: number | string): string | null =>
  retry !== '' && total !== '' && Number(retry) > Number(total) ? `Enter at most ${total}, the time to pay` : null;

interface PaymentMinutesProps {
  /** Returns the input props of a field of the form. */
  readonly inputProps: (field: Field) => object;
  readonly descriptions: Readonly<Record<Field, string>>;
  readonly max: number;
  readonly placeholder?: string;
}

export const PaymentMinutes = ({ inputProps, descriptions, ...shared }: PaymentMinutesProps) => (
  <>
    <NumberField
      label="Time to pay (minutes)"
      description={descriptions.paymentWindowMinutes}
      min={1}
      allowDecimal={false}
      {...shared}
      {...inputProps('paymentWindowMinutes')}
    />
    <NumberField
      label="Time to pay after a decline (minutes)"
      description={descriptions.paymentRetryMinutes}
      min={1}
      allowDecimal={false}
      {...shared}
      {...inputProps('paymentRetryMinutes')}
    />
  </>
);
