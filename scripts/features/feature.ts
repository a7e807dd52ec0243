/** A feature of a shop: the procedures, functions and addresses that offer it, and the tests that show it. */
export interface Feature {
  readonly name: string;
  /** Procedures such as `orders.cancel`, addresses such as `/readyz`, and functions, separated by spaces. */
  readonly offers: string;
  /** Titles of tests as the page prints them; none while the feature is not built. */
  readonly tests: readonly string[];
}
export interface FeatureArea {
  readonly name: string;
  readonly features: readonly Feature[];
}

export const feature = (name: string, offers: string, ...tests: string[]): Feature => ({ name, offers, tests });
export const notBuilt = (name: string): Feature => ({ name, offers: '', tests: [] });
