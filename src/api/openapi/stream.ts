import { z } from 'zod';

/**
 * Schema of one event of a stream: OpenAPI 3.1 has no schema for a stream's items, and tools for server-sent events use
 * this one for them.
 */
export const streamEvent = z
  .strictObject({
    id: z.string().meta({ description: 'Number of the last event of the run, in digits.' }),
    event: z.enum(['progress', 'end']),
    data: z.string().meta({
      contentMediaType: 'application/json',
      description: 'Of `progress`, the `run` of a Progress; of `end`, nothing.',
      examples: ['{"uuid":"…","status":"in_progress","current_step_uuid":"…"}'],
    }),
  })
  .meta({ id: 'StreamEvent', description: 'One event of the stream.' });
