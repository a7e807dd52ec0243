/** Filters and sorting of the order list. */
import { Select, SimpleGrid, Switch } from '@mantine/core';
import { paymentStatuses, type OrderSearch } from '../lib/order-search.ts';
import { statusLabel } from '../lib/status-words.ts';
import { TypedField } from './typed-field.tsx';

const statuses = [
  { value: 'pending', label: 'Unpaid' },
  { value: 'confirmed', label: 'Paid, to ship' },
  { value: 'shipped', label: 'Shipped' },
  { value: 'delivered', label: 'Delivered' },
  { value: 'cancelled', label: 'Cancelled' },
];
const sorts = [
  { value: 'newest', label: 'Newest first' },
  { value: 'oldest', label: 'Oldest first' },
  { value: 'total_high', label: 'Highest total first' },
  { value: 'total_low', label: 'Lowest total first' },
];
const payments = paymentStatuses.map((value) => ({ value, label: statusLabel(value) }));

export type ChangeSearch = (changes: Partial<Record<keyof OrderSearch, string | boolean | undefined>>) => void;

interface Props {
  readonly search: OrderSearch;
  /** Currency of the filters by total. */
  readonly currency: string;
  readonly change: ChangeSearch;
}

export const OrdersFilters = ({ search, currency, change }: Props) => {
  const text = (name: keyof OrderSearch, label: string, type = 'text') => (
    <TypedField size="sm" type={type} label={label} value={String(search[name] ?? '')} onTyped={(value) => change({ [name]: value })} />
  );
  const choice = (name: keyof OrderSearch, label: string, data: { value: string; label: string }[]) => (
    <Select
      size="sm"
      label={label}
      placeholder="Any"
      clearable
      data={data}
      value={String(search[name] ?? '') || null}
      onChange={(value) => change({ [name]: value ?? '' })}
    />
  );
  return (
    <SimpleGrid cols={{ base: 2, md: 4 }} spacing="sm" mb="md">
      {choice('status', 'Status', statuses)}
      {choice('paymentStatus', 'Payment', payments)}
      {text('sku', 'SKU')}
      <Select
        size="sm"
        label="Sort"
        allowDeselect={false}
        data={sorts}
        value={search.sort ?? 'newest'}
        onChange={(value) => change({ sort: value ?? '' })}
      />
      {text('from', 'Placed from', 'date')}
      {text('to', 'Placed until', 'date')}
      {text('min', `Total from (${currency})`)}
      {text('max', `Total up to (${currency})`)}
      <Switch
        label="Needs attention only"
        checked={search.attention ?? false}
        onChange={(e) => change({ attention: e.currentTarget.checked || undefined })}
      />
    </SimpleGrid>
  );
};
