/** Settings of the shop for prices, taxes and checkout. */
import { Button, Card, Group, Select, SimpleGrid, Stack, Switch, TagsInput, Text, TextInput } from '@mantine/core';
import { useForm, type UseFormReturnType } from '@mantine/form';
import { searchLanguages, type ShopSettings as Settings } from '@cartwright/contracts';
import { useQuery } from '@tanstack/react-query';
import { toBasisPoints } from '../lib/format.ts';
import { settingsQuery } from '../lib/settings.ts';
import { shop } from '../lib/shop.ts';
import { useSave } from '../lib/use-save.ts';
import { NumberField } from './number-field.tsx';
import { Ago, Loaded } from './page.tsx';
import { PaymentMinutes, retryProblem } from './payment-minutes.tsx';
import { ScopedButton } from './scoped-button.tsx';

const toForm = (s: Settings) => ({
  name: s.name,
  currency: s.currency,
  currencies: s.currencies.map((code): string => code),
  defaultCountry: s.defaultCountry ?? '',
  taxIncluded: s.taxIncluded,
  taxRounding: s.taxRounding,
  shippingTaxClass: s.shippingTaxClass ?? '',
  defaultWeightGrams: (s.defaultWeightGrams ?? '') as number | string,
  lowStockSurcharge: s.lowStockSurcharge,
  priceDrift: (s.priceDriftBasisPoints / 100) as number | string,
  paymentWindowMinutes: (s.paymentWindowMinutes ?? '') as number | string,
  paymentRetryMinutes: (s.paymentRetryMinutes ?? '') as number | string,
  searchLanguage: s.searchLanguage,
});

type Values = ReturnType<typeof toForm>;
type Form = UseFormReturnType<Values>;

const useSettingsForm = (settings: Settings): Form =>
  useForm({
    initialValues: toForm(settings),
    validate: {
      name: (name) => (name.trim() ? null : 'Enter a name'),
      currency: (code) => (/^[A-Z]{3}$/.test(code) ? null : 'Three letters, such as EUR'),
      currencies: (codes) => (codes.every((code) => /^[A-Z]{3}$/.test(code)) ? null : 'Three letters each, such as EUR'),
      defaultCountry: (code) => (/^([A-Z]{2})?$/.test(code) ? null : 'Two letters, such as DE'),
      paymentRetryMinutes: (retry, { paymentWindowMinutes: total }) => retryProblem(retry, total),
    },
  });

const toSettings = (values: Values) => ({
  name: values.name,
  currency: values.currency,
  currencies: values.currencies,
  defaultCountry: values.defaultCountry || null,
  taxIncluded: values.taxIncluded,
  taxRounding: values.taxRounding,
  shippingTaxClass: values.shippingTaxClass || null,
  defaultWeightGrams: values.defaultWeightGrams === '' ? null : Number(values.defaultWeightGrams),
  lowStockSurcharge: values.lowStockSurcharge,
  priceDriftBasisPoints: toBasisPoints(values.priceDrift),
  paymentWindowMinutes: values.paymentWindowMinutes === '' ? null : Number(values.paymentWindowMinutes),
  paymentRetryMinutes: values.paymentRetryMinutes === '' ? null : Number(values.paymentRetryMinutes),
  searchLanguage: values.searchLanguage,
});

/** Name, currencies and country of the shop. */
const ShopFields = ({ form }: { form: Form }) => {
  const upper = (field: 'currency' | 'defaultCountry') => (e: { currentTarget: { value: string } }) =>
    form.setFieldValue(field, e.currentTarget.value.toUpperCase());
  return (
    <>
      <TextInput label="Name of the shop" required {...form.getInputProps('name')} />
      <TextInput label="Currency" required maxLength={3} {...form.getInputProps('currency')} onChange={upper('currency')} />
      <TagsInput
        label="Further currencies"
        placeholder="EUR"
        description="Carts can use these. Leave empty to allow any currency"
        {...form.getInputProps('currencies')}
        onChange={(codes) =>
          form.setFieldValue(
            'currencies',
            codes.map((code) => code.toUpperCase()),
          )
        }
      />
      <TextInput
        label="Default country"
        maxLength={2}
        placeholder="None"
        description="For tax and shipping of a new cart"
        {...form.getInputProps('defaultCountry')}
        onChange={upper('defaultCountry')}
      />
    </>
  );
};

