/** Reads PDFs with PDFium, compiled to WebAssembly, inside a file thread. */
import { readFileSync } from 'node:fs';
import { PDFiumModule } from '@hyzyla/pdfium';
import type { PageSize } from './file-task';
import { ContentRefused, CUT_SHORT } from './file-scanner';

/** Memory limit beyond the file itself, in bytes. PDFium starts with 18 MB, and 10,000 pages need 12 MB more. */
const MAX_MEMORY = 64 * 1024 * 1024;
const PASSWORD_ERROR = 4;
/** The dictionary of a linearized file is at its beginning (ISO 32000-1, annex F). */
const LINEARIZED_BYTES = 2_048;

type Pdfium = Awaited<ReturnType<typeof PDFiumModule>> & {
  /** Writes two doubles; returns 0 if there is no such page. */
  _FPDF_GetPageSizeByIndex(document: number, index: number, width: number, height: number): number;
};

/** Suppresses Emscripten's output at the end of a program; the refusal has the reason. */
const SILENT = { print: () => undefined, printErr: () => undefined };

let program: WebAssembly.Module | undefined;

/**
 * Returns the sizes of the first `limit` pages of a PDF, counted as viewers do. Tries an empty password, as viewers do.
 * @throws ContentRefused if it is truncated, needs a password, has no pages or needs too much memory.
 */
export async function readPages(bytes: Buffer, limit: number): Promise<PageSize[]> {
  if (isCut(bytes)) throw new ContentRefused(CUT_SHORT);
  const memory = { limit: bytes.length + MAX_MEMORY, isExceeded: false };
  try {
    const pages = measure(await start(memory), bytes, limit);
    if (memory.isExceeded) throw new ContentRefused(BOMB);
    return pages;
  } catch (error) {
    if (memory.isExceeded) throw new ContentRefused(BOMB);
    throw error instanceof ContentRefused ? error : new ContentRefused(DAMAGED);
  }
}

const BOMB = 'is compressed out of all proportion';
const DAMAGED = 'is cut short or damaged; print it to a new PDF and send that';

/**
 * Returns true if a linearized file, which states its length, is truncated. PDFium would repair it and show fewer
 * pages.
 */
function isCut(bytes: Buffer): boolean {
  const head = bytes.toString('latin1', 0, LINEARIZED_BYTES);
  const dictionary = /<<[^<>]*\/Linearized[^<>]*>>/.exec(head)?.[0] ?? '';
  return Number(/\/L\s+(\d+)/.exec(dictionary)?.[1] ?? 0) > bytes.length;
}

function measure(pdfium: Pdfium, bytes: Buffer, limit: number): PageSize[] {
  const { malloc } = pdfium.wasmExports;
  const [at, sizes, password] = [malloc(bytes.length), malloc(16), malloc(1)];
  if (at === 0 || sizes === 0 || password === 0) throw new Error('PDFium has no memory left');
  pdfium.HEAPU8.set(bytes, at);
  pdfium.HEAPU8[password] = 0;
  const document = pdfium._FPDF_LoadMemDocument(at, bytes.length, password);
  if (document === 0) throw new ContentRefused(faultOf(pdfium));
  // The stated count may be wrong: counts the pages that exist.
  const stated = Math.min(pdfium._FPDF_GetPageCount(document), limit);
  const pages: PageSize[] = [];
  while (pages.length < stated) {
    if (!pdfium._FPDF_GetPageSizeByIndex(document, pages.length, sizes, sizes + 8)) break;
    const [width = 0, height = 0] = new Float64Array(pdfium.HEAPU8.slice(sizes, sizes + 16).buffer);
    pages.push({ width, height });
  }
  if (pages.length > 0) return pages;
  throw new ContentRefused('is a PDF without pages; send one that a PDF viewer shows');
}

function faultOf(pdfium: Pdfium): string {
  if (pdfium._FPDF_GetLastError() !== PASSWORD_ERROR) return DAMAGED;
  return 'is encrypted with a password; send a copy without one';
}

/** Starts a new PDFium for each file, so that one file can't affect the memory of another. */
async function start(memory: { limit: number; isExceeded: boolean }): Promise<Pdfium> {
  program ??= new WebAssembly.Module(readFileSync(require.resolve('@hyzyla/pdfium/pdfium.wasm')));
  const compiled = program;
  const options: Parameters<typeof PDFiumModule>[0] & typeof SILENT = {
    ...SILENT,
    instantiateWasm(imports, receive) {
      bound(imports, memory);
      const instance = new WebAssembly.Instance(compiled, imports);
      asReceiver(receive)(instance);
      return instance.exports;
    },
  };
  const pdfium = await PDFiumModule(options);
  pdfium._FPDF_InitLibraryWithConfig({});
  return pdfium as Pdfium;
}

/** Adapts the callback of Emscripten's loader: it passes an instance, although its type declares a module. */
function asReceiver(receive: (module: WebAssembly.Module) => void) {
  return receive as (instance: WebAssembly.Instance) => void;
}

/** Limits PDFium's memory, which only grows through this import: an allocation beyond the limit fails. */
function bound(imports: WebAssembly.Imports, memory: { limit: number; isExceeded: boolean }): void {
  const { env } = imports;
  const grow = env?.['emscripten_resize_heap'];
  if (env === undefined || typeof grow !== 'function')
    throw new Error('PDFium grows in another way');
  env['emscripten_resize_heap'] = (size: number): unknown => {
    memory.isExceeded ||= size > memory.limit;
    return memory.isExceeded ? false : (grow as (size: number) => unknown)(size);
  };
}
