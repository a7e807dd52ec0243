/**
 * Contract records of entities that a statement only stores and shows. A field is named in the contract and its column in the entity;
 * reads, edits and conversions take both from there.
 */
import { columnOf } from '@cartwright/db';
import { raw, type EntitySchema, type InferEntity } from '@mikro-orm/core';
import { sql, type RawBuilder } from 'kysely';
import type { z } from 'zod';
import type { Tx } from './core.ts';

/** A stored value as the contract shows it: an instant is an ISO string. */
type Shown<T> = T extends Date ? string : T;
/** The fields of a record, as the entity stores them. */
type Stored<T, R> = { readonly [K in keyof R & keyof T]: T[K] };

/** An entity of `tx.em` whose row is locked. Only the store of its table changes it, by `em.assign` and `em.flush`. */
export type LockedEntity<E extends EntitySchema> = Readonly<InferEntity<E>>;

/** Gives a row, read with a lock and all its columns, to `tx.em` as an entity. */
export const lockedEntity = <E extends EntitySchema>(tx: Pick<Tx, 'em'>, entity: E, row: object): LockedEntity<E> =>
  tx.em.map(entity, Object.fromEntries(Object.entries(row).map(([name, value]) => [columnOf(name), value]))) as LockedEntity<E>;

/** How a record is selected and shown. */
export interface StoredRecord<T, R> {
  /** The fields of the record: the columns that a statement of the builder selects. */
  readonly fields: readonly (keyof R & keyof T & string)[];
  /** SQL: the columns of the record, each under the name of its field. */
  columns(alias?: string): RawBuilder<unknown>;
  /** SQL: the record as a JSON object. An instant in it is not an ISO string. */
  json(alias: string): RawBuilder<unknown>;
  /** Converts an entity, or a row with `columns`, to the record. */
  of(stored: Stored<T, R>): R;
}

/** The record that `schema` describes. A field that the entity does not store, or stores with another type, does not compile. */
export const storedRecord = <
  E extends EntitySchema,
  R extends { [K in keyof R]: K extends keyof InferEntity<E> ? Shown<InferEntity<E>[K]> : never },
>(
  entity: E,
  schema: z.ZodObject & z.ZodType<R>,
): StoredRecord<InferEntity<E>, R> => {
  const fields = Object.keys(schema.shape) as (keyof R & keyof InferEntity<E> & string)[];
  const properties = entity.meta.properties as Readonly<Record<string, { readonly fieldName?: string }>>;
  const columnFor = (field: string): string => `"${properties[field]?.fieldName ?? columnOf(field)}"`;
  return {
    fields,
    columns: (alias) =>
      sql.raw(fields.map((field) => `${alias === undefined ? '' : `"${alias}".`}${columnFor(field)} as "${field}"`).join(', ')),
    json: (alias) => sql.raw(`json_build_object(${fields.map((field) => `'${field}', "${alias}".${columnFor(field)}`).join(', ')})`),
    of: (stored) =>
      Object.fromEntries(
        fields.map((field) => {
          const value = (stored as Record<string, unknown>)[field];
          return [field, value instanceof Date ? value.toISOString() : value];
        }),
      ) as R,
  };
};

/** The time of the transaction by the database's clock, as the value of a property; `em.refresh` after the flush reads it back. */
export const databaseNow = (): Date => raw<Date>('now()');
