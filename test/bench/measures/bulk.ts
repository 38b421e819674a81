import { MemoryWatch } from '../../bodies/support/process-memory.js';
import { inFront, interleave, openAll, type Rounds, type Run } from '../interleave.js';

const CARRIERS = ['none', 'pass-through', 'bearer-worker', 'in-page', 'no-worker', 'axa'];
const DOWNLOAD_BYTES = 500 * 1024 * 1024;
/** A profile without a disk of its own has no room for more, in a Blob of each tab. */
const UPLOAD_BYTES = 200 * 1024 * 1024;

export interface BulkMeasure {
  readonly download: Rounds;
  readonly upload: Rounds;
  /** MiB that all processes of the browser grew by, at most, in one download and one upload of each. */
  readonly growth: Readonly<Record<string, { readonly download: number; readonly upload: number }>>;
}

/** A large body each way: the time that it takes, and the memory. */
export async function measureBulk(run: Run, browserPid: number): Promise<BulkMeasure> {
  const { profile, tabs } = await openAll(run, CARRIERS);
  const rounds = Math.max(2, Math.ceil(run.rounds / 8));
  const way = async (
    title: string,
    move: (id: string) => Promise<number>,
  ): Promise<[Rounds, Map<string, number>]> => {
    run.progress.start(title);
    const growth = new Map<string, number>();
    const times = await interleave({ ...run, rounds }, CARRIERS, (id) =>
      inFront(tabs.get(id)!, async () => {
        const watch = await MemoryWatch.start(browserPid);
        const took = await move(id);
        const { growthMiB } = watch.stop();
        growth.set(id, Math.min(growth.get(id) ?? Infinity, growthMiB));
        return [took];
      }),
    );
    return [times, growth];
  };
  try {
    const [download, downGrowth] = await way('500 MB down', (id) =>
      tabs.get(id)!.call('download', `/api/big?bytes=${DOWNLOAD_BYTES}`),
    );
    const [upload, upGrowth] = await way('200 MB up', (id) =>
      tabs.get(id)!.call('upload', '/api/big', UPLOAD_BYTES),
    );
    const growth = Object.fromEntries(
      CARRIERS.map((id) => [id, { download: downGrowth.get(id)!, upload: upGrowth.get(id)! }]),
    );
    return { download, upload, growth };
  } finally {
    await profile.close();
  }
}
