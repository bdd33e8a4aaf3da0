/** Wraps the gateway to Temporal: records messages, and simulates faults between the API and Temporal. */
import {
  RunBusy,
  TemporalUnavailable,
  type NewRun,
  type ReceiptMessage,
  type RunGateway,
} from '../../src/platform/temporal/run-gateway';
import type {
  ActionMessage,
  ResendMessage,
  StartMessage,
  SubmitMessage,
  UploadMessage,
} from '../../src/workflows/messages/messages';

export type Trouble =
  /** Temporal is unavailable: nothing reaches it. */
  | 'down'
  /** Messages reach the run, but the responses are lost. */
  | 'answers_lost'
  /** The run has too many messages. */
  | 'busy'
  /** A bug. */
  | 'broken';

export type RunMessage =
  StartMessage | SubmitMessage | ActionMessage | UploadMessage | ResendMessage;

export class GatewayProbe implements RunGateway {
  trouble: Trouble | null = null;
  /** Every message waits for this. */
  gate: Promise<void> = Promise.resolve();
  readonly started = new Map<string, NewRun>();
  readonly messages: RunMessage[] = [];
  readonly reports: (ReceiptMessage & { run_uuid: string })[] = [];

  /** `needRun`: starts what executes runs; called before the first message to a run. */
  constructor(
    private readonly gateway: RunGateway,
    private readonly needRun: () => Promise<void>,
  ) {}

  start(run: NewRun): Promise<number> {
    const { run_uuid } = run.input.created.data;
    return this.suffer(async () => {
      if (!this.started.has(run_uuid)) this.started.set(run_uuid, run);
      return this.gateway.start(run);
    });
  }

  open(uuid: string, message: StartMessage, updateId: string) {
    return this.send(message, () => this.gateway.open(uuid, message, updateId));
  }

  submit(uuid: string, message: SubmitMessage) {
    return this.send(message, () => this.gateway.submit(uuid, message));
  }

  upload(uuid: string, message: UploadMessage) {
    return this.send(message, () => this.gateway.upload(uuid, message));
  }

  resend(uuid: string, message: ResendMessage, updateId: string) {
    return this.send(message, () => this.gateway.resend(uuid, message, updateId));
  }

  act(uuid: string, message: ActionMessage, updateId: string) {
    return this.send(message, () => this.gateway.act(uuid, message, updateId));
  }

  advance(uuid: string, minutes: number, updateId: string) {
    return this.send(null, () => this.gateway.advance(uuid, minutes, updateId));
  }

  report(run_uuid: string, message: ReceiptMessage): Promise<void> {
    return this.suffer(async () => {
      this.reports.push({ run_uuid, ...message });
      await this.gateway.report(run_uuid, message);
    });
  }

  reconcile(uuid: string): Promise<void> {
    return this.gateway.reconcile(uuid);
  }

  async ping(): Promise<void> {
    if (this.trouble === 'down') throw new TemporalUnavailable('down');
    await this.gate;
  }

  private send<Result>(message: RunMessage | null, call: () => Promise<Result>): Promise<Result> {
    return this.suffer(async () => {
      if (message !== null) this.messages.push(message);
      await this.needRun();
      return call();
    });
  }

  private async suffer<Result>(effect: () => Promise<Result>): Promise<Result> {
    await this.gate;
    if (this.trouble === 'down') throw new TemporalUnavailable('down');
    if (this.trouble === 'busy') throw new RunBusy('busy');
    if (this.trouble === 'broken') throw new Error('a secret of the inside');
    const result = await effect();
    if (this.trouble === 'answers_lost') throw new TemporalUnavailable('lost');
    return result;
  }
}
