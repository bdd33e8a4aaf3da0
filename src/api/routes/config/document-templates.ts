import { createHash, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { pagesOf, type PageSize } from '../../../media/pdf-pages';
import { ContentRefused } from '../../../media/file-scanner';
import type { DocumentTemplateFields } from '../../../store/configuration/flow-configuration';
import { configRoutes, find, named, type Resource } from '../../config-resource';
import type { ApiDependencies } from '../../dependencies';
import { documentTemplate } from '../../openapi/flow-configuration';
import { uuidParams, singleLine } from '../../fields';
import { computeEtag } from '../../server/etag';
import { defineRoute } from '../../server/route';
import { sendFile, once } from '../../server/send-file';
import {
  invalidField,
  notFound,
  validationFailed,
  type FieldError,
} from '../../../application/domain-error';

const MAX_FIELDS = 200;
/** Maximum page size: 200 inches, the limit of PDF itself (ISO 32000-1, annex C). */
const MAX_POINTS = 14_400;

const place = z.number().min(0).max(MAX_POINTS);
const field = z.strictObject({
  uuid: z.uuid().toLowerCase().optional().meta({ description: 'Made where it is absent.' }),
  kind: z.enum(['text', 'signature']),
  page: z.int().min(1).max(10_000).meta({ description: 'From 1.' }),
  x: place.meta({ description: "Points (1/72 inch) from the page's left edge." }),
  y: place.meta({ description: "Points from the page's lower edge." }),
  width: z.number().min(1).max(MAX_POINTS),
  height: z.number().min(1).max(MAX_POINTS),
});

const body = z.strictObject({
  name: singleLine(100),
  content: z.base64().min(1).optional().meta({
    description: 'The PDF in base64; required at creation. The body is 512 KiB at most.',
  }),
  fields: z.array(field).max(MAX_FIELDS).default([]),
});
type Body = z.infer<typeof body>;

/** The smallest PDF that can be filled: an empty page of 200 by 200 points. */
const EXAMPLE_PDF =
  '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n' +
  '2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n' +
  '3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\n' +
  'trailer<</Root 1 0 R>>\nstartxref\n0\n%%EOF';

/** Routes for PDFs to fill and sign, with the places of texts and signatures. */
const documentTemplates: Resource<DocumentTemplateFields, Body> = {
  path: 'document-templates',
  name: 'document template',
  store: (deps) => deps.documentTemplates,
  body,
  document: documentTemplate,
  templateField: 'document_uuid',
  hasUniqueNames: true,
  example: {
    name: 'Contrato',
    content: Buffer.from(EXAMPLE_PDF).toString('base64'),
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
  summary: 'The PDF of a document template',
  auth: { kind: 'key', scopes: ['config:read'] },
  params: uuidParams,
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
