import { timestamp } from '../../domain/run/timestamps';
import { sha256 } from '../shared/consent-schema';
import { multiLine } from '../shared/fields';
import { defineReviewSchema, required, VIDEO } from '../shared/review-schema';

/** A statement recorded on video. */
export const videoSignStepSchema = defineReviewSchema({
  title: 'Firma por video',
  description: 'Grabación de una declaración en video.',
  traits: ['setup_required', 'geolocation'],
  setup: {
    statement: multiLine(1, 5_000).describe('What the person is to say.'),
  },
  media: () => ({ video: required(VIDEO) }),
  present: ({ statement }) => ({ statement }),
  payload: (_given, { setup, client, at }) => ({
    ...{ statement_sha256: sha256(setup.statement), recorded_at: timestamp(at), ...client },
  }),
});
