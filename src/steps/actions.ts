/** Names of all staff actions: the run's own, and those that step types declare. */
import type { RunAction } from '../workflows/messages/messages';
import type { CodeAction } from './shared/one-time-code/actions';

export type ActionName = RunAction | CodeAction;
