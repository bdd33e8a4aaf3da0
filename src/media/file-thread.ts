/** Entry point of a worker thread that reads files, one at a time (see file-pool.ts). */
import { parentPort } from 'node:worker_threads';
import type { FileAnswers, FileOutcome, FileTask } from './file-task';
import { readPages } from './pdf';
import { copyPicture, readPicture } from './picture';
import { ContentRefused } from './file-scanner';

async function answer({ kind, bytes, limit }: FileTask): Promise<FileAnswers[keyof FileAnswers]> {
  switch (kind) {
    case 'pages':
      return readPages(Buffer.from(bytes.buffer), limit);
    case 'picture':
      return readPicture(bytes, limit);
    case 'copy':
      return copyPicture(bytes, limit);
  }
}

async function outcomeOf(task: FileTask): Promise<FileOutcome> {
  try {
    return { answer: await answer(task) };
  } catch (error) {
    if (!(error instanceof ContentRefused)) return { failed: String(error) };
    return { refused: { message: error.message, reason: error.reason } };
  }
}

parentPort?.on('message', (task: FileTask) => {
  void outcomeOf(task).then((outcome) => parentPort?.postMessage(outcome));
});
