/** Whether what a task of a run stored stands: read from the run's history, which costs no action. */
import { isGrpcServiceError, WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import { reconcileSignal } from '../../workflows/messages/messages';

type HistoryEvent = temporal.api.history.v1.IHistoryEvent;

const TIMEOUT_MS = 2_000;
/** Events at a time, the newest first; the task that is looked for is nearly always among the first. */
const PAGE = 30;
/** https://grpc.io/docs/guides/status-codes/ */
const NOT_FOUND = 5;

const CLOSED = [
  ...['Completed', 'Failed', 'TimedOut', 'Canceled', 'Terminated', 'ContinuedAsNew'],
].map((how) => `workflowExecution${how}EventAttributes` as keyof HistoryEvent);

/** What the relay of webhooks asks, over a client. */
export class TemporalRunTasks {
  constructor(
    private readonly client: Client,
    private readonly namespace: string,
  ) {}

  /**
   * Whether the task during which something was stored at `taskTime` (the run's own time, see `ProjectionBatch`) is
   * completed. A try of a task that died begins after the last completed one ended, and lies in none.
   */
  async isCompleted(runUuid: string, taskTime: number): Promise<boolean> {
    try {
      return await this.client.withDeadline(Date.now() + TIMEOUT_MS, () =>
        this.search(runUuid, taskTime),
      );
    } catch (error) {
      // Past its retention, or lost: no task will store anything else.
      const code: number | null = isGrpcServiceError(error) ? error.code : null;
      if (code === NOT_FOUND) return true;
      throw error;
    }
  }

  /** Has a run that isn't over write where it stands. */
  async reconcile(runUuid: string): Promise<void> {
    try {
      await this.client.withDeadline(Date.now() + TIMEOUT_MS, () =>
        this.client.workflow.getHandle(runUuid).signal(reconcileSignal),
      );
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
  }

  private async search(runUuid: string, taskTime: number): Promise<boolean> {
    const search = new TaskSearch(taskTime);
    let nextPageToken: Uint8Array = new Uint8Array();
    do {
      const page = await this.client.workflowService.getWorkflowExecutionHistoryReverse({
        namespace: this.namespace,
        execution: { workflowId: runUuid },
        maximumPageSize: PAGE,
        nextPageToken,
      });
      for (const event of page.history?.events ?? []) {
        const found = search.search(event);
        if (found !== null) return found;
      }
      ({ nextPageToken } = page);
    } while (nextPageToken.length > 0);
    return false;
  }
}

/** Looks for a completed task around a time, from a history's newest event back. */
export class TaskSearch {
  private isNewest = true;
  /** The beginning of the completed task that was met last. */
  private startedId: string | null = null;

  constructor(private readonly taskTime: number) {}

  /** Null where earlier events have to tell. */
  search(event: HistoryEvent): boolean | null {
    const { isNewest } = this;
    this.isNewest = false;
    // A run that is over has said all that there is.
    if (isNewest && CLOSED.some((attributes) => event[attributes] != null)) return true;
    const end = event.workflowTaskCompletedEventAttributes;
    if (end != null) {
      this.startedId = String(end.startedEventId);
      return millisecondsOf(event, Math.ceil) < this.taskTime ? false : null;
    }
    const at = millisecondsOf(event, Math.floor);
    if (String(event.eventId) === this.startedId && at <= this.taskTime) return true;
    // Stored by the execution before, which left nothing behind.
    return isContinuation(event) && this.taskTime < at ? true : null;
  }
}

function isContinuation({ workflowExecutionStartedEventAttributes: start }: HistoryEvent): boolean {
  return start != null && (start.continuedExecutionRunId ?? '') !== '';
}

function millisecondsOf({ eventTime }: HistoryEvent, round: (value: number) => number): number {
  return Number(eventTime?.seconds ?? 0) * 1_000 + round((eventTime?.nanos ?? 0) / 1_000_000);
}
