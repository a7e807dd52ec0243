/** Dialog that creates a flash sale of one variant. */
import { Checkbox, Modal, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useForm, type UseFormReturnType } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { counted, amountProblem, toCents } from '../lib/format.ts';
import { queryClient, showDone, showErrorAt } from '../lib/queries.ts';
import { shop } from '../lib/shop.ts';
import { NumberField } from './number-field.tsx';
import { PaymentMinutes, retryProblem } from './payment-minutes.tsx';
import { DialogEnd } from './row-actions.tsx';
import { InShopCurrency } from './shop-currency.tsx';
import { VariantSelect } from './variant-select.tsx';

/** Local time in the format of an input of type `datetime-local`. */
const localTime = (at: Date): string => new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
const hour = 3_600_000;
const fresh = () => ({
  name: '',
  variantId: '',
  units: 10,
  salePrice: '' as number | '',
  startsAt: localTime(new Date()),
  endsAt: localTime(new Date(Date.now() + 2 * hour)),
  limitPerCustomer: '' as number | '',
  waitingRoom: false,
  // Empty fields take the defaults of the shop.
  paymentWindowMinutes: 2 as number | '',
  paymentRetryMinutes: 2 as number | '',
});

type Values = ReturnType<typeof fresh>;
type Form = UseFormReturnType<Values>;

const useSaleForm = (currency: string): Form =>
  useForm({
    initialValues: fresh(),
    validate: {
      name: (v) => (v.trim() ? null : 'Enter a name'),
      variantId: (v) => (v ? null : 'Choose a variant'),
      units: (v) => (v >= 1 ? null : 'Enter 1 or more'),
      salePrice: (v) => amountProblem(v, currency),
      paymentRetryMinutes: (retry, { paymentWindowMinutes: total }) => retryProblem(retry, total),
      startsAt: (v) => (v === '' ? 'Enter a day and time' : null),
      endsAt: (v, all) => (v === '' ? 'Enter a day and time' : new Date(v) > new Date(all.startsAt) ? null : 'Must be after the start'),
    },
  });

const createSale = (v: Values, currency: string) =>
  shop.flashSales.create({
    name: v.name,
    startsAt: new Date(v.startsAt).toISOString(),
    endsAt: new Date(v.endsAt).toISOString(),
    waitingRoom: v.waitingRoom,
    ...(v.paymentWindowMinutes !== '' && { paymentWindowMinutes: v.paymentWindowMinutes }),
    ...(v.paymentRetryMinutes !== '' && { paymentRetryMinutes: v.paymentRetryMinutes }),
    items: [
      {
        variantId: v.variantId,
        units: v.units,
        salePriceCents: toCents(v.salePrice, currency),
        ...(v.limitPerCustomer !== '' && { limitPerCustomer: v.limitPerCustomer }),
      },
    ],
  });

/** The variant that is sold, with its units, price and limit. */
const ItemFields = ({ form, currency }: { form: Form; currency: string }) => {
  const count = { min: 1, allowDecimal: false };
  return (
    <>
      <VariantSelect
        label="Variant"
        required
        value={form.values.variantId}
        onChange={(found) => form.setFieldValue('variantId', found?.variantId ?? '')}
        error={form.errors['variantId']}
      />
      <SimpleGrid cols={{ base: 1, xs: 3 }} verticalSpacing="sm">
        <NumberField
          withAsterisk
          label="Units"
          description="Taken from regular stock at once"
          {...count}
          {...form.getInputProps('units')}
        />
        <NumberField
          withAsterisk
          label={`Sale price (${currency})`}
          description="For one unit"
          min={0}
          {...form.getInputProps('salePrice')}
        />
        <NumberField
          label="Limit"
          description="Units per customer"
          placeholder="None"
          {...count}
          {...form.getInputProps('limitPerCustomer')}
        />
      </SimpleGrid>
    </>
  );
};

/** When the sale is open, and how long its orders can be paid. */
const TimeFields = ({ form }: { form: Form }) => (
  <>
    <SimpleGrid cols={{ base: 1, xs: 2 }} verticalSpacing="sm">
      <TextInput type="datetime-local" label="Starts" withAsterisk {...form.getInputProps('startsAt')} />
      <TextInput type="datetime-local" label="Ends" withAsterisk {...form.getInputProps('endsAt')} />
    </SimpleGrid>
    <SimpleGrid cols={{ base: 1, xs: 2 }} verticalSpacing="sm">
      <PaymentMinutes
        inputProps={(field) => form.getInputProps(field)}
        descriptions={{
          paymentWindowMinutes: 'After this, an unpaid order expires',
          paymentRetryMinutes: 'From the first declined payment',
        }}
        max={120}
        placeholder="2"
      />
    </SimpleGrid>
  </>
);

const SaleForm = ({ currency, onClose }: { currency: string; onClose: () => void }) => {
  const navigate = useNavigate();
  const form = useSaleForm(currency);
  const create = useMutation({
    mutationFn: (values: Values) => createSale(values, currency),
    onSuccess: (sale) => {
      for (const key of ['sales', 'inventory']) void queryClient.invalidateQueries({ queryKey: [key] });
      showDone('Flash sale created', `Allocated: ${counted(sale.items[0]?.unitsAllocated ?? 0, 'unit')}`);
      onClose();
      void navigate({ to: '/sales/$saleId', params: { saleId: sale.id } });
    },
    onError: showErrorAt(form, currency),
  });
  return (
    <form onSubmit={form.onSubmit((values) => create.mutate(values))}>
      <Stack>
        <TextInput label="Name" placeholder="Friday drop" withAsterisk data-autofocus {...form.getInputProps('name')} />
        <ItemFields form={form} currency={currency} />
        <TimeFields form={form} />
        <Checkbox
          label="Waiting room: customers queue and are admitted as stock and admission rate allow"
          {...form.getInputProps('waitingRoom', { type: 'checkbox' })}
        />
        <DialogEnd label="Create flash sale" isSaving={create.isPending} onClose={onClose} />
      </Stack>
    </form>
  );
};

export const NewSale = ({ opened, onClose }: { opened: boolean; onClose: () => void }) => (
  <Modal opened={opened} onClose={onClose} title="New flash sale" size="lg">
    <InShopCurrency>{(currency) => <SaleForm currency={currency} onClose={onClose} />}</InShopCurrency>
  </Modal>
);
