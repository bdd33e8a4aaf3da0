import { z } from 'zod';
import { described, text } from './described';

/**
 * Schema of one event of a stream: OpenAPI 3.1 has no schema for a stream's items, and tools for server-sent events use
 * this one for them.
 */
export const streamEvent = described(
  z.strictObject({
    id: text('Number of the last event of the workflow, in digits.', '7'),
    event: described(
      z.enum(['progress', 'end']),
      '`progress` at once and after each change, `end` after the last one.',
      'progress',
    ),
    data: text(
      'JSON. Of `progress`, the `run` of a Progress; of `end`, an empty object.',
      '{"uuid":"0a4b5cc1-9a35-4d3f-8f5e-2f6f2b6c7d10","status":"in_progress","current_step_uuid":null,"waiting_for":null,"deadline_at":null}',
    ).meta({ contentMediaType: 'application/json' }),
  }),
  'One event of the stream.',
).meta({ id: 'StreamEvent' });
