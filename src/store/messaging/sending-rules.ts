/**
 * Stores an account's sending rules: paused channels and limits. Each change writes only its own fields, because
 * processes cache accounts for ten seconds.
 */
import type { Connection } from 'mongoose';
import type { Channel } from '../../domain/otp/policy';
import type { AccountStore } from '../accounts/accounts';

interface RulesDocument {
  _id: string;
  paused_channels: Channel[];
  budgets: Record<string, number>;
}

export class SendingRules {
  constructor(
    private readonly connection: Connection,
    private readonly accounts: AccountStore,
  ) {}

  /** Pauses or resumes sending by these channels. Returns the paused ones. */
  async setPaused(
    uuid: string,
    channels: readonly Channel[],
    isPaused: boolean,
  ): Promise<Channel[]> {
    await this.collection.updateOne(
      { _id: uuid },
      isPaused
        ? { $addToSet: { paused_channels: { $each: [...channels] } } }
        : { $pullAll: { paused_channels: [...channels] } },
    );
    this.accounts.evictFromCache(uuid);
    return (await this.accounts.findAccount(uuid))?.paused_channels ?? [];
  }

  /** Changes the given limits (at least one); null restores the service's default. */
  async changeBudgets(
    uuid: string,
    limits: Readonly<Record<string, number | null>>,
  ): Promise<void> {
    const set: Record<string, number> = {};
    const unset: Record<string, 1> = {};
    for (const [name, value] of Object.entries(limits)) {
      if (value === null) unset[`budgets.${name}`] = 1;
      else set[`budgets.${name}`] = value;
    }
    await this.collection.updateOne(
      { _id: uuid },
      {
        ...(Object.keys(set).length === 0 ? {} : { $set: set }),
        ...(Object.keys(unset).length === 0 ? {} : { $unset: unset }),
      },
    );
    this.accounts.evictFromCache(uuid);
  }

  private get collection() {
    return this.connection.collection<RulesDocument>('accounts');
  }
}
