import { z } from 'zod';
import { todayInMexico } from '../../domain/identifiers/dates';
import { plainIdentifier } from '../../domain/identifiers/plain-identifier';
import { singleLine, nullIfAbsent, phone, rfc, rfcFields } from '../shared/fields';
import { defineFormSchema } from '../shared/form-schema';

const STATUSES = [
  ...['employed', 'self_employed', 'business_owner', 'retired'],
  ...['student', 'homemaker', 'unemployed'],
] as const;

const data = z
  .strictObject({
    employment_status: z.enum(STATUSES),
    occupation: nullIfAbsent(singleLine(120)).describe('What the person does, in their own words.'),
    company_name: nullIfAbsent(singleLine(200)).describe(
      'Of the employer; required of the employed.',
    ),
    job_title: nullIfAbsent(singleLine(120)).describe('Required of the employed.'),
    economic_activity: nullIfAbsent(singleLine(200)).describe('Line of business.'),
    contract_type: nullIfAbsent(z.enum(['permanent', 'temporary', 'fees', 'commission', 'other'])),
    started_on: nullIfAbsent(z.iso.date()).describe('First day in this work; not in the future.'),
    company_phone: nullIfAbsent(phone).describe('E.164.'),
    company_phone_extension: nullIfAbsent(
      z
        .string()
        .overwrite(plainIdentifier)
        .regex(/^\d{1,8}$/, 'must be 1 to 8 digits'),
    ),
    company_rfc: nullIfAbsent(rfc),
    company_address: nullIfAbsent(singleLine(300)),
    company_zip_code: nullIfAbsent(
      z
        .string()
        .overwrite((text) => plainIdentifier(text).toUpperCase())
        .regex(/^[A-Z0-9][A-Z0-9 -]{0,8}[A-Z0-9]$/, 'must be a postal code'),
    ),
  })
  .superRefine((job, context) => {
    const say = (path: string, message: string) => {
      context.addIssue({ code: 'custom', path: [path], message });
    };
    if (job.employment_status === 'employed') {
      if (job.company_name === null) say('company_name', 'is required of the employed');
      if (job.job_title === null) say('job_title', 'is required of the employed');
    }
    const today = todayInMexico(Date.now());
    if (job.started_on !== null && job.started_on > today) say('started_on', 'is in the future');
  });

/** Employment: employer, since when, and the employer's contact. */
export const personalJobDetailSchema = defineFormSchema({
  title: 'Datos laborales',
  description: 'Captura del empleo u ocupación de la persona.',
  data,
  payload: (given) => {
    const { rfc_kind, rfc_warnings } = rfcFields(given.company_rfc);
    return { ...given, company_rfc_kind: rfc_kind, company_rfc_warnings: rfc_warnings };
  },
});
