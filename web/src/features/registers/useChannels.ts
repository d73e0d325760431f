import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, type Schemas } from '../../api/client';
import { answered } from '../../api/problems';

export type Channel = Schemas['ChannelView'];
export type NewChannel = Schemas['NewChannelBody'];

const KEY = ['channels'];

/** Where messages go besides mail. */
export function useChannels() {
  const client = useQueryClient();
  const onSuccess = () => client.invalidateQueries({ queryKey: KEY });
  const query = useQuery({ queryKey: KEY, queryFn: () => answered(api.GET('/api/channels')) });
  const add = useMutation({
    mutationFn: (body: NewChannel) => answered(api.POST('/api/channels', { body })),
    onSuccess,
  });
  const remove = useMutation({
    mutationFn: (channel_id: string) =>
      answered(api.DELETE('/api/channels/{channel_id}', { params: { path: { channel_id } } })),
    onSuccess,
  });
  return { query, add, remove };
}
