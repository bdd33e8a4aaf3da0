/** Prints one event of the demo. */
export function say(what: string, text: string): void {
  console.log(`${what.padEnd(12)} ${text}`);
}
