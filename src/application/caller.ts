import type { Tenant } from '../store/runs/runs';

/** Caller of a use case: the account and mode whose data are visible, and who acts. */
export interface Caller {
  tenant: Tenant;
  /** The person with the run's token, or the integrator with an API key. */
  actor: 'person' | 'integrator';
}
