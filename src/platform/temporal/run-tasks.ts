/** Determines if a workflow task was completed, from the run's history. Reading it costs no action. */
import { isGrpcServiceError, WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import { reconcileSignal } from '../../workflows/messages/messages';

type HistoryEvent = temporal.api.history.v1.IHistoryEvent;

const TIMEOUT_MS = 2_000;
/** Events per page, newest first; the task is nearly always in the first page. */
const PAGE = 30;
/** https://grpc.io/docs/guides/status-codes/ */
const NOT_FOUND = 5;

const CLOSED = [
  ...['Completed', 'Failed', 'TimedOut', 'Canceled', 'Terminated', 'ContinuedAsNew'],
].map((how) => `workflowExecution${how}EventAttributes` as keyof HistoryEvent);

/** Calls of the webhook relay to Temporal, over a client. */
export class TemporalRunTasks {
  constructor(
    private readonly client: Client,
    private readonly namespace: string,
  ) {}

  /**
   * Returns true if the task that stored at `taskTime` (the run's own time, see `ProjectionBatch`) is completed. A
   * failed attempt of a task starts after the last completed one ended, so its time is in none.
   */
  async isCompleted(runUuid: string, taskTime: number): Promise<boolean> {
    try {
      return await this.client.withDeadline(Date.now() + TIMEOUT_MS, () =>
        this.search(runUuid, taskTime),
      );
    } catch (error) {
      // Past its retention or lost: no task will store anything else.
      const code: number | null = isGrpcServiceError(error) ? error.code : null;
      if (code === NOT_FOUND) return true;
      throw error;
    }
  }

  /** Makes an open run publish its state again. */
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

/** Searches for a completed task around a time, from a history's newest event back. */
export class TaskSearch {
  private isNewest = true;
  /** Start of the last completed task found. */
  private startedId: string | null = null;

  constructor(private readonly taskTime: number) {}

  /** Returns the result; null if earlier events are needed. */
  search(event: HistoryEvent): boolean | null {
    const { isNewest } = this;
    this.isNewest = false;
    // A finished run stores nothing more.
    if (isNewest && CLOSED.some((attributes) => event[attributes] != null)) return true;
    const end = event.workflowTaskCompletedEventAttributes;
    if (end != null) {
      this.startedId = String(end.startedEventId);
      return millisecondsOf(event, Math.ceil) < this.taskTime ? false : null;
    }
    const at = millisecondsOf(event, Math.floor);
    if (String(event.eventId) === this.startedId && at <= this.taskTime) return true;
    // Stored by the previous execution, which has no unfinished task.
    return isContinuation(event) && this.taskTime < at ? true : null;
  }
}

function isContinuation({ workflowExecutionStartedEventAttributes: start }: HistoryEvent): boolean {
  return start != null && (start.continuedExecutionRunId ?? '') !== '';
}

function millisecondsOf({ eventTime }: HistoryEvent, round: (value: number) => number): number {
  return Number(eventTime?.seconds ?? 0) * 1_000 + round((eventTime?.nanos ?? 0) / 1_000_000);
}
