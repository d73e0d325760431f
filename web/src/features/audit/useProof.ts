import { useQuery } from '@tanstack/react-query';
import { api, type Schemas } from '../../api/client';
import { answered, Problem } from '../../api/problems';
import { canHash, proves, signs } from './merkle';

export type EventProof = Schemas['EventProofView'];

/**
 * What a proof comes to. `waiting`: no checkpoint covers the event yet. Else what the reader's own browser found when it
 * computed the proof again: `null` where it could not.
 */
export type Proven =
  | { state: 'waiting'; nextAt: string | null }
  | { state: 'checked'; proof: EventProof; isIncluded: boolean | null; isSigned: boolean | null };

/** Prove one event against the newest checkpoint. */
export function useProof(eventId: number) {
  return useQuery({ queryKey: ['proof', eventId], queryFn: () => readProof(eventId), staleTime: Infinity });
}

async function readProof(eventId: number): Promise<Proven> {
  try {
    const proof = await answered(api.GET('/api/journal/events/{event_id}/proof', { params: { path: { event_id: eventId } } }));
    const { checkpoint, event, leaf_index: index } = proof;
    if (!canHash()) return { state: 'checked', proof, isIncluded: null, isSigned: null };
    const key = await answered(api.GET('/api/journal/key'));
    const isIncluded = await proves({ text: event, index, size: checkpoint.size, proof: proof.proof, root: checkpoint.root });
    const isSigned = await signs(key.verifier_key, checkpoint.note, checkpoint.size, checkpoint.root);
    return { state: 'checked', proof, isIncluded, isSigned };
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'event-not-sealed') throw error;
    const { next_at: nextAt } = error.members;
    return { state: 'waiting', nextAt: typeof nextAt === 'string' ? nextAt : null };
  }
}

/** The proof as the stand-alone verifier reads it: `opsflow-proof/1`. */
export function fileOf({ checkpoint, leaf_index: index, event, proof }: EventProof): Blob {
  const lines = [{ format: 'opsflow-proof/1', kind: 'events', checkpoint: checkpoint.note, consistency: {} }, { index, event, proof }];
  return new Blob(lines.map((line) => `${JSON.stringify(line)}\n`), { type: 'application/jsonl' });
}
