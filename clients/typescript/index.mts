/** Entry point for ES modules. The code is the CommonJS build, so that a process has one `CercioraError`. */
export * from './index.js';
