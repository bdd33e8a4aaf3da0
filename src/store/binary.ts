/** Returns a binary field as a Buffer. The driver returns its own Binary where the document types declare a Buffer. */
export function toBuffer(value: Buffer | { buffer: Uint8Array }): Buffer {
  return Buffer.isBuffer(value) ? value : Buffer.from(value.buffer);
}
