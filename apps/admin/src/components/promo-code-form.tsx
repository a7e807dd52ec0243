/** Creates one readable promo code, or thousands of random codes for download as a CSV file. */
import { Alert, Button, Group, Modal, SegmentedControl, Select, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useForm, type UseFormReturnType } from '@mantine/form';
import { IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import { amountProblem, counted, toBasisPoints, toCents } from '../lib/format.ts';
import { fromLocal } from '../lib/instants.ts';
import { saveText } from '../lib/save-text.ts';
import { shop } from '../lib/shop.ts';
import { useSave } from '../lib/use-save.ts';
import { NumberField } from './number-field.tsx';
import { ScopedButton } from './scoped-button.tsx';

type Typed = number | string;
const effects = {
  percent: 'Percent off',
  amount: 'Amount off',
  shipping: 'Free shipping',
  unlock: 'No discount: unlocks rules',
} as const;
type Effect = keyof typeof effects;
const isEffect = (value: string | null): value is Effect => value !== null && value in effects;

const initial = (currency: string) => ({
  many: false,
  code: '',
  prefix: '',
  count: 100 as Typed,
  effect: 'percent' as Effect,
  percent: 10 as Typed,
  amount: '' as Typed,
  currency,
  minSubtotal: '' as Typed,
  usageLimit: '' as Typed,
  perCustomerLimit: '' as Typed,
  startsAt: '',
  endsAt: '',
});
type Values = ReturnType<typeof initial>;
type Form = UseFormReturnType<Values>;

const termsOf = (v: Values) => ({
  percentBasisPoints: v.effect === 'percent' ? toBasisPoints(v.percent) : null,
  amountCents: v.effect === 'amount' ? toCents(v.amount, v.currency) : null,
  freeShipping: v.effect === 'shipping',
  currency: v.effect === 'amount' || v.minSubtotal !== '' ? v.currency : null,
  minSubtotalCents: v.minSubtotal === '' ? null : toCents(v.minSubtotal, v.currency),
  usageLimit: v.usageLimit === '' ? null : Number(v.usageLimit),
  perCustomerLimit: v.perCustomerLimit === '' ? null : Number(v.perCustomerLimit),
  startsAt: fromLocal(v.startsAt),
  endsAt: fromLocal(v.endsAt),
});

const usePromoCodeForm = (currency: string): Form =>
  useForm({
    initialValues: initial(currency),
    validate: {
      code: (code, { many }) =>
        many || /^[A-Z0-9][A-Z0-9_-]{2,63}$/.test(code) ? null : '3 to 64 letters, digits, hyphens or underscores',
      prefix: (prefix) => (/^[A-Z0-9]{0,20}$/.test(prefix) ? null : 'Up to 20 letters or digits'),
      amount: (amount, { effect, currency: of }) => (effect === 'amount' ? amountProblem(amount, of) : null),
      minSubtotal: (amount, { currency: of }) => (amount === '' ? null : amountProblem(amount, of)),
      endsAt: (end, { startsAt }) => (end && startsAt && end <= startsAt ? 'Must be after the start' : null),
    },
  });

/** Creates one code, or a batch of random ones. */
const createCodes = async (values: Values): Promise<readonly string[]> => {
  const terms = termsOf(values);
  if (!values.many) return [(await shop.promoCodes.create({ code: values.code, ...terms })).code];
  const batch = { count: Number(values.count), ...(values.prefix && { prefix: values.prefix }) };
  return (await shop.promoCodes.generate({ ...batch, ...terms })).codes;
};

/** The code itself, or the number and the prefix of random codes. */
const CodeFields = ({ form }: { form: Form }) => {
  const upper = (field: 'code' | 'prefix') => (e: { currentTarget: { value: string } }) =>
    form.setFieldValue(field, e.currentTarget.value.toUpperCase());
  if (!form.values.many) return <TextInput label="Code" required {...form.getInputProps('code')} onChange={upper('code')} />;
  return (
    <>
      <NumberField label="How many" min={1} max={10_000} allowDecimal={false} required {...form.getInputProps('count')} />
      <TextInput label="Prefix" placeholder="None" {...form.getInputProps('prefix')} onChange={upper('prefix')} />
    </>
  );
};

const DiscountFields = ({ form }: { form: Form }) => {
  const { effect, currency } = form.values;
  return (
    <>
      <Select
        label="Discount"
        allowDeselect={false}
        data={Object.entries(effects).map(([value, label]) => ({ value, label }))}
        value={effect}
        onChange={(value) => isEffect(value) && form.setFieldValue('effect', value)}
      />
      {effect === 'percent' && <NumberField label="Percent" min={0.01} max={100} required {...form.getInputProps('percent')} />}
      {effect === 'amount' && <NumberField label={`Amount (${currency})`} min={0} required {...form.getInputProps('amount')} />}
      <NumberField label={`Minimum cart value (${currency})`} placeholder="Any" min={0} {...form.getInputProps('minSubtotal')} />
    </>
  );
};

/** How often and when the codes can be used. */
const LimitFields = ({ form }: { form: Form }) => {
  const uses = { placeholder: 'Any number', min: 1, allowDecimal: false };
  return (
    <>
      <NumberField label={form.values.many ? 'Uses per code' : 'Total uses'} {...uses} {...form.getInputProps('usageLimit')} />
      <NumberField label="Uses per customer" {...uses} {...form.getInputProps('perCustomerLimit')} />
      <TextInput type="datetime-local" label="Starts" {...form.getInputProps('startsAt')} />
      <TextInput type="datetime-local" label="Ends" {...form.getInputProps('endsAt')} />
    </>
  );
};

/** The codes of a new batch, which can be downloaded. */
const CreatedCodes = ({ codes, onClose }: { codes: readonly string[]; onClose: () => void }) => (
  <Stack>
    <Alert color="teal" title={`Created: ${counted(codes.length, 'code')}`}>
      <Text size="sm" className="mono">
        {codes.slice(0, 3).join(', ')} …
      </Text>
    </Alert>
    <Button
      leftSection={<IconDownload size={16} />}
      data-autofocus
      onClick={() => saveText(`code\r\n${codes.join('\r\n')}\r\n`, 'promo-codes.csv')}
    >
      Download CSV
    </Button>
    <Button variant="default" onClick={onClose}>
      Done
    </Button>
  </Stack>
);

interface Props {
  readonly currency: string;
  readonly onClose: () => void;
}

const NewCodesForm = ({ currency, onCreated }: { currency: string; onCreated: (codes: readonly string[], many: boolean) => void }) => {
  const form = usePromoCodeForm(currency);
  const { values } = form;
  const save = useSave(
    () => createCodes(values),
    values.many ? 'Codes created' : 'Code created',
    ['promo-codes'],
    (codes) => onCreated(codes, values.many),
    values.currency,
    form,
  );
  return (
    <form onSubmit={form.onSubmit(() => save.mutate(undefined))}>
      <Stack gap="sm">
        <SegmentedControl
          aria-label="How many codes"
          data={[
            { value: 'one', label: 'One code' },
            { value: 'many', label: 'Many codes' },
          ]}
          value={values.many ? 'many' : 'one'}
          onChange={(value) => form.setFieldValue('many', value === 'many')}
        />
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <CodeFields form={form} />
          <DiscountFields form={form} />
          <LimitFields form={form} />
        </SimpleGrid>
        <Group justify="flex-end">
          <ScopedButton calls={values.many ? 'promoCodes.generate' : 'promoCodes.create'} type="submit" loading={save.isPending}>
            {values.many ? `Create ${counted(Number(values.count), 'code')}` : 'Create code'}
          </ScopedButton>
        </Group>
      </Stack>
    </form>
  );
};

export const PromoCodeForm = ({ currency, onClose }: Props) => {
  const [created, setCreated] = useState<readonly string[] | null>(null);
  return (
    <Modal opened onClose={onClose} title="New promo codes" closeButtonProps={{ 'aria-label': 'Close' }}>
      {created ? (
        <CreatedCodes codes={created} onClose={onClose} />
      ) : (
        <NewCodesForm currency={currency} onCreated={(codes, many) => (many ? setCreated(codes) : onClose())} />
      )}
    </Modal>
  );
};
