/** Words by which people ask not to be written to, or to be written to again, as they write them. */

export type OptOutRequest = 'stop' | 'start' | 'help';

/** English words are those of carriers (CTIA, FCC 47 CFR 64.1200(a)(10)); all without accents and spaces. */
const WORDS: Readonly<Record<OptOutRequest, readonly string[]>> = {
  stop: [
    ...['STOP', 'STOPALL', 'UNSUBSCRIBE', 'UNSUB', 'CANCEL', 'END', 'QUIT', 'OPTOUT', 'REVOKE'],
    ...['REMOVE', 'REMOVEME', 'STOPMESSAGES', 'STOPTEXTS', 'STOPSMS', 'NOMORE', 'NOMOREMESSAGES'],
    ...['ALTO', 'BAJA', 'DEBAJA', 'DARDEBAJA', 'DARMEDEBAJA', 'DARBAJA', 'DAMEDEBAJA', 'BASTA'],
    ...['PARA', 'PARAR', 'PARE', 'PAREN', 'DETEN', 'DETENER', 'DETENGA', 'DETENGAN', 'DETENGANSE'],
    ...['CANCELAR', 'CANCELA', 'CANCELE', 'CANCELEN', 'CANCELARSUSCRIPCION', 'NOMAS', 'SALIR'],
    ...['NOMASMENSAJES', 'NOMASSMS', 'ANULAR', 'DESUSCRIBIR', 'DESUSCRIBIRME', 'ELIMINAR'],
    ...['SAIR', 'REMOVER', 'DESCADASTRAR', 'DESCADASTRO', 'DESINSCREVER', 'CHEGA', 'NAOMAIS'],
    ...['CANCELARINSCRICAO', 'PAREM', 'CANCELEM'],
  ],
  start: [
    ...['START', 'UNSTOP', 'YES', 'OPTIN', 'SUBSCRIBE', 'RESUME', 'CONTINUE'],
    ...['ALTA', 'INICIAR', 'INICIO', 'EMPEZAR', 'COMENZAR', 'REANUDAR', 'CONTINUAR', 'SI'],
    ...['ACTIVAR', 'SUSCRIBIR', 'VOLTAR', 'SIM', 'COMECAR', 'RETOMAR', 'ATIVAR', 'INSCREVER'],
  ],
  help: ['HELP', 'INFO', 'AYUDA', 'AJUDA', 'INFORMACION', 'INFORMACAO'],
};

const REQUESTS: ReadonlyMap<string, OptOutRequest> = new Map(
  (['stop', 'start', 'help'] as const).flatMap((request) =>
    WORDS[request].map((word): [string, OptOutRequest] => [word, request]),
  ),
);

/** Words of courtesy, and of impatience, around one of those. */
const COURTESY: ReadonlySet<string> = new Set([
  ...['PLEASE', 'PLS', 'PLZ', 'NOW', 'THANKS', 'THANK', 'YOU', 'POR', 'FAVOR', 'PORFAVOR', 'PORFA'],
  ...['YA', 'AHORA', 'GRACIAS', 'JA', 'AGORA', 'OBRIGADO', 'OBRIGADA'],
]);

/** Characters of the longest message that providers deliver (Twilio: 1,600); also bounds the work. */
const MAX_LENGTH = 1_600;

/**
 * Reads a request in a message. Case, accents, punctuation, spaces, invisible characters and words of courtesy make no
 * difference; null for a message with anything else in it.
 */
export function parseOptOutRequest(message: string): OptOutRequest | null {
  if (message.length > MAX_LENGTH) return null;
  const plain = message
    .normalize('NFKD')
    .replaceAll(/[\p{M}\p{Cf}]/gu, '')
    .toUpperCase();
  const words = plain.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
  const isCourtesy = (word: string | undefined) => word !== undefined && COURTESY.has(word);
  while (isCourtesy(words[0])) words.shift();
  while (isCourtesy(words.at(-1))) words.pop();
  return REQUESTS.get(words.join('')) ?? null;
}
