import { derivedUuid } from '../../platform/crypto/derived-uuid';
import type { PlannedStep } from '../../domain/run/events';
import { ownValue } from '../../domain/run/own-value';
import type { Reservation } from '../../store/accounts/idempotency';
import { invalidField } from '../domain-error';
import type { Origin, ParsedCreation } from './creation-body';
import { knownStep } from './known-step';
import { setupOf } from './parse-setups';

type Planning = Pick<Origin, 'resolved' | 'rules' | 'kept'> & { reservation: Reservation };

/** Plans the steps of a run. @throws DomainError `validation_failed` or `unknown_step`, with the path of the fault. */
export function planSteps(
  body: ParsedCreation,
  { reservation, resolved, rules, kept }: Planning,
): PlannedStep[] {
  const names = new Set<string>();
  return body.steps.map(({ step, custom_id }, index) => {
    const schema = knownStep(step, index);
    const name = custom_id ?? step;
    if (names.has(name)) throw invalidField(`steps.${index}`, 'is there already');
    names.add(name);
    if (schema.requires_people && body.people_uuid === undefined) {
      throw invalidField('people_uuid', `is required by ${step}`);
    }
    const uuid = derivedUuid(reservation.uuid, index);
    return {
      uuid,
      key: step,
      custom_id,
      settings: schema.settings(setupOf(body, name), ownValue(resolved, name, null)),
      ...(Object.hasOwn(body.skip_steps ?? {}, name) && { is_skippable: true as const }),
      ...(rules.some((rule) => rule.step === step) && { is_judged: true as const }),
      ...(Object.hasOwn(kept, name) && { kept: true as const }),
    };
  });
}
