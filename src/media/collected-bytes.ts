/** Block size in bytes. Otherwise a slow sender would fill the memory with pieces of one byte. */
const BLOCK_BYTES = 64 * 1024;

/** Collects bytes that arrive in pieces of any size. Each byte is copied twice at most. */
export class CollectedBytes {
  private readonly blocks: Buffer[] = [];
  private used = BLOCK_BYTES;
  size = 0;

  push(chunk: Buffer): void {
    for (let at = 0; at < chunk.length;) {
      if (this.used === BLOCK_BYTES) this.addBlock();
      const copied = chunk.copy(this.blocks.at(-1) ?? chunk, this.used, at);
      this.used += copied;
      this.size += copied;
      at += copied;
    }
  }

  /** Returns the first bytes, at most a block. */
  head(count: number): Buffer {
    return (this.blocks[0] ?? Buffer.alloc(0)).subarray(0, Math.min(count, this.size));
  }

  /** Joins all bytes into one new buffer, which can be transferred to a thread. */
  joined(): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(this.size);
    for (const [index, block] of this.blocks.entries()) {
      const at = index * BLOCK_BYTES;
      bytes.set(block.subarray(0, this.size - at), at);
    }
    return bytes;
  }

  private addBlock(): void {
    this.blocks.push(Buffer.allocUnsafeSlow(BLOCK_BYTES));
    this.used = 0;
  }
}
