/** Version of the consent required by article 28 of the Ley para Regular las Sociedades de Información Crediticia. */
export const CONSENT_VERSION = 'lrsic-28/1';

/** Returns the consent in its customary wording. `company`: who may request the report. */
export function consentText(company: string): string {
  return [
    `Autorizo expresamente a ${company} para que lleve a cabo investigaciones sobre mi comportamiento`,
    'crediticio en las Sociedades de Información Crediticia que estime conveniente. Conozco la',
    `naturaleza y el alcance de la información que se solicitará, el uso que ${company} hará de ella y`,
    'que podrá realizar consultas periódicas de mi historial crediticio. Consiento que esta',
    'autorización permanezca vigente por un periodo de 3 años contado a partir de hoy y, en todo',
    'caso, mientras mantengamos relación jurídica. La otorgo con el código que recibo, que equivale',
    'a mi firma.',
  ].join(' ');
}
