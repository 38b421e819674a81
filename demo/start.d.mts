/** One line of the journal: what happened, when (milliseconds since the epoch) and in which frame. */
export interface JournalEntry {
  readonly at: number;
  readonly type: string;
  readonly frame?: string;
  readonly tenant?: string;
  readonly module?: string;
  readonly request?: string;
  readonly kind?: string;
  readonly status?: number;
  readonly bare?: boolean;
  readonly token?: string;
  /** Seconds since the epoch. */
  readonly expiresAt?: number;
  readonly outcome?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly name?: string;
  readonly code?: string;
  readonly action?: string;
  readonly inScreen?: boolean;
  readonly controlledAtLoad?: boolean;
}

export interface Tenant {
  readonly name: string;
  readonly origin: string;
  readonly clientKey: string;
}

/** What can be done to a browser from outside of its pages. */
export interface Driver {
  killWorker(): Promise<void>;
  reloadHard(): Promise<void>;
}

export interface Demo {
  readonly url: string;
  readonly appUrl: string;
  readonly tenants: readonly Tenant[];
  readonly journal: { readonly entries: readonly JournalEntry[] };
  useDriver(driver: Driver | undefined): void;
  close(): Promise<void>;
}

/** @param options.port 0 for any; of two that are needed, the next one up is tried for the other */
export declare function startDemo(options?: {
  port?: number;
  lifeSeconds?: number;
  driver?: Driver;
}): Promise<Demo>;
