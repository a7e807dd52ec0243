/** Codes that the use-cases of the core cannot be refused with, although functions on their way throw them, each with its reason. */
import type { ErrorCode } from '../packages/contracts/src/index.ts';

/**
 * What a call of a function cannot be refused with, although functions on its way throw it: the function catches it, or what it checks or
 * writes before rules it out. A code that a client can get belongs on the list of the procedure, not here.
 */
export const ruledOut = new Map<string, readonly ErrorCode[]>(
  Object.entries<readonly ErrorCode[]>({
    // A first owner has no account that could be promoted.
    createOwner: ['ACCOUNT_INACTIVE'],
    // Only the shop itself has no cart.
    toNewCart: ['FORBIDDEN'],
    createCart: ['INVALID_PRICE'],
    // Units leave the cart: nothing is held, priced or counted anew.
    clearCart: ['HOLD_LIMIT', 'INSUFFICIENT_STOCK', 'INVALID_QUANTITY', 'CURRENCY_MISMATCH', 'INVALID_PRICE'],
    removeCartItem: ['HOLD_LIMIT', 'INSUFFICIENT_STOCK', 'INVALID_QUANTITY', 'CURRENCY_MISMATCH'],
    removeFromMyCart: ['HOLD_LIMIT', 'INSUFFICIENT_STOCK', 'INVALID_QUANTITY', 'CURRENCY_MISMATCH'],
    // The quantities are those of the cart.
    setCode: ['INVALID_QUANTITY'],
    // Lines whose units cannot be held stay without a hold, and sums end at the most units of a line.
    mergeCarts: ['HOLD_LIMIT', 'INSUFFICIENT_STOCK', 'INVALID_QUANTITY'],
    // The next cart is opened instead.
    addToMyCart: ['CART_ALREADY_ORDERED', 'CART_MERGED'],
    // The limit of one buyer holds for carts, not for orders.
    holdUnits: ['HOLD_LIMIT'],
    // A new category is below no category of its own, and categories have neither SKU, handle nor options.
    createCategory: ['CATEGORY_CYCLE'],
    explainCategoryError: ['SKU_TAKEN', 'HANDLE_TAKEN', 'OPTIONS_TAKEN'],
    // Products name a category by its id.
    insertProduct: ['NAME_TAKEN'],
    updateProduct: ['NAME_TAKEN'],
    // Slug and handle of a copy are free ones, its options and prices those of a product.
    duplicateProduct: ['SLUG_TAKEN', 'HANDLE_TAKEN', 'OPTIONS_TAKEN', 'INVALID_PRICE'],
    // Reported for each product.
    deleteAll: ['VERSION_MISMATCH', 'PRODUCT_RESERVED'],
    runBatch: [
      'SKU_TAKEN',
      'SLUG_TAKEN',
      'HANDLE_TAKEN',
      'NAME_TAKEN',
      'OPTIONS_TAKEN',
      'INSUFFICIENT_STOCK',
      'STOCK_BELOW_RESERVED',
      'STOCK_NOT_TRACKED',
      'STOCK_RESERVED',
      'LOCATION_CLOSED',
    ],
    // The import was made within the call.
    importProducts: ['IMPORT_RUNNING'],
    // A file without text has not begun, or was deleted after its end.
    inspectImport: ['IMPORT_RUNNING'],
    // No version is expected.
    'catalog/change-product-images.ts change': ['VERSION_MISMATCH'],
    // The new count is none below 0.
    setStock: ['INSUFFICIENT_STOCK'],
    setProductStock: ['INSUFFICIENT_STOCK', 'LOCATION_CLOSED'],
    // Units go to the default location, which is never closed, or back to one that is open.
    openStock: ['LOCATION_CLOSED'],
    restockLocked: ['LOCATION_CLOSED'],
    // Units are only given back.
    closeAllocations: ['INSUFFICIENT_STOCK', 'STOCK_NOT_TRACKED'],
    // The edit holds its units until it takes effect.
    applyEdit: ['INSUFFICIENT_STOCK', 'STOCK_TRACKING_CHANGED'],
    // The shop itself records and refunds what a provider reports, by the state of the payment that it has locked.
    settleLocked: [
      'FORBIDDEN',
      'UNAUTHENTICATED',
      'PAYMENT_DISPUTED',
      'PAYMENT_NOT_CAPTURED',
      'REFUND_EXCEEDS_CAPTURED',
      'INVALID_TRANSITION',
    ],
    // No more is refunded than is left.
    createRefundsUpTo: ['PAYMENT_NOT_CAPTURED', 'REFUND_EXCEEDS_CAPTURED'],
    refundMissing: ['PAYMENT_NOT_CAPTURED', 'REFUND_EXCEEDS_CAPTURED'],
    // The only statuses of locked records that these find can take the step.
    'payments/payment.store.ts step': ['INVALID_TRANSITION'],
    'payments/refund.store.ts step': ['INVALID_TRANSITION'],
    'returns/return.store.ts step': ['INVALID_TRANSITION'],
    applyCaptures: ['INVALID_TRANSITION'],
    confirmOrders: ['INVALID_TRANSITION'],
    expireDue: ['INVALID_TRANSITION'],
    receiveApproved: ['INVALID_TRANSITION'],
    // A refusal is the answer whether an action is allowed.
    isAllowed: ['CHARGE_AMOUNT_MISMATCH', 'CHARGE_ALREADY_REFUNDED', 'CHARGE_IN_USE', 'ORDER_NOT_PAYABLE'],
    // Only staff get to the scope.
    cancelOrder: ['UNAUTHENTICATED'],
    // The ticket was made within the call.
    joinWaitingRoom: ['ADMISSION_REQUIRED'],
  }),
);
