/** Declares the part of WebAssembly that pdf.ts uses. Node has it; TypeScript declares its types for browsers only. */
declare namespace WebAssembly {
  type Imports = Record<string, Record<string, unknown>>;
  type Exports = Record<string, unknown>;

  /** A compiled program. */
  type Module = object;
  const Module: new (bytes: Uint8Array) => Module;

  class Instance {
    readonly exports: Exports;
    constructor(module: Module, imports: Imports);
  }
}
