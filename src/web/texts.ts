/** Texts of the hosted pages by language. Spanish is the fallback. */
import { ownValue } from '../domain/run/own-value';

interface Texts {
  /** Purpose of the verification, shown on the page and in every message. */
  purpose: string;
  title: (account: string) => string;
  lead: (account: string) => string;
  steps: string;
  over: string;
  unknownTitle: string;
  unknown: string;
  awayTitle: string;
  away: string;
}

const texts: Record<string, Texts> = {
  es: {
    purpose: 'Verificación de identidad',
    title: (account) => `Verificación de identidad para ${account}`,
    lead: (account) => `${account} te pide verificar tu identidad.`,
    steps: 'Pasos',
    over: 'Este proceso ya terminó. No tienes que hacer nada más.',
    unknownTitle: 'Enlace no válido',
    unknown: 'Este enlace no existe o ya no es válido. Pide uno nuevo a quien te lo envió.',
    awayTitle: 'Un momento',
    away: 'El servicio no responde ahora. Vuelve a intentarlo en un minuto.',
  },
  en: {
    purpose: 'Identity verification',
    title: (account) => `Identity verification for ${account}`,
    lead: (account) => `${account} asks you to verify your identity.`,
    steps: 'Steps',
    over: 'This process is over. There is nothing more to do.',
    unknownTitle: 'Link not valid',
    unknown: 'This link does not exist or is no longer valid. Ask whoever sent it for a new one.',
    awayTitle: 'One moment',
    away: 'The service does not answer right now. Try again in a minute.',
  },
  pt: {
    purpose: 'Verificação de identidade',
    title: (account) => `Verificação de identidade para ${account}`,
    lead: (account) => `${account} pede que você verifique sua identidade.`,
    steps: 'Etapas',
    over: 'Este processo já terminou. Não há mais nada a fazer.',
    unknownTitle: 'Link inválido',
    unknown: 'Este link não existe ou não é mais válido. Peça um novo a quem o enviou.',
    awayTitle: 'Um momento',
    away: 'O serviço não responde agora. Tente novamente em um minuto.',
  },
};

/** Returns the texts of a language (`es`, `en`, `pt`). */
export function textsIn(language: string): Texts {
  return ownValue(texts, language) ?? (texts['es'] as Texts);
}

/** Returns the purpose shown on pages and in messages. */
export function purposeText(language: string): string {
  return textsIn(language).purpose;
}
