/** The steps of an order that are possible now, each with its dialog. */
import { Button, Menu } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { Order } from '@cartwright/contracts';
import { IconChevronDown, IconTruck } from '@tabler/icons-react';
import { useMay, useMissingScopes } from '../lib/grants.ts';
import { shop } from '../lib/shop.ts';
import { useStep } from '../lib/use-step.ts';
import { EditDialog } from './edit-dialog.tsx';
import { CancelDialog, readyToShip, refundable, ShipDialog } from './order-dialogs.tsx';
import { ReturnDialog } from './return-dialogs.tsx';
import { ScopedButton } from './scoped-button.tsx';

/** The steps that are possible now. Other steps are not offered. */
export const stepsOf = (order: Order) => {
  const waiting = order.edits.find((edit) => edit.status === 'awaiting_payment');
  const here = !waiting && order.shippedCount === 0 && ['pending', 'confirmed'].includes(order.status);
  return {
    waiting,
    ship: !waiting && order.status === 'confirmed' && !['Refunded', 'Disputed'].includes(order.label),
    deliver: order.status === 'shipped',
    cancel: ['pending', 'confirmed', 'shipped'].includes(order.status),
    edit: here && order.status === 'confirmed' && !['Refunded', 'Disputed'].includes(order.label),
    address: here,
    refund: order.status !== 'pending' && refundable(order) > 0,
    createReturn: order.status !== 'cancelled' && order.items.some((item) => item.shippedQuantity > item.claimedQuantity),
  };
};

interface Props {
  readonly order: Order;
}

/** Steps that are rarely needed. */
const More = ({ order }: Props) => {
  const steps = stepsOf(order);
  const may = useMay();
  const mayEdit = steps.edit && may('orders.edit');
  const mayReturn = steps.createReturn && may('returns.request');
  const [editing, editDialog] = useDisclosure();
  const [returning, returnDialog] = useDisclosure();
  return (
    <>
      {(mayEdit || mayReturn) && (
        <Menu>
          <Menu.Target>
            <Button variant="default" rightSection={<IconChevronDown size={14} />}>
              More
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {mayEdit && <Menu.Item onClick={editDialog.open}>Edit the order</Menu.Item>}
            {mayReturn && <Menu.Item onClick={returnDialog.open}>Create a return</Menu.Item>}
          </Menu.Dropdown>
        </Menu>
      )}
      {mayEdit && editing && <EditDialog order={order} opened={editing} onClose={editDialog.close} />}
      <ReturnDialog order={order} opened={returning} onClose={returnDialog.close} />
    </>
  );
};

const Cancel = ({ order }: Props) => {
  const [opened, dialog] = useDisclosure();
  const lacking = useMissingScopes('payments:refund');
  return (
    <>
      <ScopedButton calls="orders.cancel" variant="default" lacking={stepsOf(order).refund ? lacking : null} onClick={dialog.open}>
        Cancel
      </ScopedButton>
      <CancelDialog order={order} opened={opened} onClose={dialog.close} />
    </>
  );
};

const Ship = ({ order }: Props) => {
  const [opened, dialog] = useDisclosure();
  return (
    <>
      <ScopedButton
        calls="orders.ship"
        lacking={readyToShip(order) === 0 ? 'All remaining units are sold ahead. They can be shipped after stock arrives.' : null}
        leftSection={<IconTruck size={16} />}
        onClick={dialog.open}
      >
        Ship
      </ScopedButton>
      <ShipDialog order={order} opened={opened} onClose={dialog.close} />
    </>
  );
};

const Deliver = ({ order }: Props) => {
  const deliver = useStep(
    () => shop.orders.deliver({ orderId: order.id }),
    'Marked as delivered',
    () => undefined,
  );
  return (
    <ScopedButton calls="orders.deliver" loading={deliver.isPending} onClick={() => deliver.mutate()}>
      Mark as delivered
    </ScopedButton>
  );
};

export const OrderSteps = ({ order }: Props) => {
  const may = stepsOf(order);
  return (
    <>
      <More order={order} />
      {may.cancel && <Cancel order={order} />}
      {may.ship && <Ship order={order} />}
      {may.deliver && <Deliver order={order} />}
    </>
  );
};
