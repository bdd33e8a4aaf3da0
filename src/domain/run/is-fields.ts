import type { Json } from './events';

/** Returns true for an object with fields: no array, not null. */
export function isFields(value: Json | undefined): value is Record<string, Json>;
export function isFields(value: unknown): value is Readonly<Record<string, unknown>>;
export function isFields(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
