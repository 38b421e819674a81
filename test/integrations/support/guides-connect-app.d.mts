import type { IncomingMessage, ServerResponse } from 'node:http';

export interface ConnectApp {
  /** The product's page with the app in its frames. */
  readonly url: string;
  /** What came to the app's `/api/`: the path, and the status that atlassian-connect-express gave it. */
  readonly answers: readonly string[];
  close(): Promise<void>;
}

/** A plain app on atlassian-connect-express, in a product of its own. */
export function startConnectApp(site: {
  /** What the app's pages are. */
  readonly html: string;
  /** Answers what is neither the app's nor the product's: its static files. */
  serve(request: IncomingMessage, response: ServerResponse): void;
}): Promise<ConnectApp>;
