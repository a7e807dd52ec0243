/** Generated from the contract by pnpm generate; a test fails when it is out of date. */
export interface FieldTexts {
  readonly models: Readonly<Record<'input' | 'output', Readonly<Record<string, Readonly<Record<string, string>>>>>>;
  readonly procedures: Readonly<Record<string, Readonly<Record<'input' | 'output', Readonly<Record<string, string>>>>>>;
}
export const fieldTexts: FieldTexts = {
 "models": {
  "input": {
   "AddressInput": {
    "": "A postal address as typed by the customer.",
    "region": "Region, state or province, as in the postal address.",
    "countryCode": "ISO 3166-1 alpha-2 country code, such as `DE`.",
    "phone": "E.164 number, such as `+4930123456`."
   },
   "PaymentMethodInput": {
    "": "Payment method of the buyer: a token from the provider's browser library, never card data. The sandbox provider accepts `tok_success`, `tok_decline`, `tok_timeout`, `tok_late`, `tok_3ds`, and `tok_once`, which it cannot charge a second time without the buyer.",
    "returnUrl": "Where the provider redirects the buyer after a confirmation on its page."
   }
  },
  "output": {
   "Problem": {
    "": "Body of every error response: the members of RFC 9457 plus `code`, `retry`, `fields`, `details`.",
    "instance": "Id of the request. Quote it to support.",
    "details": "Facts for programs, such as the units still available."
   },
   "Session": {},
   "User": {
    "firstName": "Null only when `unreadable` lists it.",
    "lastName": "Null only when `unreadable` lists it.",
    "emailVerified": "Whether the owner has confirmed the e-mail address.",
    "customerGroup": "Customer group for pricing rules, such as `wholesale`; null for none."
   },
   "TokenPair": {
    "accessToken": "EdDSA-signed JWT (RFC 9068). Send it as `Authorization: Bearer`.",
    "refreshToken": "Opaque, for single use: every refresh returns a new one."
   },
   "ProductPage": {},
   "ProductSummary": {
    "brand": "Brand; null for none.",
    "category": "Category of the product; null for none.",
    "imageUrl": "Primary image; null if the product has none.",
    "minPriceCents": "Prices of the cheapest and the most expensive variant.",
    "maxPriceCents": "Price of the most expensive variant."
   },
   "Product": {
    "brand": "Brand; null for none.",
    "category": "Category of the product; null for none.",
    "imageUrl": "Primary image; null if the product has none.",
    "minPriceCents": "Prices of the cheapest and the most expensive variant.",
    "maxPriceCents": "Price of the most expensive variant.",
    "handle": "Identifies the product in CSV files and other systems; the `slug` is only its address.",
    "options": "Option names with their values, in display order.",
    "publishAt": "When a draft is published automatically.",
    "unpublishAt": "When the product is unpublished automatically."
   },
   "Variant": {
    "": "A variant as shoppers see it: with availability, without the stock counters.",
    "options": "Option names with values, in the product's option order: `{ Size: 'Small' }`.",
    "priceCents": "Own price of one unit in `currency`, before price lists and rules.",
    "compareAtPriceCents": "Previous price to show beside the price, never lower than it; null for none.",
    "lowestPriceCents": "Lowest price of the last 30 days, including today; price lists and rules do not count.",
    "priorPriceCents": "The price from which a reduction is calculated in the EU (Directive 98/6/EC, Article 6a): the lowest price of the 30 days before the current price took effect; null if there was none. If it is not above the current price, there is no reduction to announce.",
    "weightGrams": "Weight of one unit; null if it is not known.",
    "barcode": "EAN, UPC, ISBN or a number of the shop's own.",
    "imageId": "The image of the product that shows this variant; null when none does."
   },
   "Availability": {
    "": "Availability of a variant as shoppers see it.",
    "available": "Units that can be sold now: on hand minus reserved.",
    "inStock": "Whether a unit can be bought, from stock on hand or as a backorder.",
    "label": "What to show beside the buy button: `sold_out` means that nothing can be bought."
   },
   "ProductImage": {
    "position": "Counted from 1.",
    "isPrimary": "The first image is the primary image; lists show it."
   },
   "Category": {},
   "CategoryDetail": {
    "parentId": "Parent category; null for the top level.",
    "description": "Text for shoppers; null for none."
   },
   "Collection": {
    "description": "Text for shoppers; null for none.",
    "rule.category": "A category, including its subcategories.",
    "rule.options": "`Name:Value`, such as `Size:Small`.",
    "rule.minPriceCents": "Lowest price that matches.",
    "rule.maxPriceCents": "Highest price that matches.",
    "rule.inStock": "`true` returns only products with a unit that can be bought; `false` only the others.",
    "active": "Whether shoppers see the collection."
   },
   "CollectionPage": {},
   "SearchFacets": {
    "options": "Option names with their values, such as Size.",
    "prices": "Price bands by the cheapest variant: from `minCents` to below `maxCents`; the last band has no upper limit.",
    "prices[].minCents": "Inclusive lower limit.",
    "prices[].maxCents": "Exclusive upper limit; null for the last band."
   },
   "ImportRow": {
    "line": "Line of the file; the header is line 1.",
    "sku": "SKU of the row; null if the row has none.",
    "outcome": "Nothing of a `failed` row and of the other rows of its product is written. Every other row is imported as in the file, except for what `message` names.",
    "message": "Every reason why the row failed, or a note on an imported row, such as an omitted image.",
    "code": "Error code that other calls return for the value that failed, or that was left out or changed; null for other rows."
   },
   "CatalogImport": {
    "rowCount": "Rows of the file; 0 until the file has been read.",
    "processedCount": "Rows processed so far.",
    "createdCount": "Rows with the outcome `created`.",
    "updatedCount": "Rows with the outcome `updated`.",
    "unchangedCount": "Rows with the outcome `unchanged`.",
    "failedCount": "Rows with the outcome `failed`.",
    "notedCount": "Imported rows with a note in `message`.",
    "unusedColumns": "Columns with values that the import does not use, with the number of rows that have one.",
    "newCategories": "Names of the categories that the import adds, or would add.",
    "problem": "Why the whole file was rejected.",
    "finishedAt": "When the import ended; null before."
   },
   "SearchResult": {},
   "SearchSuggestions": {},
   "Reindex": {
    "productCount": "Number of products, and how many of them are processed.",
    "processedCount": "Products processed so far.",
    "finishedAt": "When the rebuild ended; null before."
   },
   "PriceQuote": {
    "baseUnitPriceCents": "Price of one unit before price lists and rules, in `currency`.",
    "unitPriceCents": "Price of one unit after price lists and rules, in `currency`.",
    "totalCents": "`unitPriceCents` times `quantity`, before offers, order promotions, shipping and tax.",
    "appliedRules": "Price lists and rules that changed the unit price.",
    "unappliedRules": "Rules in scope that did not apply, with the reason."
   },
   "AppliedRule": {
    "": "A rule that changed a price. `amountCents` is the reduction; negative for a surcharge."
   },
   "UnappliedRule": {},
   "Promotion": {
    "": "The fields of a promotion that shoppers may see.",
    "percentBasisPoints": "For `percent_off`, `order_percent_off` and `low_stock_surcharge`. For `buy_x_get_y` the reduction of the free units; default 100 %.",
    "amountCents": "For `amount_off` (per unit), `fixed_price` (the unit price) and `order_amount_off`.",
    "currency": "Currency of the amounts. Default: the currency of the variant or product in scope, else the store's.",
    "buyQuantity": "For `buy_x_get_y`: of every `buyQuantity + getQuantity` units, the cheapest `getQuantity` are reduced.",
    "getQuantity": "For `buy_x_get_y`: units that are reduced.",
    "variantId": "Scope: at most one of the four; all products if all are null. A category includes its subcategories.",
    "productId": "Id of the product",
    "categoryId": "Id of the category",
    "collectionId": "Products that match the collection's rule at the time of pricing, even if the collection is not active.",
    "minQuantity": "Minimum units of the line; for the `order_` effects and `free_shipping`, of all lines in scope.",
    "minSubtotalCents": "For the `order_` effects and `free_shipping`: minimum value of the goods.",
    "startsAt": "When the rule begins to apply; null for at once.",
    "endsAt": "When the rule stops applying; null for never."
   },
   "PriceSimulation": {
    "": "Price of a cart by line, with the rules that applied and those that did not.",
    "lines[].baseUnitPriceCents": "Price of one unit before price lists and rules, in `currency`.",
    "lines[].unitPriceCents": "Price of one unit after price lists and rules, in `currency`.",
    "lines[].lineTotalCents": "`unitPriceCents` times `quantity`, before `discountCents`. Includes tax if the prices of the shop do.",
    "lines[].discountCents": "Reduction of the line by offers and order promotions.",
    "lines[].taxBasisPoints": "Tax rate of the line, in hundredths of a percent.",
    "lines[].taxCents": "Tax of the line after the discount; part of the price if prices include tax.",
    "taxes[].taxableCents": "Amount that the rate applies to, after discounts; includes the tax if prices include tax.",
    "taxes[].taxCents": "Tax at this rate.",
    "shippingMethodId": "Id of the shipping method",
    "shippingUnavailable": "Whether no shipping method delivers these items to the destination."
   },
   "ShippingOption": {
    "": "A shipping method for a cart, with its price.",
    "priceCents": "Price of shipping in the currency of the cart, after promotions.",
    "fullPriceCents": "Price before promotions."
   },
   "Totals": {
    "": "Totals of a cart or an order, in minor units. The buyer pays `totalCents`.",
    "subtotalCents": "Sum of the lines before discounts. Includes tax if `taxIncluded`.",
    "discountCents": "Reduction of the lines by offers and order promotions. Shipping promotions are already in `shippingCents`.",
    "shippingCents": "Price of shipping after promotions; 0 if no method is chosen.",
    "taxCents": "Total tax of the lines and of shipping.",
    "totalCents": "Subtotal minus discount plus shipping; plus tax unless `taxIncluded`. Gift cards and store credit are not deducted.",
    "taxIncluded": "Whether prices include `taxCents`."
   },
   "PricingRule": {
    "percentBasisPoints": "For `percent_off`, `order_percent_off` and `low_stock_surcharge`. For `buy_x_get_y` the reduction of the free units; default 100 %.",
    "amountCents": "For `amount_off` (per unit), `fixed_price` (the unit price) and `order_amount_off`.",
    "currency": "Currency of the amounts. Default: the currency of the variant or product in scope, else the store's.",
    "buyQuantity": "For `buy_x_get_y`: of every `buyQuantity + getQuantity` units, the cheapest `getQuantity` are reduced.",
    "getQuantity": "For `buy_x_get_y`: units that are reduced.",
    "stockThreshold": "For `low_stock_surcharge`: applies at this number of units or fewer.",
    "variantId": "Scope: at most one of the four; all products if all are null. A category includes its subcategories.",
    "productId": "Id of the product",
    "categoryId": "Id of the category",
    "collectionId": "Products that match the collection's rule at the time of pricing, even if the collection is not active.",
    "minQuantity": "Minimum units of the line; for the `order_` effects and `free_shipping`, of all lines in scope.",
    "minSubtotalCents": "For the `order_` effects and `free_shipping`: minimum value of the goods.",
    "customerGroup": "Only for buyers in this group; null for everybody.",
    "code": "Applies only with this promo code on the cart.",
    "fullPriceOnly": "For offers and order promotions: excludes lines whose unit price was already changed.",
    "startsAt": "When the rule begins to apply; null for at once.",
    "endsAt": "When the rule stops applying; null for never.",
    "priority": "Rules are evaluated from the highest priority down. After an exclusive rule applies, no further rule is evaluated.",
    "stackable": "Whether further rules can apply after this one.",
    "active": "Whether the rule applies within its period."
   },
   "PromoCode": {
    "percentBasisPoints": "At most one of percent, amount and free shipping. A code with none only enables the rules that require it.",
    "amountCents": "Reduction of the order, in `currency`; null for none.",
    "freeShipping": "Whether the code makes shipping free.",
    "currency": "Currency of the amounts. The code is then valid only for carts in this currency.",
    "minSubtotalCents": "Minimum value of the goods, in `currency`; null for none.",
    "fullPriceOnly": "Excludes lines whose unit price was already changed.",
    "stackable": "Whether further promo codes and rules can apply after this one.",
    "usageLimit": "Maximum uses by all buyers together.",
    "perCustomerLimit": "Maximum uses by one buyer, by account and by e-mail address.",
    "startsAt": "When the code begins to be valid; null for at once.",
    "endsAt": "When the code stops being valid; null for never.",
    "active": "Whether the code can be used within its period.",
    "usedCount": "Orders that used the code. Orders that expired unpaid do not count.",
    "batchId": "Batch of codes that were generated together."
   },
   "PriceList": {
    "customerGroup": "Only for buyers in this group; null for everybody.",
    "priority": "The matching list with the highest priority applies; then a list for a group before a list for everybody; then the list with the latest start.",
    "startsAt": "When the prices begin to apply; null for at once.",
    "endsAt": "When the prices stop applying; null for never.",
    "active": "Whether the prices apply within the period."
   },
   "TaxRate": {
    "region": "Region within the country; null for the whole country."
   },
   "ShippingMethod": {
    "countries": "Countries and regions (`US-CA`) that the method serves; the whole world if both are empty.",
    "freeFromCents": "Shipping is free from this value of goods, after discounts.",
    "active": "Whether the method is offered.",
    "bands": "Prices by weight and value of the cart. The first matching band sets the price; without a match the method is not offered.",
    "bands[].minWeightGrams": "Inclusive lower limit.",
    "bands[].maxWeightGrams": "Exclusive upper limit; null for none.",
    "bands[].minSubtotalCents": "Inclusive lower limit of the value of goods, in the currency of the method.",
    "bands[].maxSubtotalCents": "Exclusive upper limit; null for none.",
    "bands[].priceCents": "Price of shipping, in the currency of the method."
   },
   "StoreSettings": {
    "currency": "Main currency of the store.",
    "currencies": "Further currencies of carts; an empty list allows every currency.",
    "defaultCountry": "Country of carts that name none; null for no default.",
    "taxIncluded": "Whether prices include tax.",
    "shippingTaxClass": "The tax class of shipping; null leaves it untaxed.",
    "lowStockSurcharge": "Whether rules with the effect `low_stock_surcharge` apply.",
    "priceDriftBasisPoints": "Share by which the total may rise after the buyer saw it without another confirmation.",
    "paymentWindowMinutes": "Minutes an order may stay unpaid; null uses the setting of the installation.",
    "paymentRetryMinutes": "Minutes after the first declined payment within which the order can be paid with another payment method; never beyond the payment window. Null uses the setting of the installation.",
    "searchLanguage": "The language whose word forms product search knows; `simple` finds words as they are written. After a change the worker rebuilds the search index."
   },
   "ProductStock": {
    "": "Stock of a product as shoppers see it. Drafts and archived products are `NOT_FOUND`.",
    "available": "Sum over all variants."
   },
   "StockLevel": {
    "": "Stock level of a variant. `onHand` counts the units in the warehouse; `reserved` counts those held by carts and unpaid orders.",
    "available": "On hand minus reserved; negative when backorders exceed the stock.",
    "reorderThreshold": "Stock is low at or below this number of available units.",
    "backorderLimit": "Units that may be sold before they arrive; 0 allows no backorders.",
    "locations": "Units on hand by location; a negative number counts backordered units that the location still owes."
   },
   "StockLocation": {
    "": "A place that stores units.",
    "priority": "Orders take units from the location with the lowest number that has enough.",
    "isDefault": "Receives units that arrive without a location.",
    "active": "False for a closed location."
   },
   "StockHold": {
    "": "Reserved units and who holds them.",
    "heldBy": "`cart`, `order`, or the purpose of an allocation.",
    "orderId": "Order that holds the units; null for other holds.",
    "orderNumber": "Number of that order; null for other holds.",
    "expiresAt": "When the hold expires; null for an allocation.",
    "lapsed": "Whether the hold of a cart has expired; the next buyer can take its units."
   },
   "StockRepair": {
    "": "A counter that differs from the ledger and the holds.",
    "location": "Code of the location, for `onHandAtLocation`.",
    "from": "Value of the counter before the repair.",
    "to": "Value that the ledger and the holds give."
   },
   "StockMovement": {
    "quantity": "Change of the units on hand.",
    "location": "Code of the location.",
    "actor": "Who made the change: `staff:<id>`, or a part of the system such as `system:settle`."
   },
   "Cart": {
    "countryCode": "Destination for tax and shipping (ISO 3166-1 alpha-2); null until it is known.",
    "region": "Region within the country, such as `CA`.",
    "shippingMethodId": "Shipping method: the buyer's choice, else the cheapest.",
    "promoCode": "Promo code on the cart; null for none.",
    "note": "The buyer's note to the shop, such as delivery instructions; copied to the order.",
    "email": "E-mail address that the buyer has already entered, to prefill the checkout.",
    "shippingAddress": "Shipping address that the buyer has already entered; null for none.",
    "promotions": "Applied offers over several units, order promotions and shipping promotions, including the promo code.",
    "credits": "Gift cards and store credit on the cart.",
    "creditCents": "Part of the total that gift cards and store credit pay.",
    "dueCents": "Amount left for other payment methods.",
    "version": "Increases with every change. Send it at checkout as `expectedCartVersion` to reject a cart that has changed."
   },
   "Address": {
    "": "A postal address stored on a cart or an order. Inputs use `addressInput`.",
    "region": "Region, state or province, as in the postal address.",
    "countryCode": "ISO 3166-1 alpha-2 country code, such as `DE`.",
    "phone": "E.164 number, such as `+4930123456`."
   },
   "CartItem": {
    "imageUrl": "Primary image of the product; null if it has none.",
    "baseUnitPriceCents": "Price of one unit before price lists and rules, in the `currency` of the cart.",
    "unitPriceCents": "Price of one unit after price lists and rules, in `currency`.",
    "lineTotalCents": "`unitPriceCents` times `quantity`, before discounts. Includes tax if the prices of the shop do.",
    "appliedRules": "Price lists and rules that changed the unit price.",
    "reservedUntil": "When the hold on the units expires; null after it has expired."
   },
   "CartCredit": {
    "": "A gift card or store credit on a cart. Nothing is debited before the order is placed.",
    "lastFour": "Last four characters of a gift card's code; null for store credit.",
    "leftCents": "Balance that can be spent now.",
    "coversCents": "Amount that it pays of this cart."
   },
   "ActiveCart": {
    "": "A cart in the staff's list of active carts.",
    "userId": "Account that owns the cart; null for a guest.",
    "lineCount": "Number of lines.",
    "unitCount": "Units of all lines.",
    "subtotalCents": "Sum of the lines in `currency`, before discounts, shipping and tax.",
    "heldUnits": "Units currently held.",
    "abandoned": "Whether `cart.abandoned` was sent since the last change."
   },
   "CartQuote": {
    "quote": "Signed quote. Send it as `quote` to `checkout.complete`.",
    "expiresAt": "Until when the quoted amounts are charged even if prices change.",
    "items[].unitPriceCents": "Price of one unit after price lists and rules, in `currency`.",
    "items[].lineTotalCents": "`unitPriceCents` times `quantity`, before `discountCents`. Includes tax if the prices of the shop do.",
    "items[].discountCents": "Reduction of the line by offers and order promotions.",
    "items[].taxBasisPoints": "Tax rate of the line, in hundredths of a percent.",
    "items[].taxCents": "Tax of the line after the discount; part of the price if prices include tax.",
    "promotions": "Order promotions and shipping promotions that apply, including the promo code.",
    "shipping": "Shipping method of the quote with its price; null if the cart has none.",
    "credits": "Gift cards and store credit on the cart.",
    "creditCents": "Part of the total that gift cards and store credit pay.",
    "dueCents": "Amount left for other payment methods."
   },
   "CheckoutProblem": {
    "": "A reason why the cart cannot be checked out in its current state.",
    "itemId": "Line with the problem; null for a problem of the whole cart.",
    "message": "What is wrong, as a sentence for the buyer.",
    "available": "For `INSUFFICIENT_STOCK`: units available.",
    "unitPriceCents": "For `PRICE_CHANGED`: the current unit price.",
    "leftCents": "For `INSUFFICIENT_CREDIT`: balance of the gift card or store credit."
   },
   "CheckoutSummary": {
    "": "The cart at current prices for this destination. Send `totals.totalCents` as `expectedTotalCents`.",
    "cartVersion": "Send it as `expectedCartVersion`: checkout then fails if the cart was changed meanwhile, for example in another window.",
    "ready": "Whether the cart can be checked out; else `problems` says why not.",
    "items[].unitPriceCents": "Price of one unit after price lists and rules, in `currency`.",
    "items[].lineTotalCents": "`unitPriceCents` times `quantity`, before `discountCents`. Includes tax if the prices of the shop do.",
    "items[].discountCents": "Reduction of the line by offers and order promotions.",
    "items[].taxCents": "Tax of the line after the discount; part of the price if prices include tax.",
    "taxes[].taxableCents": "Amount that the rate applies to, after discounts; includes the tax if prices include tax.",
    "taxes[].taxCents": "Tax at this rate.",
    "shippingMethodId": "Shipping method that `totals` include; null if none is chosen.",
    "credits": "Gift cards and store credit on the cart.",
    "creditCents": "Part of the total that gift cards and store credit pay.",
    "dueCents": "Amount left for other payment methods."
   },
   "Order": {
    "paymentStatus": "Status of the latest charge; null without a charge.",
    "label": "Status for people: Paid, Unpaid, Expired, Refunded, Shipped, Deleted ... After a decline it is `Declined, can be paid`; an order that was cancelled after too many declines is `Not paid`.",
    "cancellationReason": "Why the order was cancelled; null for an order that was not.",
    "attention": "Why the order needs attention; empty if it does not.",
    "customer.userId": "Id of the account",
    "itemCount": "Units of all lines.",
    "shippedCount": "Units shipped so far.",
    "returnedCount": "Units received back.",
    "totalCents": "Total that the buyer pays, with shipping and tax. Gift cards and store credit are not deducted.",
    "notes": "The buyer's note from checkout.",
    "staffNotes": "Notes by staff, newest last. The buyer gets only those with `customerVisible`.",
    "promoCode": "Promo code of the order; null for none.",
    "storeCreditCents": "Part of the total that gift cards and store credit paid.",
    "invoice": "Invoice for the order as it was placed; it never changes.",
    "differenceInvoices": "Invoices for the additional cost of edits.",
    "differenceInvoices[].totalCents": "Total of the invoice, in the currency of the order.",
    "expiresAt": "Payment deadline of the order; null once the payment is decided.",
    "deletedAt": "When staff deleted the order; null for every other order. Only staff can read a deleted order.",
    "deletedBy": "Who deleted the order, as in the timeline: `staff` or `system`; null for an order that is not deleted."
   },
   "OrderItem": {
    "shippedQuantity": "Units shipped so far.",
    "claimedQuantity": "Units in returns, received or not.",
    "returnedQuantity": "Units received back.",
    "unitPriceCents": "Price of one unit, in the currency of the order.",
    "lineTotalCents": "`unitPriceCents` times `quantity`, before `discountCents`. Includes tax if the prices of the shop do.",
    "discountCents": "Reduction of the line by offers and order promotions.",
    "taxCents": "Tax of the line after the discount; part of the price if prices include tax."
   },
   "OrderNote": {
    "customerVisible": "Whether the buyer can read the note."
   },
   "Shipment": {
    "trackingUrl": "Page of the carrier that shows the parcel; null if none was given.",
    "deliveredAt": "When staff marked the parcel as delivered; null before."
   },
   "OrderReturn": {
    "": "A return of units of an order.",
    "decisionNote": "Note of the staff on the decision; null for none.",
    "requestedBy": "Who requested the return: `customer`, `guest`, `staff`, `system`.",
    "items[].receivedQuantity": "Units that have arrived.",
    "items[].restockedQuantity": "Arrived units that went back to the stock.",
    "items[].refundCents": "Part of the refund for these units, in the currency of the order.",
    "refundCents": "Refund to the payment and to gift cards, known once the units are received. `refundStatus` is the status of that refund.",
    "refundStatus": "Status of the refund; null when there is none.",
    "decidedAt": "When staff approved or rejected the return; null before.",
    "receivedAt": "When the units were received; null before.",
    "dueAt": "Until when units in transit are expected. Units that have not arrived by then are written off.",
    "writtenOffAt": "When units in transit were written off; null if they were not."
   },
   "OrderEdit": {
    "": "An edit by staff that costs the buyer more. It takes effect when its difference is paid (`applied`). Until then the order does not change and cannot be shipped. `lapsed`: not paid in time; `withdrawn`: withdrawn by staff or the buyer. Edits that cost nothing more take effect at once and appear only in the timeline.",
    "differenceCents": "Amount to pay for the edit.",
    "totalCents": "Total of the order after the edit.",
    "lines": "Lines that the edit changes.",
    "changesAddress": "Whether the edit also changes the shipping address.",
    "reason": "Reason that staff gave; null for none.",
    "expiresAt": "Until when the difference can be paid.",
    "decidedAt": "When the edit was applied, lapsed or was withdrawn; null while it waits for its payment."
   },
   "OrderPayment": {
    "purpose": "`order`: the total of the placed order; `difference`: the additional cost of an edit.",
    "amountCents": "Amount of the charge, in the currency of the order.",
    "refundedCents": "Part of the charge that was refunded.",
    "failureMessage": "Why the payment failed and how to go on, addressed to the buyer.",
    "needsAction": "Whether the buyer must confirm at the provider.",
    "supersededAt": "When the buyer chose another payment method.",
    "capturedAt": "When the provider captured the charge; null before.",
    "refunds[].amountCents": "Amount of the refund, in the currency of the payment.",
    "disputes[].amountCents": "Amount under dispute, in `currency`.",
    "disputes[].closedAt": "When the dispute ended; null while it is open."
   },
   "OrderCredit": {
    "": "Amount that an order took from a gift card or store credit, and the part that was returned.",
    "lastFour": "Last four characters of a gift card's code; null for store credit.",
    "amountCents": "Amount taken from it for the order.",
    "returnedCents": "Part of the amount that was returned to it."
   },
   "TimelineEntry": {
    "": "An entry of the order's timeline, for people.",
    "detail": "Further text, such as the note; null for none.",
    "actor": "Who did it: `customer`, `staff`, `system`, or `provider` for actions in the dashboard of the payment provider."
   },
   "CheckoutStatus": {
    "": "Payment status of an order. `action_required`: the buyer must confirm at the provider; `processing`: the provider has not decided; `declined`: use `checkout.retryPayment` with another payment method; `closed`: the order is cancelled.",
    "action": "What the buyer must do at the provider; null if there is nothing to do.",
    "expiresAt": "Payment deadline of the order; null once the payment is decided.",
    "totalCents": "Total of the order in `currency`, before gift cards and store credit.",
    "dueCents": "Amount charged: the total minus gift cards and store credit."
   },
   "PaymentAction": {
    "": "What the buyer must do before the provider captures the payment, such as 3-D Secure: open `url`, or pass `clientSecret` to the provider's library.",
    "url": "Page of the provider to open; null if there is none.",
    "clientSecret": "Secret for the provider's library; null if there is none."
   },
   "OrderPage": {},
   "OrderSummary": {
    "paymentStatus": "Status of the latest charge; null without a charge.",
    "label": "Status for people: Paid, Unpaid, Expired, Refunded, Shipped, Deleted ... After a decline it is `Declined, can be paid`; an order that was cancelled after too many declines is `Not paid`.",
    "cancellationReason": "Why the order was cancelled; null for an order that was not.",
    "attention": "Why the order needs attention; empty if it does not.",
    "customer.userId": "Id of the account",
    "itemCount": "Units of all lines.",
    "shippedCount": "Units shipped so far.",
    "returnedCount": "Units received back.",
    "totalCents": "Total that the buyer pays, with shipping and tax. Gift cards and store credit are not deducted."
   },
   "OrderEditPreview": {
    "lines[].unitPriceCents": "Price of one unit, in the currency of the order.",
    "lines[].lineTotalCents": "`unitPriceCents` times `quantity`, before discounts. Includes tax if the prices of the shop do.",
    "differenceCents": "A negative difference is refunded. A positive difference must be paid before the edit takes effect.",
    "shippingMethod": "Name of the shipping method, if the order has one.",
    "updatedAt": "Send it as `expectedUpdatedAt` of `orders.edit`."
   },
   "EditPayment": {
    "": "Payment status of an edit.",
    "differenceCents": "Amount to pay for the edit, in `currency`.",
    "expiresAt": "Until when the difference can be paid.",
    "action": "What the buyer must do; null if there is nothing to do, or while the provider decides."
   },
   "OrderView": {
    "filters.minTotalCents": "Lowest total of the orders, in minor units of the currency of each order.",
    "filters.maxTotalCents": "Highest total of the orders, in minor units of the currency of each order.",
    "filters.needsAttention": "`true` for orders that need attention (`attention`), `false` for the others."
   },
   "ReturnPage": {},
   "ReturnSummary": {
    "decisionNote": "Note of the staff on the decision; null for none.",
    "requestedBy": "Who requested the return: `customer`, `guest`, `staff`, `system`.",
    "refundCents": "Refund to the payment and to gift cards, known once the units are received. `refundStatus` is the status of that refund.",
    "refundStatus": "Status of the refund; null when there is none.",
    "decidedAt": "When staff approved or rejected the return; null before.",
    "receivedAt": "When the units were received; null before.",
    "dueAt": "Until when units in transit are expected. Units that have not arrived by then are written off.",
    "writtenOffAt": "When units in transit were written off; null if they were not."
   },
   "Payment": {
    "amountCents": "Amount of the charge in `currency`.",
    "refundedCents": "Part of the charge that was refunded.",
    "failureMessage": "Why the payment failed and how to go on, addressed to the buyer.",
    "failureCode": "Code and text of the card issuer; only for staff.",
    "failureDetail": "Text of the card issuer; only for staff.",
    "needsAction": "Whether the buyer must confirm at the provider.",
    "supersededAt": "When the buyer chose another payment method. If this attempt is captured later, it is refunded.",
    "capturedAt": "When the provider captured the charge; null before."
   },
   "PaymentDiscrepancy": {
    "": "A payment discrepancy: the shop and a provider disagree, and staff must decide. `unknown_charge`: the provider reports a charge that the shop does not know; `conflicting_event`: an event names two payments, or differs from its payment in amount, currency or mode, and nothing was changed; `dead_event`: an event has failed for 15 minutes, or permanently; `undecided_charge`, `undecided_refund`: no response for 15 minutes, or an invalid response; `refund_missing`: captured, but the order is cancelled or was paid another way; `wrong_charge`, `wrong_refund`: the provider charged or refunded another amount or currency than requested, or charged twice.",
    "reference": "The provider's id of the charge or refund; null when none is known.",
    "orderId": "Id of the order",
    "orderNumber": "Number of the order; null when none is known."
   },
   "Refund": {
    "amountCents": "Amount of the refund in `currency`."
   },
   "InvoiceSummary": {
    "totalCents": "Total of the invoice in `currency`, with tax.",
    "storeCreditCents": "Part of the total that gift cards and store credit paid."
   },
   "StoreCredit": {
    "lastFour": "Last four characters of a gift card's code. The whole code is returned only once, when the card is issued.",
    "userId": "Account that owns the credit.",
    "balanceCents": "Amount that is left, in `currency`.",
    "expiresAt": "When it expires; null for never.",
    "expired": "Whether it has expired; the balance can no longer be spent.",
    "note": "Note for staff; null for none."
   },
   "StoreCreditMovement": {
    "amountCents": "Negative for amounts taken from the balance.",
    "balanceCents": "Balance after the movement.",
    "orderId": "The order that the credit paid, or that gave it back; null for other movements.",
    "orderNumber": "Number of that order.",
    "reason": "Reason of the movement; null for none.",
    "actor": "Who did it: `staff:<id>`, `customer:<id>`, `guest` or `system:<name>`."
   },
   "GiftCardBalance": {
    "": "Balance of a gift card, for everybody who knows its code.",
    "balanceCents": "Amount that is left, in `currency`.",
    "expiresAt": "When the card expires; null for never."
   },
   "FlashSalePage": {},
   "FlashSale": {
    "state": "State by the clock of the database.",
    "waitingRoom": "Whether buyers must queue first; see `flashSales.join`.",
    "paymentWindowMinutes": "Minutes within which an order of this sale must be paid.",
    "paymentRetryMinutes": "Minutes after the first declined payment within which the order can be paid with another payment method; never beyond the payment window."
   },
   "FlashSaleItem": {
    "imageUrl": "Primary image of the product; null if it has none.",
    "salePriceCents": "Price of one unit in the sale, in `currency`.",
    "regularPriceCents": "Price of the variant outside the sale.",
    "limitPerCustomer": "Most units that one customer can buy in the sale; null for no limit.",
    "limitPerAddress": "Most units for one shipping address; null for no limit.",
    "unitsAllocated": "Units taken from the stock for the sale, sold or not.",
    "soldOut": "Whether no unit is free now."
   },
   "FlashPurchase": {
    "": "Result of one call of `flashSales.buy`.",
    "unitPriceCents": "Price of one unit in the sale, in `currency`.",
    "expiresAt": "Payment deadline; null once the payment is decided.",
    "orderToken": "For guests: send it as `X-Cart-Token` to read this order."
   },
   "FlashSaleMetrics": {
    "at": "Instant of these metrics.",
    "items[].unitsHeld": "Ordered, but not paid yet.",
    "items[].revenueCents": "Price of the goods in paid orders, after discounts and without shipping; cancelled orders do not count.",
    "pace": "Units ordered in each of the last intervals of ten seconds, oldest first."
   },
   "WaitingPlace": {
    "": "Place of a buyer in the waiting room.",
    "state": "`waiting`, then `admitted` for a few minutes; `used` after a purchase; `expired` when the buyer did not buy in time; `sold_out` when no unit can become free again.",
    "ahead": "Buyers ahead in the queue; 0 once admitted.",
    "estimatedSeconds": "Expected wait in seconds; null when it cannot be estimated or nothing is left.",
    "admittedUntil": "Until when the admitted buyer may buy.",
    "askAgainSeconds": "Polling interval in seconds, for clients without the live feed."
   },
   "Event": {
    "aggregateType": "Kind of the record that the event is about, such as `order`.",
    "aggregateId": "Id of that record.",
    "delivery": "`pending` until every consumer has handled the event; `dead` when a consumer has failed for good."
   },
   "MailSummary": {},
   "Dashboard": {
    "currencies": "Sales of today in each currency used in the last 30 days, and in the store's currency.",
    "currencies[].revenueTodayCents": "Totals of the paid orders that were placed today (UTC), without cancelled ones.",
    "today.revenueCents": "Totals of the paid orders of the day with shipping and tax, in the `currency` of the dashboard, without cancelled ones.",
    "today.averageOrderCents": "Average total of these orders.",
    "yesterday.revenueCents": "As `today.revenueCents`, for yesterday (UTC).",
    "days": "The last 30 days, oldest first, including days without a sale.",
    "days[].revenueCents": "As `today.revenueCents`, for this day.",
    "topProducts": "The five products with the highest sales of the last 30 days, in the `currency` of the dashboard: the goods after discounts, without shipping.",
    "topProducts[].revenueCents": "Lines of the product after discounts, without shipping.",
    "lowStock": "The eight variants on sale with the fewest available units, of those at or below their reorder threshold.",
    "ordersToShip": "Orders in status `confirmed`, in all currencies.",
    "failedPaymentsToday": "Charges that failed today (UTC), in all currencies."
   },
   "Consumer": {},
   "UnreadableValuePage": {},
   "UnreadableValue": {},
   "InvariantResult": {}
  }
 },
 "procedures": {
  "auth.register": {
   "input": {},
   "output": {}
  },
  "auth.login": {
   "input": {},
   "output": {}
  },
  "auth.refresh": {
   "input": {},
   "output": {}
  },
  "auth.logout": {
   "input": {},
   "output": {}
  },
  "auth.setup": {
   "input": {},
   "output": {}
  },
  "auth.createOwner": {
   "input": {},
   "output": {}
  },
  "auth.me": {
   "input": {},
   "output": {}
  },
  "auth.verify": {
   "input": {},
   "output": {}
  },
  "products.list": {
   "input": {
    "page": "Number of the page, from 1.",
    "pageSize": "Most records of a page.",
    "cursor": "`nextCursor` of the previous response, with the same filters and sort order. Replaces `page`.",
    "tags": "Matches products with at least one of these tags.",
    "minPriceCents": "Lowest price that matches.",
    "maxPriceCents": "Highest price that matches."
   },
   "output": {}
  },
  "products.get": {
   "input": {},
   "output": {}
  },
  "products.costs": {
   "input": {},
   "output": {
    "variants[].costCents": "Cost of a unit in the product's currency; null when it is not known."
   }
  },
  "products.create": {
   "input": {
    "handle": "Default: the slug.",
    "slug": "Default: made from the name, with a number appended if another product has that slug.",
    "brand": "Brand; null for none.",
    "categoryId": "Id of the category, from `categories.tree`",
    "publishAt": "Instant in UTC, in the years 2000 to 2200",
    "unpublishAt": "Instant in UTC, in the years 2000 to 2200",
    "variants[].priceCents": "Price of one unit, in the currency of the product.",
    "variants[].compareAtPriceCents": "Previous price to show beside the price. It cannot be lower than the price; null shows none.",
    "variants[].weightGrams": "Weight of one unit, for shipping; null if it is not known.",
    "variants[].barcode": "EAN, UPC, ISBN or a number of the shop's own.",
    "variants[].costCents": "What the shop pays for a unit. Only staff see it, with `products.costs`.",
    "variants[].stock": "Initial units on hand."
   },
   "output": {}
  },
  "products.update": {
   "input": {
    "version": "The version that the caller has read. If the product has another version, the call fails with `VERSION_MISMATCH`. REST also accepts `If-Match`.",
    "brand": "Brand; null removes it.",
    "categoryId": "Id of the category, from `categories.tree`",
    "metadata": "Replaces all metadata of the product.",
    "publishAt": "Instant in UTC, in the years 2000 to 2200",
    "unpublishAt": "Instant in UTC, in the years 2000 to 2200",
    "addVariants": "New variants, appended to the existing ones.",
    "addVariants[].priceCents": "Price of one unit, in the currency of the product.",
    "addVariants[].compareAtPriceCents": "Previous price to show beside the price. It cannot be lower than the price; null shows none.",
    "addVariants[].weightGrams": "Weight of one unit, for shipping; null if it is not known.",
    "addVariants[].barcode": "EAN, UPC, ISBN or a number of the shop's own.",
    "addVariants[].costCents": "What the shop pays for a unit. Only staff see it, with `products.costs`.",
    "addVariants[].stock": "Initial units on hand.",
    "variants[].priceCents": "Price of one unit, in the currency of the product.",
    "variants[].compareAtPriceCents": "Previous price to show beside the price. It cannot be lower than the price; null shows none.",
    "variants[].weightGrams": "Weight of one unit, for shipping; null if it is not known.",
    "variants[].costCents": "What the shop pays for a unit.",
    "variants[].imageId": "Id of the image, from `images` of the product. An image of this product.",
    "variants[].metadata": "Replaces all metadata of the variant."
   },
   "output": {}
  },
  "products.activate": {
   "input": {
    "version": "Version of the record; increases by one with each change"
   },
   "output": {}
  },
  "products.deactivate": {
   "input": {
    "version": "Version of the record; increases by one with each change"
   },
   "output": {}
  },
  "products.setPrice": {
   "input": {
    "version": "Version of the record; increases by one with each change",
    "priceCents": "Price of one unit, in the currency of the product."
   },
   "output": {}
  },
  "products.discount": {
   "input": {
    "version": "Version of the record; increases by one with each change"
   },
   "output": {}
  },
  "products.setStock": {
   "input": {
    "version": "Version of the record; increases by one with each change"
   },
   "output": {}
  },
  "products.duplicate": {
   "input": {},
   "output": {}
  },
  "products.bulk": {
   "input": {
    "categoryId": "Id of the category, from `categories.tree`"
   },
   "output": {}
  },
  "products.tags": {
   "input": {},
   "output": {}
  },
  "products.brands": {
   "input": {},
   "output": {}
  },
  "products.delete": {
   "input": {
    "version": "Version of the record; increases by one with each change"
   },
   "output": {}
  },
  "productImages.add": {
   "input": {},
   "output": {}
  },
  "productImages.update": {
   "input": {},
   "output": {}
  },
  "productImages.reorder": {
   "input": {},
   "output": {}
  },
  "productImages.delete": {
   "input": {},
   "output": {}
  },
  "categories.tree": {
   "input": {},
   "output": {}
  },
  "categories.create": {
   "input": {
    "name": "Unique among the categories with the same parent.",
    "slug": "Default for a new category: made from the name, with a number appended if another category has that slug.",
    "description": "Text for shoppers; null for none.",
    "parentId": "Id of the category, from `categories.tree`. Parent category; null for the top level.",
    "sortOrder": "Position among its siblings, lowest first."
   },
   "output": {}
  },
  "categories.update": {
   "input": {
    "name": "Unique among the categories with the same parent.",
    "slug": "Default for a new category: made from the name, with a number appended if another category has that slug.",
    "description": "Text for shoppers; null for none.",
    "parentId": "Id of the category, from `categories.tree`. Parent category; null for the top level.",
    "sortOrder": "Position among its siblings, lowest first."
   },
   "output": {}
  },
  "categories.reorder": {
   "input": {
    "parentId": "Id of the category, from `categories.tree`. Category whose subcategories are reordered; null for the top level.",
    "categoryIds": "All subcategories, in the new order."
   },
   "output": {}
  },
  "categories.delete": {
   "input": {},
   "output": {}
  },
  "collections.list": {
   "input": {},
   "output": {}
  },
  "collections.products": {
   "input": {
    "page": "Number of the page, from 1.",
    "pageSize": "Most records of a page."
   },
   "output": {}
  },
  "collections.create": {
   "input": {
    "rule.category": "A category, including its subcategories.",
    "rule.options": "`Name:Value`, such as `Size:Small`.",
    "rule.minPriceCents": "Lowest price that matches.",
    "rule.maxPriceCents": "Highest price that matches.",
    "rule.inStock": "`true` returns only products with a unit that can be bought; `false` only the others."
   },
   "output": {}
  },
  "collections.update": {
   "input": {
    "rule.category": "A category, including its subcategories.",
    "rule.options": "`Name:Value`, such as `Size:Small`.",
    "rule.minPriceCents": "Lowest price that matches.",
    "rule.maxPriceCents": "Highest price that matches.",
    "rule.inStock": "`true` returns only products with a unit that can be bought; `false` only the others."
   },
   "output": {}
  },
  "collections.delete": {
   "input": {},
   "output": {}
  },
  "imports.create": {
   "input": {},
   "output": {
    "rowCount": "Rows of the file; 0 until the file has been read.",
    "processedCount": "Rows processed so far.",
    "createdCount": "Rows with the outcome `created`.",
    "updatedCount": "Rows with the outcome `updated`.",
    "unchangedCount": "Rows with the outcome `unchanged`.",
    "failedCount": "Rows with the outcome `failed`.",
    "notedCount": "Imported rows with a note in `message`.",
    "unusedColumns": "Columns with values that the import does not use, with the number of rows that have one.",
    "newCategories": "Names of the categories that the import adds, or would add.",
    "problem": "Why the whole file was rejected.",
    "finishedAt": "When the import ended; null before."
   }
  },
  "imports.begin": {
   "input": {},
   "output": {}
  },
  "imports.append": {
   "input": {},
   "output": {}
  },
  "imports.start": {
   "input": {},
   "output": {}
  },
  "imports.cancel": {
   "input": {},
   "output": {}
  },
  "imports.list": {
   "input": {
    "page": "Number of the page, from 1.",
    "pageSize": "Most records of a page."
   },
   "output": {}
  },
  "imports.get": {
   "input": {
    "page": "Number of the page, from 1.",
    "pageSize": "Most records of a page.",
    "noted": "`true` returns only imported rows with a note."
   },
   "output": {
    "rowCount": "Rows of the file; 0 until the file has been read.",
    "processedCount": "Rows processed so far.",
    "createdCount": "Rows with the outcome `created`.",
    "updatedCount": "Rows with the outcome `updated`.",
    "unchangedCount": "Rows with the outcome `unchanged`.",
    "failedCount": "Rows with the outcome `failed`.",
    "notedCount": "Imported rows with a note in `message`.",
    "unusedColumns": "Columns with values that the import does not use, with the number of rows that have one.",
    "newCategories": "Names of the categories that the import adds, or would add.",
    "problem": "Why the whole file was rejected.",
    "finishedAt": "When the import ended; null before."
   }
  },
  "search.products": {
   "input": {
    "page": "Number of the page, from 1.",
    "pageSize": "Most records of a page.",
    "category": "A category, including its subcategories.",
    "options": "`Name:Value`, such as `Size:Small`.",
    "minPriceCents": "Lowest price that matches.",
    "maxPriceCents": "Highest price that matches.",
    "inStock": "`true` returns only products with a unit that can be bought; `false` only the others."
   },
   "output": {}
  },
  "search.suggest": {
   "input": {},
   "output": {}
  },
  "search.similar": {
   "input": {},
   "output": {}
  },
  "search.trending": {
   "input": {},
   "output": {}
  },
  "search.reindex": {
   "input": {},
   "output": {}
  },
  "search.reindexProgress": {
   "input": {},
   "output": {}
  },
  "pricing.quote": {
   "input": {},
   "output": {}
  },
  "pricing.effectivePrice": {
   "input": {},
   "output": {}
  },
  "pricing.promotions": {
   "input": {
    "page": "Number of the page, from 1.",
    "pageSize": "Most records of a page."
   },
   "output": {}
  },
  "pricing.simulate": {
   "input": {
    "currency": "Default: the currency of the first item.",
    "signedIn": "Whether the simulated buyer is signed in."
   },
   "output": {}
  },
  "pricing.listRules": {
   "input": {
    "page": "Number of the page, from 1.",
    "pageSize": "Most records of a page."
   },
   "output": {}
  },
  "pricing.getRule": {
   "input": {},
   "output": {}
  },
  "pricing.createRules": {
   "input": {
    "rules[].percentBasisPoints": "For `percent_off`, `order_percent_off` and `low_stock_surcharge`. For `buy_x_get_y` the reduction of the free units; default 100 %.",
    "rules[].amountCents": "For `amount_off` (per unit), `fixed_price` (the unit price) and `order_amount_off`.",
    "rules[].currency": "Currency of the amounts. Default: the currency of the variant or product in scope, else the store's.",
    "rules[].buyQuantity": "For `buy_x_get_y`: of every `buyQuantity + getQuantity` units, the cheapest `getQuantity` are reduced.",
    "rules[].getQuantity": "For `buy_x_get_y`: units that are reduced.",
    "rules[].stockThreshold": "For `low_stock_surcharge`: applies at this number of units or fewer.",
    "rules[].variantId": "Id of the variant, from `variants` of the product. Scope: at most one of the four; all products if all are null. A category includes its subcategories.",
    "rules[].productId": "Id of the product, from `products.list` or `search.products`",
    "rules[].categoryId": "Id of the category, from `categories.tree`",
    "rules[].collectionId": "Id of the collection, from `collections.list`. Products that match the collection's rule at the time of pricing, even if the collection is not active.",
    "rules[].minQuantity": "Minimum units of the line; for the `order_` effects and `free_shipping`, of all lines in scope.",
    "rules[].minSubtotalCents": "For the `order_` effects and `free_shipping`: minimum value of the goods.",
    "rules[].customerGroup": "Only for buyers in this group; null for everybody.",
    "rules[].code": "Applies only with this promo code on the cart.",
    "rules[].fullPriceOnly": "For offers and order promotions: excludes lines whose unit price was already changed.",
    "rules[].startsAt": "When the rule begins to apply; null for at once.",
    "rules[].endsAt": "When the rule stops applying; null for never.",
    "rules[].priority": "Rules are evaluated from the highest priority down. After an exclusive rule applies, no further rule is evaluated.",
    "rules[].stackable": "Whether further rules can apply after this one.",
    "rules[].active": "Whether the rule applies within its period."
   },
   "output": {}
  },
  "pricing.updateRule": {
   "input": {
    "percentBasisPoints": "For `percent_off`, `order_percent_off` and `low_stock_surcharge`. For `buy_x_get_y` the reduction of the free units; default 100 %.",
    "amountCents": "For `amount_off` (per unit), `fixed_price` (the unit price) and `order_amount_off`.",
    "currency": "Currency of the amounts. Default: the currency of the variant or product in scope, else the store's.",
    "buyQuantity": "For `buy_x_get_y`: of every `buyQuantity + getQuantity` units, the cheapest `getQuantity` are reduced.",
    "getQuantity": "For `buy_x_get_y`: units that are reduced.",
    "stockThreshold": "For `low_stock_surcharge`: applies at this number of units or fewer.",
    "variantId": "Id of the variant, from `variants` of the product. Scope: at most one of the four; all products if all are null. A category includes its subcategories.",
    "productId": "Id of the product, from `products.list` or `search.products`",
    "categoryId": "Id of the category, from `categories.tree`",
    "collectionId": "Id of the collection, from `collections.list`. Products that match the collection's rule at the time of pricing, even if the collection is not active.",
    "minQuantity": "Minimum units of the line; for the `order_` effects and `free_shipping`, of all lines in scope.",
    "minSubtotalCents": "For the `order_` effects and `free_shipping`: minimum value of the goods.",
    "customerGroup": "Only for buyers in this group; null for everybody.",
    "code": "Applies only with this promo code on the cart.",
    "fullPriceOnly": "For offers and order promotions: excludes lines whose unit price was already changed.",
    "startsAt": "When the rule begins to apply; null for at once.",
    "endsAt": "When the rule stops applying; null for never.",
    "priority": "Rules are evaluated from the highest priority down. After an exclusive rule applies, no further rule is evaluated.",
    "stackable": "Whether further rules can apply after this one.",
    "active": "Whether the rule applies within its period."
   },
   "output": {}
  },
  "pricing.deleteRule": {
   "input": {},
   "output": {}
  },
  "promoCodes.list": {
   "input": {
    "page": "Number of the page, from 1.",
    "pageSize": "Most records of a page.",
    "q": "Prefix of the code."
   },
   "output": {}
  },
  "promoCodes.create": {
   "input": {
    "percentBasisPoints": "At most one of percent, amount and free shipping. A code with none only enables the rules that require it.",
    "amountCents": "Reduction of the order, in `currency`; null for none.",
    "freeShipping": "Whether the code makes shipping free.",
    "currency": "Currency of the amounts. The code is then valid only for carts in this currency.",
    "minSubtotalCents": "Minimum value of the goods, in `currency`; null for none.",
    "fullPriceOnly": "Excludes lines whose unit price was already changed.",
    "stackable": "Whether further promo codes and rules can apply after this one.",
    "usageLimit": "Maximum uses by all buyers together.",
    "perCustomerLimit": "Maximum uses by one buyer, by account and by e-mail address.",
    "startsAt": "When the code begins to be valid; null for at once.",
    "endsAt": "When the code stops being valid; null for never.",
    "active": "Whether the code can be used within its period."
   },
   "output": {}
  },
  "promoCodes.generate": {
   "input": {
    "prefix": "Prefix of each code, followed by a hyphen.",
    "percentBasisPoints": "At most one of percent, amount and free shipping. A code with none only enables the rules that require it.",
    "amountCents": "Reduction of the order, in `currency`; null for none.",
    "freeShipping": "Whether the code makes shipping free.",
    "currency": "Currency of the amounts. The code is then valid only for carts in this currency.",
    "minSubtotalCents": "Minimum value of the goods, in `currency`; null for none.",
    "fullPriceOnly": "Excludes lines whose unit price was already changed.",
    "stackable": "Whether further promo codes and rules can apply after this one.",
    "usageLimit": "Maximum uses by all buyers together.",
    "perCustomerLimit": "Maximum uses by one buyer, by account and by e-mail address.",
    "startsAt": "When the code begins to be valid; null for at once.",
    "endsAt": "When the code stops being valid; null for never.",
    "active": "Whether the code can be used within its period."
   },
   "output": {}
  },
  "promoCodes.update": {
   "input": {
    "usageLimit": "Maximum uses by all buyers together; null for no limit.",
    "perCustomerLimit": "Maximum uses by one buyer; null for no limit.",
    "startsAt": "Instant in UTC, in the years 2000 to 2200",
    "endsAt": "Instant in UTC, in the years 2000 to 2200"
   },
   "output": {}
  },
  "promoCodes.redemptions": {
   "input": {
    "page": "Number of the page, from 1.",
    "pageSize": "Most records of a page."
   },
   "output": {
    "items[].userId": "Account that used the code; null for a guest.",
    "items[].reducedCents": "Reduction of the order; null for uses from before this amount was stored.",
    "items[].releasedAt": "When the use was released; null while it counts."
   }
  },
  "priceLists.list": {
   "input": {
    "page": "Number of the page, from 1.",
    "pageSize": "Most records of a page."
   },
   "output": {}
  },
  "priceLists.create": {
   "input": {
    "customerGroup": "Only for buyers in this group; null for everybody.",
    "priority": "The matching list with the highest priority applies; then a list for a group before a list for everybody; then the list with the latest start.",
    "startsAt": "When the prices begin to apply; null for at once.",
    "endsAt": "When the prices stop applying; null for never.",
    "active": "Whether the prices apply within the period."
   },
   "output": {}
  },
  "priceLists.update": {
   "input": {
    "customerGroup": "Only for buyers in this group; null for everybody.",
    "priority": "The matching list with the highest priority applies; then a list for a group before a list for everybody; then the list with the latest start.",
    "startsAt": "When the prices begin to apply; null for at once.",
    "endsAt": "When the prices stop applying; null for never.",
    "active": "Whether the prices apply within the period."
   },
   "output": {}
  },
  "priceLists.delete": {
   "input": {},
   "output": {}
  },
  "priceLists.prices": {
   "input": {
    "page": "Number of the page, from 1.",
    "pageSize": "Most records of a page."
   },
   "output": {
    "items[].priceCents": "Price of one unit, in the currency of the list."
   }
  },
  "priceLists.setPrices": {
   "input": {
    "prices": "Each names a variant by id or by SKU; `null` removes the price.",
    "prices[].priceCents": "Price of one unit, in the currency of the list; null removes the price."
   },
   "output": {}
  },
  "priceLists.history": {
   "input": {},
   "output": {
    "variants[].priceCents": "Own price now, in `currency`.",
    "variants[].lowestPriceCents": "Lowest own price of the last 30 days, which offers to consumers must state.",
    "variants[].priorPriceCents": "Lowest price of the 30 days before the current price; null if there was none.",
    "variants[].changes[].priceCents": "Price from this instant; null if a price list lost its price.",
    "variants[].changes[].priceListId": "Id of the price list",
    "variants[].changes[].priceListName": "Name of the price list; null for a change of the variant's own price."
   }
  },
  "priceLists.lowestPrices": {
   "input": {},
   "output": {
    "variants[].priceCents": "Own price now, in `currency`.",
    "variants[].lowestPriceCents": "Lowest own price of the last 30 days.",
    "variants[].priorPriceCents": "Lowest price of the 30 days before the current price; null if there was none."
   }
  },
  "tax.rate": {
   "input": {},
   "output": {}
  },
  "tax.list": {
   "input": {
    "page": "Number of the page, from 1.",
    "pageSize": "Most records of a page."
   },
   "output": {}
  },
  "tax.save": {
   "input": {},
   "output": {}
  },
  "tax.delete": {
   "input": {},
   "output": {}
  },
  "tax.assignClass": {
   "input": {},
   "output": {}
  },
  "shipping.list": {
   "input": {
    "page": "Number of the page, from 1.",
    "pageSize": "Most records of a page."
   },
   "output": {}
  },
  "shipping.create": {
   "input": {
    "countries": "Countries and regions (`US-CA`) that the method serves; the whole world if both are empty.",
    "freeFromCents": "Shipping is free from this value of goods, after discounts.",
    "active": "Whether the method is offered.",
    "bands": "Prices by weight and value of the cart. The first matching band sets the price; without a match the method is not offered.",
    "bands[].minWeightGrams": "Inclusive lower limit.",
    "bands[].maxWeightGrams": "Exclusive upper limit; null for none.",
    "bands[].minSubtotalCents": "Inclusive lower limit of the value of goods, in the currency of the method.",
    "bands[].maxSubtotalCents": "Exclusive upper limit; null for none.",
    "bands[].priceCents": "Price of shipping, in the currency of the method."
   },
   "output": {}
  },
  "shipping.update": {
   "input": {
    "countries": "Countries and regions (`US-CA`) that the method serves; the whole world if both are empty.",
    "freeFromCents": "Shipping is free from this value of goods, after discounts.",
    "active": "Whether the method is offered.",
    "bands": "Prices by weight and value of the cart. The first matching band sets the price; without a match the method is not offered.",
    "bands[].minWeightGrams": "Inclusive lower limit.",
    "bands[].maxWeightGrams": "Exclusive upper limit; null for none.",
    "bands[].minSubtotalCents": "Inclusive lower limit of the value of goods, in the currency of the method.",
    "bands[].maxSubtotalCents": "Exclusive upper limit; null for none.",
    "bands[].priceCents": "Price of shipping, in the currency of the method."
   },
   "output": {}
  },
  "shipping.delete": {
   "input": {},
   "output": {}
  },
  "settings.get": {
   "input": {},
   "output": {}
  },
  "settings.update": {
   "input": {
    "currency": "Main currency of the store.",
    "currencies": "Further currencies of carts; an empty list allows every currency.",
    "defaultCountry": "Country of carts that name none; null for no default.",
    "taxIncluded": "Whether prices include tax.",
    "shippingTaxClass": "The tax class of shipping; null leaves it untaxed.",
    "lowStockSurcharge": "Whether rules with the effect `low_stock_surcharge` apply.",
    "priceDriftBasisPoints": "Share by which the total may rise after the buyer saw it without another confirmation.",
    "paymentWindowMinutes": "Minutes an order may stay unpaid; null uses the setting of the installation.",
    "paymentRetryMinutes": "Minutes after the first declined payment within which the order can be paid with another payment method; never beyond the payment window. Null uses the setting of the installation.",
    "searchLanguage": "The language whose word forms product search knows; `simple` finds words as they are written. After a change the worker rebuilds the search index."
   },
   "output": {}
  },
  "inventory.ofProduct": {
   "input": {},
   "output": {}
  },
  "inventory.get": {
   "input": {},
   "output": {}
  },
  "inventory.list": {
   "input": {
    "page": "Number of the page, from 1.",
    "pageSize": "Most records of a page.",
    "lowOnly": "`true` returns only variants at or below their reorder threshold."
   },
   "output": {}
  },
  "inventory.adjust": {
   "input": {},
   "output": {}
  },
  "inventory.set": {
   "input": {},
   "output": {}
  },
  "inventory.configure": {
   "input": {},
   "output": {}
  },
  "inventory.lowStock": {
   "input": {
    "page": "Number of the page, from 1.",
    "pageSize": "Most records of a page."
   },
   "output": {}
  },
  "inventory.transfer": {
   "input": {},
   "output": {}
  },
  "inventory.locations": {
   "input": {},
   "output": {}
  },
  "inventory.createLocation": {
   "input": {},
   "output": {}
  },
  "inventory.updateLocation": {
   "input": {
    "active": "`false` closes the location, `true` opens it again."
   },
   "output": {}
  },
  "inventory.holds": {
   "input": {
    "page": "Number of the page, from 1.",
    "pageSize": "Most records of a page."
   },
   "output": {}
  },
  "inventory.repair": {
   "input": {
    "dryRun": "`true` reports the changes without making them."
   },
   "output": {
    "dryRun": "Whether the changes were only reported."
   }
  },
  "inventory.movements": {
   "input": {
    "page": "Number of the page, from 1.",
    "pageSize": "Most records of a page."
   },
   "output": {}
  },
  "carts.create": {
   "input": {},
   "output": {
    "cartToken": "Token of the guest for this cart; null for a signed-in customer."
   }
  },
  "carts.get": {
   "input": {},
   "output": {}
  },
  "carts.mine": {
   "input": {},
   "output": {
    "cart": "The cart; null if the customer has none."
   }
  },
  "carts.listActive": {
   "input": {
    "page": "Number of the page, from 1.",
    "pageSize": "Most records of a page.",
    "abandoned": "`true` returns only carts for which `cart.abandoned` was sent since their last change; `false` only the others."
   },
   "output": {}
  },
  "carts.update": {
   "input": {
    "note": "The buyer's note to the shop; null removes it.",
    "email": "E-mail address",
    "shippingAddress": "Address of the buyer; null removes it."
   },
   "output": {}
  },
  "carts.merge": {
   "input": {},
   "output": {}
  },
  "carts.addItem": {
   "input": {},
   "output": {}
  },
  "carts.addToMine": {
   "input": {},
   "output": {}
  },
  "carts.removeFromMine": {
   "input": {},
   "output": {}
  },
  "carts.addItems": {
   "input": {},
   "output": {}
  },
  "carts.updateItem": {
   "input": {},
   "output": {}
  },
  "carts.removeItem": {
   "input": {},
   "output": {}
  },
  "carts.clear": {
   "input": {},
   "output": {}
  },
  "carts.setShipping": {
   "input": {},
   "output": {}
  },
  "carts.quote": {
   "input": {
    "expectedCurrency": "Currency that the buyer sees. If the cart has another currency, the call fails with `CURRENCY_MISMATCH`."
   },
   "output": {}
  },
  "carts.applyCode": {
   "input": {},
   "output": {}
  },
  "carts.removeCode": {
   "input": {},
   "output": {}
  },
  "carts.applyCredit": {
   "input": {},
   "output": {}
  },
  "carts.removeCredit": {
   "input": {},
   "output": {}
  },
  "checkout.validate": {
   "input": {},
   "output": {
    "ready": "Whether the cart can be checked out; else `problems` says why not.",
    "credits": "Gift cards and store credit on the cart.",
    "creditCents": "Part of the total that gift cards and store credit pay.",
    "dueCents": "Amount left for other payment methods."
   }
  },
  "checkout.summary": {
   "input": {},
   "output": {}
  },
  "checkout.shippingOptions": {
   "input": {},
   "output": {
    "shippingUnavailable": "Whether no shipping method delivers this cart to the destination."
   }
  },
  "checkout.complete": {
   "input": {
    "email": "Required for guests. Default: the address of the account.",
    "payment": "Not needed if gift cards and store credit pay the whole total.",
    "shippingMethodId": "Id of the shipping method, from `checkout.shippingOptions` or `shipping.list`. One of the options of `checkout.summary`. Default: the method of the cart, else the cheapest.",
    "expectedTotalCents": "Total that the buyer saw. If the total has changed, the call fails with `PRICE_CHANGED`.",
    "expectedCurrency": "Currency that the buyer saw. If the cart has another currency, the call fails with `CURRENCY_MISMATCH` and nothing is charged.",
    "expectedCreditCents": "Amount that gift cards and store credit pay, as the buyer saw it. If less is left, the call fails with `INSUFFICIENT_CREDIT`.",
    "quote": "From `carts.quote`: charges the quoted amounts, even if prices have changed since.",
    "acceptedChanges": "`acceptChanges` of the `QUOTE_CHANGED` error: buys at exactly the amounts in that error.",
    "expectedCartVersion": "Version of the cart that the buyer saw. If the cart has changed, the call fails with `VERSION_MISMATCH`."
   },
   "output": {}
  },
  "checkout.status": {
   "input": {},
   "output": {}
  },
  "checkout.retryPayment": {
   "input": {},
   "output": {}
  },
  "orders.list": {
   "input": {
    "page": "Number of the page, from 1.",
    "pageSize": "Most records of a page.",
    "paymentStatus": "Status of the latest charge.",
    "q": "Order number or part of it, or the buyer's e-mail address.",
    "sku": "Orders with a line of this SKU.",
    "minTotalCents": "Lowest total of the orders, in minor units of the currency of each order.",
    "maxTotalCents": "Highest total of the orders, in minor units of the currency of each order.",
    "needsAttention": "`true` for orders that need attention (`attention`), `false` for the others."
   },
   "output": {}
  },
  "orders.listForUser": {
   "input": {
    "page": "Number of the page, from 1.",
    "pageSize": "Most records of a page."
   },
   "output": {
    "totalIsExact": "Whether `totalCount` is exact: false when there are more than 10,000 matches."
   }
  },
  "orders.get": {
   "input": {},
   "output": {}
  },
  "orders.cancel": {
   "input": {},
   "output": {}
  },
  "orders.ship": {
   "input": {},
   "output": {}
  },
  "orders.deliver": {
   "input": {},
   "output": {}
  },
  "orders.addNote": {
   "input": {
    "customerVisible": "Whether the buyer can read the note."
   },
   "output": {}
  },
  "orders.updateAddress": {
   "input": {},
   "output": {}
  },
  "orders.delete": {
   "input": {},
   "output": {}
  },
  "orders.previewEdit": {
   "input": {
    "shippingAddress": "New shipping address. For another country or region, tax and shipping are calculated again.",
    "shippingMethodId": "Id of the shipping method, from `checkout.shippingOptions` or `shipping.list`. New shipping method. Default: the method of the order if it serves the address, else the cheapest."
   },
   "output": {}
  },
  "orders.edit": {
   "input": {
    "shippingAddress": "New shipping address. For another country or region, tax and shipping are calculated again.",
    "shippingMethodId": "Id of the shipping method, from `checkout.shippingOptions` or `shipping.list`. New shipping method. Default: the method of the order if it serves the address, else the cheapest."
   },
   "output": {}
  },
  "orders.withdrawEdit": {
   "input": {},
   "output": {}
  },
  "orders.payEdit": {
   "input": {},
   "output": {}
  },
  "orderViews.list": {
   "input": {},
   "output": {}
  },
  "orderViews.create": {
   "input": {
    "filters.minTotalCents": "Lowest total of the orders, in minor units of the currency of each order.",
    "filters.maxTotalCents": "Highest total of the orders, in minor units of the currency of each order.",
    "filters.needsAttention": "`true` for orders that need attention (`attention`), `false` for the others."
   },
   "output": {}
  },
  "orderViews.update": {
   "input": {
    "filters.minTotalCents": "Lowest total of the orders, in minor units of the currency of each order.",
    "filters.maxTotalCents": "Highest total of the orders, in minor units of the currency of each order.",
    "filters.needsAttention": "`true` for orders that need attention (`attention`), `false` for the others."
   },
   "output": {}
  },
  "orderViews.delete": {
   "input": {},
   "output": {}
  },
  "returns.list": {
   "input": {
    "page": "Number of the page, from 1.",
    "pageSize": "Most records of a page."
   },
   "output": {}
  },
  "returns.request": {
   "input": {},
   "output": {}
  },
  "returns.decide": {
   "input": {
    "approve": "`true` approves the return, `false` rejects it."
   },
   "output": {}
  },
  "returns.receive": {
   "input": {},
   "output": {}
  },
  "returns.writeOff": {
   "input": {},
   "output": {}
  },
  "payments.listForOrder": {
   "input": {},
   "output": {}
  },
  "payments.get": {
   "input": {},
   "output": {}
  },
  "payments.verify": {
   "input": {},
   "output": {}
  },
  "payments.listDiscrepancies": {
   "input": {
    "orderId": "Id of the order, from `checkout.complete`, `flashSales.buy` or `orders.list`. Only discrepancies of this order."
   },
   "output": {
    "items": "At most the oldest 200.",
    "totalCount": "Number of all discrepancies."
   }
  },
  "payments.resolveDiscrepancy": {
   "input": {},
   "output": {
    "resolved": "Whether the discrepancy is gone; false when it needs another decision."
   }
  },
  "payments.refund": {
   "input": {
    "amountCents": "Amount to refund, in the currency of the payment."
   },
   "output": {}
  },
  "payments.refundOrder": {
   "input": {
    "amountCents": "Amount to refund, in the currency of the order."
   },
   "output": {
    "refundCents": "Part of the amount that goes back to charges.",
    "creditCents": "Part of the amount that goes back to gift cards and store credit."
   }
  },
  "invoices.list": {
   "input": {
    "page": "Number of the page, from 1.",
    "pageSize": "Most records of a page."
   },
   "output": {}
  },
  "storeCredit.list": {
   "input": {
    "page": "Number of the page, from 1.",
    "pageSize": "Most records of a page.",
    "lastFour": "Last four characters of a gift card's code."
   },
   "output": {}
  },
  "storeCredit.ledger": {
   "input": {
    "page": "Number of the page, from 1.",
    "pageSize": "Most records of a page."
   },
   "output": {}
  },
  "storeCredit.issueGiftCard": {
   "input": {
    "amountCents": "Balance of the new card, in `currency`.",
    "expiresAt": "When the card expires; default: never.",
    "note": "Note for staff, such as the recipient."
   },
   "output": {}
  },
  "storeCredit.grant": {
   "input": {
    "amountCents": "Amount to add, in `currency`.",
    "orderId": "Id of the order, from `checkout.complete`, `flashSales.buy` or `orders.list`. Order that the credit relates to, for example as a substitute for a refund."
   },
   "output": {}
  },
  "storeCredit.adjust": {
   "input": {},
   "output": {}
  },
  "storeCredit.setState": {
   "input": {},
   "output": {}
  },
  "storeCredit.mine": {
   "input": {},
   "output": {
    "items[].balanceCents": "Amount that is left, in `currency`."
   }
  },
  "storeCredit.checkGiftCard": {
   "input": {},
   "output": {}
  },
  "flashSales.list": {
   "input": {
    "page": "Number of the page, from 1.",
    "pageSize": "Most records of a page."
   },
   "output": {}
  },
  "flashSales.get": {
   "input": {},
   "output": {}
  },
  "flashSales.create": {
   "input": {
    "paymentWindowMinutes": "Minutes within which an order of this sale must be paid. Afterwards its units return to the sale.",
    "paymentRetryMinutes": "Minutes after the first declined payment within which the order can be paid with another payment method; never beyond the payment window.",
    "waitingRoom": "Whether buyers must queue first; see `flashSales.join`.",
    "admission.maxPerSecond": "Most buyers admitted per second.",
    "admission.minutesInside": "Minutes in which an admitted buyer may buy.",
    "admission.overbooking": "Share of additional buyers admitted beyond the free units, because some leave without buying: 5000 is 50 % more.",
    "items[].salePriceCents": "Price of one unit in the sale, in the currency of the product."
   },
   "output": {}
  },
  "flashSales.update": {
   "input": {
    "paymentWindowMinutes": "Applies to orders placed after the change.",
    "paymentRetryMinutes": "Applies to orders placed after the change.",
    "waitingRoom": "Whether buyers must queue first; see `flashSales.join`.",
    "admission.maxPerSecond": "Most buyers admitted per second.",
    "admission.minutesInside": "Minutes in which an admitted buyer may buy.",
    "admission.overbooking": "Share of additional buyers admitted beyond the free units, because some leave without buying: 5000 is 50 % more."
   },
   "output": {}
  },
  "flashSales.adjustUnits": {
   "input": {},
   "output": {}
  },
  "flashSales.pause": {
   "input": {},
   "output": {}
  },
  "flashSales.resume": {
   "input": {},
   "output": {}
  },
  "flashSales.end": {
   "input": {},
   "output": {}
  },
  "flashSales.buy": {
   "input": {
    "email": "Required for guests. Default: the address of the account.",
    "expectedUnitPriceCents": "Unit price that the buyer saw. If the sale price has changed, the call fails with `PRICE_CHANGED`.",
    "ticket": "Ticket from `flashSales.join`; required for sales with a waiting room."
   },
   "output": {}
  },
  "flashSales.metrics": {
   "input": {},
   "output": {}
  },
  "flashSales.watch": {
   "input": {},
   "output": {}
  },
  "flashSales.join": {
   "input": {
    "email": "Required for guests."
   },
   "output": {}
  },
  "flashSales.place": {
   "input": {},
   "output": {}
  },
  "flashSales.follow": {
   "input": {},
   "output": {}
  },
  "events.list": {
   "input": {
    "cursor": "`nextCursor` of the previous response; without it, the first page.",
    "limit": "Most records of the response."
   },
   "output": {}
  },
  "events.live": {
   "input": {},
   "output": {}
  },
  "mailbox.list": {
   "input": {
    "page": "Number of the page, from 1.",
    "pageSize": "Most records of a page."
   },
   "output": {}
  },
  "mailbox.get": {
   "input": {},
   "output": {}
  },
  "system.ping": {
   "input": {},
   "output": {}
  },
  "system.dashboard": {
   "input": {},
   "output": {}
  },
  "system.consumers": {
   "input": {},
   "output": {}
  },
  "system.unreadable": {
   "input": {
    "page": "Number of the page, from 1.",
    "pageSize": "Most records of a page."
   },
   "output": {}
  },
  "system.invariants": {
   "input": {},
   "output": {}
  },
  "orders.exportCsv": {
   "input": {
    "page": "Number of the page, from 1.",
    "pageSize": "Most records of a page.",
    "paymentStatus": "Status of the latest charge.",
    "q": "Order number or part of it, or the buyer's e-mail address.",
    "sku": "Orders with a line of this SKU.",
    "minTotalCents": "Lowest total of the orders, in minor units of the currency of each order.",
    "maxTotalCents": "Highest total of the orders, in minor units of the currency of each order.",
    "needsAttention": "`true` for orders that need attention (`attention`), `false` for the others."
   },
   "output": {}
  },
  "products.exportCsv": {
   "input": {
    "page": "Number of the page, from 1.",
    "pageSize": "Most records of a page.",
    "cursor": "`nextCursor` of the previous response, with the same filters and sort order. Replaces `page`.",
    "tags": "Matches products with at least one of these tags.",
    "minPriceCents": "Lowest price that matches.",
    "maxPriceCents": "Highest price that matches."
   },
   "output": {}
  }
 }
};
