/** The form that moves units of a flash sale from regular stock, or back to it. */
import { Button, Popover, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import type { FlashSaleItemId } from '@cartwright/contracts';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { queryClient, showDone, showErrorAt } from '../lib/queries.ts';
import { shop } from '../lib/shop.ts';
import { NumberField } from './number-field.tsx';
import { ScopedButton } from './scoped-button.tsx';

export const MoveUnits = ({ itemId }: { itemId: FlashSaleItemId }) => {
  const [opened, setOpened] = useState(false);
  const form = useForm({ initialValues: { delta: 10 as number | string } });
  const delta = Number(form.values.delta);
  const move = useMutation({
    mutationFn: () => shop.flashSales.adjustUnits({ itemId, delta }),
    onSuccess: () => {
      showDone('Units moved');
      setOpened(false);
      void queryClient.invalidateQueries({ queryKey: ['sale'] });
    },
    onError: showErrorAt(form),
  });
  return (
    <Popover opened={opened} onChange={setOpened} trapFocus>
      <Popover.Target>
        <ScopedButton calls="flashSales.adjustUnits" size="compact-sm" variant="light" onClick={() => setOpened((o) => !o)}>
          Move units
        </ScopedButton>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="xs">
          <NumberField
            label="Units"
            description="Taken from regular stock. A negative number returns units"
            allowDecimal={false}
            data-autofocus
            {...form.getInputProps('delta')}
          />
          <Button size="xs" loading={move.isPending} disabled={delta === 0} onClick={() => move.mutate()}>
            Move
          </Button>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
};
