import { CircuitBreaker } from './circuit-breaker';

const now = 1_000_000;

describe('a receiver', () => {
  it('has at most four connections at a time', () => {
    const receivers = new CircuitBreaker();
    for (let open = 0; open < 4; open += 1) {
      expect(receivers.openCircuits(now)).toEqual([]);
      receivers.enter('slow');
    }
    expect(receivers.openCircuits(now)).toEqual(['slow']);
    receivers.leave('slow');
    expect(receivers.openCircuits(now)).toEqual([]);
  });

  it('is paused after five failures in a row, for longer each time and at most a minute', () => {
    const receivers = new CircuitBreaker();
    for (let failure = 0; failure < 4; failure += 1) receivers.failed('dead', now);
    expect(receivers.openCircuits(now)).toEqual([]);
    for (const rest of [1, 2, 4, 8, 16, 32, 60, 60]) {
      receivers.failed('dead', now);
      expect(receivers.openCircuits(now + rest * 1_000 - 1)).toEqual(['dead']);
      expect(receivers.openCircuits(now + rest * 1_000)).toEqual([]);
    }
  });

  it('is called by one connection after a pause, and is open again after its first success', () => {
    const receivers = new CircuitBreaker();
    for (let failure = 0; failure < 5; failure += 1) receivers.failed('dead', now);
    const rested = now + 1_000;
    receivers.enter('dead');
    expect(receivers.openCircuits(rested)).toEqual(['dead']);
    expect(receivers.succeeded('dead')).toBe(true);
    expect(receivers.openCircuits(rested)).toEqual([]);
    expect(receivers.succeeded('dead')).toBe(false);
  });
});
