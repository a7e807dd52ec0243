/** The payments of an order, with its refund. */
import { useDisclosure } from '@mantine/hooks';
import type { Order } from '@cartwright/contracts';
import { RefundDialog } from './order-dialogs.tsx';
import { OrderPayments } from './order-payments.tsx';
import { stepsOf } from './order-steps.tsx';
import { Panel } from './panel.tsx';
import { ScopedButton } from './scoped-button.tsx';

const Refund = ({ order }: { order: Order }) => {
  const [opened, dialog] = useDisclosure();
  return (
    <>
      <ScopedButton size="compact-sm" variant="default" calls="payments.refundOrder" onClick={dialog.open}>
        Refund
      </ScopedButton>
      <RefundDialog order={order} opened={opened} onClose={dialog.close} />
    </>
  );
};

export const Payments = ({ order }: { order: Order }) => (
  <Panel title="Payments" action={stepsOf(order).refund && <Refund order={order} />}>
    <OrderPayments order={order} />
  </Panel>
);
