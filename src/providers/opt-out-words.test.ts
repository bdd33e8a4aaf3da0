import { parseOptOutRequest } from './opt-out-words';

const STOP = [
  ...['STOP', 'stop', ' Stop. ', 'STOP!!!', '¡Alto!', '¡ALTO!', 'alto', 'Stop 🙏', '🛑 stop 🛑'],
  ...['STOP\u200b', '\u200eSTOP\u200f', '\ufeffStop', '\u2068stop\u2069', 'S\u00adTOP', 'ＳＴＯＰ'],
  ...['“Stop”', '«Alto»', "'stop'", '"STOP"', '(stop)', '*STOP*', 'stop…', 'stop\n', '\tSTOP\r\n'],
  ...['PARE', 'pare', 'PARAR', 'Para', 'DETENER', 'Detener.', 'OPT OUT', 'opt-out', 'Opt_Out'],
  ...['OPTOUT', 'STOP ALL', 'stopall', 'UNSUBSCRIBE', 'Cancel', 'END', 'quit', 'revoke'],
  ...['BAJA', 'Baja!', 'de baja', 'Dar de baja', 'DARME DE BAJA', 'Cancelar', 'SAIR', 'Sair.'],
  ...[
    'no más',
    'No mas mensajes',
    'No ma\u0301s',
    'Descadastrar',
    'não mais',
    'Cancelar inscrição',
  ],
  ...['STOP please', 'Please stop', 'Stop, por favor', 'Alto por favor!', 'PARE, POR FAVOR.'],
  ...['Stop now', '¡Alto ya!', 'Pare já', 'Stop gracias', 'sair obrigada', '   stop   '],
];
const START = [
  ...['START', 'start!', 'UNSTOP', 'yes', 'Sí', 'sí.', 'si', 'Si\u0301', 'SIM', 'Sim!', 'ALTA'],
  ...['¡Alta!', 'iniciar', 'Voltar', 'Começar', 'Start please', 'Sí, por favor', 'opt in'],
];
const HELP = ['HELP', 'help?', 'Info', 'AYUDA', '¿Ayuda?', 'ajuda', 'Información'];
const NEITHER = [
  ...['', ' ', '.', '🙏', '¡!', 'please', 'por favor', 'hola', 'stop it please', 'no stop signs'],
  ...['bus stop', 'STOPPER', 'para mí', 'no', 'alto riesgo', '123456', 'sigue', 'ST0P'],
  ...['baja california', 'I will not stop', `${'.'.repeat(2_000)}stop`, 'S T O P P E D'],
];

test.each([
  ...STOP.map((text) => [text, 'stop'] as const),
  ...START.map((text) => [text, 'start'] as const),
  ...HELP.map((text) => [text, 'help'] as const),
  ...NEITHER.map((text) => [text, null] as const),
])('parseOptOutRequest(%j) returns %s', (text, request) => {
  expect(parseOptOutRequest(text)).toBe(request);
});

test.each(['.', '!', ' ', 'STOP ', '\u200b', 'por favor ', 'a\u0301', '\u0301'])(
  'a long repetition of %j is parsed within 250 ms',
  (part) => {
    const start = performance.now();
    for (const length of [1_600, 2_000_000])
      parseOptOutRequest(`${part.repeat(length / part.length)}x`);
    expect(performance.now() - start).toBeLessThan(250);
  },
);
