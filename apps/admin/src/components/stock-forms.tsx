/** Dialogs that change one stock level: count, transfer, limits. Each shows the new level. */
import { Button, Checkbox, Modal, Select, Stack, Switch, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import type { StockLevel } from '@cartwright/contracts';
import { CartwrightError } from '@cartwright/sdk';
import type { ReactNode } from 'react';
import { counted } from '../lib/format.ts';
import { queryClient, showDone, showErrorAt } from '../lib/queries.ts';
import { Refused } from '../lib/refused.ts';
import { shop } from '../lib/shop.ts';
import { availableInSentence } from '../lib/stock-words.ts';
import { NumberField } from './number-field.tsx';

export type StockAction = 'count' | 'transfer' | 'limits';
const titles: Record<StockAction, string> = { count: 'Enter a count', transfer: 'Transfer units', limits: 'Stock limits' };

/** Refreshes all queries that depend on stock. */
export const refreshStock = (): void => {
  for (const key of ['inventory', 'level', 'movements', 'holds', 'product', 'products', 'dashboard'])
    void queryClient.invalidateQueries({ queryKey: [key] });
};
const showLevel = (level: StockLevel): void => {
  refreshStock();
  showDone('Stock changed', level.tracked ? `${level.onHand} on hand, ${availableInSentence(level)}` : 'Not tracked');
};
const reasonOf = (text: string) => (text.trim() ? null : 'Enter a reason');
const placesOf = (level: StockLevel) => level.locations.map((l) => ({ value: l.locationId, label: `${l.code} (${l.onHand})` }));

interface FormProps {
  readonly level: StockLevel;
  readonly onDone: () => void;
}

const CountForm = ({ level, onDone }: FormProps) => {
  const form = useForm({
    initialValues: { locationId: '', onHand: level.onHand, reason: '', force: false },
    validate: { reason: reasonOf },
  });
  const set = useMutation({
    mutationFn: () => {
      const { locationId, onHand, reason, force } = form.values;
      const place = level.locations.find((l) => l.locationId === locationId);
      return shop.inventory.set({
        variantId: level.variantId,
        version: level.version,
        onHand: Number(onHand),
        reason,
        ...(place && { locationId: place.locationId }),
        ...(force && { force }),
      });
    },
    onSuccess: (next) => {
      showLevel(next);
      onDone();
    },
    onError: (error) => {
      // The shown level is out of date. Reload it, so that the user sees the current one before trying again.
      if (error instanceof CartwrightError && error.code === 'VERSION_MISMATCH') refreshStock();
      showErrorAt(form)(error);
    },
  });
  return (
    <form onSubmit={form.onSubmit(() => set.mutate())}>
      <Stack>
        <Text size="sm">{counted(level.onHand, 'unit')} on hand. The count is rejected if the stock changes before you save it.</Text>
        <Select
          label="Location"
          data={[{ value: '', label: 'All locations' }, ...placesOf(level)]}
          allowDeselect={false}
          {...form.getInputProps('locationId')}
        />
        <NumberField label="Units counted" min={0} allowDecimal={false} data-autofocus {...form.getInputProps('onHand')} />
        <TextInput label="Reason" placeholder="Yearly count …" {...form.getInputProps('reason')} />
        <Checkbox label="Allow stock below what is reserved for carts and orders" {...form.getInputProps('force', { type: 'checkbox' })} />
        <Button type="submit" loading={set.isPending}>
          Save count
        </Button>
      </Stack>
    </form>
  );
};

const TransferForm = ({ level, onDone }: FormProps) => {
  const locations = level.locations.map((l) => l.locationId);
  const form = useForm({
    initialValues: { fromLocationId: locations[0] ?? '', toLocationId: locations[1] ?? '', quantity: 1, reason: '' },
    validate: {
      reason: reasonOf,
      toLocationId: (to, { fromLocationId }) => (to === fromLocationId ? 'Choose another location' : null),
    },
  });
  const transfer = useMutation({
    mutationFn: () => {
      const place = (id: string) => locations.find((l) => l === id);
      const [fromLocationId, toLocationId] = [place(form.values.fromLocationId), place(form.values.toLocationId)];
      if (!fromLocationId || !toLocationId) throw new Refused('Choose the location of the units and the location to move them to.');
      const { quantity, reason } = form.values;
      return shop.inventory.transfer({
        variantId: level.variantId,
        fromLocationId,
        toLocationId,
        quantity: Number(quantity),
        reason,
      });
    },
    onSuccess: (next) => {
      showLevel(next);
      onDone();
    },
    onError: showErrorAt(form),
  });
  return (
    <form onSubmit={form.onSubmit(() => transfer.mutate())}>
      <Stack>
        <Select label="From" data={placesOf(level)} allowDeselect={false} {...form.getInputProps('fromLocationId')} />
        <Select label="To" data={placesOf(level)} allowDeselect={false} {...form.getInputProps('toLocationId')} />
        <NumberField label="Units to move" min={1} allowDecimal={false} {...form.getInputProps('quantity')} />
        <TextInput label="Reason" placeholder="Northern warehouse runs out …" {...form.getInputProps('reason')} />
        <Button type="submit" loading={transfer.isPending}>
          Transfer
        </Button>
      </Stack>
    </form>
  );
};

const LimitsForm = ({ level, onDone }: FormProps) => {
  const form = useForm({
    initialValues: { tracked: level.tracked, reorderThreshold: level.reorderThreshold, backorderLimit: level.backorderLimit },
  });
  const configure = useMutation({
    mutationFn: () =>
      shop.inventory.configure({
        variantId: level.variantId,
        tracked: form.values.tracked,
        reorderThreshold: Number(form.values.reorderThreshold),
        backorderLimit: Number(form.values.backorderLimit),
      }),
    onSuccess: (next) => {
      showLevel(next);
      onDone();
    },
    onError: showErrorAt(form),
  });
  return (
    <form onSubmit={form.onSubmit(() => configure.mutate())}>
      <Stack>
        <Switch
          label="Track stock"
          description="Without it, the variant can always be bought, and no units are counted"
          {...form.getInputProps('tracked', { type: 'checkbox' })}
        />
        <NumberField
          label="Reorder threshold"
          description="Stock is low when this many units or fewer are available"
          min={0}
          allowDecimal={false}
          {...form.getInputProps('reorderThreshold')}
        />
        <NumberField
          label="Backorder limit"
          description="How many units may be sold before they are in stock; 0 allows none"
          min={0}
          allowDecimal={false}
          {...form.getInputProps('backorderLimit')}
        />
        <Button type="submit" loading={configure.isPending}>
          Save
        </Button>
      </Stack>
    </form>
  );
};

const forms: Record<StockAction, (props: FormProps) => ReactNode> = { count: CountForm, transfer: TransferForm, limits: LimitsForm };

/** Dialog of one action on one stock level. The form is reset when the level has a new version. */
export const StockDialog = ({ level, action, onClose }: { level: StockLevel; action: StockAction | null; onClose: () => void }) => {
  const Form = action && forms[action];
  return (
    <Modal opened={action !== null} onClose={onClose} title={action ? `${titles[action]}: ${level.sku}` : ''}>
      {Form && <Form key={level.version} level={level} onDone={onClose} />}
    </Modal>
  );
};
