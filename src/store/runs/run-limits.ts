/**
 * Bytes of sealed content (the creation with its metadata, and all submissions) that callers may store in one run: a
 * quarter of the 16 MiB that a document may have
 * (https://www.mongodb.com/docs/manual/reference/limits/#bson-documents). A write beyond these 16 MiB would fail
 * forever. The rest is room for what the run adds itself until its end: events (in the timeline and in the view),
 * webhooks, and small content that its steps seal. Their number is limited: 5,000 events of activity, 300 submissions
 * to unfinished steps, 100 files, 20 ignored signals, and the sends and attempts of each code. MongoDB writes the whole
 * document with every event, and a projection has 800 ms for that: another reason for less than half.
 */
export const MAX_SEALED_BYTES = 4 * 1024 * 1024;
