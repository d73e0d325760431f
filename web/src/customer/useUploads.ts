import { useState } from 'react';
import { wordsOf } from './problems';
import { sendFile } from './service';
import { useTexts } from './texts';

/** Sends files one after the other; what did not go through is told, and the rest goes on. */
export function useUploads(): {
  progress: string | null;
  failures: readonly string[];
  upload: (token: string, files: readonly File[]) => Promise<number>;
} {
  const speaker = useTexts();
  const { t, language } = speaker;
  const [progress, setProgress] = useState<string | null>(null);
  const [failures, setFailures] = useState<readonly string[]>([]);
  const upload = async (token: string, files: readonly File[]) => {
    const failed: string[] = [];
    for (const file of files) {
      const show = (done: number) => {
        setProgress(t('files.uploading', { name: file.name, percent: Math.round(done * 100) }));
      };
      show(0);
      try {
        await sendFile(token, file, language, show);
      } catch (error) {
        failed.push(t('files.failed', { name: file.name, reason: wordsOf(error, speaker) }));
      }
    }
    setProgress(null);
    setFailures(failed);
    return files.length - failed.length;
  };
  return { progress, failures, upload };
}
