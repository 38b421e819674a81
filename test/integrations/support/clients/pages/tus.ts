import { Upload } from 'tus-js-client';

const heard: string[] = [];
const chunks: number[] = [];
let progress = 0;
let upload: Upload;

/** Of every byte it can be told where it belongs. */
function report(bytes: number): File {
  const words = new Uint32Array(bytes / 4);
  for (let at = 0; at < words.length; at += 1) words[at] = Math.imul(at, 0x9e3779b1);
  return new File([words], 'report.bin', { lastModified: 1 });
}

interface Settings {
  readonly bytes: number;
  readonly chunkBytes: number;
  /** The app gives up after so many chunks, as when the user closes the lid. */
  readonly abortAfter?: number;
  readonly resume?: boolean;
  /** The first piece goes with the request that creates the upload. */
  readonly atOnce?: boolean;
}

const client = {
  heard,
  chunks,
  progress: (): number => progress,

  /** Says the upload's address where it has ended, `aborted` or what was wrong. */
  async upload({
    bytes,
    chunkBytes,
    abortAfter = Infinity,
    resume = false,
    atOnce = false,
  }: Settings): Promise<string> {
    const file = report(bytes);
    chunks.length = 0;
    progress = 0;
    const outcome = new Promise<string>((resolve) => {
      upload = new Upload(file, {
        endpoint: '/api/files/',
        chunkSize: chunkBytes,
        uploadDataDuringCreation: atOnce,
        retryDelays: [0, 50, 100],
        onShouldRetry(error) {
          heard.push(`retry at ${error.originalResponse?.getStatus()}`);
          return true;
        },
        onError: (error) => resolve(error.message),
        onProgress: () => (progress += 1),
        onChunkComplete(size) {
          chunks.push(size);
          if (chunks.length === abortAfter) void upload.abort().then(() => resolve('aborted'));
        },
        onSuccess: () => resolve(upload.url ?? ''),
      });
    });
    const [previous] = resume ? await upload.findPreviousUploads() : [];
    if (previous) upload.resumeFromPreviousUpload(previous);
    upload.start();
    return outcome;
  },

  terminate: (): Promise<void> => upload.abort(true),

  async digest(bytes: number): Promise<string> {
    const digest = await crypto.subtle.digest('SHA-256', await report(bytes).arrayBuffer());
    return [...new Uint8Array(digest)].map((each) => each.toString(16).padStart(2, '0')).join('');
  },
};

declare global {
  var tusClient: typeof client;
}
globalThis.tusClient = client;
