/**
 * Canonical forms of phones and emails. Budgets, opt-outs, countries, search and providers all work with the forms made
 * here, so that two spellings of one destination are one destination.
 */
import { domainToASCII } from 'node:url';
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { plainIdentifier } from './plain-identifier';

/** Marks that people write between the digits of a phone. */
const PHONE_MARKS = /[\s().\-/]/g;
const E164 = /^\+[1-9]\d{6,14}$/;

/** Mexican mobiles had a 1 after +52 until August 2019; WhatsApp still knows older accounts by it. */
const mexico = (phone: string) => phone.replace(/^\+521(\d{10})$/, '+52$1');
/** Brazilian mobiles got a ninth digit between 2012 and 2016; WhatsApp knows older accounts without it. */
const brazil = (phone: string) => phone.replace(/^\+55(\d\d)([6-9]\d{7})$/, '+55$19$2');
/** Argentine mobiles have a 9 after +54, which is left out where SMS are written. */
const argentina = (phone: string) => phone.replace(/^\+54(11\d{8}|[23]\d{9})$/, '+549$1');

/**
 * Returns a phone in E.164 (ITU-T) as its numbering plan has it today; null for a text that is no possible number.
 * Accepts `00` for `+`, and spaces, hyphens, dots and brackets.
 */
export function canonicalPhone(text: string): string | null {
  const plain = plainIdentifier(text);
  // Also bounds the work: no phone is longer, however it is written.
  if (plain.length > 40) return null;
  const given = plain.replaceAll(PHONE_MARKS, '').replace(/^00/, '+');
  if (!/^\+[1-9]\d{6,15}$/.test(given)) return null;
  const parsed = parsePhoneNumberFromString(brazil(mexico(given)));
  return parsed?.isPossible() === true && E164.test(parsed.number) ? parsed.number : null;
}

/** Returns a phone that codes can be sent to, which is a mobile; null for a text that is no possible number. */
export function canonicalMobile(text: string): string | null {
  const phone = canonicalPhone(text);
  return phone === null ? null : argentina(phone);
}

/** One or more `atext` (RFC 5322, 3.2.3), separated by dots. */
const LOCAL_PART = /^[\w!#$%&'*+\-/=?^`{|}~]+(?:\.[\w!#$%&'*+\-/=?^`{|}~]+)*$/;
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const TOP_LEVEL = /^(?:[a-z]{2,63}|xn--[a-z0-9-]{2,59})$/;
/** RFC 5321, 4.5.3.1. */
const MAX_LOCAL = 64;
const MAX_EMAIL = 254;

/**
 * Returns an email address in lower case with its domain in ASCII (IDNA); null for a text that is none. Local parts in
 * other scripts and quoted ones are none: providers don't deliver to them.
 */
export function canonicalEmail(text: string): string | null {
  const plain = plainIdentifier(text).toLowerCase();
  const at = plain.lastIndexOf('@');
  if (at < 1 || at > MAX_LOCAL || plain.length > MAX_EMAIL) return null;
  const local = plain.slice(0, at);
  const domain = asciiDomain(plain.slice(at + 1));
  if (domain === null || !LOCAL_PART.test(local)) return null;
  const email = `${local}@${domain}`;
  return email.length > MAX_EMAIL ? null : email;
}

function asciiDomain(given: string): string | null {
  // What the URL parser would read as a port, a path or an escape is no part of a domain.
  if (/[\s%:/?#\\@[\]]/.test(given)) return null;
  const domain = domainToASCII(given);
  const labels = domain.split('.');
  const isDomain = labels.length > 1 && labels.every((label) => LABEL.test(label));
  return isDomain && TOP_LEVEL.test(labels.at(-1) ?? '') ? domain : null;
}

/** Returns the canonical form of a phone or an email that codes can be sent to; null for any other text. */
export function canonicalDestination(text: string): string | null {
  return text.includes('@') ? canonicalEmail(text) : canonicalMobile(text);
}

/** Checks that a destination is in its canonical form. @throws Error if it isn't: a bug, which would give a new budget. */
export function requireCanonical(to: string): void {
  if (canonicalDestination(to) !== to) throw new Error('this destination is not in canonical form');
}
