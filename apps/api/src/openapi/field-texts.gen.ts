/** Generated from the contract by pnpm generate; a test fails when it is out of date. */
export interface FieldTexts {
  readonly models: Readonly<Record<'input' | 'output', Readonly<Record<string, Readonly<Record<string, string>>>>>>;
  readonly procedures: Readonly<Record<string, Readonly<Record<'input' | 'output', Readonly<Record<string, string>>>>>>;
}
export const fieldTexts: FieldTexts = {
 "models": {
  "input": {
   "ImportMapping": {
    "columns": "The column of each field, by its name in the first line of the file. `name` and `price` are required.",
    "constants": "Values of all products and variants of the file, for fields without a column.",
    "constants.status": "Status of the products.",
    "constants.currency": "Currency of the prices.",
    "constants.brand": "Brand of the products.",
    "constants.category": "Name of the category of the products.",
    "constants.tags": "Tags of the products.",
    "constants.tracked": "Whether the units of the variants are counted.",
    "constants.soldWhenSoldOut": "Whether the variants are sold when they are sold out: with `true` up to 10,000 units.",
    "separators": "What separates the values in a cell.",
    "separators.tags": "Between tags; default: a comma.",
    "separators.images": "Between addresses of images; default: a cell has one address.",
    "separators.categories": "Between categories, of which the first is imported; default: a cell has one category.",
    "separators.categoryPath": "Between a category and those below it, of which the last is imported: `>` in `Clothes > Tees`.",
    "weightUnit": "Unit of the column of weights; default `g`."
   },
   "AddressInput": {
    "": "A postal address as typed by the customer. `checkout.addressFormat` says which fields the country needs.",
    "firstName": "First name of the recipient, or the only one.",
    "lastName": "Last name of the recipient.",
    "company": "Company of the recipient.",
    "line1": "Street and number.",
    "line2": "Further line of the address, such as the floor.",
    "city": "City or town. Required where addresses of the country have one, see `checkout.addressFormat`.",
    "region": "Region, state or province, as in the postal address: name or code. Required where addresses of the country have one.",
    "postalCode": "Postal code, as written in the country. Required where addresses of the country have one.",
    "phone": "Phone number as people type it, such as `030 123456`; stored as an E.164 number of the country of the address."
   },
   "PaymentMethodInput": {
    "": "Payment method of the buyer: a token from the provider's browser library, never card data. The sandbox provider accepts `tok_success`; `tok_decline`, which it declines, as every unknown token; `tok_timeout`, whose answer is lost; `tok_late`, which is captured later; `tok_3ds`, which the buyer confirms on a page; and `tok_once`, which it cannot charge a second time without the buyer.",
    "provider": "Payment provider that issued the token.",
    "token": "Token of the payment method, from the provider's browser library.",
    "method": "Kind of the payment method, for the records of the shop; the provider charges the token.",
    "returnUrl": "Where the provider redirects the buyer after a confirmation on its page."
   }
  },
  "output": {
   "Problem": {
    "": "Body of every error response: the members of RFC 9457 plus `code`, `retry`, `fields`, `details`.",
    "instance": "Id of the request. Quote it to support.",
    "details": "Facts for programs, such as the units still available."
   },
   "Session": {
    "user": "The account that signed in.",
    "tokens": "Tokens of the new session."
   },
   "User": {
    "firstName": "Null only when `unreadable` lists it.",
    "lastName": "Empty for a person with one name. Null only when `unreadable` lists it.",
    "role": "Decides which scopes the account has.",
    "scopes": "What the account may do: the scopes of its role. Empty for customers.",
    "accountStatus": "Only `active` accounts can sign in: `INVALID_CREDENTIALS` for the others. Calls with their tokens fail with `ACCOUNT_INACTIVE`.",
    "emailVerified": "False for every account: no call of the shop confirms an e-mail address yet.",
    "customerGroup": "Customer group for pricing rules, such as `wholesale`; null for none."
   },
   "TokenPair": {
    "accessToken": "EdDSA-signed JWT (RFC 9068). Send it as `Authorization: Bearer`.",
    "accessTokenExpiresAt": "When the access token expires. Call `auth.refresh` before then.",
    "refreshToken": "Opaque, for single use: every refresh returns a new one.",
    "refreshTokenExpiresAt": "When the refresh token expires. After that the owner must sign in again."
   },
   "ProductPage": {
    "totalIsExact": "Whether `totalCount` is exact: false when the words of a buyer find more than 1,000 products.",
    "nextCursor": "Cursor of the next page; null on the last page.",
    "correctedQuery": "The words that were looked for instead of `q`, which finds nothing as it was typed; null if it finds something."
   },
   "ProductSummary": {
    "slug": "Slug of the product: its part of the address in the shop.",
    "name": "Name of the product for buyers.",
    "brand": "Brand; null for none.",
    "category": "Category of the product; null for none.",
    "category.slug": "Slug of the category.",
    "category.name": "Name of the category.",
    "tags": "Tags, by which lists and search can be filtered.",
    "imageUrl": "Primary image; null if the product has none.",
    "minPriceCents": "Price of the cheapest variant.",
    "maxPriceCents": "Price of the most expensive variant.",
    "available": "Units of all variants that can be sold now. Untracked variants, which can always be bought, do not count.",
    "tracked": "Whether the units of a variant are counted. False if none are: then `available` is 0, and says nothing.",
    "inStock": "Whether a unit of one of the variants can be bought: from stock, on backorder, or because units are not counted.",
    "variantCount": "Variants of the product, sold out ones included."
   },
   "Product": {
    "slug": "Slug of the product: its part of the address in the shop.",
    "name": "Name of the product for buyers.",
    "brand": "Brand; null for none.",
    "category": "Category of the product; null for none.",
    "category.slug": "Slug of the category.",
    "category.name": "Name of the category.",
    "tags": "Tags, by which lists and search can be filtered.",
    "imageUrl": "Primary image; null if the product has none.",
    "minPriceCents": "Price of the cheapest variant.",
    "maxPriceCents": "Price of the most expensive variant.",
    "available": "Units of all variants that can be sold now. Untracked variants, which can always be bought, do not count.",
    "tracked": "Whether the units of a variant are counted. False if none are: then `available` is 0, and says nothing.",
    "inStock": "Whether a unit of one of the variants can be bought: from stock, on backorder, or because units are not counted.",
    "variantCount": "Variants of the product, sold out ones included.",
    "handle": "Identifies the product in CSV files and other systems; the `slug` is only its address.",
    "description": "Text for buyers, in HTML; null for none.",
    "seoTitle": "Title for search engines; null for none.",
    "seoDescription": "Text for search engines; null for none.",
    "options": "Option names with their values, in display order.",
    "options[].name": "Name of the option, such as `Size`.",
    "options[].values": "Values of the option, in display order.",
    "variants": "Variants of the product, in display order.",
    "images": "Images of the product, in display order.",
    "publishAt": "When a draft is published automatically.",
    "unpublishAt": "When the product is unpublished automatically."
   },
   "Variant": {
    "": "A variant as buyers see it: with availability, without the stock counters.",
    "title": "Option values, such as `Small / Blue`; empty for a product without options.",
    "options": "Option names with values, in the product's option order: `{ Size: 'Small' }`.",
    "priceCents": "Own price of one unit in `currency`, before price lists and rules.",
    "compareAtPriceCents": "Previous price of one unit in `currency`, to show beside the price: equal to it or higher; null for none.",
    "lowestPriceCents": "Lowest price of the last 30 days, including today; price lists and rules do not count.",
    "priorPriceCents": "The price from which a reduction is calculated in the EU (Directive 98/6/EC, Article 6a): the lowest price of the 30 days before the current price took effect; null if there was none. If it is not above the current price, there is no reduction to announce.",
    "weightGrams": "Weight of one unit; null if it is not known.",
    "barcode": "EAN, UPC, ISBN or a number of the shop's own.",
    "imageId": "The image of the product that shows this variant; null when none does.",
    "availability": "What buyers see of the stock of the variant."
   },
   "Availability": {
    "": "Availability of a variant as buyers see it.",
    "available": "Units that can be sold from stock now: on hand minus reserved, at least 0. It is 0 where units are not counted (`tracked`).",
    "tracked": "Whether units are counted. An untracked variant can always be bought: `inStock` is true and `label` is `in_stock`.",
    "inStock": "Whether a unit can be bought, from stock on hand, as a backorder, or because units are not counted.",
    "label": "What to show beside the buy button: `sold_out` means that nothing can be bought."
   },
   "ProductImage": {
    "url": "Address of the image.",
    "altText": "Text for people who cannot see the image; empty for none.",
    "position": "Counted from 1.",
    "isPrimary": "The first image is the primary image; lists show it."
   },
   "Category": {
    "name": "Name of the category for buyers.",
    "slug": "Slug of the category: its part of the address in the shop.",
    "productCount": "Active products in the category and its subcategories.",
    "children": "Subcategories, in display order."
   },
   "CategoryPage": {
    "": "A category with its path, as its page shows it.",
    "parentId": "Parent category; null for the top level.",
    "name": "Name of the category for buyers.",
    "slug": "Slug of the category: its part of the address in the shop.",
    "description": "Text for buyers, safe to show as HTML; null for none.",
    "seoTitle": "Title for search engines; null to use the name.",
    "seoDescription": "Summary for search engines; null for none.",
    "imageUrl": "URL of the image of the category; null for none.",
    "imageAltText": "What the image shows, for people who cannot see it; empty when it says nothing more than the name.",
    "sortOrder": "Position among its siblings, lowest first.",
    "path": "The categories from the top level down to this one, which is the last.",
    "path[].id": "A category of the path.",
    "path[].name": "Its name.",
    "path[].slug": "Its part of the URL in the shop."
   },
   "CategoryDetail": {
    "parentId": "Parent category; null for the top level.",
    "name": "Name of the category for buyers.",
    "slug": "Slug of the category: its part of the address in the shop.",
    "description": "Text for buyers, safe to show as HTML; null for none.",
    "seoTitle": "Title for search engines; null to use the name.",
    "seoDescription": "Summary for search engines; null for none.",
    "imageUrl": "URL of the image of the category; null for none.",
    "imageAltText": "What the image shows, for people who cannot see it; empty when it says nothing more than the name.",
    "sortOrder": "Position among its siblings, lowest first."
   },
   "Collection": {
    "slug": "Slug of the collection: its part of the address in the shop.",
    "name": "Name of the collection for buyers.",
    "description": "Text for buyers; null for none.",
    "rule": "Products that match these words and filters are in the collection.",
    "rule.q": "Words that the products match, as in `search.products`.",
    "rule.category": "A category, including its subcategories.",
    "rule.brands": "Products of one of these brands.",
    "rule.tags": "Products with at least one of these tags.",
    "rule.options": "`Name:Value`, such as `Size:Small`.",
    "rule.minPriceCents": "Products with a price range that reaches this price or more.",
    "rule.maxPriceCents": "Products with a price range that reaches this price or less.",
    "rule.inStock": "`true` returns only products with a unit that can be bought; `false` only the others.",
    "sort": "Order of the products: best match first, newest first, by name, or by price upwards or downwards (`-price`).",
    "active": "Whether buyers see the collection."
   },
   "CollectionPage": {
    "totalIsExact": "Whether `totalCount` is exact: false when there are more than 1,000 matches.",
    "correctedQuery": "The corrected words if misspelt words were corrected; null otherwise.",
    "facets": "Number of matches by category, brand, tag, option, price and availability.",
    "collection": "The collection itself."
   },
   "SearchFacets": {
    "categories": "Categories of the products that match all other filters, and the categories above them; the 50 with the most products.",
    "categories[].slug": "Slug of the category; send it as `category` to filter by it.",
    "categories[].name": "Name of the category.",
    "brands": "Brands of the products that match all other filters, the most frequent 50; send values as `brands` to filter by them.",
    "brands[].value": "The value to filter by.",
    "tags": "Tags of the products that match all other filters, the most frequent 50; send values as `tags` to filter by them.",
    "tags[].value": "The value to filter by.",
    "options": "Option names with their values, such as Size; the 12 most frequent names.",
    "options[].name": "Name of the option, such as `Size`.",
    "options[].values": "Values of the option; send `Name:Value` as `options` to filter by one.",
    "options[].values[].value": "The value to filter by.",
    "prices": "Price bands with products, by the cheapest variant: from `minCents` to below `maxCents`.",
    "prices[].minCents": "Inclusive lower limit.",
    "prices[].maxCents": "Exclusive upper limit; null for the highest band.",
    "availability": "Matching products with and without a unit that can be bought."
   },
   "StoredImportMapping": {
    "": "A mapping in an answer: whatever is stored.",
    "columns": "The column of each field, by its name in the first line of the file. `name` and `price` are required.",
    "constants": "Values of all products and variants of the file, for fields without a column.",
    "constants.status": "Status of the products.",
    "constants.currency": "Currency of the prices.",
    "constants.brand": "Brand of the products.",
    "constants.category": "Name of the category of the products.",
    "constants.tags": "Tags of the products.",
    "constants.tracked": "Whether the units of the variants are counted.",
    "constants.soldWhenSoldOut": "Whether the variants are sold when they are sold out: with `true` up to 10,000 units.",
    "separators": "What separates the values in a cell.",
    "separators.tags": "Between tags; default: a comma.",
    "separators.images": "Between addresses of images; default: a cell has one address.",
    "separators.categories": "Between categories, of which the first is imported; default: a cell has one category.",
    "separators.categoryPath": "Between a category and those below it, of which the last is imported: `>` in `Clothes > Tees`.",
    "weightUnit": "Unit of the column of weights; default `g`."
   },
   "ImportRow": {
    "line": "Line of the file; the header is line 1.",
    "handle": "Handle of the product of the row, as in the file.",
    "sku": "SKU of the row; null if the row has none.",
    "outcome": "Nothing of a `failed` row and of the other rows of its product is written. Every other row is imported as in the file, except for what `message` names.",
    "message": "Every reason why the row failed, or a note on an imported row, such as an omitted image.",
    "code": "Error code that other calls return for the value that failed, or that was left out or changed; null for other rows."
   },
   "CatalogImport": {
    "fileName": "Name of the file, as the uploader gave it.",
    "mode": "`preview` writes nothing; `commit` writes the products. `preview` until `imports.start` is called.",
    "status": "`uploading`: `imports.start` was not called yet; `queued`: waits for the worker; `running`; `finished`: the whole file was processed; `failed`: the whole file was rejected (`problem`); `cancelled`.",
    "mapping": "The mapping that `imports.start` or `imports.create` received: what the columns of the file mean; null when they are those of a known format.",
    "decimalSign": "The sign that begins the decimals of numbers, as `imports.start` or `imports.create` received it; null for none.",
    "rowCount": "Rows of the file; 0 until the file has been read. The counts by outcome add up to the rows of the report: of rows without a variant, it has the first one of each product, and those that failed or have a note.",
    "processedCount": "Rows processed so far.",
    "createdCount": "Rows of the report with the outcome `created`.",
    "updatedCount": "Rows of the report with the outcome `updated`.",
    "unchangedCount": "Rows of the report with the outcome `unchanged`, with rows that have no variant but a note.",
    "failedCount": "Rows of the report with the outcome `failed`, with rows of failed products that have only an image.",
    "notedCount": "Rows of the report that are imported and have a note in `message`.",
    "unusedColumns": "Columns with values that the import does not use, with the number of rows that have one.",
    "unusedColumns[].name": "Header of the column.",
    "unusedColumns[].rowCount": "Rows with a value in the column.",
    "newCategories": "Names of the categories that the import adds, or would add.",
    "problem": "Why the whole file was rejected.",
    "finishedAt": "When the import ended; null before."
   },
   "SearchResult": {
    "totalIsExact": "Whether `totalCount` is exact: false when there are more than 1,000 matches.",
    "correctedQuery": "The corrected words if misspelt words were corrected; null otherwise.",
    "facets": "Number of matches by category, brand, tag, option, price and availability."
   },
   "SearchSuggestions": {
    "products": "Products that match, best match first.",
    "products[].slug": "Slug of the product: its part of the address in the shop.",
    "products[].name": "Name of the product.",
    "products[].imageUrl": "Primary image of the product; null if it has none.",
    "categories": "Categories with all typed words; the last one may be unfinished.",
    "categories[].slug": "Slug of the category: its part of the address in the shop.",
    "categories[].name": "Name of the category.",
    "brands": "Brands that begin as typed, whatever their accents, signs and spaces."
   },
   "Reindex": {
    "status": "`queued`: waits for the worker; `running`; `finished`.",
    "productCount": "Number of products.",
    "processedCount": "Products processed so far.",
    "finishedAt": "When the rebuild ended; null before."
   },
   "PriceQuote": {
    "quantity": "Units that the price is for.",
    "baseUnitPriceCents": "Price of one unit before price lists and rules, in `currency`.",
    "unitPriceCents": "Price of one unit after price lists and rules, in `currency`.",
    "totalCents": "`unitPriceCents` times `quantity`, before offers, order promotions, shipping and tax.",
    "appliedRules": "Price lists and rules that changed the unit price.",
    "unappliedRules": "Rules in scope that did not apply, with the reason."
   },
   "AppliedRule": {
    "": "A rule that changed a price. `amountCents` is the reduction; negative for a surcharge.",
    "name": "Name of the rule or price list, or the promo code.",
    "kind": "What changed the price: a price list, a surcharge or rule on the unit price, an offer over several units, an order promotion or a shipping promotion.",
    "amountCents": "Reduction in the currency of the cart; negative for a surcharge."
   },
   "UnappliedRule": {
    "name": "Name of the rule, or the promo code.",
    "reason": "`not_yet`, `ended`: outside its period; `code_missing`: needs a promo code that the cart does not have; `other_audience`: only for guests, or only for signed-in customers; `other_customer_group`, `other_currency`: for another group, or in another currency; `quantity_too_low`, `subtotal_too_low`: too few units, or too low a value of goods; `switched_off`: low-stock surcharges are off in the settings; `stock_not_low`: more units are available than its threshold; `price_reduced_already`: only for lines whose unit price was not changed; `exclusive_comes_late`: exclusive, and another rule applied before; `closed_by_exclusive`: an exclusive rule applied before; `nothing_left`: no amount was left to reduce."
   },
   "Promotion": {
    "": "The fields of a promotion that buyers may see.",
    "name": "Name of the rule. Buyers see it where the rule applies.",
    "effect": "What the rule does. The first three and the surcharge change the unit price; `buy_x_get_y` changes the price of several units, the `order_` effects the sum of the lines in scope, `free_shipping` the price of shipping.",
    "percentBasisPoints": "For `percent_off`, `order_percent_off` and `low_stock_surcharge`. For `buy_x_get_y` the reduction of the free units; default 100 %.",
    "amountCents": "For `amount_off` (per unit), `fixed_price` (the unit price) and `order_amount_off`.",
    "currency": "Currency of the amounts. Default: the currency of the variant or product in scope, else the shop's. A rule without amounts applies in every currency, unless it names one. A change that removes the last amount removes the currency too, unless it names one.",
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
    "at": "Instant for which the prices were calculated.",
    "lines": "Lines in the order of the request; items of the same variant are one line.",
    "lines[].quantity": "Units of the line.",
    "lines[].baseUnitPriceCents": "Price of one unit before price lists and rules, in `currency`.",
    "lines[].unitPriceCents": "Price of one unit after price lists and rules, in `currency`.",
    "lines[].lineTotalCents": "`unitPriceCents` times `quantity`, before `discountCents`. Includes tax if the prices of the shop do.",
    "lines[].discountCents": "Reduction of the line by offers and order promotions.",
    "lines[].taxCents": "Tax of the line after the discount; part of the price if prices include tax.",
    "lines[].taxRatePpm": "Sum of the tax rates of the line, in parts per million: 190,000 is 19 %.",
    "lines[].appliedRules": "Price lists and rules that changed the unit price, and offers over several units that reduced the line.",
    "lines[].unappliedRules": "Rules in scope that did not change the unit price, with the reason.",
    "promotions": "Order promotions and shipping promotions that apply, including the promo code. Offers are in `appliedRules` of the lines.",
    "unappliedRules": "Offers, order promotions and shipping promotions that do not apply, with the reason.",
    "taxes": "Tax of the cart by rate.",
    "taxes[].name": "Name of the tax rate, such as `VAT`; staff set it with `tax.save`.",
    "taxes[].ratePpm": "Tax rate in parts per million: 190,000 is 19 %.",
    "taxes[].taxableCents": "Amount that the rate applies to, after discounts; includes the tax if prices include tax.",
    "taxes[].taxCents": "Tax at this rate.",
    "shippingOptions": "Shipping methods that deliver to the destination, cheapest first.",
    "shippingMethodId": "Id of the shipping method",
    "shippingUnavailable": "Whether the chosen shipping method, or without a choice every method in the currency, does not deliver these items to the destination. False for a shop without active shipping methods, which ships for free.",
    "totals": "Totals of the simulated cart, in `currency`."
   },
   "ShippingOption": {
    "": "A shipping method for a cart, with its price.",
    "name": "Name of the shipping method for buyers.",
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
   "PricingRuleItem": {
    "": "A pricing rule with the name of what it applies to.",
    "name": "Name of the rule. Buyers see it where the rule applies.",
    "effect": "What the rule does. The first three and the surcharge change the unit price; `buy_x_get_y` changes the price of several units, the `order_` effects the sum of the lines in scope, `free_shipping` the price of shipping.",
    "percentBasisPoints": "For `percent_off`, `order_percent_off` and `low_stock_surcharge`. For `buy_x_get_y` the reduction of the free units; default 100 %.",
    "amountCents": "For `amount_off` (per unit), `fixed_price` (the unit price) and `order_amount_off`.",
    "currency": "Currency of the amounts. Default: the currency of the variant or product in scope, else the shop's. A rule without amounts applies in every currency, unless it names one. A change that removes the last amount removes the currency too, unless it names one.",
    "buyQuantity": "For `buy_x_get_y`: of every `buyQuantity + getQuantity` units, the cheapest `getQuantity` are reduced.",
    "getQuantity": "For `buy_x_get_y`: units that are reduced.",
    "stockThreshold": "For `low_stock_surcharge`: applies at this number of units or fewer.",
    "variantId": "Scope: at most one of the four; all products if all are null. A category includes its subcategories.",
    "productId": "Id of the product",
    "categoryId": "Id of the category",
    "collectionId": "Products that match the collection's rule at the time of pricing, even if the collection is not active.",
    "minQuantity": "Minimum units of the line; for the `order_` effects and `free_shipping`, of all lines in scope.",
    "minSubtotalCents": "For the `order_` effects and `free_shipping`: minimum value of the goods.",
    "audience": "Buyers for whom the rule applies: everybody, only guests, or only signed-in customers.",
    "customerGroup": "Only for buyers in this group; null for everybody.",
    "code": "Applies only with this promo code on the cart.",
    "fullPriceOnly": "For offers and order promotions: excludes lines whose unit price was already changed.",
    "startsAt": "When the rule begins to apply; null for at once.",
    "endsAt": "When the rule stops applying; null for never.",
    "priority": "Rules are evaluated from the highest priority down. After an exclusive rule applies, no further rule is evaluated.",
    "stackable": "Whether further rules can apply after this one.",
    "active": "Whether the rule applies within its period.",
    "target": "What the rule applies to; null for all products.",
    "target.id": "Id of the variant, product, category or collection in scope.",
    "target.name": "Its name; for a variant, the name of the product with the title of the variant.",
    "target.productId": "The product in scope, or the product of the variant; null for a category or collection.",
    "target.slug": "Slug of the product, category or collection.",
    "target.deleted": "Whether this product or variant is deleted: the rule no longer applies to anything."
   },
   "PricingRule": {
    "name": "Name of the rule. Buyers see it where the rule applies.",
    "effect": "What the rule does. The first three and the surcharge change the unit price; `buy_x_get_y` changes the price of several units, the `order_` effects the sum of the lines in scope, `free_shipping` the price of shipping.",
    "percentBasisPoints": "For `percent_off`, `order_percent_off` and `low_stock_surcharge`. For `buy_x_get_y` the reduction of the free units; default 100 %.",
    "amountCents": "For `amount_off` (per unit), `fixed_price` (the unit price) and `order_amount_off`.",
    "currency": "Currency of the amounts. Default: the currency of the variant or product in scope, else the shop's. A rule without amounts applies in every currency, unless it names one. A change that removes the last amount removes the currency too, unless it names one.",
    "buyQuantity": "For `buy_x_get_y`: of every `buyQuantity + getQuantity` units, the cheapest `getQuantity` are reduced.",
    "getQuantity": "For `buy_x_get_y`: units that are reduced.",
    "stockThreshold": "For `low_stock_surcharge`: applies at this number of units or fewer.",
    "variantId": "Scope: at most one of the four; all products if all are null. A category includes its subcategories.",
    "productId": "Id of the product",
    "categoryId": "Id of the category",
    "collectionId": "Products that match the collection's rule at the time of pricing, even if the collection is not active.",
    "minQuantity": "Minimum units of the line; for the `order_` effects and `free_shipping`, of all lines in scope.",
    "minSubtotalCents": "For the `order_` effects and `free_shipping`: minimum value of the goods.",
    "audience": "Buyers for whom the rule applies: everybody, only guests, or only signed-in customers.",
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
    "code": "The code, in upper case.",
    "percentBasisPoints": "At most one of percent, amount and free shipping. A code with none only enables the rules that require it.",
    "amountCents": "Reduction of the order, in `currency`; null for none.",
    "freeShipping": "Whether the code makes shipping free.",
    "currency": "Currency of the amounts. The code is then valid only for carts in this currency.",
    "minSubtotalCents": "Minimum value of the goods, in `currency`; null for none.",
    "fullPriceOnly": "Excludes lines whose unit price was already changed.",
    "stackable": "Whether further promo codes and rules can apply after this one.",
    "priority": "Promo codes and rules are evaluated from the highest priority down.",
    "usageLimit": "Maximum uses by all buyers together.",
    "perCustomerLimit": "Maximum uses by one buyer, by account and by mailbox, and for guests by delivery address too.",
    "startsAt": "When the code begins to be valid; null for at once.",
    "endsAt": "When the code stops being valid; null for never.",
    "active": "Whether the code can be used within its period.",
    "usedCount": "Orders that used the code. Cancelled orders do not count, also those that expired unpaid.",
    "batchId": "Batch of codes that were generated together."
   },
   "PriceList": {
    "name": "Name of the list for staff.",
    "customerGroup": "Only for buyers in this group; null for everybody.",
    "priority": "The matching list with the highest priority applies; then a list for a group before a list for everybody; then the list with the latest start.",
    "startsAt": "When the prices begin to apply; null for at once.",
    "endsAt": "When the prices stop applying; null for never.",
    "active": "Whether the prices apply within the period.",
    "priceCount": "Number of prices in the list."
   },
   "TaxRate": {
    "region": "Region within the country; null for the whole country.",
    "name": "Name of the tax for buyers, such as `VAT`."
   },
   "ShippingMethod": {
    "name": "Name of the shipping method for buyers.",
    "countries": "Countries that the method serves; the whole world if `regions` is empty too.",
    "regions": "Regions that the method serves: ISO 3166-2 codes with the country, such as `US-CA`. An input can also have lower case or the name of the region, such as `US-California`; a larger region includes the regions within it.",
    "freeFromCents": "Shipping is free from this value of goods, after discounts.",
    "position": "Place among methods of the same price, lowest first.",
    "active": "Whether the method is offered.",
    "bands": "Prices by weight and value of the cart. The first matching band sets the price; without a match the method is not offered.",
    "bands[].minWeightGrams": "Inclusive lower limit.",
    "bands[].maxWeightGrams": "Exclusive upper limit; null for none.",
    "bands[].minSubtotalCents": "Inclusive lower limit of the value of goods, in the currency of the method.",
    "bands[].maxSubtotalCents": "Exclusive upper limit; null for none.",
    "bands[].priceCents": "Price of shipping, in the currency of the method."
   },
   "ShopSettings": {
    "name": "Name of the shop, in mails and on invoices.",
    "currency": "Main currency of the shop.",
    "currencies": "Further currencies of carts; an empty list allows every currency.",
    "defaultCountry": "Country of carts that name none; null for no default.",
    "taxIncluded": "Whether prices include tax.",
    "taxRounding": "`document` calculates each tax rate once over the whole order, as EN 16931 demands of invoices, and spreads the result over the lines; `line` rounds each line alone. Orders keep the rounding that they were placed with.",
    "shippingTaxClass": "The tax class of shipping; null leaves it untaxed.",
    "defaultWeightGrams": "The weight of a unit whose variant has none, in grams, for shipping methods that are priced by weight. Null offers no such method for carts with such a unit.",
    "lowStockSurcharge": "Whether rules with the effect `low_stock_surcharge` apply.",
    "priceDriftBasisPoints": "Share by which the total may rise after the buyer saw it without another confirmation.",
    "paymentWindowMinutes": "Minutes an order may stay unpaid; null uses the setting of the installation.",
    "paymentRetryMinutes": "Minutes after the first declined payment within which the order can be paid with another payment method; never beyond the payment window. Null uses the setting of the installation.",
    "searchLanguage": "The language whose word forms product search knows; `simple` finds words as they are written. After a change the worker rebuilds the search index."
   },
   "ProductStock": {
    "": "Stock of a product as buyers see it. Drafts and archived products are `NOT_FOUND`.",
    "available": "Sum over all variants whose units are counted.",
    "variants": "Availability of each variant.",
    "variants[].availability": "What buyers see of the stock of the variant."
   },
   "StockLevel": {
    "": "Stock level of a variant. `onHand` counts the units in the warehouse, never below 0; `reserved` counts those held by carts, unpaid orders and edits that wait for payment, the backordered units of paid orders, and the free units of flash sales.",
    "name": "Name of the product with the title of the variant.",
    "onHand": "Units in all locations together.",
    "reserved": "Units held by carts, unpaid orders and edits that wait for payment, backordered units of paid orders, and free units of flash sales. Expired holds of carts do not count.",
    "available": "On hand minus reserved; negative when backorders exceed the stock. Sales of an untracked variant do not change it.",
    "status": "What buyers see: `sold_out` means that nothing can be bought; `backorder` that units can be sold before they arrive.",
    "reorderThreshold": "Stock is low at or below this number of available units.",
    "backorderLimit": "By how many units the reserved ones may exceed those on hand; 0 allows no backorders.",
    "tracked": "Whether units are counted. An untracked variant can always be bought, nothing reserves its units, and `onHand` stays as it was when tracking ended.",
    "locations": "Units on hand by location.",
    "locations[].code": "Code of the location.",
    "locations[].onHand": "Units in this location."
   },
   "StockLocation": {
    "": "A place that stores units.",
    "code": "Short name of the location in lists and files.",
    "name": "Name of the location for staff.",
    "priority": "Orders take units from the location with the lowest number that has enough.",
    "isDefault": "Receives units that arrive without a location.",
    "active": "False for a closed location."
   },
   "StockHold": {
    "": "Reserved units and who holds them.",
    "quantity": "Units held.",
    "heldBy": "`cart`, `order` until it is paid, `backorder` for units of a paid order that have not arrived, or the purpose of an allocation.",
    "orderId": "Order that holds the units; null for other holds.",
    "orderNumber": "Number of that order; null for other holds.",
    "expiresAt": "When the hold expires; null for a backorder and an allocation.",
    "lapsed": "Whether the hold of a cart has expired; the next buyer can take its units."
   },
   "StockRepair": {
    "": "A counter that differs from the ledger and the holds.",
    "counter": "Which counter differs: units on hand, reserved units, or units on hand at one location.",
    "location": "Code of the location, for `onHandAtLocation`.",
    "from": "Value of the counter before the repair.",
    "to": "Value that the ledger and the holds give."
   },
   "StockSupply": {
    "": "Units on hand that a repair gives to the paid orders that wait for them.",
    "units": "Units that orders get, the oldest first."
   },
   "StockMovement": {
    "kind": "`received`: units were added; `adjusted`: units were removed, counted or set by an import; `sold`; `restocked`: came back from an order; `transferred`: moved between locations.",
    "quantity": "Change of the units on hand.",
    "location": "Code of the location.",
    "reason": "Why the stock changed, by staff or by the shop.",
    "actor": "Who made the change: `staff:<id>`, or a part of the system such as `system:settle`."
   },
   "Cart": {
    "status": "`active`: can be changed and ordered; `converted`: ordered; `merged`: merged into the cart of the account.",
    "countryCode": "Destination for tax and shipping (ISO 3166-1 alpha-2); null until it is known.",
    "region": "Region within the country, such as `CA`.",
    "shippingMethodId": "Shipping method: the buyer's choice, else the cheapest.",
    "promoCode": "Promo code on the cart; null for none.",
    "note": "The buyer's note to the shop, such as delivery instructions; copied to the order.",
    "email": "E-mail address that the buyer has already entered, to prefill the checkout.",
    "shippingAddress": "Shipping address that the buyer has already entered; null for none.",
    "items": "Lines of the cart, in the order in which they were added.",
    "promotions": "Applied offers over several units, order promotions and shipping promotions, including the promo code.",
    "totals": "Totals of the cart in its currency, at the unit prices of its lines: each line keeps its price until it is changed. `checkout.summary` has the totals at current prices.",
    "credits": "Gift cards and store credit on the cart.",
    "creditCents": "Part of the total that gift cards and store credit pay.",
    "dueCents": "Amount left for other payment methods.",
    "version": "Increases with every change. Send it at checkout as `expectedCartVersion` to reject a cart that has changed."
   },
   "Address": {
    "": "A postal address stored on a cart or an order. Inputs use `AddressInput`.",
    "firstName": "First name of the recipient, or the only one.",
    "lastName": "Last name of the recipient.",
    "company": "Company of the recipient.",
    "line1": "Street and number.",
    "line2": "Further line of the address, such as the floor.",
    "city": "City or town. Required where addresses of the country have one, see `checkout.addressFormat`.",
    "region": "Region, state or province, as in the postal address: name or code. Required where addresses of the country have one.",
    "postalCode": "Postal code, as written in the country. Required where addresses of the country have one.",
    "phone": "E.164 number, such as `+4930123456`."
   },
   "CartItem": {
    "imageUrl": "Primary image of the product; null if it has none.",
    "quantity": "Units of the line.",
    "backorderedQuantity": "Units of the line that would be backordered now: those beyond the units on hand that nobody else has reserved. They follow when they arrive. 0 for variants without a backorder limit. Units may arrive, or be sold to others, before the cart is paid: `backorderedQuantity` of the line of the order says what is backordered.",
    "baseUnitPriceCents": "Price of one unit before price lists and rules, in the `currency` of the cart.",
    "unitPriceCents": "Price of one unit after price lists and rules, in `currency`.",
    "lineTotalCents": "`unitPriceCents` times `quantity`, before discounts. Includes tax if the prices of the shop do.",
    "appliedRules": "Price lists and rules that changed the unit price.",
    "reservedUntil": "When the hold on the units expires; null when none are held: after it expired, when a merge found none free, or for an untracked variant."
   },
   "CartCredit": {
    "": "A gift card or store credit on a cart. Nothing is debited before the order is placed.",
    "kind": "`gift_card`, or `account` for store credit.",
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
    "abandoned": "Whether `cart.abandoned` was sent since the last change of the cart."
   },
   "CartQuote": {
    "quote": "Signed quote. Send it as `quote` to `checkout.complete`.",
    "expiresAt": "Until when the quoted amounts are charged even if prices change.",
    "items": "Lines of the cart with the quoted amounts.",
    "items[].quantity": "Units of the line.",
    "items[].unitPriceCents": "Price of one unit after price lists and rules, in `currency`.",
    "items[].lineTotalCents": "`unitPriceCents` times `quantity`, before `discountCents`. Includes tax if the prices of the shop do.",
    "items[].discountCents": "Reduction of the line by offers and order promotions.",
    "items[].taxCents": "Tax of the line after the discount; part of the price if prices include tax.",
    "items[].taxRatePpm": "Sum of the tax rates of the line, in parts per million: 190,000 is 19 %.",
    "promotions": "Offers over several units, order promotions and shipping promotions that apply, including the promo code.",
    "shipping": "Shipping method of the quote with its price; null if the cart has none.",
    "totals": "Totals that checkout charges with this quote.",
    "credits": "Gift cards and store credit on the cart.",
    "creditCents": "Part of the total that gift cards and store credit pay.",
    "dueCents": "Amount left for other payment methods."
   },
   "CheckoutProblem": {
    "": "A reason why the cart cannot be checked out in its current state.",
    "itemId": "Line with the problem; null for a problem of the whole cart.",
    "code": "What is wrong. `checkout.complete` fails with `CART_EMPTY`, `INSUFFICIENT_STOCK`, `PRICE_CHANGED`, `REGION_REQUIRED` or `INSUFFICIENT_CREDIT` for a problem of that code, with `PROMO_CODE_EXHAUSTED` if the promo code is the only other problem, and with `CHECKOUT_BLOCKED` for the rest.",
    "message": "What is wrong, as a sentence for the buyer.",
    "available": "For `INSUFFICIENT_STOCK`: units available.",
    "unitPriceCents": "For `PRICE_CHANGED`: the current unit price.",
    "leftCents": "For `INSUFFICIENT_CREDIT`: balance of the gift card or store credit."
   },
   "CheckoutSummary": {
    "": "The cart at current prices for this destination. Send `totals.totalCents` as `expectedTotalCents`.",
    "cartVersion": "Send it as `expectedCartVersion`: checkout then fails if the cart was changed meanwhile, for example in another window.",
    "ready": "Whether the cart can be checked out; else `problems` says why not.",
    "problems": "Why the cart cannot be checked out; empty if it can.",
    "items": "Lines of the cart with their amounts.",
    "items[].quantity": "Units of the line.",
    "items[].unitPriceCents": "Price of one unit after price lists and rules, in `currency`.",
    "items[].lineTotalCents": "`unitPriceCents` times `quantity`, before `discountCents`. Includes tax if the prices of the shop do.",
    "items[].discountCents": "Reduction of the line by offers and order promotions.",
    "items[].taxCents": "Tax of the line after the discount; part of the price if prices include tax.",
    "promotions": "Offers over several units, order promotions and shipping promotions that apply, including the promo code.",
    "taxes": "Tax of the cart by rate.",
    "taxes[].name": "Name of the tax rate, such as `VAT`; staff set it with `tax.save`.",
    "taxes[].ratePpm": "Tax rate in parts per million: 190,000 is 19 %.",
    "taxes[].taxableCents": "Amount that the rate applies to, after discounts; includes the tax if prices include tax.",
    "taxes[].taxCents": "Tax at this rate.",
    "shippingOptions": "Shipping methods that deliver to the destination, cheapest first.",
    "shippingMethodId": "Shipping method that `totals` include; null if none is chosen.",
    "totals": "Totals at current prices, with the shipping method of `shippingMethodId`.",
    "credits": "Gift cards and store credit on the cart.",
    "creditCents": "Part of the total that gift cards and store credit pay.",
    "dueCents": "Amount left for other payment methods."
   },
   "AddressFormat": {
    "": "How an address of a country is written.",
    "fields": "Fields in the order in which the country writes them.",
    "fields[].field": "Field of `Address`.",
    "fields[].required": "Whether the shop refuses an address without it.",
    "fields[].label": "What it is called in English, such as `Prefecture`.",
    "regions": "Regions that an address can name; empty where any text, or none, will do.",
    "postalCodeExample": "A valid postal code; null where the country has none."
   },
   "Order": {
    "paymentStatus": "Status of the latest charge, a superseded one only if there is no other; once money was captured, of all captured charges together, those of edits included; null without a charge.",
    "label": "Status for people: Paid, Unpaid, Expired, Refunded, Shipped, Deleted ... After a decline it is `Declined, can be paid`; an order that was cancelled after too many declines is `Not paid`.",
    "cancellationReason": "`payment_failed`: after the last allowed decline; `expired`: not paid in time; `customer`: by its buyer; `staff`: by staff before anything was shipped; `returned`: by staff after shipping, or because every unit came back before delivery; `user_deactivated`: its account was deactivated. Null for an order that was not cancelled.",
    "attention": "`ship_late`: paid two days ago, and not all units are shipped; `payment_undecided`: a charge undecided for 15 minutes; `refund_failed`: the provider refused a refund, which was not made since; `disputed`: a payment is under dispute; `return_requested`: a return waits for a decision. Empty if the order needs no attention.",
    "customer.userId": "Id of the account",
    "customer.name": "First and last name; null only when `unreadable` lists it.",
    "customer.email": "E-mail address; null only when `unreadable` lists it.",
    "itemCount": "Units of all lines.",
    "shippedCount": "Units shipped so far.",
    "returnedCount": "Units received back.",
    "totalCents": "Total that the buyer pays, with shipping and tax. Gift cards and store credit are not deducted.",
    "placedAt": "When the order was placed.",
    "items": "Lines of the order.",
    "totals": "Totals of the order, in its currency.",
    "taxes": "The tax in `totals`, by rate. Empty for an untaxed order, and for orders from before rates were stored.",
    "taxes[].name": "Name of the tax rate, such as `VAT`; staff set it with `tax.save`.",
    "taxes[].ratePpm": "Tax rate in parts per million: 190,000 is 19 %.",
    "taxes[].taxableCents": "Amount that the rate applies to, after discounts; includes the tax if prices include tax.",
    "taxes[].taxCents": "Tax at this rate.",
    "notes": "The buyer's note from checkout.",
    "staffNotes": "Notes by staff, newest last. The buyer gets only those with `customerVisible`.",
    "promoCode": "Promo code of the order; null for none.",
    "shipments": "Parcels of the order, oldest first.",
    "returns": "Returns of the order, oldest first.",
    "edits": "Edits that cost the buyer more. Other edits appear only in the timeline.",
    "payments": "Charge attempts of the order, newest first.",
    "storeCreditCents": "Part of the total that gift cards and store credit paid.",
    "credits": "What gift cards and store credit paid of the order.",
    "invoice": "Invoice for the order as it was placed; it never changes. Null before the order is paid.",
    "invoice.number": "Number of the invoice.",
    "differenceInvoices": "Invoices for the additional cost of edits.",
    "differenceInvoices[].number": "Number of the invoice.",
    "differenceInvoices[].totalCents": "Total of the invoice, in the currency of the order.",
    "differenceInvoices[].issuedAt": "When the invoice was issued.",
    "timeline": "Everything that happened to the order, oldest first.",
    "expiresAt": "Payment deadline while the order is pending, also after a decline; null once it is paid or cancelled.",
    "deletedAt": "When staff deleted the order; null for every other order. Only staff can read a deleted order.",
    "deletedBy": "Who deleted the order, as in the timeline: `staff` or `system`; null for an order that is not deleted."
   },
   "OrderItem": {
    "sku": "SKU of the variant when it was ordered.",
    "productName": "Name of the product when it was ordered.",
    "variantTitle": "Title of the variant when it was ordered; empty for a product without options.",
    "quantity": "Units of the line.",
    "shippedQuantity": "Units shipped so far.",
    "backorderedQuantity": "Paid units that have not arrived yet. They cannot be shipped before, and go to the oldest paid order first.",
    "claimedQuantity": "Units in returns, received or not.",
    "returnedQuantity": "Units received back.",
    "unitPriceCents": "Price of one unit, in the currency of the order.",
    "lineTotalCents": "`unitPriceCents` times `quantity`, before `discountCents`. Includes tax if the prices of the shop do.",
    "discountCents": "Reduction of the line by offers and order promotions.",
    "taxCents": "Tax of the line after the discount; part of the price if prices include tax.",
    "taxRatePpm": "Sum of the tax rates of the line, in parts per million: 190,000 is 19 %. Null for orders from before it was stored."
   },
   "OrderNote": {
    "author": "Who wrote the note, such as `staff`.",
    "customerVisible": "Whether the buyer can read the note."
   },
   "Shipment": {
    "carrier": "Name of the carrier.",
    "trackingNumber": "Number by which the carrier finds the parcel.",
    "trackingUrl": "Page of the carrier that shows the parcel; null if none was given.",
    "items": "Lines with the units in the parcel.",
    "items[].quantity": "Units of the line in the parcel.",
    "shippedAt": "When staff marked the units as shipped.",
    "deliveredAt": "When staff marked the parcel as delivered; null before."
   },
   "OrderReturn": {
    "": "A return of units of an order.",
    "status": "`requested` by the buyer; `approved`: the buyer may send the units back; `rejected`; `in_transit`: the order was cancelled after the units had been shipped; `received`; `written_off`: the units in transit did not arrive in time, or staff wrote them off.",
    "decisionNote": "Note of the staff on the decision; null for none.",
    "requestedBy": "Who requested the return: `customer`, `guest`, `staff`, `system`.",
    "items": "Lines with the units of the return.",
    "items[].quantity": "Units of the line in the return.",
    "items[].receivedQuantity": "Units that have arrived.",
    "items[].restockedQuantity": "Arrived units that went back to the stock.",
    "items[].refundCents": "Part of the refund for these units, in the currency of the order; 0 for units in transit, which the cancellation refunded.",
    "refundCents": "Refund to the payment, gift cards and store credit, known once the units are received; 0 for units in transit, which the cancellation refunded. `refundStatus` is the status of the part that goes to the payment.",
    "refundStatus": "Status of the refund to the payment; null when no payment is refunded, also when the refund went only to gift cards or store credit.",
    "decidedAt": "When the return was last approved or rejected, or when its order was cancelled while the units were with the buyer; null before.",
    "receivedAt": "When staff received the units; null before.",
    "dueAt": "Until when units in transit are expected; units that have not arrived by then are written off. Null for a return that was never in transit.",
    "writtenOffAt": "When units in transit were written off; null if they were not. It stays when the units arrive later."
   },
   "OrderEdit": {
    "": "An edit by staff that costs the buyer more. It takes effect when its difference is paid (`applied`). Until then the order does not change and cannot be shipped. `lapsed`: not paid in time; `withdrawn`: withdrawn by staff or the buyer, or because its order was cancelled. Edits that cost nothing more take effect at once and appear only in the timeline.",
    "status": "`awaiting_payment`: its difference is not paid yet; `applied`; `lapsed`: not paid in time; `withdrawn`: by staff or the buyer, or because its order was cancelled.",
    "differenceCents": "Amount to pay for the edit.",
    "totalCents": "Total of the order after the edit.",
    "lines": "Lines that the edit changes.",
    "lines[].quantityBefore": "Units of the line before the edit; 0 for a new line.",
    "lines[].quantity": "Units of the line after the edit; 0 for a removed line.",
    "changesAddress": "Whether the edit also changes the shipping address.",
    "reason": "Reason that staff gave; null for none.",
    "expiresAt": "Until when the difference can be paid.",
    "decidedAt": "When the edit was applied, lapsed or was withdrawn; null while it waits for its payment."
   },
   "OrderPayment": {
    "": "A charge of an order, with its refunds and disputes.",
    "purpose": "`order`: the total of the placed order; `difference`: the additional cost of an edit.",
    "provider": "Payment provider of the charge.",
    "status": "`pending`: not decided, or waits for the buyer; `authorized`: confirmed, not captured; `captured`: paid; `partially_refunded`, `refunded`; `failed`: declined; `voided`: cancelled before it was captured; `disputed`: under dispute.",
    "refundedCents": "Part of the charge that was refunded.",
    "failureMessage": "Why the payment failed and how to go on, addressed to the buyer; null for a payment that did not fail.",
    "needsAction": "Whether the buyer must confirm at the provider.",
    "supersededAt": "When this attempt stopped counting while it was undecided, because another attempt replaced it or its edit ended, or when its money was captured although it pays nothing; such money is refunded. Null for every other attempt, also a declined or cancelled one.",
    "capturedAt": "When the provider captured the charge; null before.",
    "amountCents": "Amount of the charge, in the currency of the order.",
    "refunds": "Refunds of the charge.",
    "refunds[].amountCents": "Amount of the refund, in the currency of the payment.",
    "refunds[].reason": "Why the money was refunded.",
    "disputes": "Disputes of the charge by the buyer's bank.",
    "disputes[].amountCents": "Amount under dispute, in `currency`.",
    "disputes[].status": "`inquiry`: a question that moves no money; `inquiry_closed`: ended without a dispute; `open`: the bank has the money and decides; `won`: the shop gets the money; `lost`: the buyer gets the money.",
    "disputes[].closedAt": "When the dispute ended; null while it is open."
   },
   "OrderCredit": {
    "": "Amount that an order took from a gift card or store credit, and the part that was returned.",
    "kind": "`gift_card`, or `account` for store credit.",
    "lastFour": "Last four characters of a gift card's code; null for store credit.",
    "amountCents": "Amount taken from it for the order.",
    "returnedCents": "Part of the amount that was returned to it."
   },
   "TimelineEntry": {
    "": "An entry of the order's timeline, for people.",
    "at": "When it happened.",
    "kind": "What the entry is about.",
    "title": "What happened, as a short text for people.",
    "detail": "Further text, such as the note; null for none.",
    "actor": "Who did it: `customer`, `guest`, `staff`, `system`, or `provider` for actions in the dashboard of the payment provider."
   },
   "CheckoutStatus": {
    "": "Payment status of an order. `action_required`: the buyer must confirm at the provider; `processing`: the provider has not decided, or no payment was begun yet (`flashSales.buy` without `payment`); `declined`: use `checkout.retryPayment` with another payment method; `closed`: the order is cancelled.",
    "state": "`paid`; `action_required`: the buyer must confirm at the provider; `processing`: the provider has not decided, or no payment was begun yet (`flashSales.buy` without `payment`); `declined`: can be paid with another payment method; `closed`: the order is cancelled.",
    "action": "What the buyer must do at the provider; null if there is nothing to do.",
    "expiresAt": "Payment deadline while the order is pending, also after a decline; null once it is paid or cancelled.",
    "totalCents": "Total of the order in `currency`, before gift cards and store credit.",
    "dueCents": "Amount charged: the total minus gift cards and store credit."
   },
   "PaymentAction": {
    "": "What the buyer must do before the provider captures the payment, such as 3-D Secure: open `url`, or pass `clientSecret` to the provider's library.",
    "provider": "Provider at which the buyer confirms.",
    "url": "Page of the provider that the buyer opens; null if the provider has none, or if the stored action cannot be read.",
    "clientSecret": "Secret for the provider's browser library, with which anybody can confirm this payment; null for providers without one, on a payment page, or if the stored action cannot be read."
   },
   "OrderPage": {
    "totalIsExact": "Whether `totalCount` is exact: false when there are more than 10,000 matches."
   },
   "OrderSummary": {
    "paymentStatus": "Status of the latest charge, a superseded one only if there is no other; once money was captured, of all captured charges together, those of edits included; null without a charge.",
    "label": "Status for people: Paid, Unpaid, Expired, Refunded, Shipped, Deleted ... After a decline it is `Declined, can be paid`; an order that was cancelled after too many declines is `Not paid`.",
    "cancellationReason": "`payment_failed`: after the last allowed decline; `expired`: not paid in time; `customer`: by its buyer; `staff`: by staff before anything was shipped; `returned`: by staff after shipping, or because every unit came back before delivery; `user_deactivated`: its account was deactivated. Null for an order that was not cancelled.",
    "attention": "`ship_late`: paid two days ago, and not all units are shipped; `payment_undecided`: a charge undecided for 15 minutes; `refund_failed`: the provider refused a refund, which was not made since; `disputed`: a payment is under dispute; `return_requested`: a return waits for a decision. Empty if the order needs no attention.",
    "customer.userId": "Id of the account",
    "customer.name": "First and last name; null only when `unreadable` lists it.",
    "customer.email": "E-mail address; null only when `unreadable` lists it.",
    "itemCount": "Units of all lines.",
    "shippedCount": "Units shipped so far.",
    "returnedCount": "Units received back.",
    "totalCents": "Total that the buyer pays, with shipping and tax. Gift cards and store credit are not deducted.",
    "placedAt": "When the order was placed."
   },
   "OrderEditPreview": {
    "": "What an edit would change, calculated without changing anything.",
    "lines": "Every line of the order before or after the edit; a removed line has the quantity 0.",
    "lines[].quantityBefore": "Units of the line before the edit; 0 for a new line.",
    "lines[].quantity": "Units of the line after the edit; 0 for a removed line.",
    "lines[].unitPriceCents": "Price of one unit, in the currency of the order.",
    "lines[].lineTotalCents": "`unitPriceCents` times `quantity`, before discounts. Includes tax if the prices of the shop do.",
    "totalsBefore": "Totals of the order before the edit.",
    "totals": "Totals of the order after the edit.",
    "differenceCents": "A negative difference is refunded. A positive difference must be paid before the edit takes effect.",
    "shippingMethod": "Name of the shipping method, if the order has one.",
    "updatedAt": "Send it as `expectedUpdatedAt` of `orders.edit`."
   },
   "EditPayment": {
    "": "Payment status of an edit.",
    "status": "`awaiting_payment`: its difference is not paid yet; `applied`; `lapsed`: not paid in time; `withdrawn`: by staff or the buyer, or because its order was cancelled.",
    "differenceCents": "Amount to pay for the edit, in `currency`.",
    "expiresAt": "Until when the difference can be paid.",
    "action": "What the buyer must do; null if there is nothing to do, or while the provider decides."
   },
   "OrderView": {
    "name": "Name of the view, unique among the views of the person.",
    "filters": "Filters of the order list.",
    "filters.paymentStatus": "Status of the latest charge.",
    "filters.sku": "Orders with a line of this SKU.",
    "filters.placedFrom": "Orders placed at this instant or later.",
    "filters.placedTo": "Orders placed before this instant.",
    "filters.minTotalCents": "Lowest total of the orders, in minor units of the currency of each order.",
    "filters.maxTotalCents": "Highest total of the orders, in minor units of the currency of each order.",
    "filters.needsAttention": "`true` for orders that need attention (`attention`), `false` for the others.",
    "sort": "Order of the list: `newest` or `oldest` first, or highest (`total_high`) or lowest total first."
   },
   "ReturnPage": {},
   "ReturnSummary": {
    "status": "`requested` by the buyer; `approved`: the buyer may send the units back; `rejected`; `in_transit`: the order was cancelled after the units had been shipped; `received`; `written_off`: the units in transit did not arrive in time, or staff wrote them off.",
    "decisionNote": "Note of the staff on the decision; null for none.",
    "requestedBy": "Who requested the return: `customer`, `guest`, `staff`, `system`.",
    "refundCents": "Refund to the payment, gift cards and store credit, known once the units are received; 0 for units in transit, which the cancellation refunded. `refundStatus` is the status of the part that goes to the payment.",
    "refundStatus": "Status of the refund to the payment; null when no payment is refunded, also when the refund went only to gift cards or store credit.",
    "decidedAt": "When the return was last approved or rejected, or when its order was cancelled while the units were with the buyer; null before.",
    "receivedAt": "When staff received the units; null before.",
    "dueAt": "Until when units in transit are expected; units that have not arrived by then are written off. Null for a return that was never in transit.",
    "writtenOffAt": "When units in transit were written off; null if they were not. It stays when the units arrive later.",
    "units": "Units of the return."
   },
   "Payment": {
    "purpose": "`order`: the total of the placed order; `difference`: the additional cost of an edit.",
    "provider": "Payment provider of the charge.",
    "status": "`pending`: not decided, or waits for the buyer; `authorized`: confirmed, not captured; `captured`: paid; `partially_refunded`, `refunded`; `failed`: declined; `voided`: cancelled before it was captured; `disputed`: under dispute.",
    "refundedCents": "Part of the charge that was refunded.",
    "failureMessage": "Why the payment failed and how to go on, addressed to the buyer; null for a payment that did not fail.",
    "needsAction": "Whether the buyer must confirm at the provider.",
    "supersededAt": "When this attempt stopped counting while it was undecided, because another attempt replaced it or its edit ended, or when its money was captured although it pays nothing; such money is refunded. Null for every other attempt, also a declined or cancelled one.",
    "capturedAt": "When the provider captured the charge; null before.",
    "method": "Kind of the payment method, as the checkout request named it.",
    "amountCents": "Amount of the charge in `currency`.",
    "failureCode": "Code of the card issuer, such as `generic_decline`, or `dismissed` for a charge that staff dismissed; null for callers without `payments:read`.",
    "failureDetail": "Text of the card issuer, or who dismissed the charge with their note; null for callers without `payments:read`."
   },
   "PaymentDiscrepancy": {
    "": "A payment discrepancy: the shop and a provider disagree, and staff must decide. `unknown_charge`: the provider reports a charge that the shop does not know; `conflicting_event`: an event names two payments, or differs from its payment in amount, currency or mode, and nothing was changed; `dead_event`: an event has failed for 15 minutes, or permanently; `undecided_charge`, `undecided_refund`: no response for 15 minutes, or an invalid response; `refund_missing`: captured, but the order is cancelled or was paid another way; `wrong_charge`, `wrong_refund`: the provider charged or refunded another amount or currency than requested, or charged twice.",
    "kind": "What is wrong; see the text of this model.",
    "provider": "Provider that disagrees with the shop.",
    "reference": "The provider's id of the charge or refund; null when none is known.",
    "orderId": "Id of the order",
    "orderNumber": "Number of the order; null when none is known.",
    "since": "When the event was received, the charge was captured, the undecided charge or refund began, or the wrong amount was found."
   },
   "Refund": {
    "amountCents": "Amount of the refund in `currency`.",
    "reason": "Why the money was refunded."
   },
   "InvoiceSummary": {
    "number": "Number of the invoice. Invoices are numbered without gaps.",
    "totalCents": "Total of the invoice in `currency`, with tax.",
    "storeCreditCents": "Part of the total that gift cards and store credit paid.",
    "issuedAt": "When the invoice was issued."
   },
   "StoreCredit": {
    "kind": "`gift_card`: spent with its code; `account`: store credit of an account.",
    "lastFour": "Last four characters of a gift card's code. The whole code is returned only once, when the card is issued. Null for store credit.",
    "userId": "Account that owns the credit; null for a gift card.",
    "balanceCents": "Amount that is left, in `currency`.",
    "state": "A `disabled` gift card or store credit cannot be spent.",
    "expiresAt": "When it expires; null for never.",
    "expired": "Whether it has expired; the balance can no longer be spent.",
    "note": "Note for staff; null for none."
   },
   "StoreCreditMovement": {
    "kind": "`grant`: added; `spend`: used by an order; `give_back`: returned by an order; `expire`: expired; `adjust`: adjusted by staff.",
    "amountCents": "Negative for amounts taken from the balance.",
    "balanceCents": "Balance after the movement.",
    "orderId": "Order that the credit paid, that gave it back, or that a grant relates to; null for other movements.",
    "orderNumber": "Number of that order.",
    "reason": "Why staff granted or adjusted it, the note of a new gift card, or why an order returned it; null when an order spends it and when it expires.",
    "actor": "Who did it: `staff:<id>`, `customer:<id>`, `guest` or `system:<name>`."
   },
   "GiftCardBalance": {
    "": "Balance of a gift card, for everybody who knows its code.",
    "lastFour": "Last four characters of the code.",
    "balanceCents": "Amount that is left, in `currency`.",
    "expiresAt": "When the card expires; null for never."
   },
   "FlashSalePage": {},
   "FlashSale": {
    "name": "Name of the sale for buyers.",
    "state": "By the clock of the database. `scheduled`: has not begun; `open`: sells; `paused`: stopped by staff until they resume it; `ended`: over, by its window or by staff.",
    "startsAt": "When the sale opens.",
    "endsAt": "When the sale closes at the latest.",
    "waitingRoom": "Whether buyers must queue first; see `flashSales.join`.",
    "paymentWindowMinutes": "Minutes within which an order of this sale must be paid.",
    "paymentRetryMinutes": "Minutes after the first declined payment within which the order can be paid with another payment method; never beyond the payment window.",
    "items": "Items of the sale, in display order."
   },
   "FlashSaleItem": {
    "slug": "Slug of the product: its part of the address in the shop.",
    "imageUrl": "Primary image of the product; null if it has none.",
    "salePriceCents": "Price of one unit in the sale, in `currency`; price lists and rules do not change it.",
    "regularPriceCents": "Own price of the variant now, in `currency`, before price lists and rules.",
    "limitPerCustomer": "Most units of this item that one customer can buy; null for no limit. The account and the e-mail address are each counted.",
    "limitPerAddress": "Most units of this item for one shipping address, whoever buys; null for no limit. Case, accents, spaces and punctuation make no difference.",
    "unitsAllocated": "Units taken from the stock for the sale, sold or not.",
    "soldOut": "Whether no unit is free now."
   },
   "FlashPurchase": {
    "": "Result of one call of `flashSales.buy`.",
    "quantity": "Units bought.",
    "unitPriceCents": "Price of one unit in the sale, in `currency`.",
    "totals": "Totals of the order, in `currency`.",
    "expiresAt": "Payment deadline while the order is pending, also after a decline; null once it is paid or cancelled.",
    "orderToken": "For a guest who sent no cart token: send it as `X-Cart-Token` to read and pay this order; null for others."
   },
   "FlashSaleMetrics": {
    "state": "By the clock of the database. `scheduled`: has not begun; `open`: sells; `paused`: stopped by staff until they resume it; `ended`: over, by its window or by staff.",
    "at": "Instant of these metrics.",
    "items": "Items of the sale, in display order.",
    "items[].unitsAllocated": "Units taken from the stock for the sale, sold or not.",
    "items[].unitsFree": "Units that can be bought now.",
    "items[].unitsHeld": "Ordered, but not paid yet.",
    "items[].unitsSold": "Units of paid orders, also of those cancelled later.",
    "items[].orders": "Orders of the item, paid or not.",
    "items[].revenueCents": "Price of the goods in paid orders, after discounts and without shipping; cancelled orders do not count.",
    "ordersLastMinute": "Orders placed in the last minute.",
    "waiting": "Buyers in the waiting room who have not been admitted; 0 without a waiting room.",
    "inside": "Admitted buyers who have not bought and may still buy.",
    "pace": "Units ordered in intervals of ten seconds: the last 60 with an order, oldest first. Intervals without an order are left out.",
    "pace[].at": "Start of the interval.",
    "pace[].units": "Units ordered in the interval."
   },
   "WaitingPlace": {
    "": "Place of a buyer in the waiting room.",
    "state": "`waiting`, then `admitted` for a few minutes; `used` after a purchase; `expired` when the buyer did not buy in time; `sold_out` when no unit can become free again or the sale has ended.",
    "ahead": "Buyers ahead in the queue; 0 once admitted.",
    "estimatedSeconds": "Expected wait in seconds; null when it cannot be estimated or nothing is left.",
    "admittedUntil": "Until when the buyer may buy, or could have bought; null while waiting.",
    "askAgainSeconds": "Polling interval in seconds, for clients without the live feed."
   },
   "Event": {
    "name": "Kind of the event: the record and what happened to it.",
    "aggregateType": "Kind of the record that the event is about, such as `order`.",
    "aggregateId": "Id of that record.",
    "payload": "Ids and amounts of the event, without personal data. Its fields depend on `name`.",
    "occurredAt": "When the change was made, shortly before it was committed.",
    "delivery": "`pending` until every consumer has handled the event; `dead` when a consumer has failed for good."
   },
   "MailSummary": {
    "subject": "Subject line of the mail.",
    "template": "Name of the mail's template, such as `order_confirmation`.",
    "sentAt": "When the mail was written to the mailbox."
   },
   "Dashboard": {
    "currencies": "Sales of today in each currency used in the last 30 days, and in the shop's currency.",
    "currencies[].ordersToday": "Paid orders that were placed today (UTC), without cancelled ones.",
    "currencies[].revenueTodayCents": "Totals of the paid orders that were placed today (UTC), without cancelled ones.",
    "today": "Sales of today (UTC).",
    "today.orders": "Paid orders that were placed today (UTC) in the `currency` of the dashboard, without cancelled ones.",
    "today.revenueCents": "Totals of the paid orders of the day with shipping and tax, in the `currency` of the dashboard, without cancelled ones.",
    "today.averageOrderCents": "Average total of these orders.",
    "yesterday": "Sales of yesterday (UTC).",
    "yesterday.orders": "As `today.orders`, for yesterday (UTC).",
    "yesterday.revenueCents": "As `today.revenueCents`, for yesterday (UTC).",
    "days": "The last 30 days, oldest first, including days without a sale.",
    "days[].date": "Day in UTC.",
    "days[].orders": "As `today.orders`, for this day.",
    "days[].revenueCents": "As `today.revenueCents`, for this day.",
    "topProducts": "The five products with the highest sales in orders that were paid in the last 30 days, in the `currency` of the dashboard, without cancelled ones.",
    "topProducts[].name": "Name of the product when it was ordered.",
    "topProducts[].units": "Units in these orders.",
    "topProducts[].revenueCents": "Lines of the product in these orders, after discounts and without shipping. Includes tax if the prices of the shop do.",
    "lowStock": "The eight variants on sale with the fewest available units, of those at or below their reorder threshold.",
    "lowStock[].name": "Name of the product with the title of the variant.",
    "lowStock[].available": "Units on hand minus reserved units; negative when backorders exceed the stock.",
    "lowStock[].reorderThreshold": "Stock is low at or below this number of available units.",
    "ordersToShip": "Orders in status `confirmed`, in all currencies.",
    "failedPaymentsToday": "Charges that failed today (UTC), in all currencies.",
    "pendingEvents": "Deliveries of events to consumers that are still to be made, and events without deliveries yet.",
    "deadEvents": "Deliveries of events that failed for good; `system.consumers` names their consumers.",
    "latestOrders": "The six latest orders, newest first, without deleted ones."
   },
   "Consumer": {
    "name": "Name of the part of the shop that handles the events, such as the one that sends mails.",
    "registeredAt": "When a worker first registered this consumer."
   },
   "UnreadableValuePage": {},
   "UnreadableValue": {
    "table": "Table of the database with the value.",
    "column": "Column with the value.",
    "rowId": "Id of the row.",
    "foundAt": "When the damage was found."
   },
   "InvariantResult": {
    "id": "Number of the check, such as `I01`.",
    "title": "What must hold, as a sentence.",
    "violations": "Rows that break it; 0 when it holds.",
    "samples": "Up to five of these rows."
   }
  }
 },
 "procedures": {
  "auth.register": {
   "input": {
    "password": "10 characters or more, not easy to guess.",
    "firstName": "First name of the customer, or the only one; mails greet with it.",
    "lastName": "Last name of the customer."
   },
   "output": {}
  },
  "auth.login": {
   "input": {
    "password": "Password of the account."
   },
   "output": {}
  },
  "auth.refresh": {
   "input": {
    "refreshToken": "Refresh token of the latest token pair."
   },
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
   "input": {
    "firstName": "First name of the administrator.",
    "lastName": "Last name of the administrator."
   },
   "output": {}
  },
  "auth.me": {
   "input": {},
   "output": {}
  },
  "auth.verify": {
   "input": {},
   "output": {
    "role": "Role of the account.",
    "scopes": "What the token permits: the scopes of the role.",
    "expiresAt": "When the access token expires."
   }
  },
  "products.list": {
   "input": {
    "page": "Number of the page, from 1.",
    "pageSize": "Most records of a page.",
    "cursor": "`nextCursor` of the previous response, with the same filters and sort order. Replaces `page`. Later pages keep the order and the corrected words of the first one.",
    "q": "Words of the product, as in `search.products`.",
    "category": "Slug of a category; its subcategories are included.",
    "tag": "Products with this tag.",
    "tags": "Matches products with at least one of these tags.",
    "brand": "Products of this brand.",
    "minPriceCents": "Products with a price range that reaches this price or more.",
    "maxPriceCents": "Products with a price range that reaches this price or less.",
    "inStock": "`true` returns only products with a unit that can be bought; `false` only the others.",
    "sort": "Newest first, by name, by price upwards or downwards (`-price`), or the best matches of `q` first (`relevance`), which is `newest` without `q`, and where `q` finds more than 1,000 products. Pages by `cursor` keep the order of the first one, up to 5,000 products."
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
    "variants": "Variants of the product with their costs.",
    "variants[].costCents": "Cost of a unit in the product's currency; null when it is not known."
   }
  },
  "products.create": {
   "input": {
    "name": "Name of the product for buyers.",
    "handle": "Default: the slug.",
    "slug": "Default: made from the name, with a number appended if another product has that slug.",
    "description": "Text for buyers, in HTML; null for none.",
    "seoTitle": "Title for search engines; null for none.",
    "seoDescription": "Text for search engines; null for none.",
    "brand": "Brand; null for none.",
    "categoryId": "Id of the category, from `categories.tree`",
    "tags": "Tags of the product.",
    "publishAt": "When a draft is published automatically; null for never.",
    "unpublishAt": "When the product is unpublished automatically; null for never.",
    "variants": "Variants, in display order.",
    "variants[].options": "Option names with their values, such as `{ \"Size\": \"Small\" }`.",
    "variants[].priceCents": "Price of one unit, in the currency of the product.",
    "variants[].compareAtPriceCents": "Previous price to show beside the price. It cannot be lower than the price; null shows none.",
    "variants[].weightGrams": "Weight of one unit, for shipping; null if it is not known.",
    "variants[].barcode": "EAN, UPC, ISBN or a number of the shop's own.",
    "variants[].costCents": "What the shop pays for a unit. Only staff see it, with `products.costs`.",
    "variants[].stock": "Initial units on hand.",
    "variants[].tracked": "Whether its units are counted: an untracked variant can always be bought.",
    "variants[].backorderLimit": "Units that may be sold before they arrive.",
    "images": "Images, in display order; the first is the primary image.",
    "images[].url": "Address of the image: with https, on an allowed public host, not SVG.",
    "images[].altText": "Text for people who cannot see the image."
   },
   "output": {}
  },
  "products.update": {
   "input": {
    "version": "The version that the caller has read. If the product has another version, the call fails with `VERSION_MISMATCH`; null accepts any version. REST also accepts `If-Match`.",
    "name": "New name of the product.",
    "slug": "New slug. The previous slug still leads to the product.",
    "description": "Text for buyers, in HTML; null for none.",
    "seoTitle": "Title for search engines; null for none.",
    "seoDescription": "Text for search engines; null for none.",
    "brand": "Brand; null removes it.",
    "categoryId": "Id of the category, from `categories.tree`",
    "tags": "Replaces all tags of the product.",
    "metadata": "Replaces all metadata of the product.",
    "publishAt": "When a draft is published automatically; null for never.",
    "unpublishAt": "When the product is unpublished automatically; null for never.",
    "addVariants": "New variants, appended to the existing ones.",
    "addVariants[].options": "Option names with their values, such as `{ \"Size\": \"Small\" }`.",
    "addVariants[].priceCents": "Price of one unit, in the currency of the product.",
    "addVariants[].compareAtPriceCents": "Previous price to show beside the price. It cannot be lower than the price; null shows none.",
    "addVariants[].weightGrams": "Weight of one unit, for shipping; null if it is not known.",
    "addVariants[].barcode": "EAN, UPC, ISBN or a number of the shop's own.",
    "addVariants[].costCents": "What the shop pays for a unit. Only staff see it, with `products.costs`.",
    "addVariants[].stock": "Initial units on hand.",
    "addVariants[].tracked": "Whether its units are counted: an untracked variant can always be bought.",
    "addVariants[].backorderLimit": "Units that may be sold before they arrive.",
    "variants": "Variants to change; the others stay as they are.",
    "variants[].priceCents": "Price of one unit, in the currency of the product.",
    "variants[].compareAtPriceCents": "Previous price to show beside the price. It cannot be lower than the price; null shows none.",
    "variants[].weightGrams": "Weight of one unit, for shipping; null if it is not known.",
    "variants[].barcode": "EAN, UPC, ISBN or a number of the shop's own; null removes it.",
    "variants[].costCents": "What the shop pays for a unit.",
    "variants[].imageId": "Id of the image, from `images` of the product. An image of this product.",
    "variants[].metadata": "Replaces all metadata of the variant."
   },
   "output": {}
  },
  "products.publish": {
   "input": {},
   "output": {}
  },
  "products.unpublish": {
   "input": {},
   "output": {}
  },
  "products.setPrice": {
   "input": {
    "priceCents": "Price of one unit, in the currency of the product."
   },
   "output": {}
  },
  "products.discount": {
   "input": {},
   "output": {}
  },
  "products.setStock": {
   "input": {
    "onHand": "Units that are on hand now.",
    "reason": "Why the stock changes, for the ledger of the variant."
   },
   "output": {}
  },
  "products.duplicate": {
   "input": {
    "name": "Name of the copy. Default: made from the name of the product."
   },
   "output": {}
  },
  "products.bulk": {
   "input": {
    "ids": "Ids of the products, from `products.list`.",
    "action": "What to do with each product.",
    "tags": "For `add_tags` and `remove_tags`: the tags.",
    "categoryId": "Id of the category, from `categories.tree`"
   },
   "output": {
    "changedCount": "Products that were changed.",
    "results": "Outcome of each product.",
    "results[].outcome": "`unchanged`: the product was already as requested; `failed`: `message` says why."
   }
  },
  "products.tags": {
   "input": {
    "limit": "Most tags of the response."
   },
   "output": {}
  },
  "products.brands": {
   "input": {
    "limit": "Most brands of the response."
   },
   "output": {}
  },
  "products.delete": {
   "input": {},
   "output": {}
  },
  "productImages.add": {
   "input": {
    "url": "Address of the image: with https, on an allowed public host, not SVG.",
    "altText": "Text for people who cannot see the image.",
    "position": "Position of the image, from 1. Default: the last."
   },
   "output": {
    "images": "Images of the product, in display order."
   }
  },
  "productImages.update": {
   "input": {
    "altText": "Text for people who cannot see the image."
   },
   "output": {
    "images": "Images of the product, in display order."
   }
  },
  "productImages.reorder": {
   "input": {
    "imageIds": "Ids of all images of the product, in the new order."
   },
   "output": {
    "images": "Images of the product, in display order."
   }
  },
  "productImages.delete": {
   "input": {},
   "output": {}
  },
  "categories.tree": {
   "input": {},
   "output": {
    "categories": "Categories of the top level, in display order, each with its subcategories."
   }
  },
  "categories.get": {
   "input": {},
   "output": {}
  },
  "categories.create": {
   "input": {
    "name": "Unique among the categories with the same parent.",
    "slug": "Default for a new category: made from the name, with a number appended if another category has that slug.",
    "description": "Text for buyers; null for none.",
    "seoTitle": "Title for search engines; null to use the name.",
    "seoDescription": "Summary for search engines; null for none.",
    "imageUrl": "URL of an image, with https and on an allowed host; null for none.",
    "imageAltText": "What the image shows, for people who cannot see it.",
    "parentId": "Id of the category, from `categories.tree`. Parent category; null for the top level.",
    "sortOrder": "Position among its siblings, lowest first."
   },
   "output": {}
  },
  "categories.update": {
   "input": {
    "name": "Unique among the categories with the same parent.",
    "slug": "Default for a new category: made from the name, with a number appended if another category has that slug.",
    "description": "Text for buyers; null for none.",
    "seoTitle": "Title for search engines; null to use the name.",
    "seoDescription": "Summary for search engines; null for none.",
    "imageUrl": "URL of an image, with https and on an allowed host; null for none.",
    "imageAltText": "What the image shows, for people who cannot see it.",
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
   "output": {
    "items": "Collections, by name."
   }
  },
  "collections.products": {
   "input": {
    "slug": "Slug of the collection, from `collections.list`.",
    "page": "Number of the page, from 1.",
    "pageSize": "Most records of a page."
   },
   "output": {}
  },
  "collections.create": {
   "input": {
    "name": "Name of the collection for buyers.",
    "rule": "Products that match these words and filters are in the collection.",
    "rule.q": "Words that the products match, as in `search.products`.",
    "rule.category": "A category, including its subcategories.",
    "rule.brands": "Products of one of these brands.",
    "rule.tags": "Products with at least one of these tags.",
    "rule.options": "`Name:Value`, such as `Size:Small`.",
    "rule.minPriceCents": "Products with a price range that reaches this price or more.",
    "rule.maxPriceCents": "Products with a price range that reaches this price or less.",
    "rule.inStock": "`true` returns only products with a unit that can be bought; `false` only the others.",
    "slug": "Slug of the collection. Default for a new one: made from the name.",
    "description": "Text for buyers; null for none.",
    "sort": "Order of the products: best match first, newest first, by name, or by price upwards or downwards (`-price`).",
    "active": "Whether buyers see the collection."
   },
   "output": {}
  },
  "collections.update": {
   "input": {
    "name": "New name of the collection.",
    "rule": "Replaces the whole rule.",
    "rule.q": "Words that the products match, as in `search.products`.",
    "rule.category": "A category, including its subcategories.",
    "rule.brands": "Products of one of these brands.",
    "rule.tags": "Products with at least one of these tags.",
    "rule.options": "`Name:Value`, such as `Size:Small`.",
    "rule.minPriceCents": "Products with a price range that reaches this price or more.",
    "rule.maxPriceCents": "Products with a price range that reaches this price or less.",
    "rule.inStock": "`true` returns only products with a unit that can be bought; `false` only the others.",
    "slug": "Slug of the collection. Default for a new one: made from the name.",
    "description": "Text for buyers; null for none.",
    "sort": "Order of the products: best match first, newest first, by name, or by price upwards or downwards (`-price`).",
    "active": "Whether buyers see the collection."
   },
   "output": {}
  },
  "collections.delete": {
   "input": {},
   "output": {}
  },
  "imports.create": {
   "input": {
    "fileName": "Name of the file, for the list of imports.",
    "mode": "`preview` writes nothing; `commit` writes the products.",
    "csv": "Content of the file, with its header.",
    "mapping": "What the columns mean; omit it for a file of a known format.",
    "decimalSign": "The sign that begins the decimals of numbers: `comma` reads `1.250` as 1250, `point` as 1.25. Without it, the prices of a product and the separator of the file decide, and a number that is still unclear fails its row."
   },
   "output": {
    "fileName": "Name of the file, as the uploader gave it.",
    "mode": "`preview` writes nothing; `commit` writes the products. `preview` until `imports.start` is called.",
    "status": "`uploading`: `imports.start` was not called yet; `queued`: waits for the worker; `running`; `finished`: the whole file was processed; `failed`: the whole file was rejected (`problem`); `cancelled`.",
    "mapping": "The mapping that `imports.start` or `imports.create` received: what the columns of the file mean; null when they are those of a known format.",
    "decimalSign": "The sign that begins the decimals of numbers, as `imports.start` or `imports.create` received it; null for none.",
    "rowCount": "Rows of the file; 0 until the file has been read. The counts by outcome add up to the rows of the report: of rows without a variant, it has the first one of each product, and those that failed or have a note.",
    "processedCount": "Rows processed so far.",
    "createdCount": "Rows of the report with the outcome `created`.",
    "updatedCount": "Rows of the report with the outcome `updated`.",
    "unchangedCount": "Rows of the report with the outcome `unchanged`, with rows that have no variant but a note.",
    "failedCount": "Rows of the report with the outcome `failed`, with rows of failed products that have only an image.",
    "notedCount": "Rows of the report that are imported and have a note in `message`.",
    "unusedColumns": "Columns with values that the import does not use, with the number of rows that have one.",
    "unusedColumns[].name": "Header of the column.",
    "unusedColumns[].rowCount": "Rows with a value in the column.",
    "newCategories": "Names of the categories that the import adds, or would add.",
    "problem": "Why the whole file was rejected.",
    "finishedAt": "When the import ended; null before.",
    "rows": "Outcome of the first row of each product, of each row with a variant, and of each other row that failed or has a note."
   }
  },
  "imports.begin": {
   "input": {
    "fileName": "Name of the file, for the list of imports."
   },
   "output": {}
  },
  "imports.append": {
   "input": {
    "position": "Number of the chunk, from 0.",
    "content": "Text of the chunk."
   },
   "output": {}
  },
  "imports.inspect": {
   "input": {},
   "output": {
    "format": "Format of the file by its columns; null when it is not known and needs a `mapping`.",
    "columns": "Columns of the file, in their order.",
    "columns[].name": "Name in the first line of the file.",
    "columns[].samples": "Values of the first rows, each at most 200 characters long. Empty cells are omitted.",
    "suggestion": "The mapping of the latest import whose columns this file has, else one by the names of the columns and their first values. Check it: it may lack required fields.",
    "fields": "Fields that a column can become.",
    "fields[].field": "Name in `mapping.columns`.",
    "fields[].label": "Name for people.",
    "fields[].meaning": "What the column contains.",
    "fields[].isRequired": "Whether every mapping has a column for the field.",
    "fields[].isList": "Whether the field takes a list of columns."
   }
  },
  "imports.start": {
   "input": {
    "mode": "`preview` writes nothing; `commit` writes the products.",
    "mapping": "What the columns mean. Omit it for a file of a known format, and to import a previewed file as it was previewed; `null` removes an earlier one.",
    "decimalSign": "The sign that begins the decimals of numbers: `comma` reads `1.250` as 1250, `point` as 1.25. Omit it to keep an earlier one; with `null`, the prices of a product and the separator of the file decide, and a number that is still unclear fails its row."
   },
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
    "outcome": "Only rows with this outcome.",
    "noted": "`true` returns only imported rows with a note."
   },
   "output": {
    "fileName": "Name of the file, as the uploader gave it.",
    "mode": "`preview` writes nothing; `commit` writes the products. `preview` until `imports.start` is called.",
    "status": "`uploading`: `imports.start` was not called yet; `queued`: waits for the worker; `running`; `finished`: the whole file was processed; `failed`: the whole file was rejected (`problem`); `cancelled`.",
    "mapping": "The mapping that `imports.start` or `imports.create` received: what the columns of the file mean; null when they are those of a known format.",
    "decimalSign": "The sign that begins the decimals of numbers, as `imports.start` or `imports.create` received it; null for none.",
    "rowCount": "Rows of the file; 0 until the file has been read. The counts by outcome add up to the rows of the report: of rows without a variant, it has the first one of each product, and those that failed or have a note.",
    "processedCount": "Rows processed so far.",
    "createdCount": "Rows of the report with the outcome `created`.",
    "updatedCount": "Rows of the report with the outcome `updated`.",
    "unchangedCount": "Rows of the report with the outcome `unchanged`, with rows that have no variant but a note.",
    "failedCount": "Rows of the report with the outcome `failed`, with rows of failed products that have only an image.",
    "notedCount": "Rows of the report that are imported and have a note in `message`.",
    "unusedColumns": "Columns with values that the import does not use, with the number of rows that have one.",
    "unusedColumns[].name": "Header of the column.",
    "unusedColumns[].rowCount": "Rows with a value in the column.",
    "newCategories": "Names of the categories that the import adds, or would add.",
    "problem": "Why the whole file was rejected.",
    "finishedAt": "When the import ended; null before.",
    "rows": "A page of the outcomes of the rows."
   }
  },
  "search.products": {
   "input": {
    "page": "Number of the page, from 1.",
    "pageSize": "Most records of a page.",
    "q": "Words to find. Without them, all published products match.",
    "category": "A category, including its subcategories.",
    "brands": "Products of one of these brands.",
    "tags": "Products with at least one of these tags.",
    "options": "`Name:Value`, such as `Size:Small`.",
    "minPriceCents": "Products with a price range that reaches this price or more.",
    "maxPriceCents": "Products with a price range that reaches this price or less.",
    "inStock": "`true` returns only products with a unit that can be bought; `false` only the others.",
    "sort": "Best match first, newest first, by name, or by price upwards or downwards (`-price`)."
   },
   "output": {}
  },
  "search.suggest": {
   "input": {
    "q": "What the buyer has typed so far; the last word may be unfinished.",
    "limit": "Most suggestions of each kind."
   },
   "output": {}
  },
  "search.similar": {
   "input": {
    "limit": "Most products of the response."
   },
   "output": {
    "items": "Similar products, most similar first."
   }
  },
  "search.trending": {
   "input": {
    "category": "Only products of this category: its slug.",
    "limit": "Most products of the response."
   },
   "output": {
    "items": "Trending products, most in demand first."
   }
  },
  "search.reindex": {
   "input": {},
   "output": {}
  },
  "search.reindexProgress": {
   "input": {},
   "output": {
    "run": "The open run, or the last one; null if there was none."
   }
  },
  "pricing.quote": {
   "input": {
    "code": "Promo code for rules that require one."
   },
   "output": {}
  },
  "pricing.effectivePrice": {
   "input": {
    "userTier": "Customer group for which the price is calculated. Default: the group of the caller.",
    "code": "Promo code for rules that require one."
   },
   "output": {}
  },
  "pricing.promotions": {
   "input": {
    "page": "Number of the page, from 1.",
    "pageSize": "Most records of a page.",
    "at": "Instant for which promotions are listed. Default: now."
   },
   "output": {}
  },
  "pricing.simulate": {
   "input": {
    "items": "Variants of the cart with their units.",
    "currency": "Default: the currency of the first item.",
    "countryCode": "Destination for tax and shipping (ISO 3166-1 alpha-2). Default: the country in the settings of the shop.",
    "code": "Promo code on the cart.",
    "signedIn": "Whether the simulated buyer is signed in. A buyer with `customerGroup` always is.",
    "customerGroup": "Customer group of the simulated buyer.",
    "at": "Instant for which prices are calculated. Default: now."
   },
   "output": {}
  },
  "pricing.listRules": {
   "input": {
    "page": "Number of the page, from 1.",
    "pageSize": "Most records of a page.",
    "q": "A part of the name or of the required promo code.",
    "effect": "Only rules with this effect.",
    "active": "Only active rules, or only the others."
   },
   "output": {}
  },
  "pricing.getRule": {
   "input": {},
   "output": {}
  },
  "pricing.createRules": {
   "input": {
    "rules": "Rules to add.",
    "rules[].name": "Name of the rule. Buyers see it where the rule applies.",
    "rules[].effect": "What the rule does. The first three and the surcharge change the unit price; `buy_x_get_y` changes the price of several units, the `order_` effects the sum of the lines in scope, `free_shipping` the price of shipping.",
    "rules[].percentBasisPoints": "For `percent_off`, `order_percent_off` and `low_stock_surcharge`. For `buy_x_get_y` the reduction of the free units; default 100 %.",
    "rules[].amountCents": "For `amount_off` (per unit), `fixed_price` (the unit price) and `order_amount_off`.",
    "rules[].currency": "Currency of the amounts. Default: the currency of the variant or product in scope, else the shop's. A rule without amounts applies in every currency, unless it names one. A change that removes the last amount removes the currency too, unless it names one.",
    "rules[].buyQuantity": "For `buy_x_get_y`: of every `buyQuantity + getQuantity` units, the cheapest `getQuantity` are reduced.",
    "rules[].getQuantity": "For `buy_x_get_y`: units that are reduced.",
    "rules[].stockThreshold": "For `low_stock_surcharge`: applies at this number of units or fewer.",
    "rules[].variantId": "Id of the variant, from `variants` of the product. Scope: at most one of the four; all products if all are null. A category includes its subcategories.",
    "rules[].productId": "Id of the product, from `products.list` or `search.products`",
    "rules[].categoryId": "Id of the category, from `categories.tree`",
    "rules[].collectionId": "Id of the collection, from `collections.list`. Products that match the collection's rule at the time of pricing, even if the collection is not active.",
    "rules[].minQuantity": "Minimum units of the line; for the `order_` effects and `free_shipping`, of all lines in scope.",
    "rules[].minSubtotalCents": "For the `order_` effects and `free_shipping`: minimum value of the goods.",
    "rules[].audience": "Buyers for whom the rule applies: everybody, only guests, or only signed-in customers.",
    "rules[].customerGroup": "Only for buyers in this group; null for everybody.",
    "rules[].code": "Applies only with this promo code on the cart.",
    "rules[].fullPriceOnly": "For offers and order promotions: excludes lines whose unit price was already changed.",
    "rules[].startsAt": "When the rule begins to apply; null for at once.",
    "rules[].endsAt": "When the rule stops applying; null for never.",
    "rules[].priority": "Rules are evaluated from the highest priority down. After an exclusive rule applies, no further rule is evaluated.",
    "rules[].stackable": "Whether further rules can apply after this one.",
    "rules[].active": "Whether the rule applies within its period."
   },
   "output": {
    "rules": "The new rules, in the order of the request."
   }
  },
  "pricing.updateRule": {
   "input": {
    "name": "Name of the rule. Buyers see it where the rule applies.",
    "effect": "What the rule does. The first three and the surcharge change the unit price; `buy_x_get_y` changes the price of several units, the `order_` effects the sum of the lines in scope, `free_shipping` the price of shipping.",
    "percentBasisPoints": "For `percent_off`, `order_percent_off` and `low_stock_surcharge`. For `buy_x_get_y` the reduction of the free units; default 100 %.",
    "amountCents": "For `amount_off` (per unit), `fixed_price` (the unit price) and `order_amount_off`.",
    "currency": "Currency of the amounts. Default: the currency of the variant or product in scope, else the shop's. A rule without amounts applies in every currency, unless it names one. A change that removes the last amount removes the currency too, unless it names one.",
    "buyQuantity": "For `buy_x_get_y`: of every `buyQuantity + getQuantity` units, the cheapest `getQuantity` are reduced.",
    "getQuantity": "For `buy_x_get_y`: units that are reduced.",
    "stockThreshold": "For `low_stock_surcharge`: applies at this number of units or fewer.",
    "variantId": "Id of the variant, from `variants` of the product. Scope: at most one of the four; all products if all are null. A category includes its subcategories.",
    "productId": "Id of the product, from `products.list` or `search.products`",
    "categoryId": "Id of the category, from `categories.tree`",
    "collectionId": "Id of the collection, from `collections.list`. Products that match the collection's rule at the time of pricing, even if the collection is not active.",
    "minQuantity": "Minimum units of the line; for the `order_` effects and `free_shipping`, of all lines in scope.",
    "minSubtotalCents": "For the `order_` effects and `free_shipping`: minimum value of the goods.",
    "audience": "Buyers for whom the rule applies: everybody, only guests, or only signed-in customers.",
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
    "q": "Prefix of the code.",
    "active": "Only active codes, or only the others."
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
    "priority": "Promo codes and rules are evaluated from the highest priority down.",
    "usageLimit": "Maximum uses by all buyers together.",
    "perCustomerLimit": "Maximum uses by one buyer, by account and by mailbox, and for guests by delivery address too.",
    "startsAt": "When the code begins to be valid; null for at once.",
    "endsAt": "When the code stops being valid; null for never.",
    "active": "Whether the code can be used within its period."
   },
   "output": {}
  },
  "promoCodes.generate": {
   "input": {
    "count": "Number of codes.",
    "prefix": "Prefix of each code, followed by a hyphen.",
    "percentBasisPoints": "At most one of percent, amount and free shipping. A code with none only enables the rules that require it.",
    "amountCents": "Reduction of the order, in `currency`; null for none.",
    "freeShipping": "Whether the code makes shipping free.",
    "currency": "Currency of the amounts. The code is then valid only for carts in this currency.",
    "minSubtotalCents": "Minimum value of the goods, in `currency`; null for none.",
    "fullPriceOnly": "Excludes lines whose unit price was already changed.",
    "stackable": "Whether further promo codes and rules can apply after this one.",
    "priority": "Promo codes and rules are evaluated from the highest priority down.",
    "usageLimit": "Maximum uses by all buyers together.",
    "perCustomerLimit": "Maximum uses by one buyer, by account and by mailbox, and for guests by delivery address too.",
    "startsAt": "When the code begins to be valid; null for at once.",
    "endsAt": "When the code stops being valid; null for never.",
    "active": "Whether the code can be used within its period."
   },
   "output": {
    "codes": "The new codes."
   }
  },
  "promoCodes.update": {
   "input": {
    "usageLimit": "Maximum uses by all buyers together; null for no limit.",
    "perCustomerLimit": "Maximum uses by one buyer; null for no limit.",
    "startsAt": "When the code begins to be valid; null for at once.",
    "endsAt": "When the code stops being valid; null for never.",
    "active": "Whether the code can be used within its period."
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
    "items[].state": "`redeemed`: counts towards the limits; `released`: no longer counts, because the order was not paid or was cancelled.",
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
    "name": "Name of the list for staff.",
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
    "name": "Name of the list for staff.",
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
    "items[].minQuantity": "The price applies from this number of units of a line.",
    "items[].priceCents": "Price of one unit, in the currency of the list."
   }
  },
  "priceLists.setPrices": {
   "input": {
    "prices": "Each names a variant by id or by SKU; `null` removes the price.",
    "prices[].minQuantity": "The price applies from this number of units of a line.",
    "prices[].sku": "SKU of the variant, in place of `variantId`.",
    "prices[].priceCents": "Price of one unit, in the currency of the list; null removes the price."
   },
   "output": {}
  },
  "priceLists.history": {
   "input": {
    "days": "Length of the period, in days until now."
   },
   "output": {
    "variants": "Variants of the product, in display order.",
    "variants[].priceCents": "Own price of one unit now, in `currency`, before price lists and rules.",
    "variants[].lowestPriceCents": "Lowest own price of the last 30 days, including today, in `currency`.",
    "variants[].priorPriceCents": "Lowest own price of the 30 days before the current price, in `currency`; null if there was none. Offers to consumers in the EU must state it.",
    "variants[].changes": "Changes in the period, oldest first, beginning with the price before it.",
    "variants[].changes[].at": "When the price was set.",
    "variants[].changes[].priceCents": "Price of one unit from this instant, in the currency of the price list, or of the product for its own price; null if the price list lost its price.",
    "variants[].changes[].priceListId": "Id of the price list",
    "variants[].changes[].priceListName": "Name of the price list; null for a change of the variant's own price, and for a price list that was deleted.",
    "variants[].changes[].changedBy": "Who set it: `staff:<id>`, or a part of the system such as `system:<name>`."
   }
  },
  "priceLists.lowestPrices": {
   "input": {},
   "output": {
    "days": "Length of the period of `lowestPriceCents`, in days.",
    "variants": "Variants of the product, in display order.",
    "variants[].priceCents": "Own price of one unit now, in `currency`, before price lists and rules.",
    "variants[].lowestPriceCents": "Lowest own price of the last 30 days, including today, in `currency`.",
    "variants[].priorPriceCents": "Lowest own price of the 30 days before the current price, in `currency`; null if there was none. Offers to consumers in the EU must state it."
   }
  },
  "tax.rate": {
   "input": {},
   "output": {
    "rates": "The rates that apply, by name; empty where none does.",
    "ratePpm": "Sum of the rates, in parts per million: 190,000 is 19 %. 0 where none applies.",
    "taxIncluded": "Whether prices include tax."
   }
  },
  "tax.list": {
   "input": {
    "page": "Number of the page, from 1.",
    "pageSize": "Most records of a page.",
    "countryCode": "Only rates of this country."
   },
   "output": {}
  },
  "tax.save": {
   "input": {
    "name": "Name of the tax for buyers, such as `VAT`.",
    "replaces": "Name of the rate at this place and class that this one replaces, to rename it."
   },
   "output": {}
  },
  "tax.delete": {
   "input": {
    "name": "Name of the rate; without it all rates of the place and class are deleted."
   },
   "output": {}
  },
  "tax.assignClass": {
   "input": {
    "productIds": "Ids of the products, from `products.list`."
   },
   "output": {
    "changed": "Products whose tax class changed."
   }
  },
  "shipping.list": {
   "input": {
    "page": "Number of the page, from 1.",
    "pageSize": "Most records of a page.",
    "active": "Only methods that are offered, or only the others."
   },
   "output": {}
  },
  "shipping.create": {
   "input": {
    "name": "Name of the shipping method for buyers.",
    "countries": "Countries that the method serves; the whole world if `regions` is empty too.",
    "regions": "Regions that the method serves: ISO 3166-2 codes with the country, such as `US-CA`. An input can also have lower case or the name of the region, such as `US-California`; a larger region includes the regions within it.",
    "freeFromCents": "Shipping is free from this value of goods, after discounts.",
    "position": "Place among methods of the same price, lowest first.",
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
    "name": "Name of the shipping method for buyers.",
    "countries": "Countries that the method serves; the whole world if `regions` is empty too.",
    "regions": "Regions that the method serves: ISO 3166-2 codes with the country, such as `US-CA`. An input can also have lower case or the name of the region, such as `US-California`; a larger region includes the regions within it.",
    "freeFromCents": "Shipping is free from this value of goods, after discounts.",
    "position": "Place among methods of the same price, lowest first.",
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
    "name": "Name of the shop, in mails and on invoices.",
    "currency": "Main currency of the shop.",
    "currencies": "Further currencies of carts; an empty list allows every currency.",
    "defaultCountry": "Country of carts that name none; null for no default.",
    "taxIncluded": "Whether prices include tax.",
    "taxRounding": "`document` calculates each tax rate once over the whole order, as EN 16931 demands of invoices, and spreads the result over the lines; `line` rounds each line alone. Orders keep the rounding that they were placed with.",
    "shippingTaxClass": "The tax class of shipping; null leaves it untaxed.",
    "defaultWeightGrams": "The weight of a unit whose variant has none, in grams, for shipping methods that are priced by weight. Null offers no such method for carts with such a unit.",
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
    "lowOnly": "`true` returns only variants at or below their reorder threshold.",
    "q": "Words of the product, or a part of a SKU or barcode."
   },
   "output": {}
  },
  "inventory.adjust": {
   "input": {
    "delta": "Units to add, or, if negative, to remove.",
    "reason": "Why the stock changes, for the ledger of the variant."
   },
   "output": {}
  },
  "inventory.set": {
   "input": {
    "onHand": "Units that were counted.",
    "reason": "Why the stock changes, for the ledger of the variant."
   },
   "output": {}
  },
  "inventory.configure": {
   "input": {
    "reorderThreshold": "Stock counts as low at or below this number of available units.",
    "backorderLimit": "Units that may be sold before they arrive; 0 allows none.",
    "tracked": "Whether units are counted. An untracked variant can always be bought."
   },
   "output": {}
  },
  "inventory.lowStock": {
   "input": {
    "page": "Number of the page, from 1.",
    "pageSize": "Most records of a page.",
    "q": "Words of the product, or a part of a SKU or barcode."
   },
   "output": {}
  },
  "inventory.transfer": {
   "input": {
    "quantity": "Units to move.",
    "reason": "Why the units are moved, for the ledger of the variant."
   },
   "output": {}
  },
  "inventory.locations": {
   "input": {},
   "output": {
    "locations": "All locations, closed ones included."
   }
  },
  "inventory.createLocation": {
   "input": {
    "code": "Short name of the location in lists and files; unique.",
    "name": "Name of the location for staff.",
    "priority": "Orders take units from the location with the lowest number that has enough."
   },
   "output": {}
  },
  "inventory.updateLocation": {
   "input": {
    "name": "New name of the location.",
    "priority": "Orders take units from the location with the lowest number that has enough.",
    "isDefault": "`true` makes it the location that receives units without a location, in place of the present one.",
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
    "dryRun": "`true` reports the changes without making them.",
    "variantIds": "Only these variants. Default: all."
   },
   "output": {
    "dryRun": "Whether the changes were only reported.",
    "variantCount": "Variants with a counter that differed.",
    "changes": "Counters that differed.",
    "uncorrected": "Counters that differ and are left as they are, because the ledger of their variant is below zero. Add the units that it lacks, repair again, and count the variant.",
    "supplied": "Units on hand that orders waited for, and get."
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
   "input": {
    "countryCode": "Destination for tax and shipping (ISO 3166-1 alpha-2). Default: the country in the settings of the shop."
   },
   "output": {
    "cart": "The new cart, without lines.",
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
    "email": "E-mail address. Answers have a domain in other letters than a to z in its ASCII form (`xn--…`).",
    "shippingAddress": "Address of the buyer; null removes it.",
    "countryCode": "Destination for tax and shipping (ISO 3166-1 alpha-2), such as `DE`; null removes it."
   },
   "output": {}
  },
  "carts.merge": {
   "input": {
    "strategy": "`sum` adds the guest's units to those of the account; `keep_user` keeps only the account's lines; `keep_guest` keeps only the guest's lines."
   },
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
   "input": {
    "items": "Variants with the units to add. Units of a variant that the cart has already are added to its line."
   },
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
    "region": "Region within `countryCode`, such as `CA`; without `countryCode` it has no effect.",
    "expectedCurrency": "Currency that the buyer sees. If the cart has another currency, the call fails with `CURRENCY_MISMATCH`."
   },
   "output": {}
  },
  "carts.applyCode": {
   "input": {
    "code": "Promo code as the buyer typed it; upper and lower case are the same."
   },
   "output": {}
  },
  "carts.removeCode": {
   "input": {},
   "output": {}
  },
  "carts.applyCredit": {
   "input": {
    "account": "`true` to pay with the store credit of the signed-in account."
   },
   "output": {}
  },
  "carts.removeCredit": {
   "input": {},
   "output": {}
  },
  "checkout.validate": {
   "input": {
    "countryCode": "Destination for tax and shipping (ISO 3166-1 alpha-2). Default: that of the cart.",
    "region": "Region within the country, by its code or name. Default: that of the cart; with `countryCode`, none."
   },
   "output": {
    "ready": "Whether the cart can be checked out; else `problems` says why not.",
    "problems": "Why the cart cannot be checked out; empty if it can.",
    "totals": "Totals at current prices, in the currency of the cart.",
    "credits": "Gift cards and store credit on the cart.",
    "creditCents": "Part of the total that gift cards and store credit pay.",
    "dueCents": "Amount left for other payment methods."
   }
  },
  "checkout.summary": {
   "input": {
    "countryCode": "Destination for tax and shipping (ISO 3166-1 alpha-2). Default: that of the cart.",
    "region": "Region within the country, by its code or name. Default: that of the cart; with `countryCode`, none."
   },
   "output": {}
  },
  "checkout.addressFormat": {
   "input": {
    "locale": "Language of the names of regions (BCP 47), such as `fr-CA`. Default, and for unknown names: English."
   },
   "output": {}
  },
  "checkout.shippingOptions": {
   "input": {
    "region": "Region within `countryCode`, such as `CA`; without `countryCode` it has no effect."
   },
   "output": {
    "options": "Shipping methods that deliver to the destination, cheapest first.",
    "shippingUnavailable": "Whether no shipping method in the currency of the cart delivers it to the destination. False for a shop without active shipping methods, which ships for free."
   }
  },
  "checkout.complete": {
   "input": {
    "email": "Required for guests. Default: the address of the account.",
    "shippingAddress": "Address that the goods are sent to. Its country and region decide tax and shipping methods.",
    "payment": "Not needed if gift cards and store credit pay the whole total.",
    "shippingMethodId": "Id of the shipping method, from `checkout.shippingOptions` or `shipping.list`. One of the options of `checkout.summary`. Default: the method of the cart, else the cheapest.",
    "notes": "The buyer's note to the shop. Default: the note of the cart.",
    "expectedTotalCents": "Total that the buyer saw: required without `quote` and `acceptAnyTotal`. If another would be charged, such as with the shipping to an address that the cart did not know, the call fails with `PRICE_CHANGED` and the new total.",
    "acceptAnyTotal": "`true` to pay whatever the cart costs now, for a buyer who has agreed to that. With `expectedTotalCents` it has no effect.",
    "expectedCurrency": "Currency that the buyer saw. If the cart has another, the call fails with `CURRENCY_MISMATCH` and nothing is charged.",
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
   "input": {
    "payment": "Payment method that is charged now."
   },
   "output": {}
  },
  "orders.list": {
   "input": {
    "page": "Number of the page, from 1.",
    "pageSize": "Most records of a page.",
    "paymentStatus": "Status of the latest charge, a superseded one only if there is no other; once money was captured, of all captured charges together, those of edits included.",
    "q": "Order number or part of it, or the buyer's e-mail address.",
    "orderNumber": "Order number or part of it.",
    "sku": "Orders with a line of this SKU.",
    "placedFrom": "Orders placed at this instant or later.",
    "placedTo": "Orders placed before this instant.",
    "minTotalCents": "Lowest total of the orders, in minor units of the currency of each order.",
    "maxTotalCents": "Highest total of the orders, in minor units of the currency of each order.",
    "needsAttention": "`true` for orders that need attention (`attention`), `false` for the others.",
    "sort": "`newest` or `oldest` first, or highest (`total_high`) or lowest total first."
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
   "input": {
    "note": "Why the order is cancelled, for its timeline. The buyer does not see a note by staff."
   },
   "output": {}
  },
  "orders.ship": {
   "input": {
    "carrier": "Name of the carrier, as the buyer sees it.",
    "trackingNumber": "Number by which the carrier finds the parcel.",
    "trackingUrl": "Page of the carrier that shows the parcel, linked in the mail to the buyer.",
    "items": "Lines with the units in the parcel. Default: all units that have not been shipped."
   },
   "output": {}
  },
  "orders.deliver": {
   "input": {},
   "output": {}
  },
  "orders.addNote": {
   "input": {
    "text": "Text of the note.",
    "customerVisible": "Whether the buyer can read the note."
   },
   "output": {}
  },
  "orders.updateAddress": {
   "input": {
    "shippingAddress": "New address, in the same country and region."
   },
   "output": {}
  },
  "orders.delete": {
   "input": {},
   "output": {}
  },
  "orders.previewEdit": {
   "input": {
    "lines": "New quantities by variant. 0 removes the line; a variant that is not in the order adds a line.",
    "shippingAddress": "New shipping address. For another country or region, tax and shipping are calculated again.",
    "shippingMethodId": "Id of the shipping method, from `checkout.shippingOptions` or `shipping.list`. New shipping method. Default: the method of the order if it serves the address, else the cheapest."
   },
   "output": {}
  },
  "orders.edit": {
   "input": {
    "expectedUpdatedAt": "`updatedAt` of the order or of the preview. If the order has changed since, the call fails with `VERSION_MISMATCH`.",
    "lines": "New quantities by variant. 0 removes the line; a variant that is not in the order adds a line.",
    "shippingAddress": "New shipping address. For another country or region, tax and shipping are calculated again.",
    "shippingMethodId": "Id of the shipping method, from `checkout.shippingOptions` or `shipping.list`. New shipping method. Default: the method of the order if it serves the address, else the cheapest.",
    "reason": "Why the order is edited. The buyer sees it."
   },
   "output": {}
  },
  "orders.withdrawEdit": {
   "input": {},
   "output": {}
  },
  "orders.payEdit": {
   "input": {
    "payment": "Payment method that is charged. Without it, the response has the payment page of the provider."
   },
   "output": {}
  },
  "orderViews.list": {
   "input": {},
   "output": {
    "items": "Views of the caller, oldest first."
   }
  },
  "orderViews.create": {
   "input": {
    "name": "Name of the view, unique among the views of the person.",
    "filters": "Filters of the order list.",
    "filters.paymentStatus": "Status of the latest charge.",
    "filters.placedFrom": "Orders placed at this instant or later.",
    "filters.placedTo": "Orders placed before this instant.",
    "filters.minTotalCents": "Lowest total of the orders, in minor units of the currency of each order.",
    "filters.maxTotalCents": "Highest total of the orders, in minor units of the currency of each order.",
    "filters.needsAttention": "`true` for orders that need attention (`attention`), `false` for the others.",
    "sort": "Order of the list: `newest` or `oldest` first, or highest (`total_high`) or lowest total first."
   },
   "output": {}
  },
  "orderViews.update": {
   "input": {
    "name": "Name of the view, unique among the views of the person.",
    "filters": "Replaces all filters of the view.",
    "filters.paymentStatus": "Status of the latest charge.",
    "filters.placedFrom": "Orders placed at this instant or later.",
    "filters.placedTo": "Orders placed before this instant.",
    "filters.minTotalCents": "Lowest total of the orders, in minor units of the currency of each order.",
    "filters.maxTotalCents": "Highest total of the orders, in minor units of the currency of each order.",
    "filters.needsAttention": "`true` for orders that need attention (`attention`), `false` for the others.",
    "sort": "Order of the list: `newest` or `oldest` first, or highest (`total_high`) or lowest total first."
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
    "pageSize": "Most records of a page.",
    "status": "Only returns with this status.",
    "createdFrom": "Returns requested at this instant or later."
   },
   "output": {}
  },
  "returns.request": {
   "input": {
    "items": "Lines with the units to return.",
    "reason": "Why the units come back."
   },
   "output": {}
  },
  "returns.decide": {
   "input": {
    "approve": "`true` approves the return, `false` rejects it.",
    "note": "Note on the decision. The buyer sees it."
   },
   "output": {}
  },
  "returns.receive": {
   "input": {
    "items": "Lines with the units that arrived. Default: all units arrived and are restocked.",
    "items[].receivedQuantity": "Units that arrived.",
    "items[].restockQuantity": "Units of these that go back to the stock; the others are written off."
   },
   "output": {}
  },
  "returns.writeOff": {
   "input": {},
   "output": {}
  },
  "payments.listForOrder": {
   "input": {},
   "output": {
    "items": "Charge attempts, newest first."
   }
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
    "totalCount": "Number of discrepancies that match, also beyond the 200 of the list."
   }
  },
  "payments.resolveDiscrepancy": {
   "input": {
    "kind": "Kind of the discrepancy, from `payments.listDiscrepancies`.",
    "action": "One of the `actions` of the discrepancy.",
    "note": "Why staff decided so; stored with the decision. For a refund it is also the reason of the refund: the provider gets it, and the buyer sees it on a refund of their order."
   },
   "output": {
    "resolved": "Whether the discrepancy is gone; false when it needs another decision."
   }
  },
  "payments.refund": {
   "input": {
    "amountCents": "Amount to refund, in the currency of the payment.",
    "reason": "Why the money is refunded. The buyer sees it."
   },
   "output": {}
  },
  "payments.refundOrder": {
   "input": {
    "amountCents": "Amount to refund, in the currency of the order.",
    "reason": "Why the money is refunded. The buyer sees it."
   },
   "output": {
    "refundIds": "Ids of the refunds of charges; empty if gift cards and store credit get everything.",
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
    "kind": "Only gift cards, or only store credit of accounts.",
    "state": "Only active ones, or only disabled ones.",
    "lastFour": "Last four characters of a gift card's code."
   },
   "output": {}
  },
  "storeCredit.ledger": {
   "input": {
    "page": "Number of the page, from 1.",
    "pageSize": "Most records of a page."
   },
   "output": {
    "credit": "The gift card or store credit itself."
   }
  },
  "storeCredit.issueGiftCard": {
   "input": {
    "amountCents": "Balance of the new card, in `currency`.",
    "expiresAt": "When the card expires; default: never.",
    "note": "Note for staff, such as the recipient."
   },
   "output": {
    "credit": "The new gift card.",
    "code": "Code of the gift card. No other call returns it."
   }
  },
  "storeCredit.grant": {
   "input": {
    "amountCents": "Amount to add, in `currency`.",
    "reason": "Why the credit is granted, for the ledger.",
    "orderId": "Id of the order, from `checkout.complete`, `flashSales.buy` or `orders.list`. Order that the credit relates to, for example as a substitute for a refund."
   },
   "output": {}
  },
  "storeCredit.adjust": {
   "input": {
    "amountCents": "Amount to add to the balance, or, if negative, to take from it, in the currency of the credit.",
    "reason": "Why the balance is adjusted, for the ledger."
   },
   "output": {}
  },
  "storeCredit.setState": {
   "input": {
    "state": "`disabled` stops the balance from being spent; `active` allows it again."
   },
   "output": {}
  },
  "storeCredit.mine": {
   "input": {},
   "output": {
    "items": "Store credit that the account can spend, one for each currency.",
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
    "pageSize": "Most records of a page.",
    "state": "Only sales in this state."
   },
   "output": {}
  },
  "flashSales.get": {
   "input": {},
   "output": {}
  },
  "flashSales.create": {
   "input": {
    "name": "Name of the sale for buyers.",
    "startsAt": "When the sale opens.",
    "endsAt": "When the sale closes at the latest; after `startsAt` and in the future.",
    "paymentWindowMinutes": "Minutes within which an order of this sale must be paid. Afterwards its units return to the sale.",
    "paymentRetryMinutes": "Minutes after the first declined payment within which the order can be paid with another payment method; never beyond the payment window.",
    "waitingRoom": "Whether buyers must queue first; see `flashSales.join`.",
    "admission": "How the waiting room admits buyers; without a waiting room it has no effect.",
    "admission.maxPerSecond": "Most buyers admitted per second.",
    "admission.minutesInside": "Minutes in which an admitted buyer may buy.",
    "admission.overbooking": "Share of additional buyers admitted beyond the free units, because some leave without buying: 5000 is 50 % more.",
    "items": "Variants of the sale; each at most once.",
    "items[].units": "Units to take from the stock for the sale.",
    "items[].salePriceCents": "Price of one unit in the sale, in the currency of the product.",
    "items[].limitPerCustomer": "Most units of this item that one customer can buy; without it there is no limit. The account and the e-mail address are each counted.",
    "items[].limitPerAddress": "Most units of this item for one shipping address, whoever buys; without it there is no limit. Case, accents, spaces and punctuation make no difference."
   },
   "output": {}
  },
  "flashSales.update": {
   "input": {
    "name": "New name of the sale.",
    "startsAt": "New start, only before the sale has started.",
    "endsAt": "New end, in the future.",
    "paymentWindowMinutes": "Applies to orders placed after the change.",
    "paymentRetryMinutes": "Applies to orders placed after the change.",
    "waitingRoom": "Whether buyers must queue first; see `flashSales.join`.",
    "admission": "Replaces the rules of the waiting room.",
    "admission.maxPerSecond": "Most buyers admitted per second.",
    "admission.minutesInside": "Minutes in which an admitted buyer may buy.",
    "admission.overbooking": "Share of additional buyers admitted beyond the free units, because some leave without buying: 5000 is 50 % more."
   },
   "output": {}
  },
  "flashSales.adjustUnits": {
   "input": {
    "delta": "Units to add to the sale, or, if negative, to return to the stock."
   },
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
    "quantity": "Units to buy.",
    "email": "Required for guests. Default: the address of the account.",
    "shippingAddress": "Address that the goods are sent to. Its country and region decide tax and shipping.",
    "expectedUnitPriceCents": "Unit price that the buyer saw. If the sale price has changed, the call fails with `PRICE_CHANGED`.",
    "payment": "Payment method that is charged at once. Without it, the order waits for `checkout.retryPayment`.",
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
   "output": {
    "ticket": "Secret of this buyer. Send it to `flashSales.place`, `flashSales.follow` and `flashSales.buy`.",
    "place": "Place of the buyer in the waiting room."
   }
  },
  "flashSales.place": {
   "input": {
    "ticket": "Ticket from `flashSales.join`."
   },
   "output": {}
  },
  "flashSales.follow": {
   "input": {
    "ticket": "Ticket from `flashSales.join`."
   },
   "output": {}
  },
  "events.list": {
   "input": {
    "cursor": "`nextCursor` of the previous response; without it, the first page.",
    "limit": "Most records of the response.",
    "name": "Only events of this name."
   },
   "output": {}
  },
  "events.live": {
   "input": {
    "name": "Only events of this name."
   },
   "output": {}
  },
  "mailbox.list": {
   "input": {
    "page": "Number of the page, from 1.",
    "pageSize": "Most records of a page.",
    "q": "E-mail address of the recipient, or a part of the subject line."
   },
   "output": {}
  },
  "mailbox.get": {
   "input": {},
   "output": {
    "subject": "Subject line of the mail.",
    "template": "Name of the mail's template, such as `order_confirmation`.",
    "sentAt": "When the mail was written to the mailbox."
   }
  },
  "system.ping": {
   "input": {},
   "output": {
    "pong": "Always true."
   }
  },
  "system.dashboard": {
   "input": {},
   "output": {}
  },
  "system.consumers": {
   "input": {},
   "output": {
    "items": "The consumers of events."
   }
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
   "output": {
    "checkedAt": "When the checks ran.",
    "clean": "Whether every check holds.",
    "results": "One result for each check."
   }
  },
  "orders.exportCsv": {
   "input": {
    "page": "Number of the page, from 1.",
    "pageSize": "Most records of a page.",
    "paymentStatus": "Status of the latest charge, a superseded one only if there is no other; once money was captured, of all captured charges together, those of edits included.",
    "q": "Order number or part of it, or the buyer's e-mail address.",
    "orderNumber": "Order number or part of it.",
    "sku": "Orders with a line of this SKU.",
    "placedFrom": "Orders placed at this instant or later.",
    "placedTo": "Orders placed before this instant.",
    "minTotalCents": "Lowest total of the orders, in minor units of the currency of each order.",
    "maxTotalCents": "Highest total of the orders, in minor units of the currency of each order.",
    "needsAttention": "`true` for orders that need attention (`attention`), `false` for the others.",
    "sort": "`newest` or `oldest` first, or highest (`total_high`) or lowest total first."
   },
   "output": {}
  },
  "products.exportCsv": {
   "input": {
    "page": "Number of the page, from 1.",
    "pageSize": "Most records of a page.",
    "cursor": "`nextCursor` of the previous response, with the same filters and sort order. Replaces `page`. Later pages keep the order and the corrected words of the first one.",
    "q": "Words of the product, as in `search.products`.",
    "category": "Slug of a category; its subcategories are included.",
    "tag": "Products with this tag.",
    "tags": "Matches products with at least one of these tags.",
    "brand": "Products of this brand.",
    "minPriceCents": "Products with a price range that reaches this price or more.",
    "maxPriceCents": "Products with a price range that reaches this price or less.",
    "inStock": "`true` returns only products with a unit that can be bought; `false` only the others.",
    "sort": "Newest first, by name, by price upwards or downwards (`-price`), or the best matches of `q` first (`relevance`), which is `newest` without `q`, and where `q` finds more than 1,000 products. Pages by `cursor` keep the order of the first one, up to 5,000 products."
   },
   "output": {}
  },
  "imports.exportFailedRows": {
   "input": {
    "page": "Number of the page, from 1.",
    "pageSize": "Most records of a page."
   },
   "output": {}
  }
 }
};
