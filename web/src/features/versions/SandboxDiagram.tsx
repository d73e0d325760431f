import { Segmented, Skeleton } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useInLanguage } from '../../ui/inLanguage';
import { MarkedDiagram, type Marks } from './MarkedDiagram';
import type { Sandbox, SandboxMove } from './useSandbox';
import { useDefinitions } from './useDefinitions';
import { useDiagram } from './useVersions';

/** Where the tokens stand: of the process itself, or of one it calls. What to do next is listed beside it. */
export function SandboxDiagram({ sandbox, steps }: { sandbox: Sandbox; steps: readonly SandboxMove[] }) {
  const { t } = useTranslation('versions');
  const text = useInLanguage();
  const [chosen, setChosen] = useState<string | null>(null);
  const ids = useMemo(
    () => [sandbox.definition_id, ...new Set(sandbox.tokens.map((each) => each.definition_id))].filter(isFirst),
    [sandbox],
  );
  const shown = chosen !== null && ids.includes(chosen) ? chosen : sandbox.definition_id;
  const names = useDefinitions(ids);
  const diagram = useDiagram(shown);
  const marks = useMemo(() => marksOf(sandbox, steps, shown), [sandbox, steps, shown]);
  return (
    <div className="try-diagram">
      {ids.length > 1 && (
        <Segmented
          value={shown}
          onChange={setChosen}
          options={ids.map((id) => ({ value: id, label: text(names.get(id)) || sandbox.definition_key }))}
        />
      )}
      {diagram.data === undefined ? (
        <Skeleton active />
      ) : (
        <MarkedDiagram xml={diagram.data} marks={marks} label={t('tokensShown', { count: sandbox.tokens.length })} />
      )}
    </div>
  );
}

function marksOf(sandbox: Sandbox, steps: readonly SandboxMove[], definitionId: string): Marks {
  const marks = new Map<string, string>();
  for (const event of steps.flatMap((step) => step.events)) {
    const where = event.definition_id ?? sandbox.definition_id;
    if (event.type === 'element.completed' && event.element_id && where === definitionId) {
      marks.set(event.element_id, 'done');
    }
  }
  const own = sandbox.tokens.filter((token) => token.definition_id === definitionId);
  for (const token of own) marks.set(token.element_id, token.is_parked ? 'incident' : 'active');
  return marks;
}

function isFirst(id: string, place: number, all: string[]): boolean {
  return all.indexOf(id) === place;
}
