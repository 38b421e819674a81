import { MutationObserver, QueryClient, QueryObserver, onlineManager } from '@tanstack/query-core';

/** Each run of a query's or mutation's function, and what made the library try again. */
const runs: string[] = [];
const failures: string[] = [];
onlineManager.setOnline(true);

// Three retries of a query is the library's own default; fast here.
const queryClient = new QueryClient({
  defaultOptions: {
    queries: { retryDelay: 10 },
    mutations: { retry: 3, retryDelay: 10 },
  },
});

async function get(url: string, init?: RequestInit): Promise<{ url: string; method: string }> {
  runs.push(url);
  const response = await fetch(url, init);
  if (!response.ok) {
    failures.push(`${url} ${response.status}`);
    throw new Error(String(response.status));
  }
  return (await response.json()) as { url: string; method: string };
}

interface Outcome {
  readonly status: string;
  readonly failureCount: number;
}

function query(page: number): Promise<Outcome> {
  const queryFn = ({ signal }: { signal: AbortSignal }) => get(`/api/echo?page=${page}`, { signal });
  const observer = new QueryObserver(queryClient, { queryKey: ['page', page], queryFn });
  return new Promise((resolve) => {
    const stop = observer.subscribe(({ status, failureCount, fetchStatus }) => {
      if (fetchStatus !== 'idle') return;
      stop();
      resolve({ status, failureCount });
    });
  });
}

async function mutate(): Promise<Outcome> {
  const observer = new MutationObserver(queryClient, {
    mutationFn: (body: string) => get('/api/report', { method: 'POST', body }),
  });
  await observer.mutate('{"total":1}').catch(() => undefined);
  const { status, failureCount } = observer.getCurrentResult();
  return { status, failureCount };
}

const client = {
  runs,
  failures,
  query,
  all: (): Promise<Outcome[]> => Promise.all([query(2), query(3), mutate()]),
};

declare global {
  var queryClientInPage: typeof client;
}
globalThis.queryClientInPage = client;
