import { GlobalWorkerOptions, getDocument } from 'pdfjs-dist';
import workerUrl from 'pdfjs-dist/build/pdf.worker.min.mjs?url';

GlobalWorkerOptions.workerSrc = workerUrl;

const client = {
  /** What the given pages say, of a document that is fetched only as far as they need it. */
  async read(url: string, pages: number[]): Promise<string[]> {
    const task = getDocument({ url, disableAutoFetch: true, disableStream: true });
    try {
      const file = await task.promise;
      return await Promise.all(
        pages.map(async (number) => {
          const { items } = await (await file.getPage(number)).getTextContent();
          return items.map((item) => ('str' in item ? item.str : '')).join('');
        }),
      );
    } catch (error) {
      return [(error as Error).message.replace(/"http.*"/, 'it')];
    } finally {
      await task.destroy();
    }
  },
};

declare global {
  var pdfClient: typeof client;
}
globalThis.pdfClient = client;
