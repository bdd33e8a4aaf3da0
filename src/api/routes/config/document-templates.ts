import { createHash, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { pagesOf, type PageSize } from '../../../media/pdf-pages';
import { ContentRefused } from '../../../media/file-scanner';
import type { DocumentTemplateFields } from '../../../store/configuration/flow-configuration';
import { configRoutes, find, named, type Resource } from '../../config-resource';
import type { ApiDependencies } from '../../dependencies';
import { DOCUMENT_TEXT as T, documentTemplate } from '../../openapi/documents';
import { uuidOf, singleLine } from '../../fields';
import { computeEtag } from '../../server/etag';
import { defineRoute } from '../../server/route';
import { sendFile, once } from '../../server/send-file';
import {
  invalidField,
  notFound,
  validationFailed,
  type FieldError,
} from '../../../application/domain-error';
import { described, UUID } from '../../openapi/described';

const MAX_FIELDS = 200;
/** Maximum page size: 200 inches, the limit of PDF itself (ISO 32000-1, annex C). */
const MAX_POINTS = 14_400;

const place = z.number().min(0).max(MAX_POINTS);
const field = z.strictObject({
  uuid: described(
    z.uuid().toLowerCase().optional(),
    `${T.field_uuid} By default a new one is made.`,
    UUID,
  ),
  kind: described(z.enum(['text', 'signature']), T.kind, 'signature'),
  page: described(z.int().min(1).max(10_000), T.page, 1),
  x: described(place, T.x, 20),
  y: described(place, T.y, 20),
  width: described(z.number().min(1).max(MAX_POINTS), T.width, 120),
  height: described(z.number().min(1).max(MAX_POINTS), T.height, 40),
});

/** The smallest PDF that can be filled: an empty page of 200 by 200 points. */
const EXAMPLE_PDF =
  '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n' +
  '2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n' +
  '3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\n' +
  'trailer<</Root 1 0 R>>\nstartxref\n0\n%%EOF';
const EXAMPLE_CONTENT = Buffer.from(EXAMPLE_PDF).toString('base64');

const body = z.strictObject({
  name: described(singleLine(100), T.name, 'Contrato'),
  content: described(
    z.base64().min(1).optional(),
    'The PDF in base64 (RFC 4648, section 4); required at creation. The whole body has 512 KiB at most.',
    EXAMPLE_CONTENT,
  ),
  fields: described(z.array(field).max(MAX_FIELDS).default([]), `${T.fields} By default none.`),
});
type Body = z.infer<typeof body>;

/** Routes for PDFs to fill and sign, with the places of texts and signatures. */
const documentTemplates: Resource<DocumentTemplateFields, Body> = {
  path: 'document-templates',
  name: 'document template',
  purpose:
    'A PDF to fill and sign, with the places of its texts and signatures. Template bindings say what goes there.',
  store: (deps) => deps.documentTemplates,
  body,
  document: documentTemplate,
  templateField: 'document_uuid',
  hasUniqueNames: true,
  example: {
    name: 'Contrato',
    content: EXAMPLE_CONTENT,
    fields: [{ kind: 'signature', page: 1, x: 20, y: 20, width: 120, height: 40 }],
  },
  asSent: ({ name, fields }) => ({ name, fields }),
  async check({ name, content, fields }, deps, accountUuid, { uuid, existing }) {
    const sent = content === undefined ? null : Buffer.from(content, 'base64');
    const document = sent === null ? existing : await read(sent, deps, accountUuid);
    if (document === null) throw invalidField('content', 'is required');
    const { pages, size, sha256 } = document;
    const placed = fields.map((each) => ({ ...each, uuid: each.uuid ?? randomUUID() }));
    requirePlaces(placed, pages);
    // Checks first, so that a refused template stores no bytes.
    await named(() => deps.documentTemplates.requireFreeName(accountUuid, name, uuid));
    if (sent !== null) await deps.documentTemplates.storeContent(accountUuid, sha256, sent);
    return { name, fields: placed, pages, size, sha256 };
  },
};

export const documentTemplateRoutes = configRoutes(documentTemplates);

export const getDocumentContent = defineRoute({
  method: 'get',
  path: '/v1/document-templates/:uuid/content',
  summary: 'Download the PDF of a document template',
  description: 'Sends the PDF as it was uploaded. Ranges and `If-None-Match` are understood.',
  auth: { kind: 'key', scopes: ['config:read'] },
  params: uuidOf('document template'),
  result: z.unknown(),
  sends: ['application/pdf'],
  responseHeaders: ['ETag'],
  async handle({ params, caller, deps, request }) {
    const { account_uuid, uuid, sha256 } = await find(documentTemplates, deps, caller, params.uuid);
    const bytes = await deps.documentTemplates.content(account_uuid, sha256);
    if (bytes === null) throw notFound('document');
    return sendFile(request, {
      mime: 'application/pdf',
      name: `${uuid}.pdf`,
      etag: computeEtag(sha256, 0),
      size: bytes.length,
      open: () => Promise.resolve(once(bytes)),
    });
  },
});

async function read(bytes: Buffer, deps: ApiDependencies, accountUuid: string) {
  const { MEDIA_MAX_PAGES } = deps.config;
  const pages = await pagesOf(bytes, MEDIA_MAX_PAGES, accountUuid).catch((error: unknown) => {
    throw error instanceof ContentRefused ? invalidField('content', error.message) : error;
  });
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { pages, size: bytes.length, sha256 };
}

/** @throws DomainError with the fields that are duplicate or outside of their page. */
function requirePlaces(fields: DocumentTemplateFields['fields'], pages: readonly PageSize[]): void {
  const seen = new Set<string>();
  const details = fields.flatMap((each, index): FieldError[] => {
    const path = `fields.${index}`;
    const isTwice = seen.has(each.uuid);
    seen.add(each.uuid);
    if (isTwice)
      return [
        { path: `${path}.uuid`, message: 'is there already: give each field a uuid of its own' },
      ];
    const page = pages[each.page - 1];
    if (page === undefined) return [{ path: `${path}.page`, message: 'is no page of the PDF' }];
    const fits = each.x + each.width <= page.width && each.y + each.height <= page.height;
    return fits
      ? []
      : [{ path, message: `does not lie on its page of ${page.width} by ${page.height}` }];
  });
  if (details.length === 0) return;
  throw validationFailed(details);
}
