/** Every column that holds sealed values, with the column that identifies its row: the list for checks of the whole database. */
export interface SealedColumn<T extends string = string, C extends string = string> {
  readonly table: T;
  readonly column: C;
  readonly id: string;
  readonly idType: 'uuid' | 'text' | 'int';
  /** Long texts are compressed before they are sealed: afterwards nothing can compress them. */
  readonly isLong?: boolean;
}
const column = <T extends string, C extends string>(
  table: T,
  name: C,
  id = 'id',
  idType: SealedColumn['idType'] = 'uuid',
): SealedColumn<T, C> => ({ table, column: name, id, idType });
const longColumn = <T extends string, C extends string>(table: T, name: C): SealedColumn<T, C> => ({
  ...column(table, name),
  isLong: true,
});

/** A test compares the list with the columns of the database whose names end in `_sealed`. */
export const sealedColumns = [
  column('carts', 'email_sealed'),
  column('carts', 'note_sealed'),
  column('carts', 'shipping_address_sealed'),
  column('idempotency_keys', 'response_sealed'),
  column('installation', 'secret_check_sealed', 'id', 'int'),
  longColumn('mails', 'html_sealed'),
  longColumn('mails', 'text_sealed'),
  column('mails', 'to_sealed'),
  column('notifications', 'recipient_sealed'),
  column('order_edits', 'reason_sealed'),
  column('order_edits', 'shipping_address_sealed'),
  column('order_log', 'text_sealed'),
  column('order_returns', 'reason_sealed'),
  column('orders', 'email_sealed'),
  column('orders', 'notes_sealed'),
  column('orders', 'shipping_address_sealed'),
  column('payments', 'action_sealed'),
  column('signing_keys', 'private_jwk_sealed', 'kid', 'text'),
  column('users', 'email_sealed'),
  column('users', 'first_name_sealed'),
  column('users', 'last_name_sealed'),
] as const;

/** The place of a value in any of them, for checks that go through all columns. */
export type AnyPlace = readonly [table: string, column: string, rowId: string];

/** The sealed columns of a table. */
export type SealedColumnOf<T> = Extract<(typeof sealedColumns)[number], SealedColumn<T & string>>['column'];

type PlaceIn<S> = S extends SealedColumn<infer T, infer C> ? readonly [table: T, column: C, rowId: string] : never;

/** Where a sealed value lives: table, column, row id. A value that was sealed for another place does not open. */
export type SealedPlace = PlaceIn<(typeof sealedColumns)[number]>;
