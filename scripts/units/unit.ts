/** A unit of a shop: the procedures, functions and addresses that offer it, and the tests that show it. */
export interface Unit {
  readonly name: string;
  /** Procedures such as `orders.cancel`, addresses such as `/readyz`, and functions, separated by spaces. */
  readonly offers: string;
  /** Titles of tests as the page prints them; none while the unit is not built. */
  readonly tests: readonly string[];
}
export interface UnitArea {
  readonly name: string;
  readonly units: readonly Unit[];
}

export const unit = (name: string, offers: string, ...tests: string[]): Unit => ({ name, offers, tests });
export const notBuilt = (name: string): Unit => ({ name, offers: '', tests: [] });
