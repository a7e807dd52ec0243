/** Scopes of staff, and the scopes of each role. */
import { z } from 'zod';

export const scopes = [
  'catalog:read',
  'catalog:write',
  'catalog:admin',
  'inventory:read',
  'inventory:write',
  'pricing:read',
  'pricing:write',
  'orders:read',
  'orders:manage',
  'payments:read',
  'payments:refund',
  'store-credit:read',
  'store-credit:manage',
  'flash-sales:manage',
  'users:manage',
  'events:read',
  'notifications:read',
  'system:read',
] as const;
export const scopeSchema = z.enum(scopes);
export type Scope = (typeof scopes)[number];

export const roles = ['customer', 'support', 'admin'] as const;
export const roleSchema = z.enum(roles);
export type Role = (typeof roles)[number];

/** Scopes of each role. Customers have none: they can only read and change their own records. */
export const scopesOfRole: Readonly<Record<Role, readonly Scope[]>> = {
  customer: [],
  support: [
    'catalog:read',
    'inventory:read',
    'pricing:read',
    'orders:read',
    'orders:manage',
    'payments:read',
    'store-credit:read',
    'notifications:read',
  ],
  admin: scopes,
};
