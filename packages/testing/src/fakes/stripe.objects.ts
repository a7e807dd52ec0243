/** The fields of Stripe's objects that the gateway reads. */
/** A payment intent. */
export interface StripeIntent {
  id: string;
  object: 'payment_intent';
  amount: number;
  amount_received: number;
  currency: string;
  status: 'succeeded' | 'requires_payment_method' | 'requires_action' | 'processing' | 'canceled';
  client_secret: string;
  next_action: { type: 'redirect_to_url'; redirect_to_url: { url: string; return_url: string | null } } | null;
  metadata: Record<string, string>;
  last_payment_error: { code: string; decline_code: string; message: string } | null;
}
/** An event as it is posted. */
export interface SignedEvent {
  readonly body: Buffer;
  readonly signature: string;
}
/** A refund. */
export interface StripeRefund {
  id: string;
  object: 'refund';
  amount: number;
  currency: string;
  status: 'pending' | 'succeeded' | 'failed' | 'canceled';
  created: number;
  payment_intent: string;
  reason: string | null;
  failure_reason: string | null;
  metadata: Record<string, string>;
}
/** A dispute. */
export interface StripeDispute {
  id: string;
  object: 'dispute';
  amount: number;
  currency: string;
  status: 'warning_needs_response' | 'warning_closed' | 'needs_response' | 'under_review' | 'won' | 'lost' | 'prevented';
  reason: string;
  created: number;
  payment_intent: string;
  /** Withdrawals are negative, returns are positive. */
  balance_transactions: { amount: number }[];
}