const languageOf = (value: Settings['searchLanguage']): string =>
  value === 'simple' ? 'No word forms' : value.charAt(0).toUpperCase() + value.slice(1);

const SearchLanguage = ({ form }: { form: Form }) => (
  <Select
    label="Language of the search"
    description="The search finds the word forms of this language. After a change, the search index is rebuilt in the background"
    searchable
    allowDeselect={false}
    data={searchLanguages.map((value) => ({ value, label: languageOf(value) }))}
    {...form.getInputProps('searchLanguage')}
  />
);

const CheckoutFields = ({ form }: { form: Form }) => (
  <>
    <TextInput label="Tax class of shipping" placeholder="Not taxed" {...form.getInputProps('shippingTaxClass')} />
    <NumberField
      label="Default weight (g)"
      description="Of a unit of a variant without a weight. Without it, shipping methods by weight are not offered for such goods"
      placeholder="None"
      min={0}
      max={10_000_000}
      {...form.getInputProps('defaultWeightGrams')}
    />
    <Select
      label="Rounding of tax"
      description="Once for each rate of an order, as e-invoices demand, or for each line. Existing orders keep theirs"
      allowDeselect={false}
      data={[
        { value: 'document', label: 'Once for each rate' },
        { value: 'line', label: 'For each line' },
      ]}
      {...form.getInputProps('taxRounding')}
    />
    <NumberField
      label="Allowed price increase (%)"
      description="A total may rise by this much before the customer must confirm it again"
      min={0}
      max={100}
      {...form.getInputProps('priceDrift')}
    />
    <PaymentMinutes
      inputProps={(field) => form.getInputProps(field)}
      descriptions={{
        paymentWindowMinutes: 'After this time, an unpaid order releases its units',
        paymentRetryMinutes: 'How long an order can be paid after its first declined payment, within the time to pay',
      }}
      max={1440}
      placeholder="Default"
    />
  </>
);

const SettingsForm = ({ settings }: { settings: Settings }) => {
  const form = useSettingsForm(settings);
  const save = useSave(
    () => shop.settings.update({ version: settings.version, ...toSettings(form.values) }),
    'Settings saved',
    ['settings'],
    undefined,
    form.values.currency,
    form,
  );
  return (
    <Card withBorder component="form" maw={720} onSubmit={form.onSubmit(() => save.mutate(undefined))}>
      <Stack>
        <SimpleGrid cols={{ base: 1, xs: 2 }} verticalSpacing="sm">
          <ShopFields form={form} />
          <CheckoutFields form={form} />
          <SearchLanguage form={form} />
        </SimpleGrid>
        <Switch label="Prices include tax" {...form.getInputProps('taxIncluded', { type: 'checkbox' })} />
        <Switch label="Low-stock surcharges apply" {...form.getInputProps('lowStockSurcharge', { type: 'checkbox' })} />
        <Group justify="space-between">
          <Text size="sm" c="dimmed">
            Changed <Ago at={settings.updatedAt} />
          </Text>
          <Group gap="xs">
            <Button variant="default" disabled={!form.isDirty()} onClick={() => form.reset()}>
              Undo changes
            </Button>
            <ScopedButton calls="settings.update" type="submit" disabled={!form.isDirty()} loading={save.isPending}>
              Save settings
            </ScopedButton>
          </Group>
        </Group>
      </Stack>
    </Card>
  );
};

export const ShopSettings = () => {
  const settings = useQuery({ ...settingsQuery, refetchOnWindowFocus: false });
  return <Loaded query={settings}>{settings.data && <SettingsForm key={settings.data.version} settings={settings.data} />}</Loaded>;
};
