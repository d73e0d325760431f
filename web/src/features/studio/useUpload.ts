import { useState } from 'react';
import { type Draft, useCreateDrafts } from './useModels';

const MOST_BYTES = 5_000_000;

/** What was not taken: files too large to be sent at all, or the answer of the service. */
export interface Refused {
  names: readonly string[];
  error: Error | null;
}

/** Files become drafts; what is refused stays said until it is closed or the next files come. */
export function useUpload(onMade: (made: readonly Draft[]) => void) {
  const create = useCreateDrafts();
  const [refused, setRefused] = useState<Refused | null>(null);
  const add = (files: readonly File[]) => {
    if (files.length === 0) return;
    setRefused(null);
    const large = files.filter((file) => file.size > MOST_BYTES);
    if (large.length > 0) {
      setRefused({ names: large.map((file) => file.name), error: null });
      return;
    }
    create.mutate(files, {
      onSuccess: onMade,
      onError: (error) => {
        setRefused({ names: files.map((file) => file.name), error });
      },
    });
  };
  const close = () => {
    setRefused(null);
  };
  return { add, isPending: create.isPending, refused, close };
}
