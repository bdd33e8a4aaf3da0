import { z } from 'zod';
import { parseCurp } from '../../domain/identifiers/curp';
import { todayInMexico, yearsBetween } from '../../domain/identifiers/dates';
import { curp, describeEngine, requireValid } from '../shared/fields';
import { defineFormSchema } from '../shared/form-schema';

/** A valid CURP with the data that it encodes. No registry is asked if it was issued: `checks.registry` is null. */
export const enrollSimpleSchema = defineFormSchema({
  title: 'Enrolamiento simple',
  description: 'Setup de enrolamiento por medio de CURP.',
  setup: { engine: describeEngine('built_in') },
  data: z.strictObject({ curp }),
  payload: (given, at) => {
    const told = requireValid(parseCurp(given.curp));
    return {
      ...told,
      age: yearsBetween(told.birth_date, todayInMexico(at)),
      checks: { structure: true, check_digit: true, birth_date: true, state: true, registry: null },
    };
  },
});
