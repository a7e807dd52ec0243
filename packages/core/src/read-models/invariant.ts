/**
 * A rule that the data must satisfy, as a statement that returns the rows that break it. A statement that names a time
 * allows that time for work in progress.
 */
export interface Invariant {
  readonly id: string;
  readonly title: string;
  readonly sql: string;
}
