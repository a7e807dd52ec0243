/** Units of orders, payments, refunds and invoices. */
import { notBuilt, feature, type FeatureArea } from './feature.ts';

export const orders: FeatureArea = {
  name: 'Orders',
  features: [
    feature(
      'states and their only transitions',
      'orders.ship orders.deliver orders.cancel',
      'an order has six allowed status changes',
      'every other status change from … is refused and changes nothing',
    ),
    feature('order numbers', 'checkout.complete', 'five thousand order numbers from fifty concurrent writers are unique'),
    feature(
      'placing an order, also in a flash sale',
      'checkout.complete flashSales.buy',
      'a cart that is ordered twice at the same moment becomes one order',
      'fifty concurrent purchases with one key buy once and return the same order',
    ),
    feature(
      'finding orders by id, user, state and text; deleting them',
      'orders.get orders.list orders.listForUser orders.delete',
      'the list of orders is searched by e-mail in any case, by SKU and by any part of the number',
      'the orders of a user are listed for that user and for staff; to others the user does not exist',
      'deleting an order voids each refund that was not sent to a provider once, and frees its amount',
    ),
    feature(
      'orders of others are not found',
      'orders.get orders.list',
      'an order of somebody else and an absent order get the same answer',
      'customers see only their own orders, whatever they filter by',
    ),
    feature(
      'cancelling and expiry',
      'orders.cancel expireOrders',
      'a paid order that staff cancel is refunded and restocked and gets a credit note',
      'a buyer can cancel an order until it is paid, and not afterwards',
      'a concurrent expiry and capture end in a confirmed order or a cancelled and refunded one',
    ),
    feature(
      'address, shipping with tracking, delivery, timeline, notes',
      'orders.updateAddress orders.ship orders.deliver orders.addNote',
      'the buyer can change the address of an order until an item is shipped, which is announced once',
      'an order can be shipped in several parcels, and becomes shipped with its last unit',
      'parcels are delivered one by one, and the order with the last one',
      'a note is visible to staff only unless it is marked as visible',
    ),
    feature(
      'items, addresses and amounts as sold',
      'orders.get',
      'a deleted product keeps its sold variant, and the order keeps its item texts',
      'tax is calculated by the class of a line, rounded half up, and for shipping; an order keeps its tax',
    ),
    feature(
      'events of orders',
      'order.placed order.confirmed order.shipped order.delivered order.cancelled order.address_updated',
      'events announce each step of an order that its buyer sees, and the sale of its units',
      'a cancelled order is announced once, with the reason',
      'the buyer can change the address of an order until an item is shipped, which is announced once',
    ),
    feature(
      'edits of a paid order',
      'orders.edit orders.previewEdit orders.payEdit orders.withdrawEdit',
      'an edit that makes an order more expensive charges the increase, and cancelling refunds everything',
    ),
    feature(
      'returns',
      'returns.request returns.decide returns.receive returns.writeOff returns.list',
      'the buyer requests a return, staff approve and receive it, and the buyer is refunded to the cent',
    ),
    feature(
      'saved views and the export of the order list',
      'orderViews.create orderViews.list orderViews.update orderViews.delete exportOrders',
      'the export contains the same orders as the list with the same filters',
    ),
  ],
};

export const payments: FeatureArea = {
  name: 'Payments, refunds, invoices',
  features: [
    feature(
      'the port to providers: charge, refund, look up, read webhooks',
      'payments.get payments.listForOrder PaymentGateway',
      'a gateway is never called while a transaction is open',
      'an answer about a charge with … is invalid',
    ),
    feature(
      'Stripe and the sandbox',
      'createStripeGateway createSandboxGateway',
      'Stripe captures a payment, and refunds it when staff cancel the order',
      'a buyer confirms the charge on the provider’s page, which leads back to the shop',
    ),
    notBuilt('PayPal, Square and Razorpay'),
    notBuilt('charges that are authorised first and captured or voided later'),
    feature(
      'pages of the provider, and asking it for the state',
      'payments.verify reconcilePayments openEditLink',
      'a payment that the buyer must confirm leaves the order pending, shows where to confirm, and is announced',
      'an order whose charge has no response stays pending until reconciliation finds the one charge',
    ),
    feature(
      'webhooks: signature, once, any order, never lost',
      'handleGatewayWebhook catchUpGatewayEvents retryGatewayEvents',
      'an event is refused when its signature is missing, forged, or made with another secret, body or scheme',
      'an event that arrives three times at once and a hundred times later takes effect once',
      'events in any of 120 orders end in the same state: captured, partly refunded, refund failed, disputed and won',
    ),
    feature(
      'refunds, whole and in part',
      'payments.refund payments.refundOrder',
      'two concurrent refunds never exceed the captured amount',
      'a repeated refund answers with every field of the refund that its key made',
      'a refund by … is refused to support and to strangers, and changes nothing',
    ),
    feature(
      'states of payments and refunds, disputes, unreconciled payments',
      'payments.listDiscrepancies payments.resolveDiscrepancy reconcileRecords',
      'a payment refuses every transition that the table lacks, and stays unchanged',
      'an inquiry moves no money and blocks no refund; an escalated one blocks refunds until it is won',
      'a charge of … does not pay the order, is explained to the buyer, and is refunded at exactly the charged amount',
    ),
    feature(
      'invoices and credit notes with numbers without gaps',
      'invoices.list',
      'refunds in any parts never exceed the captured amount, and their credit notes add up to the invoice with tax and discount',
      '… detects the inconsistency made for it',
    ),
    notBuilt('invoices as PDF, by mail, and voided'),
    feature(
      'events of payments',
      'payment.captured payment.failed payment.requires_action refund.processed invoice.issued',
      'events announce a captured payment, its invoice and its refund, each once',
      'a payment that the buyer must confirm leaves the order pending, shows where to confirm, and is announced',
    ),
  ],
};
