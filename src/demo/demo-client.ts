import { randomUUID } from 'node:crypto';

export interface RunJson {
  uuid: string;
  status: string;
  waiting_for: string | null;
  deadline_at: string | null;
  steps: { uuid: string; step: string; status: string }[];
}

interface Body<Result> {
  success: boolean;
  result: Result;
  error?: { code: string; message: string; details: { path: string }[] };
}

/** Calls the API as a backend or as the person's page would: with an Idempotency-Key on every POST. */
export class DemoClient {
  constructor(
    readonly url: string,
    private readonly bearer: string,
  ) {}

  async get<Result>(path: string): Promise<Result> {
    return this.succeed<Result>(path);
  }

  async post<Result>(path: string, body: object): Promise<Result> {
    return this.succeed<Result>(path, body);
  }

  /** Submits to a step and answers how it and the run stand then. */
  async submit(
    stepUuid: string,
    data: object,
  ): Promise<{ step: { status: string }; run: RunJson }> {
    return this.succeed(`/v1/session/steps/${stepUuid}/submit`, { data });
  }

  /** Sends what must be refused, and tells how it was. */
  async refusal(
    path: string,
    body: object,
  ): Promise<{ status: number; code: string; path: string }> {
    const { status, answer } = await this.send<never>(path, body);
    if (answer.error === undefined) throw new Error(`${path} was not refused`);
    return { status, code: answer.error.code, path: answer.error.details[0]?.path ?? '' };
  }

  private async succeed<Result>(path: string, body?: object): Promise<Result> {
    const { status, answer } = await this.send<Result>(path, body);
    if (!answer.success) throw new Error(`${path}: ${status} ${answer.error?.message ?? ''}`);
    return answer.result;
  }

  private async send<Result>(
    path: string,
    body?: object,
  ): Promise<{ status: number; answer: Body<Result> }> {
    const response = await fetch(this.url + path, {
      headers: {
        authorization: `Bearer ${this.bearer}`,
        'content-type': 'application/json',
        'idempotency-key': randomUUID(),
      },
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    });
    return { status: response.status, answer: (await response.json()) as Body<Result> };
  }
}
