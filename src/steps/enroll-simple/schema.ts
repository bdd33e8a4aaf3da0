import { z } from 'zod';
import { readCurp } from '../../identifiers/curp';
import { dayInMexico, yearsBetween } from '../../identifiers/dates';
import { curp, engineOf, read } from '../fields';
import { defineFormSchema } from '../form-schema';

/**
 * A CURP that was found to be in order, and what it tells. Nobody was asked whether it was given out: `checks.registry`
 * is null.
 */
export const enrollSimpleSchema = defineFormSchema({
  title: 'Enrolamiento simple',
  description: 'Setup de enrolamiento por medio de CURP.',
  setup: { engine: engineOf('built_in') },
  data: z.strictObject({ curp }),
  payload: (given, at) => {
    const told = read(readCurp(given.curp));
    return {
      ...told,
      age: yearsBetween(told.birth_date, dayInMexico(at)),
      checks: { structure: true, check_digit: true, birth_date: true, state: true, registry: null },
    };
  },
});
