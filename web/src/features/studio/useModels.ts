import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, requestHeaders, type Schemas } from '../../api/client';
import { answered, Problem } from '../../api/problems';
import { textOf } from './encoding';

export type Model = Schemas['ModelView'];
export type Draft = Schemas['DraftView'];
export type Kind = Draft['kind'];
export type Finding = Schemas['FindingView'];
export type Report = Schemas['CheckView'];
export type Catalogue = Schemas['CatalogueView'];

export const FILE_KIND: Readonly<Record<Model['kind'], Kind>> = { process: 'bpmn', decision: 'dmn', form: 'form' };

const MODELS = ['studio', 'models'];
const DRAFTS = ['studio', 'drafts'];
const OF_ONE_DRAFT = new Set<unknown>(['opened', 'report']);
const MOST_DRAFTS = 200;

/** The newest version of everything deployed. */
export function useModels() {
  return useQuery({
    queryKey: MODELS,
    queryFn: async () => (await answered(api.GET('/api/models'))).items ?? [],
  });
}

/** My drafts and those that are shared. */
export function useDrafts() {
  return useQuery({
    queryKey: DRAFTS,
    queryFn: async () => (await answered(api.GET('/api/drafts', { params: { query: { limit: MOST_DRAFTS } } }))).items ?? [],
  });
}

/** What diagrams may refer to; it changes with the service, hardly while somebody draws. */
export function useCatalogue() {
  return useQuery({
    queryKey: ['studio', 'catalogue'],
    queryFn: () => answered(api.GET('/api/models/catalogue')),
    staleTime: 300_000,
  });
}

/** Files become drafts, byte for byte. */
export function useCreateDrafts() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (files: readonly File[]) => createDrafts(files),
    onSuccess: () => client.invalidateQueries({ queryKey: DRAFTS }),
  });
}

/** A draft that begins as a deployed version, or the draft that began as it already. */
export function useEditModel() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ model, drafts }: { model: Model; drafts: readonly Draft[] }) => {
      const existing = draftsOf(model, drafts)[0];
      if (existing) return existing;
      return draftOfVersion(model.kind, model.id);
    },
    onSuccess: () => client.invalidateQueries({ queryKey: DRAFTS }),
  });
}

export function useChangeDraft() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, ...body }: { id: string; name?: string; is_shared?: boolean }) =>
      answered(api.PATCH('/api/drafts/{draft_id}', { params: { path: { draft_id: id } }, body })),
    onSuccess: () => client.invalidateQueries({ queryKey: DRAFTS }),
  });
}

export function useDeleteDraft() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, revision }: { id: string; revision: number }) =>
      answered(api.DELETE('/api/drafts/{draft_id}', { params: { path: { draft_id: id }, query: { revision } } })),
    onSettled: () => client.invalidateQueries({ queryKey: DRAFTS }),
  });
}

/** Deploy drafts at the revisions that were looked at. */
export function useDeployDrafts() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas['DeploymentBody']) => answered(api.POST('/api/drafts/deployment', { body })),
    onSuccess: () => {
      // Not what is asked about the drafts themselves: they are gone, and the page that shows one is about to be left.
      const isKept = (key: readonly unknown[]) => key[0] !== 'studio' || !OF_ONE_DRAFT.has(key[1]);
      void client.invalidateQueries({ predicate: (query) => isKept(query.queryKey) });
    },
  });
}

/** What deploying these drafts together would find, at their present revisions. */
export function useReport(drafts: readonly Pick<Draft, 'id' | 'revision'>[]) {
  return useQuery({
    queryKey: ['studio', 'report', ...drafts.map((draft) => [draft.id, draft.revision])],
    queryFn: () => answered(api.POST('/api/drafts/check', { body: { ids: drafts.map((draft) => draft.id) } })),
    enabled: drafts.length > 0,
    placeholderData: (before: Report | undefined) => before,
    staleTime: 60_000,
  });
}

/** The drafts of a deployed model: those whose file holds its key, newest first. */
export function draftsOf(model: Model, drafts: readonly Draft[]): Draft[] {
  return drafts.filter((draft) => draft.kind === FILE_KIND[model.kind] && draft.keys.includes(model.key));
}

/** A draft with its content as text, as one read of the service: the revision is the content's. */
export async function readDraft(id: string): Promise<{ draft: Draft; text: string }> {
  const draft = await answered(api.GET('/api/drafts/{draft_id}', { params: { path: { draft_id: id } } }));
  const response = await fetched(`/api/drafts/${id}/content`);
  const revision = Number(response.headers.get('ETag')?.replaceAll(/\D/g, ''));
  return { draft: { ...draft, revision }, text: textOf(await response.arrayBuffer()) };
}

export async function createDrafts(files: readonly File[]): Promise<Draft[]> {
  const body = new FormData();
  files.forEach((file, index) => {
    body.append(`file${index}`, file, file.name);
  });
  const response = await fetched('/api/drafts', { method: 'POST', body });
  return ((await response.json()) as Schemas['DraftPage']).items ?? [];
}

/** Any deployed version as a new draft under its own file name. */
export async function draftOfVersion(kind: string, id: string): Promise<Draft | undefined> {
  const response = await fetched(`/api/models/${kind}/${id}/content`);
  const said = response.headers.get('Content-Disposition') ?? '';
  const encoded = /filename\*=UTF-8''([^;]+)/.exec(said)?.[1];
  const name = encoded === undefined ? /filename="?([^";]+)"?/.exec(said)?.[1] : decodeURIComponent(encoded);
  const ending = FILE_KIND[kind as Model['kind']];
  return (await createDrafts([new File([await response.arrayBuffer()], name ?? `${id}.${ending}`)]))[0];
}

/** For what is no JSON: files in and out. */
async function fetched(address: string, init: RequestInit = {}): Promise<Response> {
  let response;
  try {
    response = await fetch(address, { ...init, headers: requestHeaders(init.method ?? 'GET') });
  } catch {
    throw new Problem(0, null);
  }
  if (!response.ok) throw new Problem(response.status, await response.json().catch(() => null));
  return response;
}
