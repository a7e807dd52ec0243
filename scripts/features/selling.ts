/** Units of prices, stock, carts and checkout. */
import { feature, type FeatureArea } from './feature.ts';

export const pricing: FeatureArea = {
  name: 'Pricing',
  features: [
    feature(
      'effective price with each applied rule',
      'pricing.effectivePrice pricing.quote',
      'a unit price names each applied rule with its discount on the line, and each unapplied one with the reason',
      'a promo code applies its rules to the price of a product as in a cart: while it can be used, and in any spelling',
    ),
    feature(
      'rules: quantity, group, code, window, scope, priority, exclusive',
      'pricing.createRules pricing.updateRule pricing.deleteRule pricing.listRules pricing.getRule',
      'a pricing rule is created, read, changed once per version, listed and deleted',
      'a pricing rule applies to a category and all below it, to a group and in its window, and elsewhere says why it does not apply',
      'stackable order promotions apply by priority, and an exclusive one applies alone',
      'the pricing engine agrees with the slow model to the minor unit on 1,000 random carts with several tax rates and both roundings',
    ),
    feature(
      'promotions in force at an instant',
      'pricing.promotions',
      'buyers see the promotions in force at an instant, and only staff see secret ones',
    ),
    feature(
      'promo codes and their limits, given back on cancelling',
      'carts.applyCode promoCodes.create promoCodes.generate promoCodes.redemptions',
      'concurrent checkouts never use a promo code more often than its limit',
      'a promo code is released once when its order expires and is cancelled at the same time',
      'the limit of a promo code counts one buyer by account and by e-mail address',
    ),
    feature('low-stock surcharge', 'settings.update', 'the low-stock surcharge applies only where the shop has it on and stock is low'),
    feature(
      'total of a cart in whole minor units',
      'carts.get pricing.simulate',
      'the parts of a total add up, no discount exceeds its line, and nothing is negative',
      'tax that is rounded per line adds up to the tax of the cart, each line within half a unit of the exact amount',
      'the tax of each rate is the taxable amount times the rate, rounded once, on 500 random orders (BR-CO-17)',
      'lines, discounts, shipping and tax add up to the total of 500 random orders (BR-CO-10, BR-CO-13 to BR-CO-15, BR-S-08)',
    ),
    feature(
      'tax by country, region and class, and shipping methods',
      'tax.rate tax.save tax.list tax.delete tax.assignClass shipping.create',
      'tax rates are set, found by region and class, listed and deleted, and the cached answer follows at once',
      'several rates of one place all apply, each is shown as a row, and one is renamed or deleted without the other',
      'tax is rounded once for each rate of an order, or per line by setting, and an edit of an order rounds it as it was',
      'shipping offers the methods for the address by weight and value, cheapest first, and is free over its threshold',
      'a method by weight is offered for goods of unknown weight only with a default weight, and a checkout says why not',
    ),
    feature(
      'base price with its history',
      'products.setPrice priceLists.history priceLists.lowestPrices',
      'price lists apply to a group, from a quantity and in their time, and every changed price is recorded',
      'the lowest price of 30 days is the price in force at their start or the lowest one since',
    ),
    feature(
      'scheduled price lists',
      'priceLists.create priceLists.setPrices priceLists.update',
      'a unit price comes from the price list in force: a group list before a general one, the highest quantity break reached',
    ),
  ],
};

