import type { Tenant } from '../../store/runs/runs';
import type { Ports } from '../ports';
import { findPerson, type Person } from './find-person';

/** Ignores all enrolments of a person so far. Returns the remaining data. @throws DomainError `not_found`. */
export async function forgetPerson(
  ports: Pick<Ports, 'runs' | 'people'>,
  tenant: Tenant,
  uuid: string,
): Promise<Person> {
  await findPerson(ports, tenant, uuid);
  await ports.people.forget(tenant, uuid);
  return findPerson(ports, tenant, uuid);
}
