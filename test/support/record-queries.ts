/** Records queries to MongoDB by the driver's command monitoring. */
import type { Connection } from 'mongoose';

/** A sent filter, or an inserted document. */
export interface RecordedQuery {
  /** The caller of the query, as `recordQueries` was told. */
  by: string;
  command: string;
  collection: string;
  filter: Record<string, unknown>;
  isUpsert: boolean;
}

type Fields = Record<string, unknown>;
interface Update {
  q: Fields;
  upsert?: boolean;
}

/** Records every query and insert from now on. Connections of `openStore` have monitored commands. */
export function recordQueries(connection: Connection, by: () => string): RecordedQuery[] {
  const recorded: RecordedQuery[] = [];
  connection.getClient().on('commandStarted', ({ commandName, command }) => {
    const sent = command;
    for (const [filter, isUpsert] of filtersOf(commandName, sent)) {
      recorded.push({
        by: by(),
        command: commandName,
        collection: String(sent[commandName]),
        filter,
        isUpsert,
      });
    }
  });
  return recorded;
}

function filtersOf(name: string, sent: Fields): [Fields, boolean][] {
  const read: Record<string, () => [Fields, boolean][]> = {
    find: () => [[(sent['filter'] ?? {}) as Fields, false]],
    count: () => [[(sent['query'] ?? {}) as Fields, false]],
    distinct: () => [[(sent['query'] ?? {}) as Fields, false]],
    aggregate: () => [[matchOf(sent['pipeline'] as Fields[]), false]],
    findAndModify: () => [[(sent['query'] ?? {}) as Fields, sent['upsert'] === true]],
    update: () => (sent['updates'] as Update[]).map(({ q, upsert }) => [q, upsert === true]),
    delete: () => (sent['deletes'] as Update[]).map(({ q }) => [q, false]),
    insert: () => (sent['documents'] as Fields[]).map((document) => [document, false]),
  };
  return read[name]?.() ?? [];
}

function matchOf([first]: readonly Fields[]): Fields {
  return (first?.['$match'] ?? {}) as Fields;
}