export const inventory: FeatureArea = {
  name: 'Inventory',
  features: [
    feature(
      'on hand, reserved and available units',
      'inventory.get inventory.ofProduct inventory.list',
      'availability is never older than the call, for many readers while another process sells',
      'availability counts the units of expired holds as free, for buyers and staff, before any sweep',
    ),
    feature(
      'absolute and relative changes with a reason',
      'inventory.set inventory.adjust inventory.configure inventory.transfer',
      'setting stock with a version from before a sale is refused, so the sale is not undone',
      'concurrent settings of one stock version change it at most once while sales run, and every adjustment counts',
    ),
    feature(
      'variants whose stock is not tracked',
      'inventory.configure',
      'can be bought in any quantity without a unit on hand, and is never sold out or low',
      'tracking that is switched on and off while buyers buy sells no unit of a tracked level twice and leaves no counter behind',
    ),
    feature(
      'units sold before they arrive',
      'inventory.configure',
      'gets those on hand at payment and the others when they arrive, the oldest paid order first',
      'units of a sale are never backordered and never given to orders that wait; its free units are, once it closes',
    ),
    feature(
      'reserve without overselling',
      'carts.addItem checkout.complete flashSales.buy',
      'a hundred of two thousand buyers get one of a hundred units each, and all others are refused for lack of stock',
      'concurrent calls of … and … leave the data consistent',
    ),
    feature(
      'release and commit of reserved units',
      'carts.removeItem cancelOrder expireOrders',
      'an order that is cancelled and shipped at the same moment moves its units once',
      'a guest checkout charges the buyer, confirms the order, reduces stock and issues an invoice',
    ),
    feature(
      'stock of a deleted product',
      'products.delete',
      'a product cannot be deleted while units are held, and leaves the stock list when it is deleted',
    ),
    feature(
      'low stock, listed and announced once per crossing',
      'inventory.lowStock inventory.low_stock',
      'a variant below its threshold is listed as low on stock, lowest availability first',
      'a crossed stock threshold is announced once among fifty buyers, and again after stock has risen above it',
    ),
    feature(
      'expired holds, by schedule and on demand',
      'expireCartHolds inventory.holds',
      'the next buyer gets the units of an expired hold without any worker, and its own cart can take them again once they are free',
      'an expired hold is released once, whichever of two sweepers and forty buyers comes first',
    ),
    feature(
      'the ledger, whose sum is the stock on hand, and its repair',
      'inventory.movements inventory.repair repairStock',
      'rows of the stock ledger cannot be deleted on their own',
      'a stock repair corrects each wrong counter once while sales go on',
      '… detects the inconsistency made for it',
    ),
    feature(
      'several locations',
      'inventory.locations inventory.createLocation inventory.updateLocation',
      'the units of all locations add up to the stock level after concurrent sales, deliveries, transfers and cancellations',
    ),
  ],
};

export const carts: FeatureArea = {
  name: 'Carts and checkout',
  features: [
    feature(
      'carts of accounts and guests, merged at sign-in',
      'carts.create carts.get carts.mine carts.merge carts.addToMine carts.removeFromMine',
      'REST serves a procedure at each of its addresses, such as /cart and /orders',
      "a guest's cart becomes the cart of an account without one, with the same lines, repriced for the account",
    ),
    feature(
      'lines with a price and a hold; codes; totals',
      'carts.addItem carts.addItems carts.updateItem carts.removeItem carts.clear carts.update carts.setShipping carts.applyCode ' +
        'carts.removeCode',
      'each change returns the cart exactly as it is read afterwards',
      'every change of a cart renews the hold of each of its lines',
      'a promo code reduces the cart, unlocks its rules, and removing it undoes both',
    ),
    feature(
      'active and abandoned carts',
      'carts.listActive announceAbandonedCarts',
      'staff see abandoned carts with their value and their held units',
    ),
    feature(
      'checkout under an Idempotency-Key',
      'checkout.complete checkout.status',
      'fifty requests with one key create one order and one charge',
      'a hundred concurrent buyers of ten units get ten orders and ninety refusals',
      '… has no second effect after its answer was deleted, one after the other or fifty at once',
    ),
    feature(
      'validation of stock and price drift per line',
      'checkout.validate',
      'validation lists every problem with its line',
      'a price may change within the drift that the shop allows, and no further',
    ),
    feature(
      'summary, binding quotes, late codes and shipping choices',
      'checkout.summary checkout.shippingOptions carts.quote',
      'the checkout summary has lines, taxes and totals, and its total is the one that is charged',
      'a valid quote keeps its amounts when price, promotion, tax and shipping change',
      'a code with one use left is used by one of forty carts, and carts without it are ordered',
    ),
    feature(
      'confirmation and failure in one transaction; payment retried',
      'checkout.complete checkout.retryPayment',
      'concurrent settlements confirm each order once with an invoice, for the same or different products, also when repeated',
      'a declined order keeps its units and can be paid with another payment method as a new charge',
    ),
    feature(
      'gift cards and store credit',
      'carts.applyCredit carts.removeCredit storeCredit.issueGiftCard storeCredit.grant',
      'an order charges what its gift cards do not cover, and keeps its total, tax and invoice',
      'a gift card in fifty concurrent orders pays those that its balance covers and never goes below zero',
    ),
  ],
};
