import type { Json } from '../../domain/run/events';
import type {
  Customization,
  KnockoutRule,
  SealedCreation,
  SealedSubmission,
} from '../../store/runs/sealed-content';

/** A creation, parsed. */
export interface CreationBody {
  people_uuid?: string | undefined;
  responsible_uuid?: string | undefined;
  callback_url?: string | undefined;
  disable_geolocation: boolean;
  external_reference_id?: string | number | undefined;
  setup: Record<string, Json>;
  metadata?: Record<string, Json> | undefined;
  expires_in: number;
  abandon_after?: number | undefined;
  language?: string | undefined;
  start?: 'immediate' | 'on_open' | undefined;
  phone?: string | undefined;
  email?: string | undefined;
  autofill?: SealedCreation['autofill'] | undefined;
  steps: { step: string; custom_id: string | null }[];
  skip_steps?: Record<string, string> | undefined;
  rule_set_uuid?: string | undefined;
}

declare const PARSED: unique symbol;

/** A creation whose setups are what their schemas returned. Made by `parseSetups` alone. */
export type ParsedCreation = CreationBody & { readonly [PARSED]: true };

/** Origin of a run, and the account's configuration that it keeps. */
export interface Origin {
  /** Configuration that the setups refer to, by step key or custom id. */
  resolved: Record<string, Json>;
  customization: Customization | null;
  rules: KnockoutRule[];
  /** The template that the creation is based on. */
  template_uuid: string | null;
  /** The run that it replaces. */
  restarted_from: string | null;
  /** Completed forms of that run, by step key or custom id: these steps are done. */
  kept: Record<string, SealedSubmission>;
  /** Values that forms which are asked again begin with, by step key or custom id. */
  prefilled: Record<string, Record<string, Json>>;
}
